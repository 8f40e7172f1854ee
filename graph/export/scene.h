/* scene.h - what an export draws: nodes and edges with everything that is written about them.
 *
 * Built once and then only read; every writer walks it in the same order, which is that of names,
 * so the same data give the same bytes. */
#ifndef RX_GRAPH_EXPORT_SCENE_H
#define RX_GRAPH_EXPORT_SCENE_H

#include "graph/frame.h"
#include "graph/graph.h"
#include "graph/known.h"
#include "graph/origins.h"

struct scene_node {
    uint32_t site;     /* of the model, or UINT32_MAX */
    uint32_t value;    /* of the model for an indicator, or UINT32_MAX */
    uint32_t origin;   /* of origins, or UINT32_MAX */
    int32_t network;   /* of known, or -1: colour and place */
    bool is_member;    /* else it is attached (or in none) */
    enum rx_role role; /* of the site; where the crawl could not tell, that of its attachment */
    double confidence;
    struct rx_str affiliates, attached; /* ids joined by '|'; scene's arena */
    uint32_t affiliate_count;
    struct rx_str ip, asn, registrar, tls, lang, currency, evidence_top;
    struct rx_str seals, claims; /* says.h; arena */
    struct rx_str decisions; /* of people, that the map honoured: "4 must b.example|7 mark out" */
    uint32_t offers;
    uint32_t evidence_count;
    uint32_t degree;
    double x, y, size;
    uint8_t r, g, b;
};

struct scene_edge {
    uint32_t a, b; /* nodes; directed graphs: from, to */
    struct rx_str kind;
    double weight, score, bits; /* score and bits only with has_bits */
    bool has_bits;
    struct rx_str evidence; /* classes joined by '|' */
    uint32_t evidence_count;
    uint64_t count; /* links folded into it; 0: does not apply */
    int64_t first_ms, last_ms;
    struct rx_str sample_url, warc; /* "file:offset" */
    uint32_t tie;                   /* whose sighting is the sample, or UINT32_MAX */
};

struct scene {
    struct frame f;
    struct known known;
    struct origins origins; /* in links only */
    struct rx_arena arena;
    enum graph_kind kind;
    struct scene_node *nodes; /* sites in order of name, then indicators in order of class, value,
                                 or origins by id */
    struct scene_edge *edges; /* in order of a, b, kind */
    uint32_t *node_of_site;   /* UINT32_MAX: not drawn */
    size_t node_count, node_cap, edge_count, edge_cap;
    int64_t run;
};

RX_MUST int scene_open(struct scene *s, struct store *st, const struct rx_conf *conf,
                       enum graph_kind kind, int64_t run, struct rx_err *err);
void scene_done(struct scene *s);
RX_MUST int scene_add_edge(struct scene *s, const struct scene_edge *edge);
bool scene_directed(const struct scene *s);
/* A node's name for people: a site's, an indicator's value, a mail's subject, an address. */
struct rx_str scene_label(const struct scene *s, const struct scene_node *n);

#endif
