/* cli.h - what a command is. One file a command, one row each in main.c's table. */
#ifndef RX_CLI_CLI_H
#define RX_CLI_CLI_H

#include "base/conf.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "store/store.h"

#include <stdio.h>

/* Exit codes; a code never changes its meaning. */
enum cli_exit {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_PARTIAL = 3,
    EXIT_FINDINGS = 4,
    EXIT_DAMAGE = 5,
    EXIT_DISK = 6,
    EXIT_NET = 7,
    EXIT_LOCKED = 8,
    EXIT_LIMIT = 9,
    EXIT_NO_CASE = 10,
    EXIT_SANDBOX = 77,
    EXIT_INTERRUPTED = 130,
    EXIT_TERMINATED = 143
};

/* A flag of one command. With key, its value goes to that configuration key (a bool flag without
 * argument sets "true"); without, the command asks cli_flag(). */
struct cli_flag {
    const char *name;  /* "--host-delay" */
    const char *value; /* "D", "N", "FILE"...; NULL: takes none */
    const char *key;   /* "crawl.host_delay" or NULL */
    const char *help;
};

struct cli {
    const struct cmd *const *commands; /* every one, as help lists them; ends with NULL */
    struct rx_conf *conf;              /* all layers applied once the case is known */
    const char *case_dir;              /* -C, or NULL */
    struct crawl_tables *tables;       /* owned; what the case adds to the tables, or NULL */
    bool json, quiet, verbose, no_progress, color;
    const struct cmd *cmd;
    int argc; /* what is left after the flags */
    char **argv;
    const char **flag_values; /* parallel to cmd->flags; NULL: not given */
    int full_argc;            /* the command line as typed, for audit.log */
    char **full_argv;
};

struct cmd {
    const char *name, *args, *summary;
    const char *examples;         /* lines, shown first in the command's help */
    const struct cli_flag *flags; /* ends with a NULL name */
    int (*run)(struct cli *cli);  /* returns an exit code */
};

/* Value of a flag without key: its argument, "" for a bare flag that was given, NULL if not. */
const char *cli_flag(const struct cli *cli, const char *name);
/* Finds the case, loads rxmap.ini under environment and flags, and the case's own tables. Prints
 * the sentence and returns an exit code on failure, 0 on success. For commands that need the jail,
 * start it after cli_find and before cli_open. */
int cli_find(struct cli *cli, struct rx_buf *dir);
int cli_open(struct cli *cli, const char *dir, enum store_mode mode, struct store **st);
/* Opens it for reading, in one state: what a crawl writes meanwhile is not seen. */
int cli_view(struct cli *cli, const char *dir, struct store **st);
/* Prints "rxmap: sentence" on stderr, escaped; maps the error to its exit code. */
int cli_fail(const struct cli *cli, const struct rx_err *err);
/* What a scan of the store that ended with rc says: the store's own sentence, or that standard
 * output takes no more. */
int cli_fail_scan(const struct cli *cli, struct store *st, int rc);
/* A usage error: sentence, then the command's usage line; returns EXIT_USAGE. */
int cli_usage(const struct cli *cli, const char *fmt, ...) RX_PRINTF(2, 3);
/* Adds {command line, configuration hash, versions} to audit.log. */
int cli_audit(const struct cli *cli, struct store *st, const char *event);
/* Exit code and a sentence if writing to path (NULL: nothing) would put something over the
 * evidence: database, log, settings or WARC of any case, by whatever name; dir is the case at hand
 * or NULL. */
int cli_target(const struct cli *cli, const char *dir, const char *path);
/* Reads a whole file or stdin ("-"), at most max bytes. */
int cli_read(const struct cli *cli, const char *path, size_t max, struct rx_buf *out);

/* NULL: no such command. */
const struct cmd *cli_command(const struct cli *cli, struct rx_str name);
/* A usage error that names the nearest command; returns EXIT_USAGE. */
int cli_no_command(const struct cli *cli, const char *word);

extern const struct cli_flag cli_globals[]; /* args.c; ends with a NULL name */

extern const struct cmd cmd_init, cmd_seed, cmd_config, cmd_status, cmd_crawl, cmd_replay,
    cmd_extract, cmd_verify, cmd_map, cmd_networks, cmd_show, cmd_explain, cmd_review, cmd_link,
    cmd_mark, cmd_note, cmd_undo, cmd_chokepoints, cmd_export, cmd_eval, cmd_background, cmd_doctor,
    cmd_demo, cmd_help;

#endif
