/* Payloads are stamped when they are sent, and counted and timed when they arrive. */
#include "load.h"

static uint64_t histogram[BUCKETS];

static void sevens_write(uint8_t *to, uint64_t number, int count)
{
    for (int at = 0; at < count; at++)
        to[at] = (uint8_t)(number >> (7 * at) & 0x7f);
}

static uint64_t sevens_read(const uint8_t *from, int count)
{
    uint64_t number = 0;
    for (int at = 0; at < count; at++)
        number |= (uint64_t)(from[at] & 0x7f) << (7 * at);
    return number;
}

/* Buckets of 1/64 of a power of two: less than 2 % off. */
static int bucket_of(uint64_t ns)
{
    int shift = ns < 128 ? 0 : 57 - __builtin_clzll(ns);
    int bucket = shift * 64 + (int)(ns >> shift);
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static double microseconds_of(int bucket)
{
    int shift = bucket < 128 ? 0 : bucket / 64 - 1;
    return (double)((uint64_t)(bucket - shift * 64) << shift) / 1e3;
}

/* Writes a payload: MARK, client, number, time, filling. */
void stamp(uint8_t *payload, struct client *client, uint64_t due)
{
    memcpy(payload, MARK, MARK_BYTES);
    sevens_write(payload + 8, (uint64_t)(client - clients), 2);
    sevens_write(payload + 10, ++client->sent, 5);
    sevens_write(payload + 15, due - epoch, 8);
    memset(payload + STAMP_BYTES, 'a', (size_t)options.bytes - STAMP_BYTES);
}

static void count_delivery(struct client *client, const uint8_t *payload, uint64_t now)
{
    uint64_t number = sevens_read(payload + 8, 2);
    if (number >= (uint64_t)client_count || clients[number].room != client->room) {
        counts.disordered++;
        return;
    }
    struct client *sender = &clients[number];
    uint32_t number_heard = (uint32_t)sevens_read(payload + 10, 5), *last = &client->seen[sender->member];
    uint64_t due = epoch + sevens_read(payload + 15, 8);
    if (sender == client || number_heard <= *last) { /* What is left out is missed in the end. */
        counts.disordered += !options.merged;
        return;
    }
    *last = number_heard;
    sender->heard_of++;
    counts.delivered++;
    if (measuring)
        histogram[bucket_of(now > due ? now - due : 0)]++;
}

void heard(struct client *client, const uint8_t *from, size_t bytes, uint64_t now)
{
    static size_t guess; /* where the mark was the last time */
    size_t at = guess;
    if (bytes < (size_t)options.bytes)
        return;
    if (at + (size_t)options.bytes > bytes || memcmp(from + at, MARK, MARK_BYTES))
        at = 0;
    while (at + (size_t)options.bytes <= bytes) {
        const uint8_t *mark = memmem(from + at, bytes - at, MARK, MARK_BYTES);
        if (!mark || mark + options.bytes > from + bytes)
            return;
        guess = options.merged ? 0 : (size_t)(mark - from);
        count_delivery(client, mark, now);
        at = (size_t)(mark - from) + (size_t)options.bytes;
    }
}

double percentile_us(double share)
{
    uint64_t all = 0, passed = 0;
    for (int at = 0; at < BUCKETS; at++)
        all += histogram[at];
    for (int at = 0; at < BUCKETS; at++)
        if ((passed += histogram[at]) && (double)passed >= share * (double)all)
            return microseconds_of(at);
    return 0;
}

