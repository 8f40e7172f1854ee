/* cmd_background.c - rxmap background: what tells rare values from common ones. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/escape.h"
#include "cli/json.h"
#include "graph/graph.h"

#include <limits.h>
#include <string.h>

/* Only an existing case has a setting of its own; without one the shipped table is shown. */
static int show(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    int code = 0;
    int rc = store_find(&dir, cli->case_dir, &err);
    if (!rc)
        code = cli_find(cli, &dir);
    else if (rc != RX_ENOCASE || cli->case_dir)
        code = cli_fail(cli, &err);
    rx_buf_free(&dir);
    const struct graph_view view = {stdout, cli->json, cli->color, false};
    if (!code && graph_background_show(cli->conf, &view, &err))
        code = cli_fail(cli, &err);
    return code;
}

/* Where the table itself is on standard output, no object is put into it. */
static int say_built(const struct cli *cli, const char *path, uint64_t sites, uint64_t values)
{
    struct json j;
    if (!cli->quiet)
        (void)fprintf(stderr, "%llu sites, %llu values; use it with -c map.background=%s\n",
                      (unsigned long long)sites, (unsigned long long)values, path);
    if (!cli->json || strcmp(path, "-") == 0)
        return EXIT_DONE;
    json_open(&j, "background");
    json_text(&j, "file", rx_str(path));
    json_int(&j, "sites", (int64_t)sites);
    json_int(&j, "values", (int64_t)values);
    return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
}

static int build(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    uint64_t sites = 0, values = 0;
    char today[RX_TIME_TEXT];
    const char *path = cli_flag(cli, "-o"), *origin = cli_flag(cli, "--origin");
    const char *date = cli_flag(cli, "--date");
    if (!path || !origin)
        return cli_usage(cli, "background build wants -o FILE and --origin TEXT");
    rx_time_text(today, rx_wall_ms(), false);
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_target(cli, dir.p, path);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    if (graph_background_build(st, path, rx_str(origin),
                               date ? rx_str(date) : rx_strn(today, sizeof "2026-01-01" - 1),
                               &sites, &values, &err))
        code = cli_fail(cli, &err);
    else
        code = say_built(cli, path, sites, values);
    store_close(st);
    return code;
}

static int run(struct cli *cli)
{
    const char *what = cli->argc ? cli->argv[0] : "";
    if (strcmp(what, "show") == 0)
        return show(cli);
    if (strcmp(what, "build") == 0)
        return build(cli);
    static const char *const words[] = {"show", "build", NULL};
    const char *near = rx_nearest(rx_str(what), words);
    return near
               ? cli_usage(cli, "background %s is unknown; did you mean background %s?", what, near)
               : cli_usage(cli, "background wants show or build");
}

static const struct cli_flag flags[] = {
    {"-o", "FILE", NULL, "build: where to write the table"},
    {"--origin", "TEXT", NULL, "build: where the sites come from"},
    {"--date", "DATE", NULL, "build: when they were captured; default: today"},
    {0},
};

const struct cmd cmd_background = {
    .name = "background",
    .args = "show | build -o FILE --origin TEXT",
    .summary = "the counts of benign sites that tell rare values from common ones",
    .examples =
        "rxmap background show\n"
        "rxmap -C benign-case background build -o benign.tsv --origin 'shops of Ruritania'\n",
    .flags = flags,
    .run = run,
};
