/* svg.c - the network as a picture for a report: colours by network, shapes by role, labels and a
 * legend. Plain SVG 1.1: no script, no font, no link, nothing fetched. */
#include "graph/emit.h"
#include "graph/export/colour.h"
#include "graph/export/writers.h"

#include "base/str.h"
#include "graph/vec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Networks that are labelled, and named in the legend, at most; its height in letters. */
enum { LABELLED = 200, LEGEND = 12, LEGEND_HIGH = 38 };

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

enum line { LINE_OTHER, LINE_EVIDENCE }; /* attached sites and links are thin dashes */

static void line_style(struct emit *e, enum line line, double width)
{
    const bool dashed = line == LINE_OTHER;
    emit_f(e, " fill=\"none\" stroke=\"#%s\" stroke-width=\"%.2f\"", dashed ? "999999" : "555555",
           dashed ? .7 * width : width);
    if (dashed)
        emit_f(e, " stroke-dasharray=\"%.1f %.1f\"", 3 * width, 4 * width);
}

/* One path a kind keeps the file small. */
static void write_edges(struct emit *e, const struct scene *s)
{
    for (enum line line = LINE_OTHER; line <= LINE_EVIDENCE; line++) {
        emit_f(e, "<path");
        line_style(e, line, .7);
        emit_f(e, " d=\"");
        for (size_t i = 0; i < s->edge_count; i++) {
            const struct scene_node *a = &s->nodes[s->edges[i].a], *b = &s->nodes[s->edges[i].b];
            if (s->edges[i].has_bits == (line == LINE_EVIDENCE))
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

static int by_size(const void *a, const void *b)
{
    const struct scene_node *x = *(const struct scene_node *const *)a;
    const struct scene_node *y = *(const struct scene_node *const *)b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The large ones first, so that none hides a small one. */
static int write_nodes(struct emit *e, const struct scene *s)
{
    const struct scene_node **order = vec_zero(s->node_count, sizeof(void *));
    if (!order)
        return RX_ENOMEM;
    for (size_t i = 0; i < s->node_count; i++)
        order[i] = &s->nodes[i];
    if (s->node_count)
        qsort(order, s->node_count, sizeof(void *), by_size);
    emit_f(e, "<g stroke=\"#222222\" stroke-width=\".6\">\n");
    for (size_t i = 0; i < s->node_count; i++) {
        const struct scene_node *n = order[i];
        if (!is_drawn(n))
            continue;
        write_shape(e, n->role, n->x, n->y, n->size / 2);
        emit_f(e, " fill=\"#%02x%02x%02x\"><title>", n->r, n->g, n->b);
        emit_xml(e, scene_label(s, n));
        if (n->network >= 0)
            emit_f(e, " (%s)", s->known.networks[n->network].id);
        emit_f(e, "</title></%s>\n", shape_name(n->role));
    }
    emit_f(e, "</g>\n");
    free(order);
    return 0;
}

/* ---- labels ----------------------------------------------------------------------------------
 *
 * A label stands above its network, else below, right or left of it: where it hides no node and no
 * other label. One that finds no such place is left out, but those of the legend never are. */

struct box {
    double left, top, right, bottom;
};

struct label {
    const char *text; /* NULL: no place was found */
    double x, y, size;
    struct box box;
};

static bool touches(const struct box *a, const struct box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

static bool is_free(const struct scene *s, const struct label *labels, size_t count,
                    const struct box *box)
{
    for (size_t i = 0; i < count; i++)
        if (labels[i].text && touches(box, &labels[i].box))
            return false;
    for (size_t i = 0; i < s->node_count; i++) {
        const struct scene_node *n = &s->nodes[i];
        const double r = n->size / 2;
        if (is_drawn(n) && touches(box, &(struct box){n->x - r, n->y - r, n->x + r, n->y + r}))
            return false;
    }
    return true;
}

/* Bold digits are about .7 of their size wide; x is the middle, y the foot of the letters. */
static struct label label_at(const char *text, double x, double y, double size)
{
    const double half = .36 * size * (double)strlen(text);
    return (struct label){text, x, y, size, {x - half, y - .9 * size, x + half, y + .2 * size}};
}

static void place_label(const struct scene *s, struct label *labels, size_t index,
                        const struct extent *net, double unit)
{
    const char *id = s->known.networks[net->network].id;
    const double size = (index < LEGEND ? 1.1 : .8) * unit, aside = .4 * size * (double)strlen(id);
    const double x = (net->left + net->right) / 2, y = (net->top + net->bottom) / 2 + .35 * size;
    const struct label places[] = {
        label_at(id, x, net->top - .2 * size, size), label_at(id, x, net->bottom + size, size),
        label_at(id, net->right + aside, y, size), label_at(id, net->left - aside, y, size)};
    for (size_t i = 0; i < sizeof places / sizeof *places && !labels[index].text; i++)
        if (is_free(s, labels, index, &places[i].box))
            labels[index] = places[i];
    if (!labels[index].text && index < LEGEND)
        labels[index] = places[0];
}

static void write_labels(struct emit *e, const struct label *labels)
{
    emit_f(e, "<g font-family=\"sans-serif\" font-weight=\"bold\" text-anchor=\"middle\" "
              "fill=\"#000000\" stroke=\"#ffffff\" paint-order=\"stroke\">\n");
    for (size_t i = 0; i < LABELLED; i++)
        if (labels[i].text)
            emit_f(e,
                   "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" stroke-width=\"%.1f\">"
                   "%s</text>\n",
                   labels[i].x, labels[i].y, labels[i].size, .3 * labels[i].size, labels[i].text);
    emit_f(e, "</g>\n");
}

/* ---- the legend ------------------------------------------------------------------------------ */

struct legend {
    struct emit *e;
    double x, y, unit; /* y: the foot of the next line */
};

static void say(struct legend *l, double indent, const char *text)
{
    emit_f(l->e, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", l->x + indent * l->unit, l->y, text);
    l->y += 1.4 * l->unit;
}

static void say_shapes(struct legend *l)
{
    static const struct {
        enum rx_role role;
        const char *title;
    } shapes[] = {{RX_ROLE_STOREFRONT, "storefront"},
                  {RX_ROLE_CHECKOUT, "checkout, payment, delivery host"},
                  {RX_ROLE_DOORWAY, "doorway, redirector"},
                  {RX_ROLE_UNKNOWN, "other site or indicator"}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        write_shape(l->e, shapes[i].role, l->x + .7 * l->unit, l->y - .35 * l->unit, .4 * l->unit);
        emit_f(l->e, " fill=\"#ffffff\" stroke=\"#222222\" stroke-width=\"%.2f\"/>\n",
               .08 * l->unit);
        say(l, 2, shapes[i].title);
    }
}

static void say_line(struct legend *l, enum line line, const char *meaning)
{
    emit_f(l->e, "<path d=\"M%.1f %.1fh%.1f\"", l->x, l->y - .35 * l->unit, 1.4 * l->unit);
    line_style(l->e, line, .06 * l->unit);
    emit_f(l->e, "/>\n");
    say(l, 2, meaning);
}

static void say_lines(struct legend *l, const struct scene *s)
{
    if (s->kind == GRAPH_NETWORK)
        say_line(l, LINE_EVIDENCE, "shared evidence");
    say_line(l, LINE_OTHER,
             s->kind == GRAPH_LINKS     ? "link"
             : s->kind == GRAPH_NETWORK ? "attached: leads to it or serves it"
                                        : "the site shows the indicator");
}

static void say_colour(struct legend *l, const struct colour *c)
{
    emit_f(l->e,
           "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
           "fill=\"#%02x%02x%02x\" stroke=\"#222222\" stroke-width=\"%.2f\"/>\n",
           l->x + .3 * l->unit, l->y - .75 * l->unit, .8 * l->unit, .8 * l->unit, c->r, c->g, c->b,
           .08 * l->unit);
}

/* The colour of a network is that of any of its nodes. */
static struct colour colour_in(const struct scene *s, int32_t network)
{
    for (size_t i = 0; i < s->node_count; i++)
        if (s->nodes[i].network == network)
            return (struct colour){s->nodes[i].r, s->nodes[i].g, s->nodes[i].b};
    return colour_of(-1);
}

static void say_networks(struct legend *l, const struct scene *s, const struct extent *nets,
                         size_t count)
{
    size_t i = 0, more = 0;
    for (; i < count && i < LEGEND && nets[i].nodes; i++) {
        const struct known_network *n = &s->known.networks[nets[i].network];
        const struct colour c = colour_in(s, (int32_t)nets[i].network);
        say_colour(l, &c);
        emit_f(l->e, "<text x=\"%.1f\" y=\"%.1f\">%s: %u sites, confidence ", l->x + 2 * l->unit,
               l->y, n->id, n->sites);
        emit_confidence(l->e, n->confidence);
        emit_f(l->e, "</text>\n");
        l->y += 1.4 * l->unit;
    }
    for (; i < count && nets[i].nodes; i++)
        more++;
    if (more)
        emit_f(l->e, "<text x=\"%.1f\" y=\"%.1f\">and %zu smaller network%s</text>\n",
               l->x + 2 * l->unit, l->y, more, more == 1 ? "" : "s");
    l->y += more ? 1.4 * l->unit : 0;
    const struct colour none = colour_of(-1);
    say_colour(l, &none);
    say(l, 2, "in no network, or tied to several");
}

static void write_legend(struct emit *e, const struct scene *s, const struct extent *nets,
                         size_t count, double x, double y, double unit)
{
    struct legend l = {e, x, y, unit};
    size_t left_out = 0;
    for (size_t i = 0; i < s->node_count; i++)
        left_out += !is_drawn(&s->nodes[i]);
    emit_f(e, "<g font-family=\"sans-serif\" font-size=\"%.1f\" fill=\"#000000\">\n", unit);
    emit_f(e, "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\">%s</text>\n", l.x, l.y,
           s->kind == GRAPH_LINKS     ? "Links between sites"
           : s->kind == GRAPH_NETWORK ? "Networks by shared evidence"
                                      : "Sites and what they show");
    l.y += 1.7 * unit;
    say_shapes(&l);
    say_lines(&l, s);
    say_networks(&l, s, nets, count);
    if (left_out)
        emit_f(e, "<text x=\"%.1f\" y=\"%.1f\">not drawn: %zu sites without a tie</text>\n", l.x,
               l.y, left_out);
    l.y += (left_out ? 1.4 : 0) * unit + .5 * unit;
    say(&l, 0, "confidence: how well the shared evidence");
    say(&l, 0, "holds when pages are left out; a score,");
    say(&l, 0, "no probability and no finding of guilt");
    emit_f(e, "</g>\n");
}

/* ---- the picture ----------------------------------------------------------------------------- */

struct picture {
    struct extent all, *nets; /* nets owned: the networks, the largest first */
    size_t count;
    struct label labels[LABELLED];
    double unit; /* a line's height in the legend */
};

static void measure(struct picture *p, const struct scene *s)
{
    for (uint32_t i = 0; i < p->count; i++)
        p->nets[i].network = i;
    for (size_t i = 0; i < s->node_count; i++) {
        if (!is_drawn(&s->nodes[i]))
            continue;
        widen(&p->all, &s->nodes[i]);
        if (s->nodes[i].network >= 0)
            widen(&p->nets[s->nodes[i].network], &s->nodes[i]);
    }
    if (p->count)
        qsort(p->nets, p->count, sizeof *p->nets, by_members);
    p->unit = fmax(fmax(p->all.bottom - p->all.top, 300) / 45, (p->all.right - p->all.left) / 90);
    for (size_t i = 0; i < p->count && i < LABELLED && p->nets[i].nodes; i++)
        place_label(s, p->labels, i, &p->nets[i], p->unit);
    for (size_t i = 0; i < LABELLED; i++) {
        const struct box *b = &p->labels[i].box;
        if (!p->labels[i].text)
            continue;
        p->all.left = fmin(p->all.left, b->left);
        p->all.top = fmin(p->all.top, b->top);
        p->all.right = fmax(p->all.right, b->right);
        p->all.bottom = fmax(p->all.bottom, b->bottom);
    }
}

static int draw(struct emit *e, const struct scene *s, struct picture *p)
{
    measure(p, s);
    const double unit = p->unit, left = p->all.left - unit, top = p->all.top - unit;
    const double wide = p->all.right - left + 27 * unit;
    const double high = fmax(p->all.bottom - p->all.top, LEGEND_HIGH * unit) + 2 * unit;
    emit_f(e,
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.1f %.1f %.1f %.1f\" "
           "width=\"1200\" height=\"%.0f\">\n<title>rxmap: networks</title>\n"
           "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#ffffff\"/>\n",
           left, top, wide, high, 1200 * high / wide, left, top, wide, high);
    write_edges(e, s);
    int rc = write_nodes(e, s);
    write_labels(e, p->labels);
    write_legend(e, s, p->nets, p->count, p->all.right + 2 * unit, top + 2 * unit, unit);
    emit_f(e, "</svg>\n");
    return rc;
}

int svg_write(FILE *out, const struct scene *s, struct rx_err *err)
{
    struct emit e;
    struct picture p = {.count = s->known.network_count};
    p.nets = vec_zero(p.count, sizeof *p.nets);
    if (!p.nets)
        return rx_fail(err, RX_ENOMEM, "no memory for the picture");
    emit_init(&e, out);
    int drawn = draw(&e, s, &p);
    free(p.nets);
    int rc = emit_done(&e);
    return rc || drawn ? rx_fail(err, rc ? rc : drawn, "cannot write the picture") : 0;
}
