/* jailed.h - the order in which a command that reads what sites sent begins: the case is found,
 * then the jail is started (before the store is open and any thread or library state exists), and
 * only then is the case opened. */
#ifndef RX_CLI_JAILED_H
#define RX_CLI_JAILED_H

#include "cli/cli.h"

/* dir: the case. jail: NULL if none was wanted. Returns an exit code. */
typedef int jailed_fn(struct cli *cli, const char *dir, struct crawl_jail *jail);
int jailed_run(struct cli *cli, bool wants_jail, jailed_fn *fn);

/* The same with the case open for writing, and the command in its audit log as event. */
typedef int jailed_case_fn(struct cli *cli, struct store *st, struct crawl_jail *jail);
int jailed_case(struct cli *cli, const char *event, jailed_case_fn *fn);

#endif
