/* guard.c - see guard.h. The table is IANA's special-purpose registries (RFC 6890 and its updates)
 * with the reasons that reports show; the first row that holds an address decides, so exceptions
 * with a word of their own stand before the prefix that holds them.
 *
 * IPv6 is refused unless it is global unicast: what the registries have not given out yet is not
 * the web. Forms that carry an IPv4 address are refused with the reason of that address, if it has
 * one, else with the name of the form: no site needs to be reached through them. */
#include "crawler/frontier/guard.h"

struct range {
    const char *prefix, *reason;
};

static const struct range v4_ranges[] = {
    {"169.254.169.254/32", "metadata"},
    {"168.63.129.16/32", "metadata"},   /* Azure's host, on a public address */
    {"100.100.100.200/32", "metadata"}, /* Alibaba's */
    {"192.0.0.192/32", "metadata"},     /* Oracle's */
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared address space"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "protocol assignments"},
    {"192.0.2.0/24", "documentation"},
    {"192.88.99.0/24", "6to4 relay"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"255.255.255.255/32", "broadcast"},
    {"240.0.0.0/4", "reserved"},
};

static const struct range v6_ranges[] = {
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"fd00:ec2::254/128", "metadata"},
    {"fd20:ce::254/128", "metadata"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
    {"100::/64", "discard"},
    {"5f00::/16", "segment routing"},
    {"2001:db8::/32", "documentation"},
    {"3fff::/20", "documentation"},
};

/* Prefixes whose addresses carry an IPv4 address at offset; Teredo's is inverted. They come before
 * v6_ranges' answer "not global". */
static const struct embedding {
    const char *prefix, *reason;
    unsigned offset; /* of the four bytes */
    bool inverted;
} embeddings[] = {
    {"::/96", "IPv4-compatible", 12, false}, {"::ffff:0:0:0/96", "IPv4-translated", 12, false},
    {"64:ff9b::/96", "nat64", 12, false},    {"64:ff9b:1::/48", "nat64", 12, false},
    {"2002::/16", "6to4", 2, false},         {"2001::/32", "teredo", 12, true},
};

/* Behind the embeddings: Teredo lies inside 2001::/23. */
static const struct range late_ranges[] = {
    {"2001::/23", "protocol assignments"},
};

static bool holds(const char *prefix, struct rx_ip ip)
{
    struct rx_prefix p;
    return rx_prefix_parse(&p, rx_str(prefix)) == 0 && rx_prefix_has(p, ip);
}

static const char *find(const struct range *ranges, size_t n, struct rx_ip ip)
{
    for (size_t i = 0; i < n; i++)
        if (holds(ranges[i].prefix, ip))
            return ranges[i].reason;
    return NULL;
}

#define FIND(ranges, ip) find(ranges, sizeof(ranges) / sizeof *(ranges), ip)

static struct rx_ip embedded(const struct embedding *e, struct rx_ip ip)
{
    struct rx_ip v4 = {.b = {[10] = 0xff, [11] = 0xff}};
    for (unsigned i = 0; i < 4; i++)
        v4.b[12 + i] = (uint8_t)(ip.b[e->offset + i] ^ (e->inverted ? 0xff : 0));
    return v4;
}

static const char *judge_embedding(struct rx_ip ip)
{
    for (size_t i = 0; i < sizeof embeddings / sizeof *embeddings; i++) {
        if (!holds(embeddings[i].prefix, ip))
            continue;
        const char *reason = FIND(v4_ranges, embedded(&embeddings[i], ip));
        return reason ? reason : embeddings[i].reason;
    }
    return NULL;
}

const char *guard_address(struct rx_ip ip)
{
    if (rx_ip_is_v4(ip))
        return FIND(v4_ranges, ip);
    const char *reason = FIND(v6_ranges, ip);
    if (!reason)
        reason = judge_embedding(ip);
    if (!reason)
        reason = FIND(late_ranges, ip);
    return reason || holds("2000::/3", ip) ? reason : "reserved";
}

bool guard_port(uint16_t port)
{
    return port == 80 || port == 443 || port == 8080 || port == 8443;
}

/* RFC 6761, 6762, 7686, 8375, 9476 and the names that ICANN keeps for private use. "test" and
 * "example" are left out: RFC 6761 wants applications to treat them like other names. */
const char *guard_name(struct rx_str host)
{
    static const struct {
        const char *suffix, *reason;
    } names[] = {
        {"localhost", "loopback"},     {"localdomain", "private name"}, {"local", "private name"},
        {"internal", "private name"},  {"intranet", "private name"},    {"private", "private name"},
        {"corp", "private name"},      {"home", "private name"},        {"lan", "private name"},
        {"home.arpa", "private name"}, {"invalid", "never exists"},     {"onion", "needs Tor"},
        {"alt", "not in the DNS"},
    };
    if (rx_str_ends(host, RX_STR(".")))
        host.n--;
    if (rx_str_chr(host, ':', 0) >= 0) /* an address, which guard_address() judges */
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct rx_str suffix = rx_str(names[i].suffix);
        if (host.n < suffix.n || !rx_str_ieq(rx_str_sub(host, host.n - suffix.n, host.n), suffix))
            continue;
        if (host.n == suffix.n || host.p[host.n - suffix.n - 1] == '.')
            return names[i].reason;
    }
    return rx_str_chr(host, '.', 0) < 0 ? "a name without a dot" : NULL;
}
