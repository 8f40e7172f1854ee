/* match.h - runs the signature table over a sheet. Linear in the sheet, whatever it holds. */
#ifndef RX_CRAWLER_EXTRACT_MATCH_H
#define RX_CRAWLER_EXTRACT_MATCH_H

#include "crawler/extract/signature.h"

struct match;

/* One matcher a page: takes the table's scratch, or a clone when another thread has it. */
RX_MUST int match_new(struct match **out, const struct signatures *table, struct collect *c);
void match_free(struct match *m);
/* Puts the marks of every row that searches this kind of sheet. RX_ENOMEM. */
RX_MUST int match_sheet(struct match *m, const struct sheet *s);

#endif
