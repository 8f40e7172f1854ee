/* scope_pack.c - what is known of a site as text, a line a thing, and back: "f" flags and counts,
 * "s" signs, "h" a host, "l" a storefront that links here, "j" jumps, "b" bytes of links, "p"
 * parts beside pages, "w" a link that waits for the site to be promoted; the traps come last. */
#include "crawler/frontier/scope_priv.h"

#include <stdlib.h>

enum {
    FLAG_SEED = 1,
    FLAG_ADMITTED = 2,
    FLAG_PROMOTED = 4,
    FLAG_REACHED = 8,
    FLAG_NOWHERE = 16,
    FLAG_MUTE = 32,
    FLAG_LEADS = 64,
    FLAG_CUT = 128,
    FLAG_ERRED = 256,
    FLAG_SILENT = 512
};

static unsigned flags_of(const struct scope_site *site)
{
    return (site->is_seed ? FLAG_SEED : 0) | (site->admitted ? FLAG_ADMITTED : 0) |
           (site->promoted ? FLAG_PROMOTED : 0) | (site->reached ? FLAG_REACHED : 0) |
           (site->nowhere ? FLAG_NOWHERE : 0) | (site->mute ? FLAG_MUTE : 0) |
           (site->leads ? FLAG_LEADS : 0) | (site->cut ? FLAG_CUT : 0) |
           (site->erred ? FLAG_ERRED : 0) | (site->silent ? FLAG_SILENT : 0);
}

enum { HELD_TRADE = 1, HELD_WAY_OUT = 2, HELD_PAYS = 4 };

static int pack_held(struct rx_buf *out, const struct scope_held *held)
{
    const unsigned flags = (held->trade ? HELD_TRADE : 0) | (held->way_out ? HELD_WAY_OUT : 0) |
                           (held->pays ? HELD_PAYS : 0);
    return rx_buf_addf(out, "w %u %u %u %u %u %lld %s\n", (unsigned)held->kind, flags, held->depth,
                       held->hops, held->redirects, (long long)held->via_url_id, held->url);
}

/* What is counted of parts: their kinds in order, and before this one whether the files that sites
 * keep at a known place were named. Earlier versions wrote no kind after it. */
enum { PARTS_NAMED_AT = SCOPE_PART_LOGO, PARTS_NUMBERS = SCOPE_PART_KINDS + 1 };

static int pack_parts(struct rx_buf *out, const struct scope_site *site)
{
    uint32_t any = site->files_named;
    for (size_t i = 0; i < SCOPE_PART_KINDS; i++)
        any |= site->parts[i];
    if (!any)
        return RX_OK;
    int rc = rx_buf_add(out, RX_STR("p"));
    for (size_t i = 0; i < SCOPE_PART_KINDS && !rc; i++) {
        if (i == PARTS_NAMED_AT)
            rc = rx_buf_addf(out, " %u", site->files_named);
        if (!rc)
            rc = rx_buf_addf(out, " %u", site->parts[i]);
    }
    return rc ? rc : rx_buf_add(out, RX_STR("\n"));
}

int scope_pack(struct rx_buf *out, const struct scope_site *site)
{
    rx_buf_clear(out);
    int rc = rx_buf_addf(out, "f %u %u %u %u %u %llu %llu\n", flags_of(site), (unsigned)site->role,
                         site->pages, site->asked, site->probes, (unsigned long long)site->first_ms,
                         (unsigned long long)site->last_ms);
    if (!rc)
        rc = rx_buf_add(out, RX_STR("s"));
    for (size_t i = 0; i < SIGN_COUNT && !rc; i++)
        rc = rx_buf_addf(out, " %u", site->signs.n[i]);
    if (!rc)
        rc = rx_buf_add(out, RX_STR("\n"));
    for (size_t i = 0; i < site->host_count && !rc; i++)
        rc = rx_buf_addf(out, "h %llu\n", (unsigned long long)site->hosts[i]);
    for (size_t i = 0; i < site->linker_count && !rc; i++)
        rc = rx_buf_addf(out, "l %llu\n", (unsigned long long)site->linkers[i]);
    if (site->jumps > 0 && !rc)
        rc = rx_buf_addf(out, "j %u\n", site->jumps);
    if (site->link_bytes > 0 && !rc)
        rc = rx_buf_addf(out, "b %llu\n", (unsigned long long)site->link_bytes);
    if (!rc)
        rc = pack_parts(out, site);
    for (size_t i = 0; i < site->held_count && !rc; i++)
        rc = pack_held(out, site->held[i]);
    return rc ? rc : trap_pack(out, &site->traps);
}

/* Up to most numbers, separated by single spaces; returns how many, SIZE_MAX if one is none. */
static size_t numbers(struct rx_str text, uint64_t *v, size_t most)
{
    size_t n = 0;
    while (text.n > 0) {
        struct rx_str word;
        rx_str_cut(text, ' ', &word, &text);
        if (n == most || !rx_str_u64(word, &v[n]))
            return SIZE_MAX;
        n++;
    }
    return n;
}

static int unpack_flags(struct scope_site *site, struct rx_str rest)
{
    uint64_t v[7];
    if (numbers(rest, v, 7) != 7 || v[1] >= RX_ROLE_COUNT || v[5] > INT64_MAX || v[6] > INT64_MAX)
        return RX_EDAMAGE;
    site->is_seed = v[0] & FLAG_SEED;
    site->admitted = v[0] & FLAG_ADMITTED;
    site->promoted = v[0] & FLAG_PROMOTED;
    site->reached = v[0] & FLAG_REACHED;
    site->nowhere = v[0] & FLAG_NOWHERE;
    site->mute = v[0] & FLAG_MUTE;
    site->leads = v[0] & FLAG_LEADS;
    site->cut = v[0] & FLAG_CUT;
    site->erred = v[0] & FLAG_ERRED;
    site->silent = v[0] & FLAG_SILENT;
    site->role = (enum rx_role)v[1];
    site->pages = (uint32_t)v[2];
    site->asked = (uint32_t)v[3];
    site->probes = (uint32_t)v[4];
    site->first_ms = (int64_t)v[5];
    site->last_ms = (int64_t)v[6];
    return RX_OK;
}

static int unpack_signs(struct scope_site *site, struct rx_str rest)
{
    uint64_t v[SIGN_COUNT];
    const size_t n = numbers(rest, v, SIGN_COUNT);
    if (n > SIGN_COUNT)
        return RX_EDAMAGE;
    for (size_t i = 0; i < n; i++)
        site->signs.n[i] = (uint32_t)v[i];
    return RX_OK;
}

static int unpack_host(struct scope_site *site, struct rx_str rest)
{
    uint64_t hash;
    if (!rx_str_u64(rest, &hash))
        return RX_EDAMAGE;
    const int rc = scope_add_host(site, hash);
    return rc == RX_EFULL ? RX_EDAMAGE : rc;
}

static int unpack_hash(uint64_t *list, uint32_t *count, uint32_t most, struct rx_str rest)
{
    uint64_t v;
    if (!rx_str_u64(rest, &v) || *count >= most)
        return RX_EDAMAGE;
    list[(*count)++] = v;
    return RX_OK;
}

static int unpack_jumps(struct scope_site *site, struct rx_str rest)
{
    uint64_t v;
    if (!rx_str_u64(rest, &v) || v > UINT32_MAX)
        return RX_EDAMAGE;
    site->jumps = (uint32_t)v;
    return RX_OK;
}

static int unpack_parts(struct scope_site *site, struct rx_str rest)
{
    uint64_t v[PARTS_NUMBERS] = {0};
    const size_t count = numbers(rest, v, PARTS_NUMBERS);
    if (count <= PARTS_NAMED_AT || count > PARTS_NUMBERS || v[PARTS_NAMED_AT] > 1)
        return RX_EDAMAGE;
    site->files_named = v[PARTS_NAMED_AT];
    for (size_t i = 0; i < SCOPE_PART_KINDS; i++) {
        const uint64_t n = v[i < PARTS_NAMED_AT ? i : i + 1];
        if (n > UINT32_MAX)
            return RX_EDAMAGE;
        site->parts[i] = (uint32_t)n;
    }
    return RX_OK;
}

static int unpack_held(struct scope_site *site, struct rx_str rest)
{
    uint64_t v[6];
    for (size_t i = 0; i < 6; i++) {
        struct rx_str word;
        rx_str_cut(rest, ' ', &word, &rest);
        if (!rx_str_u64(word, &v[i]) || v[i] > (i < 5 ? UINT32_MAX : INT64_MAX))
            return RX_EDAMAGE;
    }
    if (v[0] == 0 || v[0] >= RX_LINK_COUNT || rest.n == 0)
        return RX_EDAMAGE;
    const struct scope_held held = {.kind = (enum rx_link)v[0],
                                    .trade = v[1] & HELD_TRADE,
                                    .way_out = v[1] & HELD_WAY_OUT,
                                    .pays = v[1] & HELD_PAYS,
                                    .depth = (uint32_t)v[2],
                                    .hops = (uint32_t)v[3],
                                    .redirects = (uint32_t)v[4],
                                    .via_url_id = (int64_t)v[5]};
    const int rc = scope_add_held(site, &held, rest);
    return rc == RX_EFULL ? RX_EDAMAGE : rc;
}

int scope_unpack(struct scope_site *site, struct rx_str text)
{
    int rc = RX_OK;
    while (text.n > 0 && !rc) {
        struct rx_str line, kind, rest;
        const struct rx_str from_here = text;
        rx_str_cut(text, '\n', &line, &text);
        rx_str_cut(line, ' ', &kind, &rest);
        switch (kind.n == 1 ? kind.p[0] : 0) {
        case 'f':
            rc = unpack_flags(site, rest);
            break;
        case 's':
            rc = unpack_signs(site, rest);
            break;
        case 'h':
            rc = unpack_host(site, rest);
            break;
        case 'l':
            rc = unpack_hash(site->linkers, &site->linker_count, SCOPE_LINKERS_MAX, rest);
            break;
        case 'j':
            rc = unpack_jumps(site, rest);
            break;
        case 'b':
            rc = rx_str_u64(rest, &site->link_bytes) ? RX_OK : RX_EDAMAGE;
            break;
        case 'p':
            rc = unpack_parts(site, rest);
            break;
        case 'w':
            rc = unpack_held(site, rest);
            break;
        default: /* the traps come last */
            rc = trap_unpack(&site->traps, from_here);
            text.n = 0;
        }
    }
    return rc;
}
