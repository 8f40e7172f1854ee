/* model.h - the case in memory: sites, the entities that they carry, and the links between them.
 *
 * A *site* is a registrable domain. An *entity* is what is compared: one value of one class, or one
 * host seen under several classes, or a set of field names. A *tie* says that a site carries an
 * entity. Together they are a bipartite graph, kept twice: ties[] sorted by entity then site, and
 * holds[] (indices into ties) sorted by site then entity.
 *
 * Order is part of the result: sites are sorted by name, entities by class name and text, so that
 * no figure depends on the order of the rows, of the seeds or of a hash table. Thread: one. */
#ifndef RX_GRAPH_MODEL_H
#define RX_GRAPH_MODEL_H

#include "base/arena.h"
#include "base/classes.h"
#include "base/map.h"
#include "base/vocab.h"
#include "graph/constants.h"

enum { MODEL_NONE = -1 };

/* Why an entity carries nothing. */
enum model_bar {
    MODEL_FREE = 0, /* it carries something */
    MODEL_VENDOR,   /* a shared service of the lists */
    MODEL_LIMIT,    /* on more sites than one operator's value can be */
    MODEL_COMMON,   /* as common outside as inside */
    MODEL_PLAIN,    /* a class that is a hint only */
    MODEL_LICENSED, /* a licensed pharmacy's seal or licence: anybody can copy it */
    MODEL_SPREAD,   /* several established programmes carry it: kept apart for review */
    MODEL_DISMISSED /* a person marked it as no evidence */
};
const char *model_bar_text(enum model_bar bar);

struct model_site {
    struct rx_str name;    /* arena */
    struct rx_str state;   /* arena */
    struct rx_str reasons; /* arena: what decided the role */
    enum rx_role role;
    enum rx_role said;   /* of a site that a person placed: the role that its pages give it */
    bool is_seed, known; /* known: asked in a run; else only named by a link or value */
    bool placed;         /* a person said what it is (marks.h): nothing else is to be made of it */
    bool left_out;       /* and that it belongs to no network */
    bool shared_cert;    /* its certificate names strangers: a delivery network's or hoster's */
    uint32_t pages;
    int64_t asked_run, read_run; /* the last that asked it; that read pages of it (0: none) */
    int64_t first_ms, last_ms;
    uint32_t first, count; /* its part of holds[] */
    int32_t family;        /* of checkout hosts (family.h), or MODEL_NONE */
};

struct model_value { /* as stored: one class, one value */
    const struct rx_class *cls;
    struct rx_str text; /* arena */
    uint32_t first, count;
    uint32_t entity;
};

struct model_row { /* as stored: a site carries a value */
    uint32_t site;
    uint32_t pages, hidden;
    int64_t first_ms, last_ms;
};

struct model_tie {
    uint32_t site, entity;
    const struct rx_class *cls; /* strongest class under which this site carries it */
    uint32_t pages, hidden;
    int64_t first_ms, last_ms;
};

struct model_entity {
    const struct rx_class *cls; /* strongest class that two sites agree on */
    struct rx_str text;         /* arena; of a set: its names, joined by a blank */
    uint32_t first, count;      /* its part of ties[] */
    uint32_t storefronts;       /* of its sites */
    uint32_t honest;            /* of its sites: licensed, benign */
    uint32_t licensed;          /* of these */
    uint32_t df;                /* in the background */
    uint32_t background;        /* N that df is out of; 0: the background has no such class */
    uint32_t names;             /* of a set: how many; else 0 */
    double bits;
    int tier; /* of the class, or lower where the value is spread widely */
    bool bound;
    bool dismissed; /* a person marked it as no evidence (marks.h) */
    enum model_bar bar;
    int32_t family; /* of an established checkout host (family.h), else MODEL_NONE */
};

struct model_link {
    uint32_t from, to;
    enum rx_link kind;
    uint64_t count;
    struct rx_str sample_url, sample_to, warc_name; /* arena */
    uint64_t warc_offset;
    int64_t first_ms, last_ms;
};

struct model {
    struct rx_arena arena;
    struct rx_map *site_index; /* name -> index + 1 */
    struct model_site *sites;
    struct model_value *values;
    struct model_row *rows;
    struct model_entity *entities;
    struct model_tie *ties;
    uint32_t *holds;
    struct model_link *links;
    struct model_tie *claims; /* taken out of the ties: tills that a site only claims (claim.h) */
    size_t claim_count;
    size_t site_count, site_cap, value_count, value_cap, row_count, row_cap;
    size_t entity_count, entity_cap, tie_count, tie_cap, link_count, link_cap;
};

RX_MUST int model_init(struct model *m);
void model_done(struct model *m);
/* Index of a site, added if it is new; negative RX_E* without memory. */
RX_MUST int64_t model_site(struct model *m, struct rx_str name);
/* Index, or MODEL_NONE. */
int64_t model_site_find(const struct model *m, struct rx_str name);
/* Adds a value; rows added next belong to it. Copies text. */
RX_MUST int model_value_add(struct model *m, const struct rx_class *cls, struct rx_str text);
RX_MUST int model_row_add(struct model *m, const struct model_row *row);
RX_MUST int model_link_add(struct model *m, const struct model_link *link); /* copies strings */
/* Brings sites into order of name and rows and links after them. Before entities are made. */
RX_MUST int model_sort_sites(struct model *m);
/* Sorts ties and builds the ranges of entities, holds[] and the counts by role. */
RX_MUST int model_index(struct model *m);
/* By class and text, or NULL. Once the entities are in order. O(log entities). */
const struct model_entity *model_entity_find(const struct model *m, struct rx_str cls,
                                             struct rx_str text);
/* The tie of a site to an entity, or NULL. O(log ties of the entity). */
const struct model_tie *model_tie_find(const struct model *m, uint32_t entity, uint32_t site);

static inline bool model_is_storefront(const struct model *m, uint32_t site)
{
    return m->sites[site].role == RX_ROLE_STOREFRONT;
}

#endif
