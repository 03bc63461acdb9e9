/* Bytes of a client: over its socket, or, in a program that is built with TLS, sealed with it. */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#ifdef TLS
#include <openssl/ssl.h>
#include <signal.h>

enum { RECORD_BYTES = 16384 };

/* Nothing is verified: what is measured is the server, and both ends are ours. */
void secure(struct client *client)
{
    static SSL_CTX *context;
    if (!context) {
        signal(SIGPIPE, SIG_IGN);
        context = found(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
    }
    int flags = fcntl(client->fd, F_GETFL);
    if (flags < 0 || fcntl(client->fd, F_SETFL, flags | O_NONBLOCK))
        fail("fcntl");
    client->tls = found(SSL_new(context));
    SSL_set_connect_state(client->tls);
    SSL_set_fd(client->tls, client->fd);
}

void unsecure(struct client *client)
{
    SSL_free(client->tls);
    client->tls = NULL;
}

/* Like send and recv: 0 is the end, -1 with EAGAIN is later. */
static ssize_t result(struct client *client, int done)
{
    int why = SSL_get_error(client->tls, done);
    if (done > 0)
        return done;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return why == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

ssize_t bytes_out(struct client *client, const uint8_t *from, size_t bytes)
{
    return bytes ? result(client, SSL_write(client->tls, from, (int)bytes)) : 0;
}

/* As long as there is room for a whole record, so that what is left lies in the socket, where it is noticed. */
ssize_t bytes_in(struct client *client, uint8_t *to, size_t room)
{
    ssize_t all = 0, more = 0;
    while (room - (size_t)all >= RECORD_BYTES) {
        more = result(client, SSL_read(client->tls, to + all, RECORD_BYTES));
        if (more <= 0)
            break;
        all += more;
    }
    return all ? all : more;
}

int waits_for_room(struct client *client)
{
    return client->out_bytes && !SSL_want_read((SSL *)client->tls);
}
#else
void secure(struct client *client)
{
    client->tls = NULL;
}

void unsecure(struct client *client)
{
    client->tls = NULL;
}

ssize_t bytes_out(struct client *client, const uint8_t *from, size_t bytes)
{
    return send(client->fd, from, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t bytes_in(struct client *client, uint8_t *to, size_t room)
{
    return recv(client->fd, to, room, MSG_DONTWAIT);
}

int waits_for_room(struct client *client)
{
    return !!client->out_bytes;
}
#endif
