/* args.c - see args.h.
 *
 * Two walks over the same words: the first finds the command (the first word that is neither a
 * flag nor the value of a global one), since a flag before it may belong to it; the second sets
 * what the flags say. */
#include "cli/args.h"

#include <stdlib.h>
#include <unistd.h>

const struct cli_flag cli_globals[] = {
    {"-C", "DIR", NULL, "the case; else $RXMAP_CASE, else the nearest parent with rxmap.ini"},
    {"-c", "SECTION.KEY=VALUE", NULL, "a setting for this command only; see rxmap config"},
    {"--json", NULL, NULL, "one JSON object a line on standard output"},
    {"--color", "auto|always|never", NULL, "colours; NO_COLOR is honoured"},
    {"--no-progress", NULL, NULL, "no progress lines"},
    {"-q", NULL, NULL, "errors only"},
    {"-v", NULL, NULL, "more detail"},
    {"--version", NULL, NULL, "version, libraries, features"},
    {"--help", NULL, NULL, "help; with a command, that command's"},
    {NULL, NULL, NULL, NULL},
};

struct walk {
    struct args *args;
    struct cli *cli;
    int argc;
    char **argv;
    int at;
    bool ended; /* "--" was seen */
    const char *color;
};

/* One word taken apart: a flag's name and the value behind "=", if any. */
struct word {
    struct rx_str name;
    const char *value; /* NULL: none written */
};

static bool is_flag(const struct walk *w, const char *word)
{
    return !w->ended && word[0] == '-' && word[1] != '\0';
}

static struct word split(const char *text)
{
    const char *equals = strchr(text, '=');
    if (text[1] != '-' && text[2] != '\0') /* -CDIR */
        return (struct word){rx_strn(text, 2), text + 2};
    if (!equals)
        return (struct word){rx_str(text), NULL};
    return (struct word){rx_strn(text, (size_t)(equals - text)), equals + 1};
}

static const struct cli_flag *find_flag(const struct cli_flag *table, struct rx_str name,
                                        size_t *index)
{
    for (size_t i = 0; table && table[i].name; i++) {
        if (rx_str_eq(name, rx_str(table[i].name))) {
            *index = i;
            return &table[i];
        }
    }
    return NULL;
}

static struct rx_str full_name(struct rx_str name)
{
    if (rx_str_eq(name, RX_STR("--quiet")))
        return RX_STR("-q");
    if (rx_str_eq(name, RX_STR("--verbose")))
        return RX_STR("-v");
    if (rx_str_eq(name, RX_STR("-h")))
        return RX_STR("--help");
    return name;
}

static int unknown_flag(const struct walk *w, struct rx_str name)
{
    const char *names[128] = {0};
    size_t count = 0;
    const struct cli_flag *tables[] = {w->args->command ? w->args->command->flags : NULL,
                                       cli_globals};
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; tables[t] && tables[t][i].name && count < 127; i++)
            names[count++] = tables[t][i].name;
    const char *near = rx_nearest(name, names);
    const char *of = w->args->command ? w->args->command->name : "rxmap";
    if (near)
        return cli_usage(w->cli, "%s has no flag %.*s; did you mean %s?", of, RX_FMT(name), near);
    return cli_usage(w->cli, "%s has no flag %.*s", of, RX_FMT(name));
}

static void find_command(struct walk *w)
{
    size_t index = 0;
    for (int i = 1; i < w->argc; i++) {
        if (strcmp(w->argv[i], "--") == 0)
            return;
        if (!is_flag(w, w->argv[i])) {
            w->args->command = cli_command(w->cli, rx_str(w->argv[i]));
            return;
        }
        struct word word = split(w->argv[i]);
        const struct cli_flag *flag = find_flag(cli_globals, full_name(word.name), &index);
        if (flag && flag->value && !word.value)
            i++;
    }
}

/* ---- setting --------------------------------------------------------------------------------- */

static int set_key(struct walk *w, const char *setting)
{
    struct rx_str key;
    struct rx_str value;
    struct rx_err err = {0};
    char name[128];
    if (!rx_str_cut(rx_str(setting), '=', &key, &value) || key.n == 0 || key.n >= sizeof name)
        return cli_usage(w->cli, "-c wants SECTION.KEY=VALUE, not %s", setting);
    (void)snprintf(name, sizeof name, "%.*s", RX_FMT(key));
    return rx_conf_set(w->cli->conf, name, value, RX_CONF_FLAG, &err) ? cli_fail(w->cli, &err) : 0;
}

static int set_global(struct walk *w, const char *name, const char *value)
{
    struct cli *cli = w->cli;
    if (strcmp(name, "-C") == 0)
        cli->case_dir = value;
    else if (strcmp(name, "-c") == 0)
        return set_key(w, value);
    else if (strcmp(name, "--json") == 0)
        cli->json = true;
    else if (strcmp(name, "--no-progress") == 0)
        cli->no_progress = true;
    else if (strcmp(name, "--color") == 0)
        w->color = value;
    else if (strcmp(name, "-q") == 0)
        cli->quiet = true;
    else if (strcmp(name, "-v") == 0)
        cli->verbose = true;
    else if (strcmp(name, "--version") == 0)
        w->args->version = true;
    else
        w->args->help = true;
    return 0;
}

static int set_own(struct walk *w, const struct cli_flag *flag, size_t index, const char *value)
{
    struct rx_err err = {0};
    if (!flag->key) {
        w->cli->flag_values[index] = value ? value : "";
        return 0;
    }
    int rc =
        rx_conf_set(w->cli->conf, flag->key, rx_str(value ? value : "true"), RX_CONF_FLAG, &err);
    return rc ? cli_usage(w->cli, "%s: %s", flag->name, err.text) : 0;
}

static int take_flag(struct walk *w)
{
    struct word word = split(w->argv[w->at]);
    size_t index = 0;
    bool own = false;
    const struct cli_flag *flag = NULL;
    if (w->args->command) {
        flag = find_flag(w->args->command->flags, word.name, &index);
        own = flag != NULL;
    }
    if (!flag)
        flag = find_flag(cli_globals, full_name(word.name), &index);
    if (!flag)
        return unknown_flag(w, word.name);
    if (flag->value && !word.value) {
        if (w->at + 1 >= w->argc)
            return cli_usage(w->cli, "%s wants %s", flag->name, flag->value);
        word.value = w->argv[++w->at];
    }
    if (!flag->value && word.value)
        return cli_usage(w->cli, "%s takes no value", flag->name);
    return own ? set_own(w, flag, index, word.value) : set_global(w, flag->name, word.value);
}

static int set_color(struct walk *w)
{
    const char *none = getenv("NO_COLOR");
    const char *color = w->color ? w->color : "auto";
    if (strcmp(color, "auto") == 0)
        w->cli->color = isatty(STDOUT_FILENO) && !(none && *none);
    else if (strcmp(color, "always") == 0)
        w->cli->color = true;
    else if (strcmp(color, "never") != 0)
        return cli_usage(w->cli, "--color is auto, always or never, not %s", color);
    return 0;
}

static size_t count_flags(const struct cmd *command)
{
    size_t n = 0;
    while (command && command->flags && command->flags[n].name)
        n++;
    return n;
}

static int take_words(struct walk *w)
{
    bool command_seen = false;
    for (w->at = 1; w->at < w->argc; w->at++) {
        char *word = w->argv[w->at];
        int code = 0;
        if (!w->ended && strcmp(word, "--") == 0)
            w->ended = true;
        else if (is_flag(w, word))
            code = take_flag(w);
        else if (w->args->command && !command_seen)
            command_seen = true;
        else
            w->cli->argv[w->cli->argc++] = word;
        if (code)
            return code;
    }
    return set_color(w);
}

int args_parse(struct args *args, struct cli *cli, int argc, char **argv)
{
    struct walk w = {.args = args, .cli = cli, .argc = argc, .argv = argv};
    args->words = calloc((size_t)argc + 1, sizeof *args->words);
    cli->argv = args->words;
    find_command(&w);
    cli->cmd = args->command;
    cli->flag_values = calloc(count_flags(args->command) + 1, sizeof *cli->flag_values);
    if (!args->words || !cli->flag_values) {
        struct rx_err err = {.code = RX_ENOMEM, .text = "no memory"};
        return cli_fail(cli, &err);
    }
    return take_words(&w);
}

void args_done(struct args *args, struct cli *cli)
{
    free(cli->flag_values);
    free(args->words);
}
