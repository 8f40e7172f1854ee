/* csv.c - nodes and edges as two tables, with the column names that Gephi imports. */
#include "graph/emit.h"
#include "graph/export/fields.h"
#include "graph/export/writers.h"

static bool is_wanted(const struct scene *s, const struct field *f)
{
    return !f->for_indicators || s->kind == GRAPH_SITES_INDICATORS;
}

static void write_cells(struct emit *e, const struct scene *s, const struct field *fields,
                        size_t count, size_t index, struct rx_buf *text)
{
    for (size_t i = 0; i < count; i++) {
        struct field_value v = {0};
        if (!is_wanted(s, &fields[i]))
            continue;
        emit_f(e, ",");
        fields[i].get(&v, s, index);
        if (!v.present)
            continue;
        if (fields_text(text, &fields[i], &v) && !e->rc)
            e->rc = RX_EFULL;
        /* A number is ours and may be negative; text may be a formula and is made harmless. */
        if (fields[i].type == FIELD_TEXT)
            emit_csv(e, rx_buf_str(text));
        else
            emit_raw(e, rx_buf_str(text));
    }
    emit_f(e, "\r\n");
}

static void write_header(struct emit *e, const struct scene *s, const struct field *fields,
                         size_t count, const char *first)
{
    emit_f(e, "%s", first);
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(s, &fields[i]))
            continue;
        const char *name = fields[i].name;
        emit_f(e, ",%c%s", name[0] >= 'a' && name[0] <= 'z' && name[1] ? name[0] - 32 : name[0],
               name + 1);
    }
    emit_f(e, "\r\n");
}

int csv_write_nodes(FILE *out, const struct scene *s, struct rx_err *err)
{
    struct emit e;
    struct rx_buf text = RX_BUF(1 << 20);
    emit_init(&e, out);
    write_header(&e, s, fields_node, fields_node_count, "Id");
    for (uint32_t i = 0; i < s->node_count; i++) {
        if (fields_node_id(&text, s, i) && !e.rc)
            e.rc = RX_EFULL;
        emit_csv(&e, rx_buf_str(&text));
        write_cells(&e, s, fields_node, fields_node_count, i, &text);
    }
    rx_buf_free(&text);
    int rc = emit_done(&e);
    return rc ? rx_fail(err, rc, "cannot write the table of nodes") : 0;
}

int csv_write_edges(FILE *out, const struct scene *s, struct rx_err *err)
{
    struct emit e;
    struct rx_buf text = RX_BUF(1 << 20);
    emit_init(&e, out);
    write_header(&e, s, fields_edge, fields_edge_count, "Source,Target,Type,Id");
    for (size_t i = 0; i < s->edge_count; i++) {
        char id[17] = "";
        int rc = fields_node_id(&text, s, s->edges[i].a);
        emit_csv(&e, rx_buf_str(&text));
        emit_f(&e, ",");
        if (!rc)
            rc = fields_node_id(&text, s, s->edges[i].b);
        emit_csv(&e, rx_buf_str(&text));
        if (!rc)
            rc = fields_edge_id(id, s, &s->edges[i]);
        emit_f(&e, ",%s,%s", scene_directed(s) ? "Directed" : "Undirected", id);
        if (rc && !e.rc)
            e.rc = rc;
        write_cells(&e, s, fields_edge, fields_edge_count, i, &text);
    }
    rx_buf_free(&text);
    int rc = emit_done(&e);
    return rc ? rx_fail(err, rc, "cannot write the table of edges") : 0;
}
