/* fields.c - see fields.h. Names are those that viewers understand (docs/FORMATS.md, Graphs). */
#include "graph/export/fields.h"

#include "base/clock.h"
#include "base/digest.h"

#include <inttypes.h>

#define NODE const struct scene_node *n = &s->nodes[index]
#define SITE                                                                                       \
    NODE;                                                                                          \
    const struct model_site *site = n->site == UINT32_MAX ? NULL : &s->f.m.sites[n->site];         \
    if (!site)                                                                                     \
    return
#define VALUE                                                                                      \
    NODE;                                                                                          \
    const struct model_value *value = n->value == UINT32_MAX ? NULL : &s->f.m.values[n->value];    \
    if (!value)                                                                                    \
    return
#define EDGE const struct scene_edge *e = &s->edges[index]
#define GET(name) static void name(struct field_value *v, const struct scene *s, size_t index)

static void set_text(struct field_value *v, struct rx_str text)
{
    v->present = text.n > 0;
    v->text = text;
}

static void set_int(struct field_value *v, int64_t number)
{
    v->present = true;
    v->number = number;
}

static void set_real(struct field_value *v, double real, int decimals)
{
    v->present = true;
    v->real = real;
    v->decimals = decimals;
}

static void set_time(struct field_value *v, int64_t wall_ms)
{
    if (!wall_ms)
        return;
    rx_time_text(v->own, wall_ms, false);
    set_text(v, rx_str(v->own));
}

static void set_epoch(struct field_value *v, int64_t wall_ms)
{
    if (wall_ms)
        set_real(v, (double)wall_ms / 1000, 3);
}

/* ---- nodes ------------------------------------------------------------------------------------
 */

GET(node_label)
{
    NODE;
    set_text(v, scene_label(s, n));
}

GET(node_labels)
{
    NODE;
    set_text(v, n->site != UINT32_MAX    ? RX_STR(":Site")
                : n->value != UINT32_MAX ? RX_STR(":Indicator")
                                         : RX_STR(":Origin"));
}

GET(node_kind)
{
    NODE;
    set_text(v, n->site != UINT32_MAX    ? RX_STR("site")
                : n->value != UINT32_MAX ? RX_STR("indicator")
                                         : rx_str(s->origins.nodes[n->origin].kind));
}

GET(node_role)
{
    NODE;
    if (n->site != UINT32_MAX)
        set_text(v, rx_str(rx_role_name(n->role)));
}

GET(node_state)
{
    SITE;
    set_text(v, site->state);
}

GET(node_seed)
{
    SITE;
    v->present = true;
    v->number = site->is_seed;
}

GET(node_network)
{
    SITE;
    if (n->network >= 0)
        set_text(v, rx_str(s->known.networks[n->network].id));
}

GET(node_member)
{
    SITE;
    v->present = true;
    v->number = n->is_member;
}

GET(node_affiliates)
{
    SITE;
    set_text(v, n->affiliates);
}

GET(node_affiliate_count)
{
    SITE;
    set_int(v, n->affiliate_count);
}

GET(node_attached)
{
    SITE;
    set_text(v, n->attached);
}

GET(node_confidence)
{
    SITE;
    if (n->network >= 0)
        set_real(v, n->confidence, 4);
}

GET(node_first)
{
    SITE;
    set_time(v, site->first_ms);
}

GET(node_first_ts)
{
    SITE;
    set_epoch(v, site->first_ms);
}

GET(node_last)
{
    SITE;
    set_time(v, site->last_ms);
}

GET(node_last_ts)
{
    SITE;
    set_epoch(v, site->last_ms);
}

GET(node_ip)
{
    SITE;
    set_text(v, n->ip);
}

GET(node_asn)
{
    SITE;
    set_text(v, n->asn);
}

GET(node_registrar)
{
    SITE;
    set_text(v, n->registrar);
}

GET(node_tls)
{
    SITE;
    set_text(v, n->tls);
}

GET(node_lang)
{
    SITE;
    set_text(v, n->lang);
}

GET(node_currency)
{
    SITE;
    set_text(v, n->currency);
}

GET(node_seals)
{
    SITE;
    set_text(v, n->seals);
}

GET(node_claims)
{
    SITE;
    set_text(v, n->claims);
}

GET(node_offers)
{
    SITE;
    set_int(v, n->offers);
}

GET(node_pages)
{
    SITE;
    set_int(v, site->pages);
}

GET(node_decisions)
{
    SITE;
    set_text(v, n->decisions);
}

GET(node_evidence_count)
{
    SITE;
    set_int(v, n->evidence_count);
}

GET(node_evidence_top)
{
    SITE;
    set_text(v, n->evidence_top);
}

GET(node_run)
{
    SITE;
    set_int(v, s->run);
}

GET(node_purpose)
{
    NODE;
    if (n->origin != UINT32_MAX && s->origins.nodes[n->origin].purpose)
        set_text(v, rx_str(rx_purpose_name(s->origins.nodes[n->origin].purpose)));
}

GET(node_class)
{
    VALUE;
    set_text(v, rx_str(value->cls->name));
}

GET(node_value)
{
    VALUE;
    set_text(v, value->text);
}

GET(node_level)
{
    VALUE;
    set_text(v, rx_str(rx_level_name(value->cls->level)));
}

GET(node_sites)
{
    VALUE;
    set_int(v, value->count);
}

GET(node_bits)
{
    VALUE;
    set_real(v, s->f.m.entities[value->entity].bits, 3);
}

GET(node_degree)
{
    NODE;
    set_int(v, n->degree);
}

GET(node_x)
{
    NODE;
    set_real(v, n->x, 3);
}

GET(node_y)
{
    NODE;
    set_real(v, n->y, 3);
}

GET(node_size)
{
    NODE;
    set_real(v, n->size, 3);
}

GET(node_r)
{
    NODE;
    set_int(v, n->r);
}

GET(node_g)
{
    NODE;
    set_int(v, n->g);
}

GET(node_b)
{
    NODE;
    set_int(v, n->b);
}

const struct field fields_node[] = {
    {"label", FIELD_TEXT, false, node_label},
    {"name", FIELD_TEXT, false, node_label},
    {"labels", FIELD_TEXT, false, node_labels},
    {"kind", FIELD_TEXT, false, node_kind},
    {"role", FIELD_TEXT, false, node_role},
    {"state", FIELD_TEXT, false, node_state},
    {"is_seed", FIELD_BOOL, false, node_seed},
    {"network", FIELD_TEXT, false, node_network},
    {"is_member", FIELD_BOOL, false, node_member},
    {"affiliates", FIELD_TEXT, false, node_affiliates},
    {"affiliates_count", FIELD_INT, false, node_affiliate_count},
    {"attached", FIELD_TEXT, false, node_attached},
    {"confidence", FIELD_REAL, false, node_confidence},
    {"first_seen", FIELD_TEXT, false, node_first},
    {"first_seen_ts", FIELD_REAL, false, node_first_ts},
    {"last_seen", FIELD_TEXT, false, node_last},
    {"last_seen_ts", FIELD_REAL, false, node_last_ts},
    {"ip", FIELD_TEXT, false, node_ip},
    {"asn", FIELD_TEXT, false, node_asn},
    {"registrar", FIELD_TEXT, false, node_registrar},
    {"tls_sha256", FIELD_TEXT, false, node_tls},
    {"lang", FIELD_TEXT, false, node_lang},
    {"currency", FIELD_TEXT, false, node_currency},
    {"seals", FIELD_TEXT, false, node_seals},
    {"claims", FIELD_TEXT, false, node_claims},
    {"offers", FIELD_INT, false, node_offers},
    {"pages", FIELD_INT, false, node_pages},
    {"decisions", FIELD_TEXT, false, node_decisions},
    {"evidence_count", FIELD_INT, false, node_evidence_count},
    {"evidence_top", FIELD_TEXT, false, node_evidence_top},
    {"run", FIELD_INT, false, node_run},
    {"purpose", FIELD_TEXT, false, node_purpose},
    {"class", FIELD_TEXT, true, node_class},
    {"value", FIELD_TEXT, true, node_value},
    {"level", FIELD_TEXT, true, node_level},
    {"sites", FIELD_INT, true, node_sites},
    {"bits", FIELD_REAL, true, node_bits},
    {"degree", FIELD_INT, false, node_degree},
    {"x", FIELD_REAL, false, node_x},
    {"y", FIELD_REAL, false, node_y},
    {"size", FIELD_REAL, false, node_size},
    {"r", FIELD_INT, false, node_r},
    {"g", FIELD_INT, false, node_g},
    {"b", FIELD_INT, false, node_b},
};
const size_t fields_node_count = sizeof fields_node / sizeof fields_node[0];

/* ---- edges ------------------------------------------------------------------------------------
 */

GET(edge_label)
{
    EDGE;
    set_text(v, e->evidence.n ? e->evidence : e->kind);
}

GET(edge_kind)
{
    EDGE;
    set_text(v, e->kind);
}

GET(edge_weight)
{
    EDGE;
    set_real(v, e->weight, 4);
}

GET(edge_score)
{
    EDGE;
    if (e->has_bits)
        set_real(v, e->score, 4);
}

GET(edge_bits)
{
    EDGE;
    if (e->has_bits || e->bits > 0)
        set_real(v, e->bits, 3);
}

GET(edge_evidence)
{
    EDGE;
    set_text(v, e->evidence);
}

GET(edge_evidence_count)
{
    EDGE;
    set_int(v, e->evidence_count);
}

GET(edge_count)
{
    EDGE;
    if (e->count)
        set_int(v, (int64_t)e->count);
}

GET(edge_first)
{
    EDGE;
    set_time(v, e->first_ms);
}

GET(edge_first_ts)
{
    EDGE;
    set_epoch(v, e->first_ms);
}

GET(edge_last)
{
    EDGE;
    set_time(v, e->last_ms);
}

GET(edge_last_ts)
{
    EDGE;
    set_epoch(v, e->last_ms);
}

GET(edge_url)
{
    EDGE;
    set_text(v, e->sample_url);
}

GET(edge_warc)
{
    EDGE;
    set_text(v, e->warc);
}

const struct field fields_edge[] = {
    {"label", FIELD_TEXT, false, edge_label},
    {"kind", FIELD_TEXT, false, edge_kind},
    {"weight", FIELD_REAL, false, edge_weight},
    {"score", FIELD_REAL, false, edge_score},
    {"bits", FIELD_REAL, false, edge_bits},
    {"evidence", FIELD_TEXT, false, edge_evidence},
    {"evidence_count", FIELD_INT, false, edge_evidence_count},
    {"count", FIELD_INT, false, edge_count},
    {"first_seen", FIELD_TEXT, false, edge_first},
    {"first_seen_ts", FIELD_REAL, false, edge_first_ts},
    {"last_seen", FIELD_TEXT, false, edge_last},
    {"last_seen_ts", FIELD_REAL, false, edge_last_ts},
    {"sample_url", FIELD_TEXT, false, edge_url},
    {"warc", FIELD_TEXT, false, edge_warc},
};
const size_t fields_edge_count = sizeof fields_edge / sizeof fields_edge[0];

/* ---- ids and text ------------------------------------------------------------------------------
 */

/* igraph's reader leaves entities in attribute values as they are, so an id holds no character that
 * XML would have to escape, and no control character: these are percent-encoded, and % too. */
static int add_safe(struct rx_buf *out, struct rx_str text)
{
    int rc = 0;
    for (size_t i = 0; i < text.n && !rc; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool unsafe = c < 0x21 || c == 0x7f || strchr("&<>\"'%", c) != NULL;
        rc = unsafe ? rx_buf_addf(out, "%%%02X", c) : rx_buf_addc(out, (char)c);
    }
    return rc;
}

int fields_node_id(struct rx_buf *out, const struct scene *s, uint32_t node)
{
    const struct scene_node *n = &s->nodes[node];
    rx_buf_clear(out);
    if (n->site != UINT32_MAX) {
        int rc = rx_buf_add(out, RX_STR("site:"));
        return rc ? rc : add_safe(out, s->f.m.sites[n->site].name);
    }
    if (n->origin != UINT32_MAX)
        return add_safe(out, s->origins.nodes[n->origin].id);
    const struct model_value *v = &s->f.m.values[n->value];
    int rc = rx_buf_addf(out, "ind:%s:", v->cls->name);
    return rc ? rc : add_safe(out, v->text);
}

int fields_edge_id(char out[17], const struct scene *s, const struct scene_edge *e)
{
    struct rx_buf text = RX_BUF(1 << 20), id = RX_BUF(1 << 20);
    int rc = fields_node_id(&text, s, e->a);
    if (!rc)
        rc = rx_buf_addc(&text, '\n');
    if (!rc)
        rc = fields_node_id(&id, s, e->b);
    if (!rc)
        rc = rx_buf_add(&text, rx_buf_str(&id));
    if (!rc)
        rc = rx_buf_addc(&text, '\n');
    if (!rc)
        rc = rx_buf_add(&text, e->kind);
    if (!rc)
        (void)snprintf(out, 17, "%016" PRIx64, rx_hash64(rx_buf_str(&text)));
    rx_buf_free(&text);
    rx_buf_free(&id);
    return rc;
}

int fields_text(struct rx_buf *out, const struct field *f, const struct field_value *v)
{
    rx_buf_clear(out);
    switch (f->type) {
    case FIELD_TEXT:
        return rx_buf_add(out, v->text);
    case FIELD_INT:
        return rx_buf_addf(out, "%" PRId64, v->number);
    case FIELD_REAL:
        return rx_buf_addf(out, "%.*f", v->decimals, v->real);
    case FIELD_BOOL:
        return rx_buf_addf(out, "%s", v->number ? "true" : "false");
    }
    return RX_EINVAL;
}
