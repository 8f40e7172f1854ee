/* export.c - graph_export: builds the scene, opens the files, calls the writer. */
#include "graph/export/writers.h"
#include "graph/graph.h"
#include "graph/outfile.h"

#include <sys/stat.h>

typedef int write_fn(FILE *out, const struct scene *s, struct rx_err *err);

/* A writer knows its format only: the sentence gets the place and the reason. */
static int placed(int rc, const char *path, struct rx_err *err)
{
    if (!rc)
        return 0;
    const struct rx_err what = *err;
    return rx_fail(err, rc, "%s: %s%s",
                   rx_str_eq(rx_str(path), RX_STR("-")) ? "standard output" : path, what.text,
                   rc == RX_ENOSPC ? ": there is no room on its disk" : "");
}

static int write_file(const char *path, write_fn *write, const struct scene *s, struct rx_err *err)
{
    struct outfile file;
    int rc = outfile_open(&file, path, err);
    if (rc)
        return rc;
    return outfile_close(&file, placed(write(file.out, s, err), path, err), err);
}

int graph_csv_paths(struct graph_csv_paths *paths, const char *path, struct rx_err *err)
{
    const size_t room = sizeof paths->nodes;
    struct stat about;
    struct rx_str stem = rx_str(path);
    const bool in_folder =
        rx_str_ends(stem, RX_STR("/")) || (stat(path, &about) == 0 && S_ISDIR(about.st_mode));
    if (in_folder)
        while (stem.n > 1 && stem.p[stem.n - 1] == '/')
            stem.n--;
    else if (stem.n > 4 && rx_str_ieq(rx_str_sub(stem, stem.n - 4, stem.n), RX_STR(".csv")))
        stem.n -= 4;
    const char joint = in_folder ? '/' : '-';
    int n = snprintf(paths->nodes, room, "%.*s%cnodes.csv", RX_FMT(stem), joint);
    int m = snprintf(paths->edges, room, "%.*s%cedges.csv", RX_FMT(stem), joint);
    if (n < 0 || m < 0 || (size_t)n >= room || (size_t)m >= room)
        return rx_fail(err, RX_EUSAGE, "the file name is too long: %s", path);
    return 0;
}

/* Both tables or none: neither gets its name before both are written. */
static int write_csv(const char *path, const struct scene *s, struct rx_err *err)
{
    struct graph_csv_paths paths;
    struct outfile nodes, edges;
    if (rx_str_eq(rx_str(path), RX_STR("-")))
        return write_file(path, csv_write_edges, s, err);
    int rc = graph_csv_paths(&paths, path, err);
    if (!rc)
        rc = outfile_open(&nodes, paths.nodes, err);
    if (rc)
        return rc;
    rc = outfile_open(&edges, paths.edges, err);
    if (rc)
        return outfile_close(&nodes, rc, err);
    rc = placed(csv_write_nodes(nodes.out, s, err), paths.nodes, err);
    if (!rc)
        rc = placed(csv_write_edges(edges.out, s, err), paths.edges, err);
    rc = outfile_finish(&nodes, rc, err);
    rc = outfile_finish(&edges, rc, err);
    if (!rc)
        rc = outfile_place(&nodes, err);
    if (!rc)
        rc = outfile_place(&edges, err);
    outfile_drop(&nodes); /* what was not placed */
    outfile_drop(&edges);
    return rc;
}

static int write_jsonl(const char *path, struct scene *s, enum graph_kind what, struct store *st,
                       struct rx_err *err)
{
    struct outfile file;
    int rc = outfile_open(&file, path, err);
    if (rc)
        return rc;
    return outfile_close(&file, placed(jsonl_write(file.out, s, what, st, err), path, err), err);
}

int graph_export(struct store *st, const struct rx_conf *conf, enum graph_format format,
                 enum graph_kind kind, int64_t run, const char *path, struct rx_err *err)
{
    struct scene s;
    const enum graph_kind what = kind;
    if (format == GRAPH_JSONL)
        kind = GRAPH_LINKS; /* every site that the case knows of */
    else if (kind == GRAPH_ALL)
        kind = GRAPH_NETWORK;
    int rc = scene_open(&s, st, conf, kind, run, err);
    if (rc)
        return rc;
    switch (format) {
    case GRAPH_GRAPHML:
        rc = write_file(path, graphml_write, &s, err);
        break;
    case GRAPH_CSV:
        rc = write_csv(path, &s, err);
        break;
    case GRAPH_JSONL:
        rc = write_jsonl(path, &s, what, st, err);
        break;
    case GRAPH_SVG:
        rc = write_file(path, svg_write, &s, err);
        break;
    }
    scene_done(&s);
    return rc;
}
