/* cidr.c - see cidr.h.
 *
 * One table a kind, sorted by first address; IPv4 stands mapped among IPv6, so that both are one
 * search. Invariant: no network of a table lies in another one of it (what does is left out on
 * loading), so the last one that begins at or before an address is the only one that can hold it.
 */
#include "base/cidr.h"

#include "base/log.h"

#include <stdlib.h>
#include <threads.h>

#define LIST(name)                                                                                 \
    extern const unsigned char cidr_data_##name[];                                                 \
    extern const size_t cidr_data_##name##_bytes;
LIST(cdn)
LIST(cloud)
LIST(hosting)
LIST(parking)
LIST(sinkhole)
#undef LIST

enum { NETS_MAX = 16384 };

static struct rx_prefix nets[NETS_MAX]; /* one kind behind the other */
static struct {
    size_t first, count;
} tables[RX_NET_COUNT];
static once_flag tables_once = ONCE_FLAG_INIT;

static int by_address(const void *a, const void *b)
{
    const struct rx_prefix *x = a, *y = b;
    const int order = memcmp(x->ip.b, y->ip.b, sizeof x->ip.b);
    return order ? order : (x->bits > y->bits) - (x->bits < y->bits);
}

static size_t drop_nested(struct rx_prefix *p, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !rx_prefix_has(p[kept - 1], p[i].ip))
            p[kept++] = p[i];
    return kept;
}

static void fill_table(enum rx_net kind, const unsigned char *bytes, size_t n)
{
    struct rx_str rest = rx_strn((const char *)bytes, n);
    const size_t first = tables[kind].first;
    size_t count = 0;
    while (rest.n > 0) {
        struct rx_str line;
        rx_str_cut(rest, '\n', &line, &rest);
        line = rx_str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        /* A network that is missing would join strangers. */
        if (first + count == NETS_MAX || rx_prefix_parse(&nets[first + count], line)) {
            rx_log(RX_LOG_ERROR, "base/data/net: cannot keep the network %.*s", RX_FMT(line));
            abort();
        }
        count++;
    }
    qsort(nets + first, count, sizeof *nets, by_address);
    tables[kind].count = drop_nested(nets + first, count);
}

static void fill_tables(void)
{
    size_t at = 0;
#define FILL(kind, name)                                                                           \
    tables[kind].first = at;                                                                       \
    fill_table(kind, cidr_data_##name, cidr_data_##name##_bytes);                                  \
    at += tables[kind].count;
    FILL(RX_NET_SINKHOLE, sinkhole)
    FILL(RX_NET_PARKING, parking)
    FILL(RX_NET_CDN, cdn)
    FILL(RX_NET_HOSTING, hosting)
    FILL(RX_NET_CLOUD, cloud)
#undef FILL
}

static bool has(const struct rx_prefix *p, size_t count, struct rx_ip ip)
{
    size_t low = 0, high = count; /* the first network that begins behind ip */
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (memcmp(p[mid].ip.b, ip.b, sizeof ip.b) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 && rx_prefix_has(p[low - 1], ip);
}

enum rx_net rx_net_of(struct rx_ip ip)
{
    call_once(&tables_once, fill_tables);
    for (int kind = RX_NET_NONE + 1; kind < RX_NET_COUNT; kind++)
        if (has(nets + tables[kind].first, tables[kind].count, ip))
            return (enum rx_net)kind;
    return RX_NET_NONE;
}

const char *rx_net_name(enum rx_net kind)
{
    static const char *const names[RX_NET_COUNT] = {"none", "sinkhole", "parking",
                                                    "cdn",  "hosting",  "cloud"};
    return (unsigned)kind < RX_NET_COUNT ? names[kind] : "?";
}

size_t rx_net_count(enum rx_net kind)
{
    call_once(&tables_once, fill_tables);
    return (unsigned)kind < RX_NET_COUNT ? tables[kind].count : 0;
}
