/* same_text.h - which other pages say the same as this one: sketches of its visible text.
 *
 * Shops of one programme say the same about other drugs, at other prices, under another name. So
 * these are taken out first: the words for drugs (lexicon.h), whatever holds a digit (prices,
 * doses, phones, dates), addresses of pages and mailboxes, and the shop's own names. What is left
 * is compared as runs of five words (Broder 1997; base/minhash.h).
 * Letters of ASCII count without their case. Where a script writes no blanks between words (Han,
 * kana), each character is a word. Pure, linear. */
#ifndef RX_CRAWLER_EXTRACT_SAME_TEXT_H
#define RX_CRAWLER_EXTRACT_SAME_TEXT_H

#include "base/arena.h"
#include "base/minhash.h"
#include "crawler/extract/lexicon.h"

enum {
    SAME_SHINGLE = 5,    /* words of a shingle */
    SAME_QGRAM = 4,      /* bytes of a q-gram */
    SAME_WORDS_MIN = 50, /* with fewer words left a page says too little to be compared */
    SAME_NAMES_MAX = 4
};

struct same_text {
    struct rx_sketch shingles; /* of the masked text; all zero with fewer than SAME_SHINGLE words */
    struct rx_sketch qgrams;   /* of the text as it is, for the baseline that knows no masks */
    uint32_t words;            /* that the masks left */
};

/* text: what the page shows, as one text (sheet.h). names: what the shop calls itself, such as its
 * host (of which the registrable domain's label counts: pass the site key) or its brand; the first
 * SAME_NAMES_MAX count. RX_EFULL: the arena, which needs a byte for each of text. */
RX_MUST int same_text(struct same_text *out, struct rx_arena *arena, const struct lexicon *lex,
                      const struct lexicon_text *text, const struct rx_str *names,
                      size_t name_count);

#endif
