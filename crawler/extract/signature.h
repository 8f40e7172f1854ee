/* signature.h - the table of signatures, compiled: Vectorscan databases of all hints, one PCRE2
 * program a row. Immutable after signatures_new(). */
#ifndef RX_CRAWLER_EXTRACT_SIGNATURE_H
#define RX_CRAWLER_EXTRACT_SIGNATURE_H

#include "crawler/extract/check.h"
#include "crawler/extract/scratch.h"
#include "crawler/extract/sheet.h"

struct hs_database;
struct pcre2_real_code_8;

enum {
    SIGNATURES_MAX = 1000,
    SIGNATURES_OWN_MAX = 200 /* rows of a case, its classes included */,
    SIGNATURES_REACH = 512 /* the most that is looked back */
};

/* Hints are looked for in several passes, because some slow down all that are looked for with them
 * (docs/DECISIONS.md): long words only where a long word stands, and a row may ask to be apart. */
enum signature_lane { LANE_MAIN, LANE_WORDS, LANE_APART, LANES };

struct signature {
    const struct rx_class *cls;
    unsigned where; /* bits 1 << enum sheet_kind */
    struct rx_str hint, pattern;
    check_normal_fn *normal;
    struct rx_str argument; /* of the normaliser: what follows ':' */
    check_valid_fn *valid;
    struct rx_str option; /* of the check: what follows ':' */
    bool caseless, lines, apart;
    enum signature_lane lane;                     /* where its hint is looked for */
    struct rx_str example, value, counterexample; /* the row's own test */
    const char *file;                             /* borrowed, for messages */
    unsigned line;
    bool own;      /* of the case's file, not of the program's */
    char *derived; /* owned; the hint, where the row leaves it to us */
    size_t reach;  /* bytes before a hint's end within which a match with that hint begins */
    struct pcre2_real_code_8 *code; /* owned */
    size_t next_of_hint;            /* index + 1 of the next row with the same hint */
};

struct signatures {
    struct signature *rows; /* owned; text is borrowed */
    size_t count;
    unsigned where[LANES];            /* all bits in use */
    struct hs_database *hints[LANES]; /* owned, may be NULL; id: first row with that hint */
    struct scratch *scratch;          /* owned; does for all lanes */
};

/* A table as text, which must outlive what is made of it. */
struct signature_text {
    struct rx_str text;
    const char *name; /* for messages */
    bool own;         /* a case's: rows of its own classes, among rows that make these */
};

/* Text of several tables as one. RX_EINVAL with name, line and reason; of a case's RX_EUSAGE. */
RX_MUST int signatures_new(struct signatures **out, const struct signature_text *texts,
                           size_t count, struct rx_err *err);
/* Makes the classes of a case's table (rx_class_add, whose rules hold): rows "class", and behind it
 * the columns of classes.tsv. RX_EUSAGE: none was made. */
RX_MUST int signatures_own_classes(const struct signature_text *text, struct rx_err *err);
void signatures_free(struct signatures *s);

#endif
