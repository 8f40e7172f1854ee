/* vendors.c - see vendors.h.
 *
 * The embedded lists are read once into one table sorted by name; a look-up asks for the host and
 * then for each name above it, by binary search. A name stands in one list only (test_base_vendors
 * checks), so the order of the lists does not matter. */
#include "base/vendors.h"

#include "base/log.h"

#include <stdlib.h>
#include <threads.h>

#define LIST(name)                                                                                 \
    extern const unsigned char vendors_data_##name[];                                              \
    extern const size_t vendors_data_##name##_bytes;
LIST(builder)
LIST(cdn)
LIST(dns)
LIST(giant)
LIST(parking)
LIST(psp)
LIST(shortener)
LIST(social)
LIST(tracker)
#undef LIST

enum { VENDORS_MAX = 4096 };

struct vendor {
    struct rx_str name; /* borrowed from the embedded bytes */
    enum rx_vendor kind;
};

static struct vendor table[VENDORS_MAX];
static size_t table_count;
static once_flag table_once = ONCE_FLAG_INIT;

static int by_name(const void *a, const void *b)
{
    return rx_str_cmp(((const struct vendor *)a)->name, ((const struct vendor *)b)->name);
}

static void add_list(enum rx_vendor kind, const unsigned char *bytes, size_t n)
{
    struct rx_str rest = rx_strn((const char *)bytes, n);
    while (rest.n > 0) {
        struct rx_str line;
        rx_str_cut(rest, '\n', &line, &rest);
        line = rx_str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (table_count == VENDORS_MAX) { /* a service that is missing would join strangers */
            rx_log(RX_LOG_ERROR, "base/data: more than %d names of shared services", VENDORS_MAX);
            abort();
        }
        table[table_count++] = (struct vendor){line, kind};
    }
}

static void fill_table(void)
{
#define ADD(kind, name) add_list(kind, vendors_data_##name, vendors_data_##name##_bytes)
    ADD(RX_VENDOR_BUILDER, builder);
    ADD(RX_VENDOR_CDN, cdn);
    ADD(RX_VENDOR_DNS, dns);
    ADD(RX_VENDOR_GIANT, giant);
    ADD(RX_VENDOR_PARKING, parking);
    ADD(RX_VENDOR_PSP, psp);
    ADD(RX_VENDOR_SHORTENER, shortener);
    ADD(RX_VENDOR_SOCIAL, social);
    ADD(RX_VENDOR_TRACKER, tracker);
#undef ADD
    qsort(table, table_count, sizeof *table, by_name);
}

enum rx_vendor rx_vendor_of(struct rx_str host)
{
    call_once(&table_once, fill_table);
    if (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    const bool www = rx_str_starts(host, RX_STR("www."));
    struct rx_str name = host;
    while (name.n > 0) {
        struct vendor key = {.name = name};
        const struct vendor *hit = bsearch(&key, table, table_count, sizeof *table, by_name);
        const bool own_host = name.n == host.n || (www && name.n + 4 == host.n);
        if (hit && (hit->kind != RX_VENDOR_BUILDER || own_host))
            return hit->kind;
        struct rx_str label;
        rx_str_cut(name, '.', &label, &name);
    }
    return RX_VENDOR_NONE;
}

const char *rx_vendor_name(enum rx_vendor kind)
{
    static const char *const names[RX_VENDOR_COUNT] = {"none", "giant",  "social",  "shortener",
                                                       "cdn",  "psp",    "tracker", "parking",
                                                       "dns",  "builder"};
    return (unsigned)kind < RX_VENDOR_COUNT ? names[kind] : "?";
}
