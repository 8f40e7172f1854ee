/* method.h - the ways to find networks: the project's own, and the baselines beside it. */
#ifndef RX_GRAPH_METHOD_H
#define RX_GRAPH_METHOD_H

enum graph_method {
    GRAPH_EVIDENCE,   /* the evidence model (docs/DECISIONS.md, Networks) */
    GRAPH_COMPONENTS, /* baselines: connected components on any shared value, */
    GRAPH_LOUVAIN,    /* Louvain on unweighted co-occurrence, */
    GRAPH_QGRAM       /* q-gram Jaccard >= .75 on the sets of values: the case keeps no page text */
};
const char *graph_method_name(enum graph_method m);

#endif
