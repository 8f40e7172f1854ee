/* disguise.h - takes off what hides an identifier from a plain reader. The bare text is searched
 * like any other, quoted as the disguised bytes, and its marks are hidden.
 *
 * Known: Cloudflare's data-cfemail; "[at]", "(dot)" and the like; characters
 * that are not drawn, or drawn as others; in scripts: literals with \x, \u,
 * octal and HTML escapes, literals joined by '+', String.fromCharCode, atob, unescape and percent
 * encoding, one in the other, and again in what they come to; the same in on* attributes and
 * javascript: URLs; markup in any string of a script, and in comments; Base64 in data-* attributes;
 * percent escapes in URLs; strings that a style sheet shows. Work and output are bounded. */
#ifndef RX_CRAWLER_EXTRACT_DISGUISE_H
#define RX_CRAWLER_EXTRACT_DISGUISE_H

#include "crawler/extract/sheet.h"

/* Script literals in the open ("\/"), hidden text, hidden scripts, hidden URLs, URLs of styles,
 * attributes that are scripts; text, NAME=VALUE and URLs of markup that scripts write, and of such
 * that is commented out; comments without their entities. */
enum { DISGUISE_SHEETS = 13 };

/* seen: the page's SHEET_TEXT; inlined: of inline_sheet(). RX_EFULL: arena. */
RX_MUST int disguise_sheets(struct sheet out[DISGUISE_SHEETS], struct collect *c,
                            const struct sheet *seen, const struct sheet *inlined);

#endif
