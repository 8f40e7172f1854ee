/* graphml.c - GraphML, the plain profile: no DOCTYPE, keys first, then graph data, nodes, edges;
 * key ids prefixed g_, n_, e_; no defaults; an attribute without a value is left out. */
#include "graph/emit.h"
#include "graph/export/fields.h"
#include "graph/export/writers.h"

static const char *type_name(enum field_type type)
{
    switch (type) {
    case FIELD_INT:
        return "long";
    case FIELD_REAL:
        return "double";
    case FIELD_BOOL:
        return "boolean";
    default:
        return "string";
    }
}

static bool is_wanted(const struct scene *s, const struct field *f)
{
    return !f->for_indicators || s->kind == GRAPH_SITES_INDICATORS;
}

static void write_keys(struct emit *e, const struct scene *s)
{
    static const char *const graph[] = {"title", "kind", "tool", "method", "background"};
    for (size_t i = 0; i < sizeof graph / sizeof graph[0]; i++)
        emit_f(e, "  <key id=\"g_%s\" for=\"graph\" attr.name=\"%s\" attr.type=\"string\"/>\n",
               graph[i], graph[i]);
    for (size_t i = 0; i < fields_node_count; i++)
        if (is_wanted(s, &fields_node[i]))
            emit_f(e, "  <key id=\"n_%s\" for=\"node\" attr.name=\"%s\" attr.type=\"%s\"/>\n",
                   fields_node[i].name, fields_node[i].name, type_name(fields_node[i].type));
    for (size_t i = 0; i < fields_edge_count; i++)
        emit_f(e, "  <key id=\"e_%s\" for=\"edge\" attr.name=\"%s\" attr.type=\"%s\"/>\n",
               fields_edge[i].name, fields_edge[i].name, type_name(fields_edge[i].type));
}

static void write_data(struct emit *e, const struct scene *s, const struct field *f, char prefix,
                       size_t index, struct rx_buf *text)
{
    struct field_value v = {0};
    f->get(&v, s, index);
    if (!v.present)
        return;
    if (fields_text(text, f, &v)) {
        e->rc = e->rc ? e->rc : RX_EFULL;
        return;
    }
    emit_f(e, "      <data key=\"%c_%s\">", prefix, f->name);
    emit_xml(e, rx_buf_str(text));
    emit_f(e, "</data>\n");
}

static void write_node(struct emit *e, const struct scene *s, uint32_t node, struct rx_buf *text)
{
    if (fields_node_id(text, s, node) && !e->rc)
        e->rc = RX_EFULL;
    emit_f(e, "    <node id=\"");
    emit_xml(e, rx_buf_str(text));
    emit_f(e, "\">\n");
    for (size_t i = 0; i < fields_node_count; i++)
        if (is_wanted(s, &fields_node[i]))
            write_data(e, s, &fields_node[i], 'n', node, text);
    emit_f(e, "    </node>\n");
}

/* "CHECKOUT_HOST": what Neo4j takes for the type of a relation. */
static void write_type(struct emit *e, struct rx_str kind)
{
    for (size_t i = 0; i < kind.n; i++) {
        char c = kind.p[i];
        bool small = c >= 'a' && c <= 'z';
        emit_f(e, "%c", small ? c - 32 : rx_is_alnum(c) ? c : '_');
    }
}

static void write_edge(struct emit *e, const struct scene *s, size_t index, struct rx_buf *text)
{
    const struct scene_edge *edge = &s->edges[index];
    char id[17] = "";
    if (fields_edge_id(id, s, edge) && !e->rc)
        e->rc = RX_EFULL;
    emit_f(e, "    <edge id=\"%s\" source=\"", id);
    if (fields_node_id(text, s, edge->a) && !e->rc)
        e->rc = RX_EFULL;
    emit_xml(e, rx_buf_str(text));
    emit_f(e, "\" target=\"");
    if (fields_node_id(text, s, edge->b) && !e->rc)
        e->rc = RX_EFULL;
    emit_xml(e, rx_buf_str(text));
    emit_f(e, "\" label=\"");
    write_type(e, edge->kind);
    emit_f(e, "\">\n");
    for (size_t i = 0; i < fields_edge_count; i++)
        write_data(e, s, &fields_edge[i], 'e', index, text);
    emit_f(e, "    </edge>\n");
}

static const char *kind_name(enum graph_kind kind)
{
    return kind == GRAPH_LINKS ? "links" : kind == GRAPH_NETWORK ? "network" : "evidence";
}

static void write_graph_data(struct emit *e, const struct scene *s)
{
    emit_f(e, "    <data key=\"g_title\">rxmap %s</data>\n", kind_name(s->kind));
    emit_f(e, "    <data key=\"g_kind\">%s</data>\n", kind_name(s->kind));
    emit_f(e, "    <data key=\"g_tool\">rxmap %s</data>\n", RXMAP_VERSION);
    emit_f(e, "    <data key=\"g_method\">evidence in bits; scores are not calibrated</data>\n");
    emit_f(e, "    <data key=\"g_background\">");
    emit_xml(e, rx_str(background_title(s->f.bg)));
    emit_f(e, "</data>\n");
}

int graphml_write(FILE *out, const struct scene *s, struct rx_err *err)
{
    struct emit e;
    struct rx_buf text = RX_BUF(1 << 20);
    emit_init(&e, out);
    emit_f(&e, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
               "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
               "xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
               "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n");
    write_keys(&e, s);
    emit_f(&e, "  <graph id=\"%s\" edgedefault=\"%s\">\n", kind_name(s->kind),
           scene_directed(s) ? "directed" : "undirected");
    write_graph_data(&e, s);
    for (uint32_t i = 0; i < s->node_count; i++)
        write_node(&e, s, i, &text);
    for (size_t i = 0; i < s->edge_count; i++)
        write_edge(&e, s, i, &text);
    emit_f(&e, "  </graph>\n</graphml>\n");
    rx_buf_free(&text);
    int rc = emit_done(&e);
    return rc ? rx_fail(err, rc, "cannot write the GraphML file") : 0;
}
