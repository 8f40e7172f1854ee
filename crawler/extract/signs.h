/* signs.h - what speaks for a role on one page (extract.h, enum sign). */
#ifndef RX_CRAWLER_EXTRACT_SIGNS_H
#define RX_CRAWLER_EXTRACT_SIGNS_H

#include "crawler/extract/families.h"
#include "crawler/extract/lexicon.h"

/* A full arena shows in p->c->rc. */
void signs_of(struct signs *out, const struct family_page *p);

#endif
