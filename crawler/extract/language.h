/* language.h - languages.tsv, read once: the little words by which a text's language is told. */
#ifndef RX_CRAWLER_EXTRACT_LANGUAGE_H
#define RX_CRAWLER_EXTRACT_LANGUAGE_H

#include "base/err.h"
#include "base/str.h"

struct languages;

/* text must outlive it. RX_EINVAL with the line. */
RX_MUST int languages_new(struct languages **out, struct rx_str text, struct rx_err *err);
void languages_free(struct languages *l);
/* The code of the language that the text is written in ("de"), or empty: too little, or too mixed,
 * to tell. Looks at the text's first part only. */
struct rx_str languages_of(const struct languages *l, struct rx_str text);

#endif
