/* graph.h - the door of graph: from stored facts to networks, their explanation and exports. */
#ifndef RX_GRAPH_GRAPH_H
#define RX_GRAPH_GRAPH_H

#include "base/conf.h"
#include "graph/method.h"
#include "store/store.h"

#include <stdio.h>

struct graph_map_report {
    uint64_t sites, storefronts, values, pairs, programmes, affiliates, bridges;
    /* People's decisions: applied; of these, against the evidence; not to be applied. A baseline
     * honours marks only. */
    uint64_t honoured, overriding, idle;
    char background[96]; /* name, N, date */
    char warning[160];   /* "" or why the figures should be read with care */
};
/* Computes the networks of all runs in order and stores them. Deterministic: same case, same bytes,
 * whatever the order of input or the number of processes. */
RX_MUST int graph_map(struct store *st, const struct rx_conf *conf, enum graph_method method,
                      struct graph_map_report *report, struct rx_err *err);

/* How an answer is written: text for people, or with json one object a line with
 * "schema":"rxmap/1". */
struct graph_view {
    FILE *out; /* borrowed */
    bool json;
    bool color; /* headings and sources stand out on a terminal */
    bool all;   /* nothing is folded, however little it says */
};
RX_MUST int graph_networks(struct store *st, const struct graph_view *view, struct rx_err *err);
/* For people, the first of them alone: without affiliates and what was kept apart. */
RX_MUST int graph_networks_first(struct store *st, const struct graph_view *view, size_t most,
                                 struct rx_err *err);
/* id: a site, a network (N-0001) or an indicator (class:value). RX_ENOENT with a sentence. */
RX_MUST int graph_show(struct store *st, const struct rx_conf *conf, struct rx_str id,
                       const struct graph_view *view, struct rx_err *err);
/* *linked tells whether both are in one network. */
RX_MUST int graph_explain(struct store *st, const struct rx_conf *conf, struct rx_str site_a,
                          struct rx_str site_b, const struct graph_view *view, bool *linked,
                          struct rx_err *err);

/* ---- what people decide ------------------------------------------------------------------------
 * Stored with who and when, logged, told on view; `map` honours what stands. About sites and
 * values, never networks, whose names map gives. RX_EUSAGE with a sentence: refused, nothing was
 * stored. */

/* verdict: "in", "out", "undecided" or "false-positive" (graph/marks.h). note may be empty. */
RX_MUST int graph_mark(struct store *st, const struct rx_conf *conf, struct rx_str id,
                       struct rx_str verdict, struct rx_str note, const struct graph_view *view,
                       struct rx_err *err);
RX_MUST int graph_note(struct store *st, const struct rx_conf *conf, struct rx_str id,
                       struct rx_str text, const struct graph_view *view, struct rx_err *err);
struct graph_link {
    struct rx_str a, b; /* sites: storefronts */
    bool must;          /* else they cannot be in one network */
    struct rx_str note;
};
/* Refused where it contradicts links that stand, which are named. */
RX_MUST int graph_link(struct store *st, const struct rx_conf *conf, const struct graph_link *link,
                       const struct graph_view *view, struct rx_err *err);
/* id 0: the last that stands. */
RX_MUST int graph_undo(struct store *st, int64_t id, const struct graph_view *view,
                       struct rx_err *err);
/* What people should look at, what changes most first: values kept apart, networks that contradict
 * themselves, fringe members, decisions that could not be honoured. view->all: nothing is folded.
 */
RX_MUST int graph_review(struct store *st, const struct rx_conf *conf,
                         const struct graph_view *view, struct rx_err *err);
/* Every decision ever made, oldest first. */
RX_MUST int graph_decisions(struct store *st, const struct graph_view *view, struct rx_err *err);

enum graph_kind {
    GRAPH_LINKS,
    GRAPH_NETWORK,
    GRAPH_SITES_INDICATORS,
    GRAPH_ALL /* JSON lines only */
};
enum graph_format { GRAPH_GRAPHML, GRAPH_CSV, GRAPH_JSONL, GRAPH_SVG };
/* Writes path through a temporary file, synced and renamed ("-": stdout; of CSV, the edges). Links
 * and JSON lines need no map before. run 0: the last. */
RX_MUST int graph_export(struct store *st, const struct rx_conf *conf, enum graph_format format,
                         enum graph_kind kind, int64_t run, const char *path, struct rx_err *err);

/* A table of nodes and one of edges: "x.csv" and "x" give x-nodes.csv and x-edges.csv, a folder
 * gives nodes.csv and edges.csv in it. */
struct graph_csv_paths {
    char nodes[4096], edges[4096];
};
RX_MUST int graph_csv_paths(struct graph_csv_paths *paths, const char *path, struct rx_err *err);

/* What most storefronts hang on, and what cutting it would leave (choke.h), after map. */
struct graph_choke_opts {
    unsigned kinds; /* of graph_choke_kinds(); 0: all */
    size_t k;       /* cut together, at most */
    size_t top;     /* listed of each kind */
    bool shared;    /* what lawful sites use too may be cut together as well */
};
/* "checkout,phone" to bits. RX_EUSAGE names the word that is none, and the nearest. */
RX_MUST int graph_choke_kinds(unsigned *kinds, struct rx_str list, struct rx_err *err);
RX_MUST int graph_chokepoints(struct store *st, const struct rx_conf *conf,
                              const struct graph_choke_opts *opts, const struct graph_view *view,
                              struct rx_err *err);

/* Scores the networks against a truth file (docs/FORMATS.md) beside the baselines in the same run.
 */
struct graph_eval_opts {
    bool json;
    bool extraction; /* what was read off the pages alone, without networks */
    bool networks;   /* the networks alone, without what was read off the pages */
};
RX_MUST int graph_eval(struct store *st, const struct rx_conf *conf, const char *truth_path,
                       const struct graph_eval_opts *opts, FILE *out, struct rx_err *err);

/* Counts, over the sites of this case, how common each value is, and writes a background table.
 * For a case that holds unrelated benign sites. */
RX_MUST int graph_background_build(struct store *st, const char *path, struct rx_str origin,
                                   struct rx_str date, uint64_t *sites, uint64_t *values,
                                   struct rx_err *err);
RX_MUST int graph_background_show(const struct rx_conf *conf, const struct graph_view *view,
                                  struct rx_err *err);

#endif
