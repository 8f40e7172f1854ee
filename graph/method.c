/* method.c - see method.h. */
#include "graph/method.h"

const char *graph_method_name(enum graph_method m)
{
    static const char *const names[] = {"evidence", "components", "louvain", "qgram"};
    return (unsigned)m < sizeof names / sizeof names[0] ? names[m] : "?";
}
