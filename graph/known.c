/* known.c - see known.h. */
#include "graph/known.h"

#include "graph/vec.h"

#include <stdio.h>
#include <stdlib.h>

struct reader {
    struct known *k;
    int rc;
};

/* "N-0001": an id is printed as it is, and a case may come from a stranger. */
static bool is_id(struct rx_str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!rx_is_alnum(id.p[i]) && id.p[i] != '-')
            return false;
    return id.n > 0 && id.n < sizeof((struct known_network *)0)->id;
}

static int on_network(void *ctx, const struct store_network *n)
{
    struct reader *r = ctx;
    struct known *k = r->k;
    if (!is_id(n->id))
        return r->rc = RX_EDAMAGE;
    struct known_network *all =
        vec_grow(k->networks, k->network_count, &k->network_cap, sizeof *all);
    if (!all)
        return r->rc = RX_ENOMEM;
    k->networks = all;
    struct known_network copy = {.affiliate = rx_str_eq(n->kind, RX_STR("affiliate")),
                                 .sites = n->sites,
                                 .confidence = n->confidence,
                                 .strongest = rx_arena_dup(&k->arena, n->strongest)};
    if (!copy.strongest.p)
        return r->rc = RX_ENOMEM;
    (void)snprintf(copy.id, sizeof copy.id, "%.*s", RX_FMT(n->id));
    k->networks[k->network_count++] = copy;
    return 0;
}

static int by_id(const void *a, const void *b)
{
    const struct known_network *x = a, *y = b;
    if (x->affiliate != y->affiliate)
        return x->affiliate ? 1 : -1;
    size_t p = strlen(x->id), q = strlen(y->id); /* N-9999 before N-10000 */
    return p != q ? (p < q ? -1 : 1) : strcmp(x->id, y->id);
}

static int64_t index_of(const struct known *k, struct rx_str id)
{
    for (size_t i = 0; i < k->network_count; i++)
        if (rx_str_eq(id, rx_str(k->networks[i].id)))
            return (int64_t)i;
    return -1;
}

/* Binary search by the order of by_id. */
static int64_t search(const struct known *k, struct rx_str id)
{
    struct known_network key = {.affiliate = id.n && id.p[0] == 'A'};
    if (id.n >= sizeof key.id)
        return -1;
    if (id.n)
        memcpy(key.id, id.p, id.n);
    const struct known_network *found =
        k->network_count ? bsearch(&key, k->networks, k->network_count, sizeof key, by_id) : NULL;
    return found ? found - k->networks : index_of(k, id);
}

static int on_member(void *ctx, const struct store_member *m)
{
    struct reader *r = ctx;
    struct known *k = r->k;
    int64_t network = search(k, m->network);
    if (network < 0)
        return r->rc = RX_EDAMAGE;
    struct known_member *all = vec_grow(k->members, k->member_count, &k->member_cap, sizeof *all);
    if (!all)
        return r->rc = RX_ENOMEM;
    k->members = all;
    struct known_member copy = {(uint32_t)network, rx_arena_dup(&k->arena, m->site),
                                rx_arena_dup(&k->arena, m->role), m->confidence, m->core};
    if (!copy.site.p || !copy.role.p)
        return r->rc = RX_ENOMEM;
    k->members[k->member_count++] = copy;
    return 0;
}

static int on_honoured(void *ctx, const struct store_honoured *h)
{
    struct reader *r = ctx;
    struct known *k = r->k;
    struct known_honoured *all =
        vec_grow(k->honoured, k->honoured_count, &k->honoured_cap, sizeof *all);
    if (!all)
        return r->rc = RX_ENOMEM;
    k->honoured = all;
    struct known_honoured copy = {h->decision, decision_effect_parse(h->effect), h->sites,
                                  rx_arena_dup(&k->arena, h->why)};
    if (!copy.why.p)
        return r->rc = RX_ENOMEM;
    k->honoured[k->honoured_count++] = copy;
    return 0;
}

bool known_is_member(const struct known_member *m)
{
    return rx_str_eq(m->role, RX_STR("member"));
}

static int by_network(const void *a, const void *b)
{
    const struct known_member *x = a, *y = b;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    if (known_is_member(x) != known_is_member(y))
        return known_is_member(x) ? -1 : 1;
    int order = rx_str_cmp(x->site, y->site);
    return order ? order : rx_str_cmp(x->role, y->role);
}

struct ranked {
    struct rx_str site;
    uint32_t member;
};

static int by_site(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = rx_str_cmp(x->site, y->site);
    return order ? order : x->member < y->member ? -1 : x->member > y->member;
}

static int index_members(struct known *k)
{
    struct ranked *order = vec_zero(k->member_count, sizeof *order);
    k->by_site = vec_zero(k->member_count, sizeof *k->by_site);
    if (!order || !k->by_site) {
        free(order);
        return RX_ENOMEM;
    }
    if (k->member_count)
        qsort(k->members, k->member_count, sizeof *k->members, by_network);
    for (uint32_t i = 0; i < k->member_count; i++) {
        struct known_network *n = &k->networks[k->members[i].network];
        if (!n->count++)
            n->first = i;
        order[i] = (struct ranked){k->members[i].site, i};
    }
    qsort(order, k->member_count, sizeof *order, by_site);
    for (size_t i = 0; i < k->member_count; i++)
        k->by_site[i] = order[i].member;
    free(order);
    return 0;
}

int known_load(struct known *k, struct store *st, struct rx_err *err)
{
    *k = (struct known){.arena = RX_ARENA(INT32_MAX)};
    struct rx_buf text = RX_BUF(1 << 16);
    struct store_analysis a;
    struct reader r = {k, 0};
    int rc = store_analysis_last(st, "evidence", &a, &text);
    if (rc == RX_ENOENT) {
        rx_buf_free(&text);
        return 0;
    }
    if (!rc) {
        k->present = true;
        k->analysis = a.id;
        k->upto_run = a.upto_run;
        k->background = rx_arena_dup(&k->arena, a.background);
        rc = store_network_scan(st, a.id, on_network, &r);
        if (k->network_count)
            qsort(k->networks, k->network_count, sizeof *k->networks, by_id);
    }
    if (rc >= 0 && !r.rc)
        rc = store_member_scan(st, a.id, on_member, &r);
    if (rc >= 0 && !r.rc)
        rc = store_honoured_scan(st, a.id, on_honoured, &r);
    if (r.rc)
        rc = rx_fail(err, r.rc,
                     r.rc == RX_EDAMAGE ? "the stored networks contradict themselves; run "
                                          "`rxmap map` again"
                                        : "no memory for the networks");
    else if (rc < 0)
        rc = rx_fail(err, rc, "cannot read the networks: %s", store_error(st));
    else if (index_members(k))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the networks");
    rx_buf_free(&text);
    if (rc)
        known_done(k);
    return rc;
}

int known_adopt(struct known *k, const struct result *r, const struct model *m, int64_t upto_run,
                struct rx_err *err)
{
    *k = (struct known){.arena = RX_ARENA(INT32_MAX), .present = true, .upto_run = upto_run};
    struct reader reader = {k, 0};
    for (size_t i = 0; i < r->network_count && !reader.rc; i++) {
        const struct result_network *n = &r->networks[i];
        struct store_network row = {rx_str(n->id),
                                    n->affiliate ? RX_STR("affiliate") : RX_STR("programme"),
                                    n->sites, n->confidence, RX_STR("[]")};
        (void)on_network(&reader, &row);
    }
    for (size_t i = 0; i < r->member_count && !reader.rc; i++) {
        const struct result_member *from = &r->members[i];
        bool member = from->role == RX_ROLE_UNKNOWN;
        struct store_member row = {rx_str(r->networks[from->network].id), m->sites[from->site].name,
                                   rx_str(member ? "member" : rx_role_name(from->role)),
                                   from->confidence, from->core};
        (void)on_member(&reader, &row);
    }
    for (size_t i = 0; i < r->honoured.count && !reader.rc; i++) {
        const struct honoured *h = &r->honoured.items[i];
        struct store_honoured row = {h->decision, rx_str(decision_effect_name(h->effect)),
                                     rx_str(h->why ? h->why : ""), h->sites};
        (void)on_honoured(&reader, &row);
    }
    if (!reader.rc && !index_members(k))
        return 0;
    known_done(k);
    return rx_fail(err, RX_ENOMEM, "no memory for the networks");
}

void known_done(struct known *k)
{
    rx_arena_free(&k->arena);
    free(k->networks);
    free(k->members);
    free(k->by_site);
    free(k->honoured);
    *k = (struct known){0};
}

/* An id is typed in either case. */
const struct known_network *known_find(const struct known *k, struct rx_str id)
{
    char upper[sizeof k->networks->id];
    if (id.n >= sizeof upper)
        return NULL;
    for (size_t i = 0; i < id.n; i++)
        upper[i] = id.p[i] >= 'a' && id.p[i] <= 'z' ? (char)(id.p[i] - 'a' + 'A') : id.p[i];
    int64_t at = search(k, rx_strn(upper, id.n));
    return at < 0 ? NULL : &k->networks[at];
}

size_t known_of_site(const struct known *k, struct rx_str site, size_t *first)
{
    size_t low = 0, high = k->member_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rx_str_cmp(k->members[k->by_site[middle]].site, site) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low < k->member_count && rx_str_eq(k->members[k->by_site[low]].site, site))
        low++;
    return low - *first;
}

const struct known_network *known_programme(const struct known *k, struct rx_str site)
{
    size_t first, n = known_of_site(k, site, &first);
    for (size_t i = first; i < first + n; i++) {
        const struct known_member *m = &k->members[k->by_site[i]];
        if (known_is_member(m) && !k->networks[m->network].affiliate)
            return &k->networks[m->network];
    }
    return NULL;
}

static int by_decision(const void *key, const void *item)
{
    const int64_t id = *(const int64_t *)key;
    const struct known_honoured *h = item;
    return id < h->decision ? -1 : id > h->decision;
}

const struct known_honoured *known_honoured_of(const struct known *k, int64_t decision)
{
    return k->honoured_count ? bsearch(&decision, k->honoured, k->honoured_count,
                                       sizeof *k->honoured, by_decision)
                             : NULL;
}
