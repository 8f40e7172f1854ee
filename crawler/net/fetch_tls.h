/* fetch_tls.h - what a TLS handshake showed, good or bad. No type of OpenSSL's is seen here.
 *
 * A bad certificate is a finding, not an end: verification runs against the CA bundle, its first
 * error is kept with the connection and with its session (a resumed handshake verifies nothing),
 * and the handshake goes on. No secret is ever sent, so nothing is lost by going on. */
#ifndef RX_CRAWLER_FETCH_TLS_H
#define RX_CRAWLER_FETCH_TLS_H

#include "crawler/net/fetch.h"

/* For CURLOPT_SSL_CTX_FUNCTION: ssl_ctx is an SSL_CTX. RX_ENOMEM. */
RX_MUST int fetch_tls_prepare(void *ssl_ctx);
/* Fills out from a live SSL. host: as in the URL, brackets around IPv6. Outcome of failing
 * allocation is a shorter chain, never an error. */
void fetch_tls_read(struct fetch_tls *out, void *ssl, struct rx_str host);
void fetch_tls_free(struct fetch_tls *tls);

#endif
