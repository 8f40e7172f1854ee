/* export.c - graph_export: builds the scene, opens the files, calls the writer. */
#include "graph/export/writers.h"
#include "graph/graph.h"
#include "graph/outfile.h"

typedef int write_fn(FILE *out, const struct scene *s, struct rx_err *err);

static int write_file(const char *path, write_fn *write, const struct scene *s, struct rx_err *err)
{
    struct outfile file;
    int rc = outfile_open(&file, path, err);
    if (rc)
        return rc;
    return outfile_close(&file, write(file.out, s, err), err);
}

static int write_csv(const char *stem, const struct scene *s, struct rx_err *err)
{
    char nodes[OUTFILE_PATH], edges[OUTFILE_PATH];
    if (rx_str_eq(rx_str(stem), RX_STR("-")))
        return rx_fail(err, RX_EUSAGE, "csv is two files; give -o a stem, not -");
    int n = snprintf(nodes, sizeof nodes, "%s-nodes.csv", stem);
    int m = snprintf(edges, sizeof edges, "%s-edges.csv", stem);
    if (n < 0 || m < 0 || (size_t)n >= sizeof nodes || (size_t)m >= sizeof edges)
        return rx_fail(err, RX_EUSAGE, "the file name is too long: %s", stem);
    int rc = write_file(nodes, csv_write_nodes, s, err);
    return rc ? rc : write_file(edges, csv_write_edges, s, err);
}

static int write_jsonl(const char *path, struct scene *s, struct store *st, struct rx_err *err)
{
    struct outfile file;
    int rc = outfile_open(&file, path, err);
    if (rc)
        return rc;
    return outfile_close(&file, jsonl_write(file.out, s, st, err), err);
}

int graph_export(struct store *st, const struct rx_conf *conf, enum graph_format format,
                 enum graph_kind kind, int64_t run, const char *path, struct rx_err *err)
{
    struct scene s;
    if (format == GRAPH_JSONL)
        kind = GRAPH_LINKS; /* every site that the case knows of */
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
        rc = write_jsonl(path, &s, st, err);
        break;
    case GRAPH_SVG:
        rc = write_file(path, svg_write, &s, err);
        break;
    }
    scene_done(&s);
    return rc;
}
