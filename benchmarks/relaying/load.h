/*
 * The load generator's parts: load.c runs, clients.c speaks WebSocket, bytes.c moves bytes, counting.c stamps payloads and
 * counts deliveries.
 */
#ifndef LOAD_H
#define LOAD_H

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "wire.h"

#define MARK "@harena@"
enum {
    MARK_BYTES = 8,
    STAMP_BYTES = MARK_BYTES + 2 + 5 + 8,
    MAX_FRAME = 8192,
    OUT_BYTES = 1 << 17,
    READ_BYTES = 1 << 18,
    OPENING_AT_ONCE = 32,
    BUCKETS = 64 * 40,
    PATIENCE_SECONDS = 30,
    DRAIN_SECONDS = 2,
    MAX_ROOMS = 4096
};

enum state { CLOSED, ASKED, GREETED, OPEN };

struct text {
    uint8_t *at;
    size_t bytes;
};

struct client {
    int fd, room, member, waits;
    enum state state;
    void *tls; /* OpenSSL's, NULL without */
    char *path;
    struct text hello, reply, rest;
    uint8_t *out;
    size_t out_bytes;
    uint32_t sent;
    uint64_t heard_of; /* deliveries of what this client has sent */
    uint32_t *seen;    /* the last number of each member of the room */
};

struct options {
    int port, bytes, window, together, merged, logins, idle;
    double rate, warm, seconds;
    struct text prefix, suffix;
};

/* What has happened so far; the window is what lies between two looks at it. */
struct counts {
    uint64_t sent, delivered, disordered, logins, late_ns, bytes_said, bytes_heard;
    int opening, opened;
};

extern struct options options;
extern struct client *clients;
extern int client_count, poller, measuring;
extern uint64_t epoch;
extern struct counts counts;

static inline void fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline void *found(void *memory)
{
    if (!memory)
        fail("memory");
    return memory;
}

/* counting.c */
void stamp(uint8_t *payload, struct client *client, uint64_t due);
void heard(struct client *client, const uint8_t *from, size_t bytes, uint64_t now);
double percentile_us(double share);

/* bytes.c: like send and recv without waiting; whether there is something to say that waits for room alone. */
void secure(struct client *client);
void unsecure(struct client *client);
ssize_t bytes_out(struct client *client, const uint8_t *from, size_t bytes);
ssize_t bytes_in(struct client *client, uint8_t *to, size_t room);
int waits_for_room(struct client *client);

/* clients.c */
void start(struct client *client);
void publish(struct client *client, uint64_t due);
void push(struct client *client);
void read_client(struct client *client);

#endif
