/* list_json.h - URLs out of JSON: lines of objects, STIX 2.1 bundles, MISP events. For the jail:
 * jansson reads bytes of strangers. Pure.
 *
 * Of STIX the observables url and domain-name and what a pattern compares them with; of MISP the
 * attributes of types that are an address. References to reports ("external_references", MISP's
 * "link") are somebody's web page about the matter, never a seed. */
#ifndef RX_CRAWLER_LISTS_LIST_JSON_H
#define RX_CRAWLER_LISTS_LIST_JSON_H

#include "base/buf.h"
#include "base/vocab.h"

enum {
    LIST_JSON_BYTES_MAX = 16 << 20, /* of a bundle, an event, or a stretch of lines */
    LIST_JSON_LINE_MAX = 1 << 20,
    LIST_JSON_DEPTH_MAX = 64,
    LIST_JSON_NODES_MAX = 1 << 21 /* looked at in one document */
};

/* Once a process, before the jail closes: jansson takes its random numbers from a file. */
void list_json_init(void);
/* Keys of a line, the first that is there: url, uri, link, href, site, website, domain, host,
 * hostname, fqdn, value; or an array of them under urls, domains, hosts. Beside it, if they are
 * there: purpose (ad, spam, complaint, report), origin (the advertisement, profile or mail that
 * names it). RX_ENOMEM, RX_EFULL. */
RX_MUST int list_json_lines(struct rx_buf *finds, struct rx_str text, struct rx_err *err);
RX_MUST int list_json_stix(struct rx_buf *finds, struct rx_str text, struct rx_err *err);
RX_MUST int list_json_misp(struct rx_buf *finds, struct rx_str text, struct rx_err *err);

#endif
