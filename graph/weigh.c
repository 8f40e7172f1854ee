/* weigh.c - see weigh.h. */
#include "graph/weigh.h"

#include "base/cidr.h"
#include "base/vendors.h"
#include "graph/cert.h"

#include <math.h>

const char *weigh_level_name(enum weigh_level level)
{
    return level == WEIGH_PROGRAMME ? "programme" : "affiliate";
}

static bool is_honest(const struct model_site *s)
{
    return s->role == RX_ROLE_LICENSED || s->role == RX_ROLE_BENIGN;
}

/* Sites that are licensed or benign by their own role: a background inside the crawl. */
static uint32_t honest_sites(const struct model *m)
{
    uint32_t n = 0;
    for (size_t i = 0; i < m->site_count; i++)
        n += is_honest(&m->sites[i]);
    return n;
}

/* Tier by how many sites of the crawl carry it, for what the background cannot know. 0: nothing. */
static int tier_of_spread(uint32_t sites, double few, double some, double most, int best)
{
    if (sites > most)
        return 0;
    return sites <= few ? best : sites <= some ? best + 1 : 4;
}

/* A certificate that names licensed or benign sites beside a storefront, or more names than one
 * owner orders, is that of a service in front of strangers. */
static void find_shared_certs(struct model *m, const struct constants *k)
{
    for (size_t i = 0; i < m->site_count; i++) {
        struct model_site *s = &m->sites[i];
        uint32_t names = 0;
        s->shared_cert = false;
        for (uint32_t h = 0; h < s->count; h++) {
            const struct model_entity *e = &m->entities[m->ties[m->holds[s->first + h]].entity];
            if (strcmp(e->cls->name, "tls.san") != 0)
                continue; /* proved names: what a site claims must not rid it of its own key */
            int64_t named = model_site_find(m, e->text);
            bool honest = e->honest > 0 || (named >= 0 && is_honest(&m->sites[named]));
            names++;
            s->shared_cert = s->shared_cert || (honest && !is_honest(s));
        }
        s->shared_cert = s->shared_cert || names > k->v[K_CERT_FEW];
    }
}

static bool on_shared_cert(const struct model *m, const struct model_entity *e)
{
    for (uint32_t t = e->first; t < e->first + e->count; t++)
        if (m->sites[m->ties[t].site].shared_cert)
            return true;
    return false;
}

/* Is a lawful site served with it too? The lists of a certificate prove nothing unless an authority
 * signed it, but whoever serves with the key has it. */
static bool serves_lawful(const struct model *m, const struct model_entity *e)
{
    const struct model_entity *guests = model_entity_find(m, RX_STR(CERT_DEFAULT), e->text);
    return e->honest || (guests && guests->honest);
}

static void grade_infrastructure(const struct model *m, struct model_entity *e,
                                 const struct constants *k)
{
    const double *v = k->v;
    if (e->cls->group == RX_GROUP_TLS) {
        e->tier = tier_of_spread(e->count, v[K_CERT_FEW], v[K_CERT_SOME], v[K_LIMIT_CERT], 1);
        if (e->tier && ((e->storefronts && serves_lawful(m, e)) || on_shared_cert(m, e)))
            e->tier = 4; /* strangers share it: a delivery network's certificate */
        e->bound = e->bound && e->tier == 1;
    } else if (e->cls->group == RX_GROUP_HOSTING && e->cls->tier == 2) {
        bool address = !strcmp(e->cls->name, "ip");
        e->tier = tier_of_spread(e->count, v[K_ADDRESS_FEW], v[K_ADDRESS_SOME],
                                 address ? v[K_LIMIT_ADDRESS] : v[K_LIMIT_NS], 2);
    }
    if (!e->tier)
        e->bar = MODEL_LIMIT;
}

bool weigh_is_private(const struct model_entity *e, const struct constants *k)
{
    double misread = k->v[K_MISREAD], lawful = k->v[K_LAWFUL];
    double bits =
        e->storefronts * log2((1 - misread) / (1 - lawful)) + e->honest * log2(misread / lawful);
    return constants_score(bits) >= k->v[K_STRONG];
}

/* How often unrelated sites carry it: by the background, or by the case's own honest sites where
 * these say more. The shipped table cannot know the agency, the chat and the reviews that the shops
 * of one trade use, but its lawful shops do. */
static double chance(const struct model_entity *e, const struct constants *k, uint32_t honest)
{
    double a = k->v[K_PSEUDO], unseen = a * constants_space(k, e->tier);
    double u = (e->df + a) / (e->background + unseen);
    if (!e->honest || weigh_is_private(e, k))
        return u;
    return fmax(u, (e->honest + a) / (honest + unseen));
}

/* Bits of a value that is neither vendor nor hint nor over a limit. */
static void grade(struct model_entity *e, const struct constants *k, uint32_t honest)
{
    double u = chance(e, k, honest);
    double cap = constants_cap(k, e->tier);
    if (e->background && e->background < k->v[K_BACKGROUND_MIN])
        cap *= log2(1 + e->background) / log2(1 + k->v[K_BACKGROUND_MIN]);
    e->bits = fmin(fmax(log2(constants_agree(k, e->cls->group) / u), 0), cap);
    if (e->bits <= 0)
        e->bar = MODEL_COMMON;
}

/* Hosts, addresses, name servers and mail exchangers that serve any trade: whoever has one is but a
 * customer of theirs. */
static bool is_shared_service(const struct model_entity *e)
{
    struct rx_ip ip;
    if (e->cls->host_valued)
        return rx_vendor_of(e->text) != RX_VENDOR_NONE;
    if (!strcmp(e->cls->name, "ip"))
        return rx_ip_parse(&ip, e->text) == RX_OK && rx_net_of(ip) != RX_NET_NONE;
    return e->cls->group == RX_GROUP_HOSTING && rx_vendor_of(e->text) != RX_VENDOR_NONE;
}

void weigh_entities(struct model *m, const struct background *bg, const struct constants *k)
{
    uint32_t honest = honest_sites(m);
    find_shared_certs(m, k);
    for (size_t i = 0; i < m->entity_count; i++) {
        struct model_entity *e = &m->entities[i];
        e->bar = MODEL_FREE;
        e->bits = 0;
        e->family = MODEL_NONE;
        e->tier = e->cls->tier;
        e->bound = e->cls->bound;
        e->df = e->names ? 0 : background_df(bg, e->cls, e->text);
        e->background = background_sites(bg, e->cls);
        if (!e->tier || e->cls->level == RX_LEVEL_HINT)
            e->bar = MODEL_PLAIN;
        else if (is_shared_service(e))
            e->bar = MODEL_VENDOR;
        else if (e->cls->part == RX_PART_SEALS && e->licensed > 0)
            e->bar = MODEL_LICENSED; /* and the copies of strangers say nothing of each other */
        else if (e->df > k->v[K_LIMIT_OTHER])
            e->bar = MODEL_LIMIT;
        else
            grade_infrastructure(m, e, k);
        if (e->bar == MODEL_FREE)
            grade(e, k, honest);
        if (e->bar == MODEL_FREE && e->dismissed)
            e->bar = MODEL_DISMISSED;
        if (e->bar != MODEL_FREE)
            e->bits = 0;
    }
}

bool weigh_counts(const struct model_entity *e, enum weigh_level level)
{
    if (e->cls->level == RX_LEVEL_HOSTING)
        return true;
    return e->cls->level == (level == WEIGH_PROGRAMME ? RX_LEVEL_PROGRAMME : RX_LEVEL_AFFILIATE);
}

void weigh_start(struct weigh_sum *sum)
{
    *sum = (struct weigh_sum){0};
}

void weigh_add(struct weigh_sum *sum, const struct model_entity *e, double factor)
{
    double bits = e->bar == MODEL_FREE ? e->bits * factor : 0;
    if (bits <= 0)
        return;
    sum->shared++;
    for (int level = 0; level < WEIGH_LEVELS; level++) {
        if (!weigh_counts(e, (enum weigh_level)level))
            continue;
        double *term = sum->term[level][e->cls->group];
        double carry = bits;
        for (int i = 0; i < WEIGH_TERMS && carry > 0; i++) {
            if (term[i] >= carry)
                continue;
            double smaller = term[i];
            term[i] = carry;
            carry = smaller;
        }
        sum->bound[level][e->cls->group] |= e->bound;
    }
}

void weigh_at_home(struct weigh_sum *sum)
{
    for (int level = 0; level < WEIGH_LEVELS; level++)
        for (int g = 0; g < RX_GROUP_COUNT; g++)
            sum->bound[level][g] = true;
}

double weigh_for(const struct weigh_sum *sum, enum weigh_level level, const struct constants *k)
{
    double total = 0;
    for (int g = 0; g < RX_GROUP_COUNT; g++) {
        const double *term = sum->term[level][g];
        double bits = 0, share = 1;
        for (int i = 0; i < WEIGH_TERMS; i++) {
            bits += share * term[i];
            share *= k->v[K_ATTENUATION];
        }
        if (!sum->bound[level][g])
            bits = fmin(bits, k->v[K_COPYABLE_CAP]);
        if (g == RX_GROUP_HOSTING)
            bits = fmin(bits, k->v[K_HOSTING_CAP]);
        total += bits;
    }
    return total;
}

double weigh_alone(const struct model_entity *e, const struct constants *k)
{
    double bits = e->bar == MODEL_FREE ? e->bits : 0;
    if (!e->bound)
        bits = fmin(bits, k->v[K_COPYABLE_CAP]);
    return bits + constants_prior_bits(k);
}

double weigh_factor(const struct model_tie *a, const struct model_tie *b, const struct constants *k)
{
    bool hidden = (a->hidden && a->hidden >= a->pages) || (b->hidden && b->hidden >= b->pages);
    return hidden ? k->v[K_HIDDEN] : 1;
}

void weigh_pair(struct weigh_sum *sum, const struct model *m, const struct constants *k, uint32_t a,
                uint32_t b)
{
    const struct model_site *x = &m->sites[a], *y = &m->sites[b];
    weigh_start(sum);
    for (uint32_t i = 0, j = 0; i < x->count && j < y->count;) {
        const struct model_tie *s = &m->ties[m->holds[x->first + i]];
        const struct model_tie *t = &m->ties[m->holds[y->first + j]];
        if (s->entity == t->entity) {
            weigh_add(sum, &m->entities[s->entity], weigh_factor(s, t, k));
            i++;
            j++;
        } else if (s->entity < t->entity) {
            i++;
        } else {
            j++;
        }
    }
}

bool weigh_differs(const struct model *m, const struct constants *k, uint32_t a, uint32_t b)
{
    int32_t x = m->sites[a].family, y = m->sites[b].family;
    return x != MODEL_NONE && y != MODEL_NONE && x != y &&
           m->entities[x].storefronts >= k->v[K_ESTABLISHED] &&
           m->entities[y].storefronts >= k->v[K_ESTABLISHED];
}

double weigh_total(const struct weigh_sum *sum, const struct model *m, const struct constants *k,
                   uint32_t a, uint32_t b, enum weigh_level level)
{
    double bits = constants_prior_bits(k) + weigh_for(sum, level, k);
    if (level == WEIGH_PROGRAMME && weigh_differs(m, k, a, b))
        bits += k->v[K_DIFFERS];
    return bits;
}

double weigh_bits(const struct model *m, const struct constants *k, uint32_t a, uint32_t b,
                  enum weigh_level level)
{
    struct weigh_sum sum;
    weigh_pair(&sum, m, k, a, b);
    return weigh_total(&sum, m, k, a, b, level);
}
