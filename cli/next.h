/* next.h - what a person is told to type next, wherever more than one command tells it. */
#ifndef RX_CLI_NEXT_H
#define RX_CLI_NEXT_H

#include "cli/cli.h"

/* One word of a command line, ready to be pasted into a shell and safe for a terminal. */
RX_MUST int next_word(struct rx_buf *out, const char *word);
/* "rxmap COMMAND", behind -C DIR if it was typed: the command works where it is read. */
RX_MUST int next_command(struct rx_buf *out, const struct cli *cli, const char *command);
/* A line on out: lead, and that command. */
void next_say(FILE *out, const struct cli *cli, const char *lead, const char *command);
/* The crawl that goes on with an open run: flags, as " --flag value" ready for a shell, are what
 * must be typed again; and so must a proxy's user and password, which no case keeps. */
RX_MUST int next_crawl(struct rx_buf *out, const struct cli *cli, struct rx_str flags);
/* The same for the open run of a case that a command only looks at. */
RX_MUST int next_crawl_of(struct rx_buf *out, struct store *st, const struct cli *cli);

#endif
