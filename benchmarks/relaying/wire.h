/* WebSocket frames (RFC 6455, 5.2), as far as a load generator and a bare relay need them. */
#ifndef WIRE_H
#define WIRE_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

struct frame {
    int op;
    const uint8_t *mask; /* NULL where there is none */
    uint8_t *body;
    size_t bytes; /* of the body */
    size_t whole; /* of the frame */
};

static inline uint64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Reads the frame at the beginning of these bytes; 0 says that it is not all there. */
static inline int frame_read(uint8_t *from, size_t bytes, struct frame *frame)
{
    size_t head = 2;
    if (bytes < head)
        return 0;
    uint64_t body = from[1] & 0x7f;
    head += body == 126 ? 2 : body == 127 ? 8 : 0;
    if (bytes < head)
        return 0;
    if (body == 126)
        body = (uint64_t)from[2] << 8 | from[3];
    else if (body == 127) {
        memcpy(&body, from + 2, 8);
        body = be64toh(body);
    }
    int masked = from[1] & 0x80;
    frame->mask = masked ? from + head : NULL;
    head += masked ? 4 : 0;
    if (bytes < head || body > bytes - head)
        return 0;
    frame->op = from[0] & 0x0f;
    frame->body = from + head;
    frame->bytes = (size_t)body;
    frame->whole = head + (size_t)body;
    return 1;
}

/* Writes the head of a final frame of less than 64 KiB; gives its size. A mask follows where mask_bit is 0x80. */
static inline size_t frame_head(uint8_t *to, int op, size_t bytes, uint8_t mask_bit)
{
    to[0] = (uint8_t)(0x80 | op);
    if (bytes < 126) {
        to[1] = (uint8_t)(mask_bit | bytes);
        return 2;
    }
    to[1] = mask_bit | 126;
    to[2] = (uint8_t)(bytes >> 8);
    to[3] = (uint8_t)bytes;
    return 4;
}

static inline void frame_mask(uint8_t *body, size_t bytes, const uint8_t *mask)
{
    uint64_t wide;
    uint8_t eight[8] = {mask[0], mask[1], mask[2], mask[3], mask[0], mask[1], mask[2], mask[3]};
    size_t at = 0;
    memcpy(&wide, eight, 8);
    for (; at + 8 <= bytes; at += 8) {
        uint64_t word;
        memcpy(&word, body + at, 8);
        word ^= wide;
        memcpy(body + at, &word, 8);
    }
    for (; at < bytes; at++)
        body[at] ^= mask[at & 3];
}

#endif
