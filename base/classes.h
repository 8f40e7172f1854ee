/* classes.h - the catalogue of indicator classes: what each kind of identifier is evidence of.
 *
 * One row a class (data/classes.tsv); crawler/extract finds values of a class, graph weighs them; a
 * class that both do not know from here does not exist. Adding a class is adding its row, and a
 * signature row (crawler/extract/signatures.tsv), an extractor or a fact. A case may bring rows of
 * its own (rx_classes_add). */
#ifndef RX_BASE_CLASSES_H
#define RX_BASE_CLASSES_H

#include "base/err.h"
#include "base/str.h"
#include "base/vocab.h"

/* Which of the two operators it evidences; the two are never mixed. */
enum rx_level { RX_LEVEL_PROGRAMME = 1, RX_LEVEL_AFFILIATE, RX_LEVEL_HOSTING, RX_LEVEL_HINT };

/* Values of one group come together (a template brings its form names and its globals), so a
 * second value of a group counts less (graph/weigh.c). */
enum rx_group {
    RX_GROUP_ENGINE = 1,
    RX_GROUP_AFFILIATE,
    RX_GROUP_TRACKER,
    RX_GROUP_PAYMENT,
    RX_GROUP_CONTACT,
    RX_GROUP_IDENTITY,
    RX_GROUP_TLS,
    RX_GROUP_HOSTING,
    RX_GROUP_CONTENT,
    RX_GROUP_MEDIA,
    RX_GROUP_LINKS,
    RX_GROUP_COUNT
};

/* Where in the chain from an advertisement to a parcel at the door it is found. */
enum rx_part {
    RX_PART_ADVERTISING = 1,
    RX_PART_DOORWAY,
    RX_PART_PROGRAMME,
    RX_PART_STOREFRONT,
    RX_PART_CHECKOUT,
    RX_PART_HOSTING,
    RX_PART_DELIVERY,
    RX_PART_SUPPORT,
    RX_PART_SEALS,
    RX_PART_COUNT
};

/* Most classes that a case may add; the first letters of their names. */
enum { RX_CLASSES_OWN_MAX = 200 };
#define RX_CLASSES_OWN_PREFIX "x."

struct rx_class {
    const char *name;  /* "ga", "form.action.host": stored, exported, never renamed */
    const char *title; /* for people: "Google Analytics account" */
    enum rx_level level;
    int tier; /* 1..4: most bits it may give is 13, 8, 4, 1.5; 0: a hint, never weighed */
    enum rx_group group;
    bool bound;       /* the site works only with that operator; else a stranger can copy it */
    bool host_valued; /* the value is a registrable domain: folded across classes into one entity */
    enum rx_part part;
    unsigned share;      /* the most marks on one page, a sample being enough; 0: nothing said */
    const char *from;    /* "page", "fact:KIND", "map", joined by ',' */
    enum rx_role attach; /* role in which a host named by it hangs on a network; unknown: none */
};

/* NULL: no such class. Complexity: O(log classes). */
const struct rx_class *rx_class_find(struct rx_str name);
/* Dense ids 0..count-1: the program's in order of name, then the case's in order of name. They may
 * change between versions: never stored. */
size_t rx_class_count(void);
const struct rx_class *rx_class_at(size_t id);
size_t rx_class_id(const struct rx_class *c);
/* Is it read from a fact of the network of that kind ("a", "cert.san")? */
bool rx_class_is_of_fact(const struct rx_class *c, struct rx_str kind);
/* Adds the case's own class of one row of the columns of classes.tsv (pos: "FILE:LINE", for the
 * message): its name begins RX_CLASSES_OWN_PREFIX, it concludes nothing by itself (hint, or tier 2
 * to 4, never bound), hangs no host on a network and is read from pages. RX_EUSAGE for a wrong row.
 * Before any thread exists and before the jail's processes are forked: who packs and who unpacks a
 * class's number must hold the same table. */
RX_MUST int rx_class_add(struct rx_str row, const char *pos, struct rx_err *err);
/* Takes the case's own classes away again: after a table was refused. Nothing may hold one. */
void rx_classes_reset(void);
/* All bytes that the catalogue was made of: for the hash of the tables. */
struct rx_str rx_classes_text(void);
/* Reads rows as data/classes.tsv has them. RX_EINVAL with name, line and reason. For its tests. */
RX_MUST int rx_classes_check(struct rx_str text, const char *name, struct rx_err *err);
const char *rx_level_name(enum rx_level level); /* "programme", "affiliate", "hosting", "hint" */
const char *rx_level_said(enum rx_level level); /* for people: "network", "affiliate"... */
const char *rx_group_name(enum rx_group group);
const char *rx_part_name(enum rx_part part);

#endif
