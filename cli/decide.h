/* decide.h - what the commands by which people decide have in common. */
#ifndef RX_CLI_DECIDE_H
#define RX_CLI_DECIDE_H

#include "cli/cli.h"
#include "graph/graph.h"

/* Stores one decision, tells it on view; an error's sentence goes into err. */
typedef int decide_fn(void *ctx, struct store *st, const struct rx_conf *conf,
                      const struct graph_view *view, struct rx_err *err);
/* Opens the case, adds the command line to audit.log, decides, and says that the map is to be made
 * again if it heeds such a decision. */
int decide_run(struct cli *cli, bool is_heeded, decide_fn *decide, void *ctx);
/* The value of --note; empty if it was not given. */
struct rx_str decide_note(const struct cli *cli);

#endif
