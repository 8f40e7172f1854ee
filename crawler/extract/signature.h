/* signature.h - the table of signatures, compiled: one Vectorscan database of all hints, one PCRE2
 * program a row. Immutable after signatures_new(). */
#ifndef RX_CRAWLER_EXTRACT_SIGNATURE_H
#define RX_CRAWLER_EXTRACT_SIGNATURE_H

#include "crawler/extract/check.h"
#include "crawler/extract/scratch.h"
#include "crawler/extract/sheet.h"

struct hs_database;
struct pcre2_real_code_8;

enum { SIGNATURES_MAX = 1000, SIGNATURES_REACH = 512 /* the most that is looked back */ };

struct signature {
    const struct rx_class *cls;
    unsigned where; /* bits 1 << enum sheet_kind */
    struct rx_str hint, pattern;
    check_normal_fn *normal;
    struct rx_str argument; /* of the normaliser: what follows ':' */
    check_valid_fn *valid;
    bool caseless, lines;
    struct rx_str example, value, counterexample; /* the row's own test */
    unsigned line;
    size_t reach; /* bytes before a hint's end within which a match with that hint begins */
    struct pcre2_real_code_8 *code; /* owned */
    size_t next_of_hint;            /* index + 1 of the next row with the same hint */
};

struct signatures {
    struct signature *rows; /* owned; text is borrowed */
    size_t count;
    unsigned where;            /* all bits in use */
    struct hs_database *hints; /* owned; id = index of the first row with that hint */
    struct scratch *scratch;   /* owned */
};

/* text must outlive the table; name is for messages. RX_EINVAL with name, line and reason. */
RX_MUST int signatures_new(struct signatures **out, struct rx_str text, const char *name,
                           struct rx_err *err);
void signatures_free(struct signatures *s);

#endif
