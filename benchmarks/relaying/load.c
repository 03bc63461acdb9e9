/*
 * The load generator: many WebSocket clients in one process, which say what they are told to and measure what they hear.
 *
 *     load PLAN [--KEY VALUE]...
 *
 * PLAN has a line for each client: ROOM PATH HELLO REPLY. ROOM is a number, from 0. HELLO is what the client sends when the
 * connection is open, and REPLY what it sends when it first hears something: hexadecimal, "-" for nothing. A client with one
 * of them is ready when it has heard something. All the rest of a contender's protocol lies in --prefix and --suffix, which
 * stand before and behind each payload.
 *
 * A payload is ASCII, so that it may be text as well: MARK, client (2), number (5) and time (8), each in groups of 7 bits, and
 * filling. A delivery is counted wherever MARK is found in what a client hears.
 *
 * With a rate the loop is open: the time in a payload is when it was due, so that waiting counts. Without, each client has
 * --window messages on their way. --logins 1 logs in and leaves, --together so many at a time; --idle 1 says nothing;
 * --merged 1 is for who delivers the latest only. --warm and --seconds are the time before and while it is measured.
 *
 * It tells in lines of JSON when it is "ready", when the measurement may "begin", what it has measured at the "end", and what
 * is missing when all is "drained". A line on standard input lets it go on when it is ready.
 */
#include "load.h"

#include <sys/epoll.h>
#include <sys/prctl.h>

struct options options = {.bytes = 64, .window = 8, .together = 16, .warm = 1, .seconds = 3};
struct client *clients;
int client_count, poller, measuring;
uint64_t epoch;
struct counts counts;

static int room_size[MAX_ROOMS], next_to_open, sending;
static uint64_t rotation;

static struct text unhex(const char *hex)
{
    struct text text = {found(malloc(strlen(hex) / 2 + 1)), 0};
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        text.at[text.bytes++] = (uint8_t)byte;
    return text;
}

static double processor_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void open_more(int at_once)
{
    while (counts.opening < at_once && next_to_open < client_count)
        start(&clients[next_to_open++]);
}

/* The clients take turns, so the next is always the one that is due first. */
static uint64_t next_due(void)
{
    return epoch + (uint64_t)((double)rotation * 1e9 / options.rate / client_count);
}

static void send_what_is_due(void)
{
    for (uint64_t now = nanoseconds(), due; (due = next_due()) <= now; rotation++) {
        struct client *client = &clients[rotation % (uint64_t)client_count];
        if (measuring && now - due > counts.late_ns)
            counts.late_ns = now - due;
        if (client->state != OPEN || client->out_bytes > OUT_BYTES - 2 * MAX_FRAME)
            continue;
        publish(client, due);
        push(client);
    }
}

static void fill_windows(void)
{
    for (struct client *client = clients; client < clients + client_count; client++) {
        uint64_t others = (uint64_t)room_size[client->room] - 1;
        if (client->state != OPEN || client->out_bytes || !others)
            continue;
        while (client->sent * others < client->heard_of + (uint64_t)options.window * others)
            publish(client, nanoseconds());
        if (client->out_bytes)
            push(client);
    }
}

static void turn(uint64_t until)
{
    static struct epoll_event events[4096];
    uint64_t now = nanoseconds(), wake = sending && options.rate ? next_due() : until;
    uint64_t rest = wake < until ? wake : until;
    rest = rest > now ? rest - now : 0;
    struct timespec wait = {(time_t)(rest / 1000000000u), (long)(rest % 1000000000u)};
    int count = epoll_pwait2(poller, events, 4096, &wait, NULL);
    for (int at = 0; at < count; at++) {
        struct client *client = events[at].data.ptr;
        if (events[at].events & EPOLLOUT)
            push(client);
        if (events[at].events & ~(uint32_t)EPOLLOUT)
            read_client(client);
    }
    if (sending && options.rate)
        send_what_is_due();
    else if (sending)
        fill_windows();
}

static void run_for(double seconds)
{
    for (uint64_t until = nanoseconds() + (uint64_t)(seconds * 1e9); nanoseconds() < until;)
        turn(until);
}

static void open_all(void)
{
    uint64_t until = nanoseconds() + PATIENCE_SECONDS * 1000000000ull;
    while (counts.opened < client_count && nanoseconds() < until) {
        open_more(OPENING_AT_ONCE);
        turn(nanoseconds() + 100000000u);
    }
    if (counts.opened < client_count) {
        fprintf(stderr, "load: %d of %d clients are ready after %d s\n", counts.opened, client_count, PATIENCE_SECONDS);
        exit(1);
    }
}

static void tell(const char *what)
{
    printf("{\"is\": \"%s\"}\n", what);
    fflush(stdout);
}

static void wait_for_go(void)
{
    char line[16];
    if (!fgets(line, sizeof line, stdin))
        exit(0);
}

static void drain(uint64_t owed)
{
    uint64_t until = nanoseconds() + DRAIN_SECONDS * 1000000000ull;
    while (counts.delivered < owed && nanoseconds() < until)
        turn(nanoseconds() + 10000000u);
}

static uint64_t all_owed(void)
{
    uint64_t owed = 0;
    for (int at = 0; at < client_count; at++)
        owed += clients[at].sent * ((uint64_t)room_size[clients[at].room] - 1);
    return owed;
}

static void measure(void)
{
    epoch = nanoseconds();
    sending = !options.idle && !options.logins;
    run_for(options.warm);
    tell("begin");
    uint64_t began = nanoseconds(), sent_before = counts.sent, delivered_before = counts.delivered, owed = all_owed();
    double processor = processor_seconds();
    counts.logins = 0;
    measuring = 1;
    run_for(options.seconds);
    measuring = sending = 0;
    double seconds = (double)(nanoseconds() - began) / 1e9;
    processor = processor_seconds() - processor;
    uint64_t in_window = counts.delivered - delivered_before;
    owed = all_owed() - owed;
    printf("{\"is\": \"end\", \"seconds\": %.6f, \"sent\": %lu, \"owed\": %lu, \"delivered\": %lu, \"logins\": %lu, "
           "\"p50_us\": %.1f, \"p99_us\": %.1f, \"processor\": %.4f, \"late_us\": %.1f}\n",
           seconds, counts.sent - sent_before, owed, in_window, counts.logins, percentile_us(0.5), percentile_us(0.99),
           processor, (double)counts.late_ns / 1e3);
    fflush(stdout);
    drain(all_owed());
    printf("{\"is\": \"drained\", \"missing\": %ld, \"disordered\": %lu, \"bytes_said\": %lu, \"bytes_heard\": %lu}\n",
           (long)(all_owed() - counts.delivered), counts.disordered, counts.bytes_said, counts.bytes_heard);
}

static void read_plan(const char *path)
{
    char *line = NULL, where[512], hello[4096], reply[256];
    size_t room = 0;
    FILE *plan = found(fopen(path, "r"));
    while (getline(&line, &room, plan) > 0) {
        clients = found(realloc(clients, (size_t)(client_count + 1) * sizeof *clients));
        struct client *client = &clients[client_count++];
        memset(client, 0, sizeof *client);
        if (sscanf(line, "%d %511s %4095s %255s", &client->room, where, hello, reply) != 4 || client->room >= MAX_ROOMS) {
            fprintf(stderr, "load: cannot read this line of the plan: %s", line);
            exit(2);
        }
        client->path = found(strdup(where));
        client->hello = unhex(hello);
        client->reply = unhex(reply);
        client->out = found(malloc(OUT_BYTES));
        client->rest.at = found(malloc(1));
        client->member = room_size[client->room]++;
    }
    for (int at = 0; at < client_count; at++)
        clients[at].seen = found(calloc((size_t)room_size[clients[at].room], sizeof(uint32_t)));
    free(line);
    fclose(plan);
}

static void read_option(const char *key, const char *given)
{
    const struct {
        const char *key;
        int *whole;
        double *real;
        struct text *text;
    } known[] = {
        {"--port", &options.port, NULL, NULL},     {"--bytes", &options.bytes, NULL, NULL},
        {"--window", &options.window, NULL, NULL}, {"--together", &options.together, NULL, NULL},
        {"--merged", &options.merged, NULL, NULL}, {"--logins", &options.logins, NULL, NULL},
        {"--idle", &options.idle, NULL, NULL},     {"--rate", NULL, &options.rate, NULL},
        {"--warm", NULL, &options.warm, NULL},     {"--seconds", NULL, &options.seconds, NULL},
        {"--prefix", NULL, NULL, &options.prefix}, {"--suffix", NULL, NULL, &options.suffix},
    };
    for (size_t at = 0; at < sizeof known / sizeof *known; at++) {
        if (strcmp(known[at].key, key))
            continue;
        if (known[at].whole)
            *known[at].whole = atoi(given);
        else if (known[at].real)
            *known[at].real = atof(given);
        else
            *known[at].text = unhex(given);
        return;
    }
    fprintf(stderr, "load: there is no option %s\n", key);
    exit(2);
}

static void check_options(void)
{
    size_t frame = options.prefix.bytes + (size_t)options.bytes + options.suffix.bytes;
    if (options.bytes < STAMP_BYTES || frame > MAX_FRAME || !client_count || client_count > 1 << 14) {
        fprintf(stderr, "load: a payload has %d bytes at least, a frame %d at most, and a plan clients\n", STAMP_BYTES,
                MAX_FRAME);
        exit(2);
    }
    if (options.window < 1 || (size_t)options.window * (frame + 8) > OUT_BYTES / 2) {
        fputs("load: such a window does not fit\n", stderr);
        exit(2);
    }
}

int main(int count, char **given)
{
    if (count < 2 || count % 2) {
        fputs("usage: load PLAN [--KEY VALUE]...\n", stderr);
        return 2;
    }
    for (int at = 2; at < count; at += 2)
        read_option(given[at], given[at + 1]);
    read_plan(given[1]);
    check_options();
    prctl(PR_SET_TIMERSLACK, 1000);
    poller = epoll_create1(0);
    if (!options.logins)
        open_all();
    tell("ready");
    wait_for_go();
    if (options.logins)
        open_more(options.together);
    measure();
    return 0;
}
