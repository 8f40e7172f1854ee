/* choke_case.c - see choke_case.h. Sites' own pages first, then the links between them, then the
 * facts of hosts: only then is it known which sites are tills, whose facts count as well. */
#include "graph/choke_case.h"

#include "graph/choke_facts.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include "base/cidr.h"
#include "base/vendors.h"

#include <stdlib.h>

enum { KEY_MAX = 1 << 20 }; /* more than any stored value */

static bool is_lawful(enum rx_role role)
{
    return role == RX_ROLE_LICENSED || role == RX_ROLE_BENIGN;
}

/* ---- elements and who needs them ------------------------------------------------------------- */

/* Finds or adds; RX_E* without memory. Copies value and label. */
static int64_t intern(struct choke_build *b, enum choke_kind kind, struct rx_str value,
                      struct rx_str label)
{
    struct choke_case *c = b->c;
    rx_buf_clear(&b->key);
    int rc = rx_buf_addf(&b->key, "%u\n%.*s\n", (unsigned)kind, RX_FMT(label));
    if (!rc)
        rc = rx_buf_add(&b->key, value);
    if (rc)
        return rc;
    const uintptr_t at = (uintptr_t)rx_map_get(b->index, rx_buf_str(&b->key));
    if (at)
        return (int64_t)at - 1;
    struct choke_element *all =
        vec_grow(c->elements, c->element_count, &c->element_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    c->elements = all;
    struct choke_element e = {.kind = kind,
                              .value = rx_arena_dup(&c->arena, value),
                              .label = rx_arena_dup(&c->arena, label)};
    if (!e.value.p || !e.label.p)
        return RX_ENOMEM;
    c->elements[c->element_count] = e;
    rc = rx_map_put(b->index, rx_buf_str(&b->key), (void *)(uintptr_t)(c->element_count + 1), NULL);
    return rc ? rc : (int64_t)c->element_count++;
}

static int add_need(struct choke_build *b, uint32_t owner, bool of_element, uint32_t on)
{
    struct choke_case *c = b->c;
    struct choke_need *all = vec_grow(c->needs, c->need_count, &c->need_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    c->needs = all;
    /* Elements are counted from behind the storefronts, whose number is known from the start. */
    const enum choke_kind kind = c->elements[on].kind;
    c->needs[c->need_count++] = (struct choke_need){of_element ? (uint32_t)c->shops + owner : owner,
                                                    on, kind == CHOKE_ACCOUNT ? CHOKE_PAY : kind};
    return 0;
}

int choke_build_between(struct choke_build *b, uint32_t element, uint32_t on)
{
    return add_need(b, element, true, on);
}

static int add_lawful(struct choke_build *b, uint32_t site, uint32_t on)
{
    struct choke_use *all = vec_grow(b->lawful, b->lawful_count, &b->lawful_cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    b->lawful = all;
    b->lawful[b->lawful_count++] = (struct choke_use){on, site};
    return 0;
}

int64_t choke_build_use(struct choke_build *b, uint32_t site, enum choke_kind kind,
                        struct rx_str value, struct rx_str label)
{
    const int64_t on = intern(b, kind, value, label);
    if (on < 0)
        return on;
    const bool stands_on = kind == CHOKE_REGISTRAR || kind == CHOKE_NS || kind == CHOKE_ADDRESS;
    int rc = 0;
    if (b->shop_of[site] != CHOKE_NONE && kind != CHOKE_AS) /* its addresses need that one */
        rc = add_need(b, b->shop_of[site], false, (uint32_t)on);
    if (!rc && stands_on && b->till_of[site] != CHOKE_NONE)
        rc = add_need(b, b->till_of[site], true, (uint32_t)on);
    if (!rc && is_lawful(b->m->sites[site].role))
        rc = add_lawful(b, site, (uint32_t)on);
    return rc ? rc : on;
}

bool choke_build_wants(const struct choke_build *b, uint32_t site)
{
    return b->shop_of[site] != CHOKE_NONE || b->till_of[site] != CHOKE_NONE ||
           is_lawful(b->m->sites[site].role);
}

/* ---- what pages show ------------------------------------------------------------------------- */

/* Seen when the site was read last, where a buyer sees it. Pages 0: the site is the host itself. */
static bool is_current(const struct model_site *s, const struct model_tie *t)
{
    return !t->pages || (t->last_ms >= s->first_ms && t->hidden < t->pages);
}

/* A host of the lists is no till, but a payment provider's is where the money goes. */
static bool may_be_paid(struct rx_str host)
{
    const enum rx_vendor v = rx_vendor_of(host);
    return v == RX_VENDOR_NONE || v == RX_VENDOR_PSP || v == RX_VENDOR_BUILDER;
}

static int64_t use_till(struct choke_build *b, uint32_t site, struct rx_str host)
{
    const int64_t on = choke_build_use(b, site, CHOKE_PAY, host, RX_STR(""));
    const int64_t at = on < 0 ? MODEL_NONE : model_site_find(b->m, host);
    if (at >= 0)
        b->till_of[at] = (uint32_t)on;
    return on;
}

/* A wallet in one spelling: of Ethereum's two classes, that without checksum. */
static int64_t use_account(struct choke_build *b, uint32_t site, const struct rx_class *cls,
                           struct rx_str value)
{
    const bool eth = !strcmp(cls->name, "eth") || !strcmp(cls->name, "eth.unchecked");
    struct rx_buf lower = RX_BUF(KEY_MAX);
    int rc = 0;
    for (size_t i = 0; eth && i < value.n && !rc; i++)
        rc = rx_buf_addc(&lower, rx_lower(value.p[i]));
    int64_t on = rc;
    if (eth) {
        cls = rx_class_find(RX_STR("eth"));
        value = rx_buf_str(&lower);
    }
    if (!rc)
        on = choke_build_use(b, site, CHOKE_ACCOUNT, value, rx_str(cls->name));
    if (on >= 0 && !rc)
        b->c->elements[on].title = rx_str(cls->title);
    rx_buf_free(&lower);
    return on;
}

static int64_t use_chat(struct choke_build *b, uint32_t site, const struct rx_class *cls)
{
    const int64_t on = choke_build_use(b, site, CHOKE_CHAT, rx_str(cls->name), RX_STR(""));
    if (on >= 0)
        b->c->elements[on].title = rx_str(cls->title);
    return on;
}

static int64_t plain_use(struct choke_build *b, uint32_t site, enum choke_kind kind,
                         struct rx_str value)
{
    return choke_build_use(b, site, kind, value, RX_STR(""));
}

/* The element, RX_E*, or RX_ENOENT: the tie says nothing of what a shop needs. */
static int64_t use_value(struct choke_build *b, uint32_t site, const struct model_tie *t)
{
    const struct rx_class *cls = t->cls;
    const struct rx_str text = b->m->entities[t->entity].text;
    const bool pays = cls->part == RX_PART_CHECKOUT && cls->level != RX_LEVEL_HINT;
    if (pays && cls->host_valued)
        return may_be_paid(text) ? use_till(b, site, text) : RX_ENOENT;
    if (pays)
        return use_account(b, site, cls, text);
    if (cls->group == RX_GROUP_TRACKER && cls->part == RX_PART_SUPPORT)
        return use_chat(b, site, cls);
    if (!strcmp(cls->name, "phone") || !strcmp(cls->name, "phone.tollfree"))
        return plain_use(b, site, CHOKE_PHONE, text);
    if (!strcmp(cls->name, "carrier"))
        return plain_use(b, site, CHOKE_CARRIER, text);
    return RX_ENOENT;
}

/* By which the background counts it; NULL: it does not. */
static const char *class_of(const struct choke_element *e)
{
    switch (e->kind) {
    case CHOKE_PAY:
        return "checkout.host";
    case CHOKE_ACCOUNT:
        return e->label.p;
    case CHOKE_PHONE:
        return "phone";
    case CHOKE_ADDRESS:
        return "ip";
    default:
        return NULL;
    }
}

/* What is known of the value, whatever class it was read as: a telephone number's may be another
 * than an element's of its kind. */
static void judge_value(struct choke_element *it, const struct model_entity *e)
{
    it->dismissed = it->dismissed || e->dismissed;
    if (class_of(it) && e->df > it->df)
        it->df = e->df;
}

static int use_tie(struct choke_build *b, uint32_t site, const struct model_tie *t)
{
    const int64_t on = use_value(b, site, t);
    if (on >= 0)
        judge_value(&b->c->elements[on], &b->m->entities[t->entity]);
    return on >= 0 || on == RX_ENOENT ? 0 : (int)on;
}

static int use_ties(struct choke_build *b, uint32_t site)
{
    const struct model_site *s = &b->m->sites[site];
    int rc = 0;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        const struct model_tie *t = &b->m->ties[b->m->holds[s->first + i]];
        if (is_current(s, t))
            rc = use_tie(b, site, t);
    }
    return rc;
}

/* An account at a payment provider is the way to pay; the provider's own script beside it is none
 * of its own ("stripe" and stripe.com). */
static bool has_account_at(const struct choke_build *b, uint32_t site, struct rx_str host)
{
    const struct model_site *s = &b->m->sites[site];
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_tie *t = &b->m->ties[b->m->holds[s->first + i]];
        struct rx_str head, rest;
        if (t->cls->part != RX_PART_CHECKOUT || t->cls->host_valued || !is_current(s, t) ||
            t->cls->level == RX_LEVEL_HINT)
            continue;
        (void)rx_str_cut(rx_str(t->cls->name), '.', &head, &rest);
        if (rx_str_starts(host, head))
            return true;
    }
    return false;
}

static int till_by_link(struct choke_build *b, const struct model_link *l)
{
    const int64_t on = use_till(b, l->from, b->m->sites[l->to].name);
    return on < 0 ? (int)on : 0;
}

static int use_link(struct choke_build *b, const struct model_link *l)
{
    const struct model_site *from = &b->m->sites[l->from], *to = &b->m->sites[l->to];
    const bool leads = l->kind == RX_LINK_A || l->kind == RX_LINK_AREA || l->kind == RX_LINK_FORM ||
                       l->kind == RX_LINK_IFRAME || rx_link_is_redirect(l->kind);
    const bool works =
        l->kind == RX_LINK_FORM || l->kind == RX_LINK_IFRAME || l->kind == RX_LINK_SCRIPT;
    if (l->last_ms < from->first_ms || !choke_build_wants(b, l->from))
        return 0;
    switch (rx_vendor_of(to->name)) {
    case RX_VENDOR_PSP:
        return works && !has_account_at(b, l->from, to->name) ? till_by_link(b, l) : 0;
    case RX_VENDOR_NONE:
        return leads && (to->role == RX_ROLE_CHECKOUT || to->role == RX_ROLE_PAYMENT)
                   ? till_by_link(b, l)
                   : 0;
    default:
        return 0;
    }
}

/* ---- whom it works for ----------------------------------------------------------------------- */

static int use_networks(struct choke_build *b, uint32_t site)
{
    const struct known *k = b->known;
    size_t first, n = known_of_site(k, b->m->sites[site].name, &first);
    int rc = 0;
    for (size_t i = first; i < first + n && !rc; i++) {
        const struct known_member *member = &k->members[k->by_site[i]];
        const struct known_network *net = &k->networks[member->network];
        if (!known_is_member(member))
            continue;
        if (!net->affiliate)
            b->c->network[b->shop_of[site]] = member->network;
        const enum choke_kind kind = net->affiliate ? CHOKE_AFFILIATE : CHOKE_PROGRAMME;
        const int64_t on = plain_use(b, site, kind, rx_str(net->id));
        rc = on < 0 ? (int)on : 0;
    }
    return rc;
}

static void find_shops(struct choke_build *b)
{
    struct choke_case *c = b->c;
    const struct model *m = b->m;
    for (uint32_t s = 0; s < m->site_count; s++) {
        b->shop_of[s] = b->till_of[s] = CHOKE_NONE;
        if (!model_is_storefront(m, s))
            continue;
        c->storefronts++;
        if (!m->sites[s].known || !rx_str_eq(m->sites[s].state, RX_STR("live")))
            continue;
        c->shop_site[c->shops] = s;
        c->network[c->shops] = CHOKE_NONE;
        b->shop_of[s] = (uint32_t)c->shops++;
    }
    while (c->networks < b->known->network_count && !b->known->networks[c->networks].affiliate)
        c->networks++;
}

static int read_all(struct choke_build *b, struct store *st, struct rx_err *err)
{
    const struct model *m = b->m;
    int rc = 0;
    find_shops(b);
    for (uint32_t s = 0; s < m->site_count && !rc; s++)
        if (choke_build_wants(b, s))
            rc = use_ties(b, s);
    for (size_t i = 0; i < m->link_count && !rc; i++)
        rc = use_link(b, &m->links[i]);
    for (uint32_t i = 0; i < b->c->shops && !rc; i++)
        rc = use_networks(b, b->c->shop_site[i]);
    if (rc)
        return rx_fail(err, rc, "no memory for what the storefronts need");
    return choke_facts_read(b, st, b->known->upto_run, err);
}

/* ---- whom else it would hit -------------------------------------------------------------------
 */

static int by_use(const void *a, const void *b)
{
    const struct choke_use *x = a, *y = b;
    if (x->element != y->element)
        return x->element < y->element ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

static const char *list_of(const struct choke_element *e)
{
    struct rx_ip ip;
    enum rx_vendor v = RX_VENDOR_NONE;
    if (e->kind == CHOKE_ADDRESS) {
        const enum rx_net net = rx_ip_parse(&ip, e->value) == RX_OK ? rx_net_of(ip) : RX_NET_NONE;
        return net == RX_NET_NONE ? NULL : rx_net_name(net);
    }
    if (e->kind == CHOKE_NS || e->kind == CHOKE_PAY)
        v = rx_vendor_of(e->value);
    return v == RX_VENDOR_NONE ? NULL : rx_vendor_name(v);
}

/* Registrars, chats and carriers serve everybody, but act by name, account and parcel: what is
 * asked of them hits nobody else. */
static bool is_apart(const struct choke_element *e, const struct constants *k)
{
    const struct model_entity users = {.storefronts = e->users, .honest = e->lawful};
    switch (e->kind) {
    case CHOKE_PAY:
    case CHOKE_ACCOUNT:
    case CHOKE_PHONE: /* a shop or two whose role was misread make it nobody else's */
        return e->list || e->df || e->dismissed || (e->lawful && !weigh_is_private(&users, k));
    case CHOKE_NS:
    case CHOKE_ADDRESS:
    case CHOKE_AS:
        return e->list || e->lawful || e->limit;
    default:
        return false;
    }
}

static int by_need(const void *a, const void *b)
{
    const struct choke_need *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return x->on < y->on ? -1 : x->on > y->on; /* an element is of one kind */
}

/* Several hosts and pages of a site say the same. */
static void drop_repeated(struct choke_case *c)
{
    size_t kept = 0;
    if (c->need_count)
        qsort(c->needs, c->need_count, sizeof *c->needs, by_need);
    for (size_t i = 0; i < c->need_count; i++)
        if (!kept || by_need(&c->needs[kept - 1], &c->needs[i]))
            c->needs[kept++] = c->needs[i];
    c->need_count = kept;
}

/* c->known; needs are in order of node. An address with a network makes the network known. */
static void count_known(struct choke_case *c, const bool *has_as)
{
    unsigned seen = 0;
    for (size_t i = 0; i < c->need_count && c->needs[i].node < c->shops; i++) {
        const struct choke_need *n = &c->needs[i];
        const enum choke_kind kind = c->elements[n->on].kind;
        if (!i || n[-1].node != n->node)
            seen = 0;
        c->known[kind] += !(seen & CHOKE_BIT(kind));
        seen |= CHOKE_BIT(kind);
        c->known[CHOKE_AS] += has_as[n->on] && !(seen & CHOKE_BIT(CHOKE_AS));
        if (has_as[n->on])
            seen |= CHOKE_BIT(CHOKE_AS);
    }
}

static void judge(struct choke_build *b, const struct frame *f, bool *has_as)
{
    struct choke_case *c = b->c;
    drop_repeated(c);
    for (size_t i = 0; i < b->lawful_count; i++)
        if (!i || by_use(&b->lawful[i - 1], &b->lawful[i]))
            c->elements[b->lawful[i].element].lawful++;
    for (size_t i = 0; i < c->element_count; i++) {
        struct choke_element *e = &c->elements[i];
        const char *name = class_of(e);
        const struct rx_class *cls = name ? rx_class_find(rx_str(name)) : NULL;
        const struct model_entity *it =
            e->kind == CHOKE_ADDRESS ? model_entity_find(b->m, RX_STR("ip"), e->value) : NULL;
        e->list = list_of(e);
        const uint32_t df = cls ? background_df(f->bg, cls, e->value) : 0;
        e->df = df > e->df ? df : e->df;
        e->background = cls ? background_sites(f->bg, cls) : 0;
        e->limit = it && it->bar == MODEL_LIMIT;
    }
    for (size_t i = 0; i < c->need_count; i++) {
        const struct choke_need *n = &c->needs[i];
        if (n->node < c->shops)
            c->elements[n->on].users++;
        if (n->kind != CHOKE_AS)
            continue;
        has_as[n->node - c->shops] = true;
        if (!c->elements[n->on].list)
            c->elements[n->on].list = c->elements[n->node - c->shops].list;
    }
    count_known(c, has_as);
    for (size_t i = 0; i < c->element_count; i++)
        c->elements[i].apart = is_apart(&c->elements[i], &f->k);
}

/* ---- into order ------------------------------------------------------------------------------ */

struct placed {
    const struct choke_element *e;
    uint32_t at;
};

static int by_element(const void *a, const void *b)
{
    const struct choke_element *x = ((const struct placed *)a)->e,
                               *y = ((const struct placed *)b)->e;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    const int order = rx_str_cmp(x->value, y->value);
    return order ? order : rx_str_cmp(x->label, y->label);
}

static int put_in_order(struct choke_case *c)
{
    struct placed *placed = vec_zero(c->element_count, sizeof *placed);
    struct choke_element *elements = vec_zero(c->element_count, sizeof *elements);
    uint32_t *now = vec_zero(c->element_count, sizeof *now);
    const int rc = placed && elements && now ? 0 : RX_ENOMEM;
    if (!rc) {
        for (uint32_t i = 0; i < c->element_count; i++)
            placed[i] = (struct placed){&c->elements[i], i};
        qsort(placed, c->element_count, sizeof *placed, by_element);
        for (uint32_t i = 0; i < c->element_count; i++) {
            elements[i] = *placed[i].e;
            now[placed[i].at] = i;
        }
        for (size_t i = 0; i < c->need_count; i++) {
            struct choke_need *n = &c->needs[i];
            n->on = now[n->on];
            if (n->node >= c->shops)
                n->node = (uint32_t)c->shops + now[n->node - c->shops];
        }
        if (c->need_count)
            qsort(c->needs, c->need_count, sizeof *c->needs, by_need);
        free(c->elements);
        c->elements = elements;
        elements = NULL;
    }
    free(placed);
    free(elements);
    free(now);
    return rc;
}

int choke_case_load(struct choke_case *c, const struct frame *f, const struct known *known,
                    struct store *st, struct rx_err *err)
{
    *c = (struct choke_case){.arena = RX_ARENA(INT32_MAX)};
    struct choke_build b = {.c = c, .m = &f->m, .known = known, .key = RX_BUF(KEY_MAX)};
    c->shop_site = vec_zero(f->m.site_count, sizeof *c->shop_site);
    c->network = vec_zero(f->m.site_count, sizeof *c->network);
    b.shop_of = vec_zero(f->m.site_count, sizeof *b.shop_of);
    b.till_of = vec_zero(f->m.site_count, sizeof *b.till_of);
    b.index = rx_map_new();
    int rc = RX_OK;
    if (!c->shop_site || !c->network || !b.shop_of || !b.till_of || !b.index)
        rc = rx_fail(err, RX_ENOMEM, "no memory for the storefronts");
    else
        rc = read_all(&b, st, err);
    if (!rc && b.lawful_count)
        qsort(b.lawful, b.lawful_count, sizeof *b.lawful, by_use);
    if (!rc) {
        bool *has_as = vec_zero(c->element_count, sizeof *has_as);
        if (has_as)
            judge(&b, f, has_as);
        if (!has_as || put_in_order(c))
            rc = rx_fail(err, RX_ENOMEM, "no memory for what the storefronts need");
        free(has_as);
    }
    rx_map_free(b.index, NULL);
    rx_buf_free(&b.key);
    free(b.shop_of);
    free(b.till_of);
    free(b.lawful);
    if (rc)
        choke_case_done(c);
    return rc;
}

size_t choke_case_needs(const struct choke_case *c, uint32_t node, size_t *first)
{
    size_t low = 0, high = c->need_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (c->needs[middle].node < node)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low < c->need_count && c->needs[low].node == node)
        low++;
    return low - *first;
}

void choke_case_done(struct choke_case *c)
{
    rx_arena_free(&c->arena);
    free(c->shop_site);
    free(c->network);
    free(c->elements);
    free(c->needs);
    *c = (struct choke_case){0};
}
