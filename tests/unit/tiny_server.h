/* tiny_server.h - a scripted HTTP server on loopback for tests of fetch: answers are raw bytes, so
 * that it can break every rule. One thread, and one a connection; TLS with a certificate made on
 * the spot; it can also play an HTTP or SOCKS5 proxy that leads to itself. */
#ifndef RX_TESTS_UNIT_TINY_SERVER_H
#define RX_TESTS_UNIT_TINY_SERVER_H

#include "base/str.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum tiny_end {
    TINY_KEEP,    /* wait for the next request */
    TINY_CLOSE,   /* close after the bytes */
    TINY_HANG,    /* send nothing more, keep open */
    TINY_DRIP,    /* the last byte again and again, ten a second */
    TINY_ENDLESS, /* the bytes again and again, as fast as they go */
    TINY_RESET    /* close with RST */
};

struct tiny_route {
    const char *path, *bytes;
    enum tiny_end end;
    const char *again; /* what is repeated by TINY_ENDLESS; NULL: bytes */
};

enum tiny_mode {
    TINY_PLAIN,
    TINY_HTTP_PROXY,
    TINY_SOCKS,
    TINY_GREETS /* speaks first: no HTTP, no TLS */
};

enum { TINY_CONNECTIONS = 64, TINY_LOG = 16384 };

struct tiny_server {
    int fd;
    uint16_t port;
    enum tiny_mode mode;
    const char *connect_answer; /* TINY_HTTP_PROXY */
    char socks_reply;           /* TINY_SOCKS: to CONNECT (RFC 1928, section 6); 0: granted */
    const struct tiny_route *routes;
    SSL_CTX *tls;
    pthread_t thread, workers[TINY_CONNECTIONS];
    atomic_int connections, requests, stop;
    pthread_mutex_t lock;
    char log[TINY_LOG]; /* all requests, one after the other; and names asked of SOCKS */
    size_t log_n;
};

struct tiny_connection {
    struct tiny_server *s;
    int fd;
    SSL *ssl;
};

static inline void tiny_note(struct tiny_server *s, const char *p, size_t n)
{
    (void)pthread_mutex_lock(&s->lock);
    if (n < sizeof s->log - s->log_n) {
        memcpy(s->log + s->log_n, p, n);
        s->log_n += n;
        s->log[s->log_n] = '\0';
    }
    (void)pthread_mutex_unlock(&s->lock);
}

/* Bytes read, 0 at the end; waits in short turns so that stop is seen. */
static inline int tiny_read(struct tiny_connection *c, char *to, int most)
{
    while (!atomic_load(&c->s->stop)) {
        int n = c->ssl ? SSL_read(c->ssl, to, most) : (int)recv(c->fd, to, (size_t)most, 0);
        if (n > 0)
            return n;
        if (c->ssl ? SSL_get_error(c->ssl, n) != SSL_ERROR_WANT_READ
                   : n == 0 || (errno != EAGAIN && errno != EINTR))
            return 0;
    }
    return 0;
}

static inline bool tiny_send(struct tiny_connection *c, const char *p, size_t n)
{
    for (size_t done = 0; done < n;) {
        int sent = c->ssl ? SSL_write(c->ssl, p + done, (int)(n - done))
                          : (int)send(c->fd, p + done, n - done, MSG_NOSIGNAL);
        if (sent > 0)
            done += (size_t)sent;
        else if (atomic_load(&c->s->stop) || c->ssl || (errno != EAGAIN && errno != EINTR))
            return false;
    }
    return true;
}

static inline bool tiny_handshake(struct tiny_connection *c)
{
    if (!c->s->tls)
        return true;
    c->ssl = SSL_new(c->s->tls);
    if (!c->ssl || SSL_set_fd(c->ssl, c->fd) != 1)
        return false;
    int done = 0;
    while ((done = SSL_accept(c->ssl)) != 1 && !atomic_load(&c->s->stop))
        if (SSL_get_error(c->ssl, done) != SSL_ERROR_WANT_READ)
            return false;
    return done == 1;
}

/* One request head into text; false when there is none. */
static inline bool tiny_request(struct tiny_connection *c, char *text, size_t room)
{
    size_t n = 0;
    while (n + 1 < room) {
        int got = tiny_read(c, text + n, 1);
        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = '\0';
        if (n >= 4 && memcmp(text + n - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    return false;
}

static inline bool tiny_socks(struct tiny_connection *c)
{
    char b[512];
    if (tiny_read(c, b, 2) != 2)
        return false;
    for (int left = b[1]; left > 0; left--)
        if (tiny_read(c, b, 1) != 1)
            return false;
    if (!tiny_send(c, "\5\0", 2) || tiny_read(c, b, 4) != 4)
        return false;
    if (b[3] != 3) { /* only names: an address would mean that someone resolved */
        tiny_note(c->s, "ADDRESS ", 8);
        return false;
    }
    if (tiny_read(c, b, 1) != 1)
        return false;
    int n = (unsigned char)b[0];
    for (int i = 0; i < n + 2; i++)
        if (tiny_read(c, b + i, 1) != 1)
            return false;
    tiny_note(c->s, "NAME ", 5);
    tiny_note(c->s, b, (size_t)n);
    tiny_note(c->s, "\n", 1);
    char reply[10] = {5, c->s->socks_reply, 0, 1};
    return tiny_send(c, reply, sizeof reply) && !c->s->socks_reply;
}

static inline bool tiny_http_proxy(struct tiny_connection *c)
{
    char text[4096];
    if (!c->s->connect_answer)
        return true; /* plain http: the request itself comes here */
    if (!tiny_request(c, text, sizeof text))
        return false;
    tiny_note(c->s, text, strlen(text));
    return tiny_send(c, c->s->connect_answer, strlen(c->s->connect_answer)) &&
           strstr(c->s->connect_answer, " 200 ");
}

static inline void tiny_answer(struct tiny_connection *c, const struct tiny_route *r)
{
    const char *again = r->again ? r->again : r->bytes;
    bool going = tiny_send(c, r->bytes, strlen(r->bytes));
    while (going && r->end > TINY_CLOSE && r->end < TINY_RESET && !atomic_load(&c->s->stop)) {
        if (r->end == TINY_ENDLESS) {
            going = tiny_send(c, again, strlen(again));
            continue;
        }
        (void)usleep(100000);
        if (r->end == TINY_DRIP)
            going = tiny_send(c, again + strlen(again) - 1, 1);
    }
}

static inline const struct tiny_route *tiny_route_of(const struct tiny_server *s, const char *text)
{
    const char *url = strchr(text, ' ');
    if (!url)
        return NULL;
    url++;
    if (strncmp(url, "http://", 7) == 0)
        url = strchr(url + 7, '/');
    for (const struct tiny_route *r = s->routes; url && r->path; r++) {
        size_t n = strlen(r->path);
        if (strncmp(url, r->path, n) == 0 && (url[n] == ' ' || url[n] == '?'))
            return r;
    }
    return NULL;
}

static inline void tiny_serve(struct tiny_connection *c)
{
    char text[32768];
    if (c->s->mode == TINY_GREETS && !tiny_send(c, "220 mail ready\r\n", 16))
        return;
    if ((c->s->mode == TINY_SOCKS && !tiny_socks(c)) ||
        (c->s->mode == TINY_HTTP_PROXY && !tiny_http_proxy(c)) || !tiny_handshake(c))
        return;
    while (tiny_request(c, text, sizeof text)) {
        atomic_fetch_add(&c->s->requests, 1);
        tiny_note(c->s, text, strlen(text));
        const struct tiny_route *r = tiny_route_of(c->s, text);
        if (!r)
            return;
        tiny_answer(c, r);
        if (r->end == TINY_RESET) {
            struct linger now = {1, 0};
            (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
        if (r->end != TINY_KEEP)
            return;
    }
}

static inline void *tiny_worker(void *arg)
{
    struct tiny_connection *c = arg;
    tiny_serve(c);
    if (c->ssl) {
        (void)SSL_shutdown(c->ssl);
        SSL_free(c->ssl);
    }
    (void)close(c->fd);
    free(c);
    return NULL;
}

static inline void *tiny_accept(void *arg)
{
    struct tiny_server *s = arg;
    for (;;) {
        int fd = accept(s->fd, NULL, NULL);
        struct tiny_connection *c = fd < 0 ? NULL : calloc(1, sizeof *c);
        if (atomic_load(&s->stop) || !c || atomic_load(&s->connections) >= TINY_CONNECTIONS) {
            if (fd >= 0)
                (void)close(fd);
            free(c);
            return NULL;
        }
        struct timeval turn = {0, 50000};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &turn, sizeof turn);
        *c = (struct tiny_connection){.s = s, .fd = fd};
        int i = atomic_fetch_add(&s->connections, 1);
        if (pthread_create(&s->workers[i], NULL, tiny_worker, c))
            abort();
    }
}

/* A self-signed certificate for one DNS name. */
static inline SSL_CTX *tiny_tls(const char *name)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    char san[128];
    (void)snprintf(san, sizeof san, "DNS:%s", name);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!key || !cert || !ext || !ctx)
        abort();
    (void)X509_set_version(cert, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(cert), 7);
    (void)X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
    (void)X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                                     (const unsigned char *)name, -1, -1, 0);
    (void)X509_set_issuer_name(cert, X509_get_subject_name(cert));
    (void)X509_set_pubkey(cert, key);
    (void)X509_add_ext(cert, ext, -1);
    if (!X509_sign(cert, key, EVP_sha256()) || SSL_CTX_use_certificate(ctx, cert) != 1 ||
        SSL_CTX_use_PrivateKey(ctx, key) != 1)
        abort();
    X509_EXTENSION_free(ext);
    X509_free(cert);
    EVP_PKEY_free(key);
    return ctx;
}

/* address: "127.0.0.1"; port 0: any. False if it cannot be bound. */
static inline bool tiny_start(struct tiny_server *s, const char *address, uint16_t port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t n = sizeof sa;
    int yes = 1;
    (void)inet_pton(AF_INET, address, &sa.sin_addr);
    (void)pthread_mutex_init(&s->lock, NULL);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&sa, sizeof sa) || listen(s->fd, 64) ||
        getsockname(s->fd, (struct sockaddr *)&sa, &n))
        return false;
    s->port = ntohs(sa.sin_port);
    return pthread_create(&s->thread, NULL, tiny_accept, s) == 0;
}

static inline void tiny_stop(struct tiny_server *s)
{
    atomic_store(&s->stop, 1);
    (void)shutdown(s->fd, SHUT_RDWR);
    (void)pthread_join(s->thread, NULL);
    for (int i = 0; i < atomic_load(&s->connections); i++)
        (void)pthread_join(s->workers[i], NULL);
    (void)close(s->fd);
    SSL_CTX_free(s->tls);
    (void)pthread_mutex_destroy(&s->lock);
}

#endif
