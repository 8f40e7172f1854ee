/* args.h - reading the command line by the tables of flags. Flags may stand before or after the
 * command, as --flag=value or --flag value; "--" ends them; "-" is an argument. */
#ifndef RX_CLI_ARGS_H
#define RX_CLI_ARGS_H

#include "cli/cli.h"

struct args {
    const struct cmd *command; /* NULL: none was named */
    bool help, version;
    char **words; /* owned: what is left after the flags; cli->argv points into it */
};

/* Fills args and cli's fields. A usage error is printed and its exit code returned. */
int args_parse(struct args *args, struct cli *cli, int argc, char **argv);
void args_done(struct args *args, struct cli *cli);

#endif
