/* method.h - the ways to find networks: the project's own, and the baselines beside it. */
#ifndef RX_GRAPH_METHOD_H
#define RX_GRAPH_METHOD_H

enum graph_method {
    GRAPH_EVIDENCE,   /* the evidence model (docs/DECISIONS.md, Networks) */
    GRAPH_COMPONENTS, /* baselines: connected components on any shared value, */
    GRAPH_LOUVAIN,    /* Louvain on unweighted co-occurrence, */
    GRAPH_QGRAM       /* 4-byte q-grams of the front page's text, Jaccard >= .75 by sketches */
};
const char *graph_method_name(enum graph_method m);

#endif
