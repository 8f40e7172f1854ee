/* text_urls.h - the URLs that stand in running text or in HTML, in the order of the text. Pure.
 *
 * Not a page's links: a mail has no base URL, and a tag whose address is no http(s) URL leads
 * nowhere. Scheme and host must be written out ("www.x.example" alone is no find: in running text
 * every other word with a dot would be one), or be defanged in a way that seed_parse() undoes. */
#ifndef RX_CRAWLER_LISTS_TEXT_URLS_H
#define RX_CRAWLER_LISTS_TEXT_URLS_H

#include "base/buf.h"

/* Non-zero stops the search and is returned. */
typedef int text_url_fn(void *ctx, struct rx_str url);
RX_MUST int text_urls(struct rx_str text, text_url_fn *fn, void *ctx);
/* Addresses in attributes of tags (character references undone, line ends taken out), and URLs in
 * the text between them. source is UTF-8. RX_ENOMEM. */
RX_MUST int text_urls_html(struct rx_str source, text_url_fn *fn, void *ctx);
/* Is it HTML, whatever it is called? It holds html, body or a elements. */
bool text_is_html(struct rx_str text);

#endif
