/* extract.h - the door of extract/: struct doc to marks and signs. Pure: no loop, socket, file.
 *
 * Signature rows (signatures.tsv) are compiled once into a multi-pattern prefilter; a candidate is
 * then verified, normalised and validated. Structural families (forms, affiliate parameters,
 * path schema...) are code of their own, one file each. */
#ifndef RX_CRAWLER_EXTRACT_EXTRACT_H
#define RX_CRAWLER_EXTRACT_EXTRACT_H

#include "base/arena.h"
#include "base/classes.h"
#include "base/digest.h"
#include "base/minhash.h"
#include "base/site.h"
#include "base/url.h"
#include "base/vocab.h"
#include "crawler/parse/doc.h"

enum { EXTRACT_MARKS_MAX = 500, EXTRACT_RAW_MAX = 240, EXTRACT_VALUE_MAX = 200 };

/* One indicator at one place. */
struct mark {
    const struct rx_class *cls;
    struct rx_str value;     /* normalised: what is compared */
    struct rx_str raw;       /* the bytes at offset, as extract_raw() cuts them */
    uint32_t offset, length; /* in the decoded body; in the head when place is RX_PLACE_HEADER */
    enum rx_place place;
    bool hidden; /* was disguised, or stands in a comment or where no reader sees it */
};

/* What speaks for a role; counted per page, summed per site (role.c). */
enum sign {
    SIGN_WORDS,        /* words of visible text */
    SIGN_DRUGS,        /* distinct ingredients or brands named */
    SIGN_DRUG_WORDS,   /* times any is named */
    SIGN_PRICES,       /* prices with a currency */
    SIGN_DOSES,        /* "100 mg x 30 pills" and the like */
    SIGN_CART,         /* buy buttons, cart and checkout forms and links */
    SIGN_CLAIMS,       /* no prescription, discreet packaging, bonus pills... */
    SIGN_CARD_FORM,    /* kinds of what stands on a card that fields ask for (till.h) */
    SIGN_PAYMENT,      /* payment words and card brands */
    SIGN_LICENCE,      /* licence numbers, links to registers and seals' own pages */
    SIGN_PRESCRIPTION, /* a prescription is demanded */
    SIGN_ARTICLE,      /* og:type article, schema.org Article, bylines */
    SIGN_FORUM,
    SIGN_OFFSITE_DRUG_LINKS, /* links to other sites whose text or URL names a drug, all of them on
                                a page stuffed with such names */
    SIGN_REDIRECT,           /* meta refresh, JavaScript location, full-page frame */
    SIGN_SHOP,               /* product markup, "add to cart" of any trade */
    SIGN_SOCIAL,
    SIGN_PARKED,
    SIGN_PRESCRIPTION_DRUGS, /* of SIGN_DRUGS, those that need a prescription nearly everywhere */
    SIGN_ADVERTISED,         /* different other sites linked to with the trade's words or partner's
                                numbers */
    SIGN_REVIEW,             /* a reviewer's words */
    SIGN_BILLING,            /* of SIGN_PAYMENT, what tills and card processors say */
    SIGN_PROVIDER,           /* what payment providers say to shops */
    SIGN_PSP,                /* the host is a payment provider's of the lists */
    SIGN_CDN,                /* a delivery network's */
    SIGN_COUNT
};
const char *sign_name(enum sign s);

struct signs {
    uint32_t n[SIGN_COUNT];
};

/* Values of a class that were refused for one reason, each as often as it was found. */
struct reject {
    const struct rx_class *cls;
    enum rx_reject reason;
    uint32_t count;
};

enum { SAME_HASH_BYTES = 16 };
/* What a page of the trade is like, to be compared with others' (same_text.h, same_tags.h). */
struct same {
    struct rx_sketch shingles; /* of its text without drugs, prices and names */
    struct rx_sketch qgrams;   /* of its text as it is */
    struct rx_sketch paths;    /* of its elements */
    uint32_t words, elements;  /* that the sketches were made of */
    uint8_t dom_hash[SAME_HASH_BYTES];
};

struct marks {
    const struct same *same; /* in the arena; NULL: no page of the trade */
    struct mark *items;
    size_t count;
    struct reject *rejects; /* in order of rx_class_id() and reason */
    size_t reject_count;
    bool cut; /* a bound was reached: there may be more than was looked for or kept */
    struct signs signs;
};

struct extractor; /* compiled tables; immutable, shared by forks and threads */

/* A case's own rows: classes ("class" and the columns of classes.tsv) and signatures (the columns
 * of signatures.tsv) that make values of these classes. */
struct extract_own {
    struct rx_str text; /* empty: none */
    const char *name;   /* the file, for messages */
};
/* Adds the classes of these rows to the catalogue (rx_class_add, whose rules hold). RX_EUSAGE with
 * file and line: none was added. */
RX_MUST int extract_own_classes(const struct extract_own *own, struct rx_err *err);

/* own: rows whose classes are in the catalogue already, or NULL; borrowed. Each must do on its
 * examples what it says, else RX_EUSAGE with file and line. */
RX_MUST int extractor_new(struct extractor **out, const struct rx_psl *psl,
                          const struct extract_own *own, struct rx_err *err);
void extractor_free(struct extractor *x);
/* Hex SHA-256 of all tables: which version of them made a mark. */
const char *extractor_tables(const struct extractor *x);
/* At most EXTRACT_RAW_MAX bytes of it, whole characters. */
struct rx_str extract_raw(struct rx_str source);
/* The same without an extractor, for those who only write it down. */
RX_MUST int extract_tables(char hex[RX_SHA256_HEX + 1], const struct extract_own *own,
                           struct rx_err *err);

/* head: the response head as received (cookies, headers). What is no page (doc->kind) has no signs
 * and no structure. RX_EFULL: the arena's cap. */
RX_MUST int extract_marks(struct marks *out, struct rx_arena *arena, const struct extractor *x,
                          const struct doc *doc, struct rx_str head, struct rx_err *err);

/* The role of a site from the signs of its pages, and in words why. Pure. */
enum rx_role role_decide(const struct signs *site, uint32_t pages, struct rx_buf *reasons);
/* Does that role belong to the trade in itself: sells, sends its readers to sellers, or praises
 * them? */
static inline bool role_trades(enum rx_role role)
{
    return role == RX_ROLE_STOREFRONT || role == RX_ROLE_DOORWAY || role == RX_ROLE_ADVERTISEMENT;
}
/* Is a page, or a site, worth a second look though it is no storefront yet: several prescription
 * drugs with prices, nothing of a lawful pharmacy, and no cart in sight? Says nothing of roles:
 * more of its pages should be asked before one is decided. Pure. */
bool role_promising(const struct signs *site);
/* The site's signs after one more page (some are summed, some are the most of any page). */
void signs_add(struct signs *site, const struct signs *page);

/* Is somebody paid for the visitors that a link brings? By a parameter that only partners' links
 * have, or (EXTRACT_PAY_MAYBE) by one that means other things too, with an id. Pure. */
enum extract_pay { EXTRACT_PAY_NONE, EXTRACT_PAY_MAYBE, EXTRACT_PAY_PARTNER };
enum extract_pay extract_pays(const struct rx_url *url);

/* Does a name, anchor text or URL speak of the trade? Linear; used by scope and priority. */
bool lexicon_hit(const struct extractor *x, struct rx_str text);

#endif
