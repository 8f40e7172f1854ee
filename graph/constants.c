/* constants.c - see constants.h. Sources: the evidence model is Fellegi and Sunter (1969), in bits;
 * each row says why its figure is what it is; docs/DECISIONS.md has those that were measured. */
#include "graph/constants.h"

#include <math.h>

static const struct row {
    const char *name;
    double value;
    const char *key; /* of the setting that it is, or NULL */
    const char *reason;
} rows[K_COUNT] = {
    /* Settings: value and reason stand in base/conf_table.c. */
    [K_PRIOR] = {.name = "prior", .key = "map.prior"},
    [K_ATTENUATION] = {.name = "attenuation", .key = "map.attenuation"},
    [K_STRONG] = {.name = "strong", .key = "map.strong"},
    [K_PROBABLE] = {.name = "probable", .key = "map.probable"},
    [K_POSSIBLE] = {.name = "possible", .key = "map.possible"},
    [K_RESOLUTION] = {.name = "resolution", .key = "map.resolution"},
    [K_SEED] = {.name = "seed", .key = "map.seed"},
    [K_PSEUDO] = {"pseudo-count", .05, NULL,
                  "an unseen value is not impossible: u = (df + a) / (N + a * A)"},
    [K_SPACE_T1] = {"id space, tier 1", 20000, NULL, "accounts, hosts, keys: practically unique"},
    [K_SPACE_T2] = {"id space, tier 2", 2000, NULL, "names that a programmer makes up"},
    [K_SPACE_T3] = {"id space, tier 3", 200, NULL, "names that many programmers make up"},
    [K_SPACE_T4] = {"id space, tier 4", 10, NULL, "software and networks that many share"},
    [K_CAP_T1] = {"cap, tier 1", 13, NULL, "5.4 bits over even odds by itself: .976"},
    [K_CAP_T2] = {"cap, tier 2", 8, NULL, "about even odds by itself; two groups are strong"},
    [K_CAP_T3] = {"cap, tier 3", 4, NULL, "one group of them never links"},
    [K_CAP_T4] = {"cap, tier 4", 1.5, NULL, "colour, not evidence"},
    [K_AGREE_ENGINE] = {"m, engine", .9, NULL, "shops of one engine nearly always show its marks"},
    [K_AGREE_ACCOUNT] = {"m, accounts", .7, NULL,
                         "partner ids and trackers are on most sites of their owner"},
    [K_AGREE_CONTACT] = {"m, contact", .5, NULL, "contacts rotate"},
    [K_AGREE_INFRA] = {"m, infrastructure", .3, NULL, "operators spread over hosts"},
    [K_COPYABLE_CAP] =
        {"copyable cap", 11.5, NULL,
         "3 % of pages are cloned with a stranger's marks: .936, never strong alone"},
    [K_HOSTING_CAP] = {"hosting cap", 8, NULL,
                       "address, name server and software together: hosting alone never links"},
    [K_DIFFERS] = {"exclusive differs", -6, NULL,
                   "both have a checkout host of their own; programmes rotate hosts, so no veto"},
    [K_HIDDEN] = {"hidden factor", .75, NULL, "left over in a comment, or disguised: counts less"},
    [K_TILL_SHARE] =
        {"till share", .2, NULL,
         "a till on fewer pages, of those that its site's main till is on, is claimed"},
    [K_BACKGROUND_MIN] = {"background least N", 500, NULL,
                          "below it rare and common cannot be told apart; caps shrink"},
    [K_LIMIT_ADDRESS] = {"limit, address", 150, NULL, "more sites than that: shared hosting"},
    [K_LIMIT_NS] = {"limit, name server", 250, NULL, "more: a registrar's or hoster's default"},
    [K_LIMIT_CERT] = {"limit, certificate", 350, NULL, "more: a delivery network's"},
    [K_LIMIT_OTHER] = {"limit, other", 200, NULL,
                       "sites of the background; more: everybody's (inside the crawl no limit: a "
                       "programme may own a fifth of it)"},
    [K_ADDRESS_FEW] = {"address, few", 5, NULL, "up to this many sites: tier 2"},
    [K_ADDRESS_SOME] = {"address, some", 50, NULL, "up to this many sites: tier 3, then tier 4"},
    [K_CERT_FEW] = {"certificate, few", 20, NULL, "names in a certificate that one owner orders"},
    [K_CERT_SOME] = {"certificate, some", 50, NULL, "up to this many: tier 2, then tier 4"},
    [K_EXPAND] = {"expand", 200, NULL,
                  "a value on more sites is not expanded into pairs: it acts on whole parts"},
    [K_ESTABLISHED] = {"established", 5, NULL,
                       "sites from which a value, or a part of the graph, can testify against"},
    [K_PRESENT] = {"present", 3, NULL,
                   "sites from which a checkout host tells a shop under a bought template from one "
                   "of the template's owner"},
    [K_CARRIED] = {"carried", .5, NULL,
                   "share of each part that must carry the value that holds them together"},
    [K_COEXIST] = {"coexist", .2, NULL,
                   "two checkout hosts on a fifth of the lesser's sites (two at least) are one "
                   "programme's; a single site with both is noise"},
    [K_TURNS] = {"turns", .3, NULL,
                 "shops of a till that show another of its side: .33 to 1 where tills take turns, "
                 "less where strangers put up shops at a rival's"},
    [K_MISREAD] = {"misread", .1, NULL,
                   "share of an operator's sites whose role is misread as honest, at most"},
    [K_LAWFUL] = {"lawful", .5, NULL,
                  "share of honest sites among the customers of a service that anybody can use"},
    [K_RARE_SHARE] = {"rare share", .002, NULL,
                      "a field name on more background sites is no mark of an engine"},
    [K_SET_NAMES] = {"names of a set", 5, NULL,
                     "five or more shared rare field names: every pair of a programme, no false "
                     "link on real storefront templates"},
    [K_SET_ALIKE] =
        {"set alikeness", .4, NULL,
         "Jaccard of two names' sites; one engine with 40 % of names missing gives .43, "
         "a name shared by two engines .3"},
    [K_OVERLAP] = {"overlap of ids", .5, NULL,
                   "a partner's ids belong together when half of the rarer one's sites, two at "
                   "least, carry both; one cloned page does not"},
    [K_HOUSE] =
        {"house", .5, NULL,
         "a contact or account on half of a programme, or on shops of several partners without "
         "half of them being one's, is the programme's"},
    [K_DOMINANT] = {"dominant", .8, NULL,
                    "share of a value's sites in one family from which the rest follows it"},
};

static double setting(const struct rx_conf *conf, enum constant id)
{
    const char *key = rows[id].key;
    if (!conf)
        return rx_conf_default(key);
    return id == K_SEED ? (double)rx_conf_int(conf, key) : rx_conf_real(conf, key);
}

void constants_load(struct constants *k, const struct rx_conf *conf)
{
    for (enum constant id = 0; id < K_COUNT; id++)
        k->v[id] = rows[id].key ? setting(conf, id) : rows[id].value;
}

double constants_cap(const struct constants *k, int tier)
{
    return tier >= 1 && tier <= 4 ? k->v[K_CAP_T1 + tier - 1] : 0;
}

double constants_space(const struct constants *k, int tier)
{
    return tier >= 1 && tier <= 4 ? k->v[K_SPACE_T1 + tier - 1] : 0;
}

double constants_agree(const struct constants *k, enum rx_group group)
{
    switch (group) {
    case RX_GROUP_ENGINE:
        return k->v[K_AGREE_ENGINE];
    case RX_GROUP_CONTACT:
    case RX_GROUP_IDENTITY:
        return k->v[K_AGREE_CONTACT];
    case RX_GROUP_TLS:
    case RX_GROUP_HOSTING:
        return k->v[K_AGREE_INFRA];
    default:
        return k->v[K_AGREE_ACCOUNT];
    }
}

double constants_score(double bits)
{
    return 1 / (1 + exp2(-bits));
}

double constants_bits_of_score(double score)
{
    return log2(score / (1 - score));
}

double constants_prior_bits(const struct constants *k)
{
    return constants_bits_of_score(k->v[K_PRIOR]);
}
