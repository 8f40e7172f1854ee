/* sitemap.h - the links of a sitemap (sitemaps.org, protocol 0.90), by libxml2. */
#ifndef RX_CRAWLER_PARSE_SITEMAP_H
#define RX_CRAWLER_PARSE_SITEMAP_H

#include "crawler/parse/build.h"

enum { SITEMAP_LINKS_MAX = 2000, SITEMAP_NODES_MAX = 200000 };

/* Before the jail closes: what the library makes once a process. */
void sitemap_init(void);

/* Adds what the source names: pages (RX_LINK_SITEMAP), other sitemaps (RX_LINK_FILE), comments.
 * What stands before a fault is kept. RX_EINVAL: a document type is declared; nothing is read then.
 */
RX_MUST int sitemap_read(struct build *b, struct rx_err *err);

#endif
