/* signs.h - what speaks for a role on one page (extract.h, enum sign). */
#ifndef RX_CRAWLER_EXTRACT_SIGNS_H
#define RX_CRAWLER_EXTRACT_SIGNS_H

#include "crawler/extract/families.h"
#include "crawler/extract/lexicon.h"

/* text: the page's SHEET_TEXT. A full arena shows in c->rc. */
void signs_of(struct signs *out, struct collect *c, const struct targets *targets,
              const struct lexicon *lex, const struct sheet *text);

#endif
