/* svg.c - the network as a picture for a report: colours by network, shapes by role, labels and a
 * legend. Plain SVG 1.1: no script, no font, no link, nothing fetched. */
#include "graph/emit.h"
#include "graph/export/writers.h"

#include "base/str.h"
#include "graph/vec.h"

#include <math.h>
#include <stdlib.h>

enum { LABELLED = 12, LEGEND = 12 };

struct extent { /* of one network, or of all */
    uint32_t network, nodes, members;
    double left, top, right, bottom;
};

static void widen(struct extent *x, const struct scene_node *n)
{
    double r = n->size / 2 + 4;
    if (!x->nodes++) {
        x->left = x->top = INFINITY;
        x->right = x->bottom = -INFINITY;
    }
    x->members += n->is_member;
    x->left = fmin(x->left, n->x - r);
    x->right = fmax(x->right, n->x + r);
    x->top = fmin(x->top, n->y - r);
    x->bottom = fmax(x->bottom, n->y + r);
}

static int by_members(const void *a, const void *b)
{
    const struct extent *x = a, *y = b;
    if (x->members != y->members)
        return x->members > y->members ? -1 : 1;
    return x->network < y->network ? -1 : x->network > y->network;
}

/* What is in no network and tied to none is counted in the legend, not drawn. */
static bool is_drawn(const struct scene_node *n)
{
    return n->network >= 0 || n->degree > 0;
}

static void write_edges(struct emit *e, const struct scene *s)
{
    /* One path a kind keeps the file small; attached sites hang on thin dashes. */
    for (int pass = 0; pass < 2; pass++) {
        emit_f(e, "<path fill=\"none\" stroke=\"#%s\" stroke-width=\"%s\"%s d=\"",
               pass ? "555555" : "999999", pass ? ".7" : ".5",
               pass ? "" : " stroke-dasharray=\"2 3\"");
        for (size_t i = 0; i < s->edge_count; i++) {
            const struct scene_node *a = &s->nodes[s->edges[i].a], *b = &s->nodes[s->edges[i].b];
            if (s->edges[i].has_bits != (pass == 1))
                continue;
            emit_f(e, "M%.1f %.1fL%.1f %.1f", a->x, a->y, b->x, b->y);
        }
        emit_f(e, "\"/>\n");
    }
}

static void write_shape(struct emit *e, enum rx_role role, double x, double y, double r)
{
    switch (role) {
    case RX_ROLE_STOREFRONT:
        emit_f(e, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", x, y, r);
        break;
    case RX_ROLE_CHECKOUT:
    case RX_ROLE_PAYMENT:
    case RX_ROLE_CDN:
        emit_f(e, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", x - r, y - r, 2 * r,
               2 * r);
        break;
    case RX_ROLE_DOORWAY:
    case RX_ROLE_REDIRECTOR:
        emit_f(e, "<path d=\"M%.1f %.1fl%.1f %.1fh%.1fz\"", x, y - r, r, 2 * r, -2 * r);
        break;
    default:
        emit_f(e, "<path d=\"M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz\"", x, y - r, r, r, -r, r,
               -r, -r);
        break;
    }
}

static const char *shape_name(enum rx_role role)
{
    bool box = role == RX_ROLE_CHECKOUT || role == RX_ROLE_PAYMENT || role == RX_ROLE_CDN;
    return role == RX_ROLE_STOREFRONT ? "circle" : box ? "rect" : "path";
}

static void write_nodes(struct emit *e, const struct scene *s)
{
    emit_f(e, "<g stroke=\"#222222\" stroke-width=\".6\">\n");
    for (size_t i = 0; i < s->node_count; i++) {
        const struct scene_node *n = &s->nodes[i];
        if (!is_drawn(n))
            continue;
        write_shape(e, n->role, n->x, n->y, n->size / 2);
        emit_f(e, " fill=\"#%02x%02x%02x\"><title>", n->r, n->g, n->b);
        emit_xml(e,
                 n->site != UINT32_MAX ? s->f.m.sites[n->site].name : s->f.m.values[n->value].text);
        if (n->network >= 0)
            emit_f(e, " (%s)", s->known.networks[n->network].id);
        emit_f(e, "</title></%s>\n", shape_name(n->role));
    }
    emit_f(e, "</g>\n");
}

static void write_labels(struct emit *e, const struct scene *s, const struct extent *nets,
                         size_t count, double unit)
{
    emit_f(e,
           "<g font-family=\"sans-serif\" font-weight=\"bold\" font-size=\"%.1f\" "
           "text-anchor=\"middle\" fill=\"#000000\" stroke=\"#ffffff\" stroke-width=\"%.1f\" "
           "paint-order=\"stroke\">\n",
           1.1 * unit, .3 * unit);
    for (size_t i = 0; i < count && i < LABELLED && nets[i].nodes; i++)
        emit_f(e, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", (nets[i].left + nets[i].right) / 2,
               nets[i].top - .2 * unit, s->known.networks[nets[i].network].id);
    emit_f(e, "</g>\n");
}

/* The colour of a network is that of any of its nodes. */
static const struct scene_node *any_node(const struct scene *s, uint32_t network)
{
    for (size_t i = 0; i < s->node_count; i++)
        if (s->nodes[i].network == (int32_t)network)
            return &s->nodes[i];
    return NULL;
}

static void write_legend(struct emit *e, const struct scene *s, const struct extent *nets,
                         size_t count, double x, double y, double unit)
{
    static const struct {
        enum rx_role role;
        const char *title;
    } shapes[] = {{RX_ROLE_STOREFRONT, "storefront"},
                  {RX_ROLE_CHECKOUT, "checkout, payment, delivery host"},
                  {RX_ROLE_DOORWAY, "doorway, redirector"},
                  {RX_ROLE_UNKNOWN, "other site or indicator"}};
    static const char *const caveat[] = {"confidence: how well the shared evidence",
                                         "holds when pages are left out; a score,",
                                         "no probability and no finding of guilt"};
    emit_f(e, "<g font-family=\"sans-serif\" font-size=\"%.1f\" fill=\"#000000\">\n", unit);
    emit_f(e,
           "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\">Networks by shared evidence</text>\n",
           x, y);
    y += 1.7 * unit;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        write_shape(e, shapes[i].role, x + .5 * unit, y - .35 * unit, .4 * unit);
        emit_f(e,
               " fill=\"#ffffff\" stroke=\"#222222\" stroke-width=\"%.2f\"/>"
               "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n",
               .08 * unit, x + 1.5 * unit, y, shapes[i].title);
        y += 1.4 * unit;
    }
    for (size_t i = 0; i < count && i < LEGEND && nets[i].nodes; i++) {
        const struct known_network *n = &s->known.networks[nets[i].network];
        const struct scene_node *node = any_node(s, nets[i].network);
        emit_f(e,
               "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
               "fill=\"#%02x%02x%02x\" stroke=\"#222222\" stroke-width=\"%.2f\"/>"
               "<text x=\"%.1f\" y=\"%.1f\">%s: %u sites, confidence ",
               x + .1 * unit, y - .75 * unit, .8 * unit, .8 * unit, node ? node->r : 0,
               node ? node->g : 0, node ? node->b : 0, .08 * unit, x + 1.5 * unit, y, n->id,
               n->sites);
        emit_confidence(e, n->confidence);
        emit_f(e, "</text>\n");
        y += 1.4 * unit;
    }
    size_t drawn = 0;
    for (size_t i = 0; i < s->node_count; i++)
        drawn += is_drawn(&s->nodes[i]);
    emit_f(e, "<text x=\"%.1f\" y=\"%.1f\">%zu more sites are in no network</text>\n", x, y,
           s->node_count - drawn);
    for (size_t i = 0; i < sizeof caveat / sizeof *caveat; i++) {
        y += 1.4 * unit;
        emit_f(e, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, y, caveat[i]);
    }
    emit_f(e, "</g>\n");
}

int svg_write(FILE *out, const struct scene *s, struct rx_err *err)
{
    struct emit e;
    size_t count = s->known.network_count;
    struct extent all = {0}, *nets = vec_zero(count, sizeof *nets);
    if (!nets)
        return rx_fail(err, RX_ENOMEM, "no memory for the picture");
    for (uint32_t i = 0; i < count; i++)
        nets[i].network = i;
    for (size_t i = 0; i < s->node_count; i++) {
        if (!is_drawn(&s->nodes[i]))
            continue;
        widen(&all, &s->nodes[i]);
        if (s->nodes[i].network >= 0)
            widen(&nets[s->nodes[i].network], &s->nodes[i]);
    }
    if (count)
        qsort(nets, count, sizeof *nets, by_members);
    if (!all.nodes)
        all.left = all.top = all.right = all.bottom = 0;
    double high = fmax(all.bottom - all.top, 300), unit = high / 45;
    double wide = all.right - all.left + 26 * unit;
    emit_init(&e, out);
    emit_f(&e,
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.1f %.1f %.1f %.1f\" "
           "width=\"1200\" height=\"%.0f\">\n<title>rxmap: networks</title>\n"
           "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#ffffff\"/>\n",
           all.left - unit, all.top - unit, wide + 2 * unit, high + 2 * unit,
           1200 * (high + 2 * unit) / (wide + 2 * unit), all.left - unit, all.top - unit,
           wide + 2 * unit, high + 2 * unit);
    write_edges(&e, s);
    write_nodes(&e, s);
    write_labels(&e, s, nets, count, unit);
    write_legend(&e, s, nets, count, all.right + 2 * unit, all.top + 2 * unit, unit);
    emit_f(&e, "</svg>\n");
    free(nets);
    int rc = emit_done(&e);
    return rc ? rx_fail(err, rc, "cannot write the picture") : 0;
}
