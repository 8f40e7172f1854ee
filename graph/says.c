/* says.c - see says.h. A site's ties stand in order of class and value, so the offers of one
 * medicine are neighbours. Nothing here weighs anything: all these classes are hints. */
#include "graph/says.h"

/* Most bytes of one list, and of offers that people are shown as examples. */
enum { LIST_MAX = 4096, OFFERS_SHOWN = 5, VALUE_SHOWN = 110 };
#define SEAL "seal."

static const struct model_tie *tie_at(const struct model *m, const struct model_site *s, uint32_t i)
{
    return &m->ties[m->holds[s->first + i]];
}

static const struct rx_class *class_of(const struct model *m, const struct model_tie *t)
{
    return m->entities[t->entity].cls;
}

static bool is_seal(const struct rx_class *cls)
{
    return rx_str_starts(rx_str(cls->name), RX_STR(SEAL)) && cls->level == RX_LEVEL_HINT;
}

bool says_covers(const struct rx_class *cls)
{
    static const char *const names[] = {"claim",    "carrier",  "delivery.days", "origin.country",
                                        "language", "currency", "product"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (rx_str_eq(rx_str(cls->name), rx_str(names[i])))
            return true;
    return is_seal(cls);
}

/* The value of the class that most of the site's pages have. */
static struct rx_str most_of(const struct model *m, const struct model_site *site, const char *cls)
{
    struct rx_str best = {0};
    uint32_t pages = 0;
    for (uint32_t i = 0; i < site->count; i++) {
        const struct model_tie *t = tie_at(m, site, i);
        if (!rx_str_eq(rx_str(class_of(m, t)->name), rx_str(cls)) || t->pages <= pages)
            continue;
        pages = t->pages;
        best = m->entities[t->entity].text;
    }
    return best;
}

static struct rx_str medicine_of(struct rx_str offer)
{
    ptrdiff_t comma = rx_str_chr(offer, ',', 0);
    return comma < 0 ? offer : rx_str_sub(offer, 0, (size_t)comma);
}

void says_of(struct says *out, const struct model *m, const struct model_site *site)
{
    struct rx_str before = {0};
    *out = (struct says){.language = most_of(m, site, "language"),
                         .currency = most_of(m, site, "currency")};
    for (uint32_t i = 0; i < site->count; i++) {
        const struct model_tie *t = tie_at(m, site, i);
        if (!rx_str_eq(rx_str(class_of(m, t)->name), RX_STR("product")))
            continue;
        struct rx_str medicine = medicine_of(m->entities[t->entity].text);
        out->offers++;
        out->medicines += !rx_str_eq(medicine, before);
        before = medicine;
    }
}

/* Values beyond the room are left out: the list is for a first look. */
static int add_value(struct rx_buf *out, const char *before, struct rx_str value)
{
    int rc = 0;
    if (out->n + strlen(before) + value.n + 4 > LIST_MAX)
        return 0;
    if (out->n)
        rc = rx_buf_add(out, RX_STR("; "));
    if (!rc)
        rc = rx_buf_add(out, rx_str(before));
    return rc ? rc : rx_buf_add(out, value);
}

int says_seals(struct rx_buf *out, const struct model *m, const struct model_site *site)
{
    int rc = 0;
    rx_buf_clear(out);
    for (uint32_t i = 0; i < site->count && !rc; i++) {
        const struct model_tie *t = tie_at(m, site, i);
        const struct rx_class *cls = class_of(m, t);
        char verdict[32];
        if (!is_seal(cls))
            continue;
        (void)snprintf(verdict, sizeof verdict, "%s: ", cls->name + strlen(SEAL));
        rc = add_value(out, verdict, m->entities[t->entity].text);
    }
    return rc;
}

int says_list(struct rx_buf *out, const struct model *m, const struct model_site *site,
              const char *cls)
{
    int rc = 0;
    rx_buf_clear(out);
    for (uint32_t i = 0; i < site->count && !rc; i++) {
        const struct model_tie *t = tie_at(m, site, i);
        if (rx_str_eq(rx_str(class_of(m, t)->name), rx_str(cls)))
            rc = add_value(out, "", m->entities[t->entity].text);
    }
    return rc;
}

/* ---- for people ------------------------------------------------------------------------------
 */

static void print_seals(struct emit *e, const struct model *m, const struct model_site *site)
{
    for (uint32_t i = 0; i < site->count; i++) {
        const struct model_tie *t = tie_at(m, site, i);
        const struct rx_class *cls = class_of(m, t);
        if (!is_seal(cls))
            continue;
        emit_f(e, "  %-15s ", "seal");
        emit_brief(e, m->entities[t->entity].text, VALUE_SHOWN);
        emit_f(e, ": %s\n", cls->title);
    }
}

/* The offer of the medicine whose ties begin at *i of which most is said; *i: behind them. */
static struct rx_str fullest_offer(const struct model *m, const struct model_site *site,
                                   uint32_t *i)
{
    struct rx_str best = {0};
    size_t most = 0;
    for (; *i < site->count; ++*i) {
        const struct model_tie *t = tie_at(m, site, *i);
        const struct rx_str offer = m->entities[t->entity].text;
        size_t parts = 1;
        if (!rx_str_eq(rx_str(class_of(m, t)->name), RX_STR("product")) ||
            (best.n && !rx_str_eq(medicine_of(offer), medicine_of(best))))
            break;
        for (size_t k = 0; k < offer.n; k++)
            parts += offer.p[k] == ',';
        if (parts > most)
            best = offer;
        most = parts > most ? parts : most;
    }
    return best;
}

static void print_offers(struct emit *e, const struct model *m, const struct model_site *site,
                         const struct says *says)
{
    unsigned shown = 0;
    if (says->offers == 0)
        return;
    emit_f(e, "  %-15s %u of %u medicine%s, among them\n", "offers", says->offers, says->medicines,
           says->medicines == 1 ? "" : "s");
    for (uint32_t i = 0; i < site->count && shown < OFFERS_SHOWN;) {
        struct rx_str offer = fullest_offer(m, site, &i);
        if (offer.n == 0) {
            i++;
            continue;
        }
        shown++;
        emit_f(e, "  %-15s ", "");
        emit_brief(e, offer, VALUE_SHOWN);
        emit_f(e, "\n");
    }
}

int says_print(struct emit *e, const struct model *m, const struct model_site *site)
{
    static const struct {
        const char *cls, *label;
    } lists[] = {{"language", "language"},      {"currency", "currency"},
                 {"claim", "claims"},           {"carrier", "carriers"},
                 {"delivery.days", "delivery"}, {"origin.country", "goods from"}};
    struct rx_buf list = RX_BUF(LIST_MAX + 1);
    struct says says;
    bool any = false;
    int rc = 0;
    for (uint32_t i = 0; i < site->count && !any; i++)
        any = says_covers(class_of(m, tie_at(m, site, i)));
    if (!any)
        return 0;
    says_of(&says, m, site);
    emit_style(e, EMIT_STRONG);
    emit_f(e, "\n  what the site says\n");
    emit_style(e, EMIT_PLAIN);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && !rc; i++) {
        rc = says_list(&list, m, site, lists[i].cls);
        if (rc || list.n == 0)
            continue;
        emit_f(e, "  %-15s ", lists[i].label);
        emit_term(e, rx_buf_str(&list));
        emit_f(e, "\n");
    }
    print_seals(e, m, site);
    print_offers(e, m, site, &says);
    rx_buf_free(&list);
    return rc;
}

void says_json(struct emit *e, const struct model *m, const struct model_site *site)
{
    struct says says;
    says_of(&says, m, site);
    emit_key(e, "says");
    emit_begin(e, '{');
    emit_text(e, "lang", says.language);
    emit_text(e, "currency", says.currency);
    emit_int(e, "offers", says.offers);
    emit_int(e, "medicines", says.medicines);
    emit_key(e, "seals");
    emit_begin(e, '[');
    for (uint32_t i = 0; i < site->count; i++) {
        const struct model_tie *t = tie_at(m, site, i);
        const struct rx_class *cls = class_of(m, t);
        if (!is_seal(cls))
            continue;
        emit_item(e);
        emit_begin(e, '{');
        emit_text(e, "verdict", rx_str(cls->name + strlen(SEAL)));
        emit_text(e, "seal", m->entities[t->entity].text);
        emit_end(e, '}');
    }
    emit_end(e, ']');
    emit_end(e, '}');
}
