/* fetch_tls.c - see fetch_tls.h. */
#include "crawler/net/fetch_tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>

enum { CERT_BYTES_MAX = 65536 };

/* Slots of ours on SSL and SSL_SESSION: the first verification error, 0 for none. */
static int ssl_slot = -1, session_slot = -1;

static void make_slots(void)
{
    ssl_slot = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    session_slot = SSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

/* The error is cleared in the store, because the library would end a transfer that still has it.
 * The session is marked now and not later: a TLS 1.3 ticket copies the marks when it arrives. */
static int on_verify(int ok, X509_STORE_CTX *store)
{
    if (ok)
        return 1;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    if (ssl && !SSL_get_ex_data(ssl, ssl_slot)) {
        void *error = (void *)(intptr_t)X509_STORE_CTX_get_error(store);
        (void)SSL_set_ex_data(ssl, ssl_slot, error);
        SSL_SESSION *session = SSL_get_session(ssl);
        if (session)
            (void)SSL_SESSION_set_ex_data(session, session_slot, error);
    }
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

int fetch_tls_prepare(void *ssl_ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (pthread_once(&once, make_slots) || ssl_slot < 0 || session_slot < 0)
        return RX_ENOMEM;
    SSL_CTX *ctx = ssl_ctx;
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_verify);
    /* Old servers are a fact to record: those without RFC 5746 are talked to, and an end without
     * close_notify is an end (a Content-Length that is not reached still shows). */
    (void)SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
    return 0;
}

static long first_error(SSL *ssl)
{
    void *error = SSL_get_ex_data(ssl, ssl_slot);
    if (!error && SSL_session_reused(ssl)) {
        SSL_SESSION *session = SSL_get_session(ssl);
        error = session ? SSL_SESSION_get_ex_data(session, session_slot) : NULL;
    }
    return (long)(intptr_t)error;
}

/* RFC 6125: DNS names by subjectAltName (common name only without one), addresses by iPAddress. */
static bool name_matches(X509 *leaf, struct rx_str host)
{
    char text[256];
    if (host.n >= 2 && host.p[0] == '[')
        host = rx_str_sub(host, 1, host.n - 1);
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n == 0 || host.n >= sizeof text)
        return false;
    (void)snprintf(text, sizeof text, "%.*s", RX_FMT(host));
    struct rx_ip ip;
    if (rx_ip_parse(&ip, host) == 0)
        return X509_check_ip_asc(leaf, text, 0) == 1;
    return X509_check_host(leaf, text, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

/* False: too long or no memory; the chain ends before it. */
static bool add_der(struct fetch_tls *out, X509 *cert)
{
    int n = i2d_X509(cert, NULL);
    struct rx_buf *der = &out->chain[out->chain_count];
    *der = RX_BUF(CERT_BYTES_MAX);
    if (n <= 0 || n > CERT_BYTES_MAX)
        return false;
    unsigned char *to = (unsigned char *)rx_buf_room(der, (size_t)n);
    if (!to)
        return false;
    der->n = (size_t)i2d_X509(cert, &to);
    out->chain_count++;
    return true;
}

void fetch_tls_read(struct fetch_tls *out, void *ssl_ptr, struct rx_str host)
{
    SSL *ssl = ssl_ptr;
    fetch_tls_free(out);
    out->used = true;
    (void)snprintf(out->protocol, sizeof out->protocol, "%s", SSL_get_version(ssl));
    const SSL_CIPHER *current = SSL_get_current_cipher(ssl);
    const char *cipher = current ? SSL_CIPHER_standard_name(current) : NULL; /* IANA's name */
    (void)snprintf(out->cipher, sizeof out->cipher, "%s", cipher ? cipher : "");
    out->verify = first_error(ssl);
    if (out->verify != X509_V_OK)
        (void)snprintf(out->verify_text, sizeof out->verify_text, "%s",
                       X509_verify_cert_error_string(out->verify));
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
    int count = chain ? sk_X509_num(chain) : 0;
    if (count > 0)
        out->name_ok = name_matches(sk_X509_value(chain, 0), host);
    for (int i = 0; i < count && i < FETCH_CHAIN_MAX; i++)
        if (!add_der(out, sk_X509_value(chain, i)))
            break;
}

void fetch_tls_free(struct fetch_tls *tls)
{
    for (size_t i = 0; i < FETCH_CHAIN_MAX; i++)
        rx_buf_free(&tls->chain[i]);
    *tls = (struct fetch_tls){0};
}
