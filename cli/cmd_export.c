/* cmd_export.c - rxmap export FORMAT -o FILE: the graphs for other programs. */
#include "cli/cli.h"
#include "cli/json.h"

#include "graph/graph.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {"graphml", "csv", "jsonl", "svg", NULL};
static const char *const kinds[] = {"links", "network", "evidence", "all", NULL};

static int index_of(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static int parse(struct cli *cli, int *format, int *kind, int64_t *run)
{
    const char *graph = cli_flag(cli, "--graph"), *number = cli_flag(cli, "--run");
    if (cli->argc != 1)
        return cli_usage(cli, "export wants one format: graphml, csv, jsonl or svg");
    *format = index_of(formats, cli->argv[0]);
    if (*format < 0) {
        const char *near = rx_nearest(rx_str(cli->argv[0]), formats);
        return cli_usage(cli, "no format is called %s%s%s%s", cli->argv[0],
                         near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    *kind = graph ? index_of(kinds, graph) : *format == GRAPH_JSONL ? GRAPH_ALL : GRAPH_NETWORK;
    if (*kind < 0 || (*kind == GRAPH_ALL && *format != GRAPH_JSONL))
        return cli_usage(cli, "--graph is links, network or evidence, not %s", graph);
    uint64_t n = 0;
    if (number && (!rx_str_u64(rx_str(number), &n) || !n || n > INT64_MAX))
        return cli_usage(cli, "--run is the number of a run, not %s", number);
    *run = (int64_t)n;
    return 0;
}

/* An export has no business in the case's own files. */
static int check_target(const struct cli *cli, const char *dir, enum graph_format format,
                        const char *path)
{
    struct graph_csv_paths csv;
    struct rx_err err = {0};
    if (format != GRAPH_CSV || strcmp(path, "-") == 0)
        return cli_target(cli, dir, path);
    if (graph_csv_paths(&csv, path, &err))
        return cli_fail(cli, &err);
    int code = cli_target(cli, dir, csv.nodes);
    return code ? code : cli_target(cli, dir, csv.edges);
}

static int say_json(enum graph_format format, enum graph_kind kind, const char *file)
{
    struct json j;
    json_open(&j, "export");
    json_text(&j, "format", rx_str(formats[format]));
    json_text(&j, "graph", rx_str(kinds[kind]));
    json_text(&j, "file", rx_str(file));
    return json_print(&j);
}

/* Where it went, since a CSV's two names are made from the one that was given. With --json an
 * object a file; none where the data themselves are on standard output. */
static int say(const struct cli *cli, enum graph_format format, enum graph_kind kind,
               const char *path)
{
    struct graph_csv_paths csv;
    struct rx_err err = {0};
    if (strcmp(path, "-") == 0) {
        if (format == GRAPH_CSV && !cli->quiet)
            rx_log(RX_LOG_INFO, "these were the edges; -o FILE writes the nodes as well");
        return EXIT_DONE;
    }
    const bool is_two = format == GRAPH_CSV;
    if (is_two && graph_csv_paths(&csv, path, &err))
        return cli_fail(cli, &err);
    if (!cli->quiet)
        rx_log(RX_LOG_INFO, "wrote %s%s%s", is_two ? csv.nodes : path, is_two ? " and " : "",
               is_two ? csv.edges : "");
    if (!cli->json)
        return EXIT_DONE;
    int rc = say_json(format, kind, is_two ? csv.nodes : path);
    if (!rc && is_two)
        rc = say_json(format, kind, csv.edges);
    return rc ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    struct store *st = NULL;
    int format = 0, kind = 0;
    int64_t number = 0;
    const char *path = cli_flag(cli, "--output");
    if (!path)
        path = cli_flag(cli, "-o");
    int code = parse(cli, &format, &kind, &number);
    if (code)
        return code;
    if (!path)
        return cli_usage(cli, "export wants -o FILE (or -o - for standard output)");
    code = cli_find(cli, &dir);
    if (!code)
        code = check_target(cli, dir.p, (enum graph_format)format, path);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    if (graph_export(st, cli->conf, (enum graph_format)format, (enum graph_kind)kind, number, path,
                     &err))
        code = cli_fail(cli, &err);
    else
        code = say(cli, (enum graph_format)format, (enum graph_kind)kind, path);
    store_close(st);
    return code;
}

static const struct cli_flag flags[] = {
    {"-o", "FILE", NULL,
     "where to write; - is standard output. csv: x.csv makes x-nodes.csv and x-edges.csv, a "
     "folder gets nodes.csv and edges.csv, - gets the edges"},
    {"--output", "FILE", NULL, "the same as -o"},
    {"--graph", "KIND", NULL,
     "links, network (default) or evidence; of jsonl also all (its default)"},
    {"--run", "R", NULL, "as of this run; default: the last"},
    {0},
};

const struct cmd cmd_export = {
    .name = "export",
    .args = "graphml|csv|jsonl|svg -o FILE",
    .summary = "write the graph for Gephi, Cytoscape, spreadsheets and other programs",
    .examples = "rxmap export graphml -o networks.graphml\n"
                "rxmap export graphml --graph links -o links.graphml\n"
                "rxmap export csv -o shops.csv            shops-nodes.csv and shops-edges.csv\n"
                "rxmap export svg -o picture.svg\n"
                "rxmap export jsonl --graph links -o - | jq .\n",
    .flags = flags,
    .run = run,
};
