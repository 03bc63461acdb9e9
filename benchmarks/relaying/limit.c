/*
 * The limit: a relay in C with the policy of Harena, and nothing else of it. No logins, no protobuf, no limits.
 *
 *     limit PORT FLUSH_MS
 *
 * It reads all sockets that are ready, then sends once to each client. FLUSH_MS is the least time between two such drains
 * while there is something to read; 0 is none. The path of the request is the room. A frame goes to the others of the room.
 * Sec-WebSocket-Accept is a constant: the load generator does not look at it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

enum { MAX_CLIENTS = 4096, MAX_ROOMS = 256, READ_BYTES = 1 << 16, REQUEST_BYTES = 4096 };

struct buffer {
    uint8_t *at;
    size_t bytes, room;
};

struct client {
    int fd, room, waits; /* waits: for room in the socket */
    struct buffer in, out;
};

struct piece {
    size_t begins, ends;
    struct client *sender;
};

struct room {
    char path[64];
    struct client *members[MAX_CLIENTS];
    int count, pieces, space;
    struct buffer blob;
    struct piece *piece;
};

static struct room rooms[MAX_ROOMS];
static int room_count, poller;
static const char WELCOME[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static uint8_t *more(struct buffer *buffer, size_t bytes)
{
    if (buffer->bytes + bytes > buffer->room) {
        buffer->room = 2 * (buffer->bytes + bytes);
        buffer->at = realloc(buffer->at, buffer->room);
        if (!buffer->at)
            fail("realloc");
    }
    return buffer->at + buffer->bytes;
}

static void append(struct buffer *buffer, const void *from, size_t bytes)
{
    if (!bytes)
        return;
    memcpy(more(buffer, bytes), from, bytes);
    buffer->bytes += bytes;
}

static void drop_front(struct buffer *buffer, size_t bytes)
{
    buffer->bytes -= bytes;
    if (bytes && buffer->bytes)
        memmove(buffer->at, buffer->at + bytes, buffer->bytes);
}

static void watch(struct client *client, int operation, int waits)
{
    struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.ptr = client};
    client->waits = waits;
    if (epoll_ctl(poller, operation, client->fd, &event))
        fail("epoll_ctl");
}

static void leave(struct client *client)
{
    struct room *room = client->room < 0 ? NULL : &rooms[client->room];
    for (int at = 0; room && at < room->count; at++)
        if (room->members[at] == client)
            room->members[at--] = room->members[--room->count];
    for (int at = 0; room && at < room->pieces; at++)
        if (room->piece[at].sender == client)
            room->piece[at].sender = NULL;
    close(client->fd);
    free(client->in.at);
    free(client->out.at);
    free(client);
}

/* Sends what it can at once and keeps the rest. An error shows at the next read. */
static void push(struct client *client, const uint8_t *from, size_t bytes)
{
    ssize_t sent = client->out.bytes ? 0 : send(client->fd, from, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        sent = 0;
    append(&client->out, from + sent, bytes - (size_t)sent);
    if (client->out.bytes && !client->waits)
        watch(client, EPOLL_CTL_MOD, 1);
}

static void push_rest(struct client *client)
{
    ssize_t sent = send(client->fd, client->out.at, client->out.bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    drop_front(&client->out, sent > 0 ? (size_t)sent : 0);
    if (!client->out.bytes)
        watch(client, EPOLL_CTL_MOD, 0);
}

static int room_of(const char *path)
{
    for (int at = 0; at < room_count; at++)
        if (!strcmp(rooms[at].path, path))
            return at;
    if (room_count == MAX_ROOMS) {
        fputs("too many rooms\n", stderr);
        exit(1);
    }
    snprintf(rooms[room_count].path, sizeof rooms[0].path, "%s", path);
    return room_count++;
}

static void welcome(struct client *client)
{
    char path[64];
    uint8_t *end = memmem(client->in.at, client->in.bytes, "\r\n\r\n", 4);
    if (!end)
        return;
    *end = 0;
    if (sscanf((char *)client->in.at, "GET %63s", path) != 1)
        snprintf(path, sizeof path, "/");
    drop_front(&client->in, (size_t)(end + 4 - client->in.at));
    client->room = room_of(path);
    struct room *room = &rooms[client->room];
    if (room->count < MAX_CLIENTS)
        room->members[room->count++] = client;
    push(client, (const uint8_t *)WELCOME, sizeof WELCOME - 1);
}

static void publish(struct client *sender, const struct frame *frame)
{
    struct room *room = &rooms[sender->room];
    if (room->pieces == room->space) {
        room->space = room->space ? 2 * room->space : 256;
        room->piece = realloc(room->piece, (size_t)room->space * sizeof *room->piece);
        if (!room->piece)
            fail("realloc");
    }
    size_t begins = room->blob.bytes;
    uint8_t *to = more(&room->blob, frame->bytes + 10);
    size_t head = frame_head(to, OP_BINARY, frame->bytes, 0);
    memcpy(to + head, frame->body, frame->bytes);
    if (frame->mask)
        frame_mask(to + head, frame->bytes, frame->mask);
    room->blob.bytes += head + frame->bytes;
    room->piece[room->pieces++] = (struct piece){begins, room->blob.bytes, sender};
}

static void flush_room(struct room *room)
{
    static struct buffer others;
    for (int at = 0; at < room->count; at++) {
        struct client *client = room->members[at];
        size_t from = 0;
        others.bytes = 0;
        for (int own = 0; own < room->pieces; own++) {
            if (room->piece[own].sender != client)
                continue;
            append(&others, room->blob.at + from, room->piece[own].begins - from);
            from = room->piece[own].ends;
        }
        if (from) {
            append(&others, room->blob.at + from, room->blob.bytes - from);
            if (others.bytes)
                push(client, others.at, others.bytes);
        } else if (room->blob.bytes)
            push(client, room->blob.at, room->blob.bytes);
    }
    room->blob.bytes = 0;
    room->pieces = 0;
}

static void read_client(struct client *client)
{
    struct frame frame;
    size_t done = 0;
    ssize_t got = recv(client->fd, more(&client->in, READ_BYTES), READ_BYTES, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
        leave(client);
        return;
    }
    client->in.bytes += got > 0 ? (size_t)got : 0;
    if (client->room < 0)
        welcome(client);
    if (client->room < 0)
        return;
    while (frame_read(client->in.at + done, client->in.bytes - done, &frame)) {
        done += frame.whole;
        if (frame.op == OP_BINARY && frame.bytes < 65536)
            publish(client, &frame);
    }
    drop_front(&client->in, done);
}

static void greet(int listener)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct client *client = calloc(1, sizeof *client);
        if (!client)
            fail("calloc");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        client->fd = fd;
        client->room = -1;
        watch(client, EPOLL_CTL_ADD, 0);
    }
}

static int drain(int listener, int timeout)
{
    static struct epoll_event events[MAX_CLIENTS];
    int count = epoll_wait(poller, events, MAX_CLIENTS, timeout);
    for (int at = 0; at < count; at++) {
        struct client *client = events[at].data.ptr;
        if (!client) {
            greet(listener);
            continue;
        }
        if (events[at].events & EPOLLOUT)
            push_rest(client);
        if (events[at].events & ~(uint32_t)EPOLLOUT)
            read_client(client);
    }
    for (int at = 0; at < room_count; at++)
        flush_room(&rooms[at]);
    return count;
}

static int listen_at(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024))
        fail("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    return listener;
}

int main(int count, char **given)
{
    if (count != 3) {
        fputs("usage: limit PORT FLUSH_MS\n", stderr);
        return 2;
    }
    uint64_t tick = (uint64_t)(atof(given[2]) * 1e6);
    poller = epoll_create1(0);
    int listener = listen_at(atoi(given[1]));
    for (int found = 0;;) {
        uint64_t began = nanoseconds();
        found = drain(listener, found && tick ? 0 : -1);
        if (!tick || !found)
            continue;
        /* A drain that comes after a rest is at once; the next is a tick after its beginning. */
        uint64_t now = nanoseconds(), due = (now - began > tick ? now : began) + tick;
        struct timespec until = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    }
}
