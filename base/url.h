/* url.h - URLs as browsers read them: the WHATWG URL standard, for http and https.
 *
 * The one URL parser of the program: what curl gets is the serialised output of this one.
 * Bytes in, bytes out: input is UTF-8 (invalid sequences are read as U+FFFD, as the standard's
 * decoder does); output is ASCII. Pure and thread-safe. */
#ifndef RX_BASE_URL_H
#define RX_BASE_URL_H

#include "base/buf.h"

enum { RX_URL_MAX = 2048 }; /* bytes of input and of the serialised URL */

/* A parsed http or https URL: views into one serialised string. */
struct rx_url {
    struct rx_str href;     /* whole serialisation, fragment included */
    struct rx_str scheme;   /* "http" or "https", no colon */
    struct rx_str username; /* percent-encoded; empty if none */
    struct rx_str password;
    struct rx_str host;     /* A-label name, dotted IPv4, or [IPv6] with its brackets */
    struct rx_str path;     /* begins with "/" */
    struct rx_str query;    /* without "?"; see has_query */
    struct rx_str fragment; /* without "#"; see has_fragment */
    uint16_t port;          /* effective: 80 or 443 when none is written */
    bool has_port;          /* a non-default port is written */
    bool has_query, has_fragment;
    bool host_is_ip;
};

/* Parses input against base (NULL: input must be absolute). Clears out and writes the
 * serialisation there; the views of *url point into out and die with it or with its next change.
 * RX_EINVAL: parsing fails by the standard. RX_ENOENT: a valid URL of another scheme (mailto:,
 * javascript:...). RX_EFULL: over RX_URL_MAX. base must not point into out.
 * Source: https://url.spec.whatwg.org/ sections 3.5 (hosts) and 4.4 (basic URL parser). */
RX_MUST int rx_url_parse(struct rx_url *url, struct rx_buf *out, struct rx_str input,
                         const struct rx_url *base);

/* The key under which a page is fetched and remembered: no fragment, no user info, and without
 * session ids (jsessionid, PHPSESSID, sid and the like, in path parameters and query). Order of
 * parameters stays. Writes to out (cleared first). */
RX_MUST int rx_url_fetch_key(struct rx_buf *out, const struct rx_url *url);

/* "http://host" or "http://host:8080": scheme, host and non-default port (RFC 6454). */
RX_MUST int rx_url_origin(struct rx_buf *out, const struct rx_url *url);

/* Host parsing alone (section 3.5): percent-decoding, IDNA to A-label, IPv4 number forms, IPv6.
 * RX_EINVAL on failure. *is_ip tells an address from a name. Writes to out (cleared first). */
RX_MUST int rx_host_parse(struct rx_buf *out, bool *is_ip, struct rx_str input);

/* Iterates application/x-www-form-urlencoded pairs of a query, raw (not decoded). *at starts at 0.
 * False when there is no further pair. */
bool rx_query_next(struct rx_str query, size_t *at, struct rx_str *name, struct rx_str *value);

/* Does a parameter (or cookie) of that name pass a session on? "sid" has other meanings too: it is
 * one from shortest_sid bytes of value on. */
bool rx_query_is_session(struct rx_str name, struct rx_str value, size_t shortest_sid);

/* Decodes %XX (and, if plus, '+' to a space); adds to out. Other bytes stay. */
RX_MUST int rx_percent_decode(struct rx_buf *out, struct rx_str s, bool plus);

#endif
