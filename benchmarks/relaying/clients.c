/* The clients: connections, handshakes, frames. */
#include "load.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const uint8_t MASK[4] = {0x37, 0xfa, 0x21, 0x3d};

static void watch(struct client *client, int operation, int waits)
{
    struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.ptr = client};
    client->waits = waits;
    if (epoll_ctl(poller, operation, client->fd, &event))
        fail("epoll_ctl");
}

void push(struct client *client)
{
    ssize_t went = bytes_out(client, client->out, client->out_bytes);
    if (went > 0) {
        counts.bytes_said += (uint64_t)went;
        client->out_bytes -= (size_t)went;
        memmove(client->out, client->out + went, client->out_bytes);
    }
    if (client->waits != waits_for_room(client))
        watch(client, EPOLL_CTL_MOD, !client->waits);
}

/* Room for a masked frame: gives where its body goes. What does not fit is a contender that has stopped to read. */
static uint8_t *frame_begin(struct client *client, int op, size_t bytes)
{
    if (client->out_bytes + bytes + 8 > OUT_BYTES) {
        fputs("load: the server has stopped to read\n", stderr);
        exit(1);
    }
    uint8_t *to = client->out + client->out_bytes;
    size_t head = frame_head(to, op, bytes, 0x80);
    memcpy(to + head, MASK, 4);
    client->out_bytes += head + 4 + bytes;
    return to + head + 4;
}

static void say(struct client *client, int op, const uint8_t *from, size_t bytes)
{
    uint8_t *body = frame_begin(client, op, bytes);
    memcpy(body, from, bytes);
    frame_mask(body, bytes, MASK);
    push(client);
}

void publish(struct client *client, uint64_t due)
{
    size_t bytes = options.prefix.bytes + (size_t)options.bytes + options.suffix.bytes;
    uint8_t *body = frame_begin(client, OP_BINARY, bytes), *payload = body + options.prefix.bytes;
    memcpy(body, options.prefix.at, options.prefix.bytes);
    stamp(payload, client, due);
    memcpy(payload + options.bytes, options.suffix.at, options.suffix.bytes);
    frame_mask(body, bytes, MASK);
    counts.sent++;
}

void start(struct client *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address))
        fail("connect");
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    secure(client);
    int bytes = snprintf((char *)client->out, OUT_BYTES,
                         "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                         client->path, options.port);
    client->state = ASKED;
    client->out_bytes = (size_t)bytes;
    client->rest.bytes = 0;
    counts.opening++;
    watch(client, EPOLL_CTL_ADD, 0);
    push(client);
}

static void finish(struct client *client)
{
    unsecure(client);
    close(client->fd);
    client->state = CLOSED;
}

static void became_open(struct client *client)
{
    client->state = OPEN;
    counts.opening--;
    counts.opened++;
    if (!options.logins)
        return;
    counts.logins++;
    finish(client);
    start(client);
}

static void heard_first(struct client *client)
{
    if (client->reply.bytes)
        say(client, OP_BINARY, client->reply.at, client->reply.bytes);
    became_open(client);
}

static size_t welcomed(struct client *client, uint8_t *from, size_t bytes)
{
    uint8_t *end = memmem(from, bytes, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (memcmp(from, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "load: %s was answered with %.*s\n", client->path, (int)(end - from), (char *)from);
        exit(1);
    }
    client->state = GREETED;
    if (client->hello.bytes)
        say(client, OP_BINARY, client->hello.at, client->hello.bytes);
    if (!client->hello.bytes && !client->reply.bytes)
        became_open(client);
    return (size_t)(end + 4 - from);
}

static void take(struct client *client, struct frame *frame, uint64_t now)
{
    if (frame->op == OP_PING)
        say(client, OP_PONG, frame->body, frame->bytes);
    else if (frame->op == OP_CLOSE) {
        unsigned code = frame->bytes > 1 ? (unsigned)(frame->body[0] << 8 | frame->body[1]) : 0;
        int told = frame->bytes > 2 ? (int)frame->bytes - 2 : 0;
        fprintf(stderr, "load: the server closes with %u %.*s\n", code, told, (char *)frame->body + 2);
    } else if (frame->op != OP_PONG && client->state == GREETED)
        heard_first(client);
    else if (frame->op != OP_PONG)
        heard(client, frame->body, frame->bytes, now);
}

static void keep_rest(struct client *client, const uint8_t *from, size_t bytes)
{
    if (bytes)
        client->rest.at = found(realloc(client->rest.at, bytes));
    memcpy(client->rest.at, from, bytes);
    client->rest.bytes = bytes;
}

void read_client(struct client *client)
{
    static uint8_t *buffer;
    static size_t room;
    struct frame frame;
    size_t done = 0, bytes = client->rest.bytes;
    if (room < bytes + READ_BYTES)
        buffer = found(realloc(buffer, room = 2 * (bytes + READ_BYTES)));
    if (bytes)
        memcpy(buffer, client->rest.at, bytes);
    ssize_t got = bytes_in(client, buffer + bytes, READ_BYTES);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
        fputs("load: the server has closed a connection\n", stderr);
        exit(1);
    }
    uint64_t now = nanoseconds();
    bytes += got > 0 ? (size_t)got : 0;
    counts.bytes_heard += got > 0 ? (uint64_t)got : 0;
    int fd = client->fd;
    if (client->state == ASKED)
        done = welcomed(client, buffer, bytes);
    while (client->state > ASKED && client->fd == fd && frame_read(buffer + done, bytes - done, &frame)) {
        done += frame.whole;
        take(client, &frame, now);
        if (client->state == ASKED)
            return; /* It is a new connection: the old one's bytes are gone. */
    }
    keep_rest(client, buffer + done, bytes - done);
    if (client->out_bytes)
        push(client); /* TLS may have waited for what came. */
}

