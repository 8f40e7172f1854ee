/* lexicon.h - the words of the trade (lexicon.tsv), compiled into one Vectorscan database of
 * literals. Immutable after lexicon_new(). */
#ifndef RX_CRAWLER_EXTRACT_LEXICON_H
#define RX_CRAWLER_EXTRACT_LEXICON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum lexicon_kind {
    LEXICON_DRUG,
    LEXICON_TRADE,
    LEXICON_CLAIM,
    LEXICON_CART,
    LEXICON_SHOP,
    LEXICON_PAYMENT,
    LEXICON_PRESCRIPTION,
    LEXICON_LICENCE,
    LEXICON_PARKED,
    LEXICON_COUNTER, /* an ingredient sold over the counter in much of the world */
    LEXICON_WAIVER,  /* no prescription is asked for */
    LEXICON_SHELF,   /* a waiver, or the lawful name of the shelf that needs none */
    LEXICON_LABEL,   /* buys when it is the whole label of a link or button */
    LEXICON_REVIEW,  /* speaks as a reviewer of shops */
    LEXICON_BILLING, /* speaks as a till or card processor */
    LEXICON_PROMISE, /* what shops of any trade promise too */
    LEXICON_CARRIER,
    LEXICON_COUNTRY,  /* where the goods are said to come from */
    LEXICON_PROVIDER, /* speaks to shops as one who is paid for them */
    LEXICON_KINDS
};

enum { LEXICON_NAMES_MAX = 512 };

struct lexicon;

/* What a text says. */
struct lexicon_count {
    uint32_t words[LEXICON_KINDS]; /* occurrences */
    uint32_t drugs;                /* different ingredients that need a prescription */
    uint32_t counter;              /* different ingredients that do not */
    uint32_t claims;               /* different kinds of claim */
    uint64_t named[LEXICON_NAMES_MAX / 64];
};

/* text must outlive the lexicon. RX_EINVAL with the line. */
RX_MUST int lexicon_new(struct lexicon **out, struct rx_str text, struct rx_err *err);
void lexicon_free(struct lexicon *lex);
/* Was a text not looked at, since this was asked last, for want of memory? The calls below then
 * found nothing. */
bool lexicon_failed(const struct lexicon *lex);
/* A text with the places of its words, so that it is searched once however many ask what it says.
 */
struct lexicon_text {
    struct rx_str text;
    struct lexicon_place *places; /* NULL: none, or too many to keep: then each question searches */
    size_t count;
};
/* places: in the arena. RX_EFULL: the arena. */
RX_MUST int lexicon_read(struct lexicon_text *out, struct rx_arena *arena,
                         const struct lexicon *lex, struct rx_str text);
/* Adds what text says to *count. Linear. */
void lexicon_count(const struct lexicon *lex, const struct lexicon_text *text,
                   struct lexicon_count *count);
/* The same of a text that is asked once. */
void lexicon_scan(const struct lexicon *lex, struct rx_str text, struct lexicon_count *count);
/* Does a host, URL or anchor text speak of a drug, a claim or the trade? Words marked so may be
 * glued to others. */
bool lexicon_is_trade(const struct lexicon *lex, struct rx_str text);
/* Is label as a whole a word for buying? */
bool lexicon_is_label(const struct lexicon *lex, struct rx_str label);
bool lexicon_names_drug(const struct lexicon *lex, struct rx_str text);
/* A word of the lexicon at its place in a text. */
struct lexicon_hit {
    enum lexicon_kind kind;
    struct rx_str name; /* of its line: the ingredient, the claim */
    size_t from, to;
};
typedef void lexicon_hit_fn(void *ctx, const struct lexicon_hit *hit);
/* Tells fn where words of these kinds (bits 1 << kind) stand in text, in the order of their ends.
 * They may overlap. */
void lexicon_find(const struct lexicon *lex, const struct lexicon_text *text, unsigned kinds,
                  lexicon_hit_fn *fn, void *ctx);
enum { LEXICON_DRUGS = 1u << LEXICON_DRUG | 1u << LEXICON_COUNTER };

#endif
