/* cmd_help.c - rxmap help: examples first, then what there is. */
#include "cli/cli.h"

#include <string.h>

enum { NAME_COLUMN = 24 };

static void print_flags(const struct cli_flag *flags, const char *title)
{
    if (!flags || !flags[0].name)
        return;
    (void)printf("\n%s\n", title);
    for (size_t i = 0; flags[i].name; i++) {
        char name[96];
        const struct rx_conf_key *key = NULL;
        (void)snprintf(name, sizeof name, "%s%s%s", flags[i].name, flags[i].value ? " " : "",
                       flags[i].value ? flags[i].value : "");
        for (size_t k = 0; flags[i].key && k < rx_conf_count(); k++)
            if (strcmp(rx_conf_at(k)->name, flags[i].key) == 0)
                key = rx_conf_at(k);
        if (strlen(name) > NAME_COLUMN) /* the help stands under it */
            (void)printf("  %s\n  %-*s %s", name, NAME_COLUMN, "", flags[i].help);
        else
            (void)printf("  %-*s %s", NAME_COLUMN, name, flags[i].help);
        if (key && *key->fallback && flags[i].value)
            (void)printf(" [%s]", key->fallback);
        (void)putchar('\n');
    }
}

/* Each line of text, indented. */
static void print_lines(const char *text)
{
    struct rx_str rest = rx_str(text);
    struct rx_str line;
    while (rest.n) {
        (void)rx_str_cut(rest, '\n', &line, &rest);
        (void)printf("  %.*s\n", RX_FMT(line));
    }
}

static int help_command(const struct cmd *c)
{
    (void)printf("rxmap %s: %s\n\nexamples\n", c->name, c->summary);
    print_lines(c->examples);
    (void)printf("\nusage\n  rxmap [global flags] %s %s\n", c->name, c->args);
    print_flags(c->flags, "flags [default]");
    (void)printf("\nrxmap help lists the global flags.\n");
    return EXIT_DONE;
}

static int help_all(const struct cli *cli)
{
    (void)printf("rxmap maps the networks behind illegal online pharmacies.\n\nexamples\n");
    print_lines("rxmap init pills && cd pills     a case is a directory\n"
                "rxmap seed add ../shops.txt      URLs or names, one a line\n"
                "rxmap crawl                      politely; can be interrupted and resumed\n"
                "rxmap map                        from captured pages to networks\n"
                "rxmap explain a.example b.example\n"
                "rxmap export graphml -o pills.graphml\n");
    (void)printf("\ncommands, in the order of a case's life\n");
    for (size_t i = 0; cli->commands[i]; i++)
        (void)printf("  %-12s %s\n", cli->commands[i]->name, cli->commands[i]->summary);
    print_flags(cli_globals, "global flags, before or after the command");
    (void)printf("\nrxmap help COMMAND tells more.\n"
                 "exit codes: 0 done, 1 failed, 2 usage, 3 partial, 4 findings, 5 damage, 6 disk "
                 "full,\n  7 no network, 8 locked, 9 limit reached, 10 no case, 77 no sandbox, "
                 "130/143 interrupted\n");
    return EXIT_DONE;
}

static int run(struct cli *cli)
{
    if (cli->argc == 0)
        return help_all(cli);
    const struct cmd *c = cli_command(cli, rx_str(cli->argv[0]));
    return c ? help_command(c) : cli_no_command(cli, cli->argv[0]);
}

const struct cmd cmd_help = {
    .name = "help",
    .args = "[COMMAND]",
    .summary = "this, or one command with its flags",
    .examples = "rxmap help\nrxmap help crawl\n",
    .flags = NULL,
    .run = run,
};
