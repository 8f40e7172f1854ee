/* host_facts.c - what the network says of a registrable domain as a whole: the DNS's NS, MX, TXT
 * and SOA, and its registry if that is wanted. Asked beside the pages once the domain has an
 * address; the run does not end before the answer is written. See engine.h. */
#include "crawler/engine.h"
#include "crawler/frontier/guard.h"
#include "crawler/rdap.h"

#include <stdlib.h>

/* One block: "dns:DOMAIN" and the text. NULL: no memory. */
static struct sink_item *make_item(const struct engine *e, struct rx_str domain, struct rx_str text)
{
    const struct rx_str scheme = RX_STR("dns:");
    const size_t name_bytes = scheme.n + domain.n;
    struct sink_item *item = calloc(1, sizeof *item);
    char *bytes = malloc(name_bytes + text.n + 1);
    if (!item || !bytes) {
        free(item);
        free(bytes);
        return NULL;
    }
    memcpy(bytes, scheme.p, scheme.n);
    memcpy(bytes + scheme.n, domain.p, domain.n);
    if (text.n > 0)
        memcpy(bytes + name_bytes, text.p, text.n);
    *item = (struct sink_item){.what = SINK_RESOURCE,
                               .bytes = sizeof *item + name_bytes + text.n,
                               .owned = bytes,
                               .uri = rx_strn(bytes, name_bytes),
                               .media_type = RX_STR("text/dns"),
                               .payload = rx_strn(bytes + name_bytes, text.n),
                               .when_ms = engine_wall(e)};
    return item;
}

static void on_zone(void *ctx, struct rx_str domain, struct rx_str text)
{
    struct engine *e = ctx;
    if (e->closing || text.n == 0) {
        e->active--;
        return;
    }
    struct sink_item *item = make_item(e, domain, text);
    if (item) {
        sink_put(e->sink, item);
        return;
    }
    e->active--;
    engine_fail(e, RX_ENOMEM, "no memory for the facts of a domain");
}

/* A name that a registry sold: an address, or a host below a public suffix's customer, is none. */
static void ask_registry(struct engine *e, struct rx_str site)
{
    if (e->rdap && rx_psl_registrable(e->psl, site).n == site.n && !guard_name(site) &&
        rdap_ask(e->rdap, site))
        engine_fail(e, RX_ENOMEM, "no memory to ask registries");
}

void host_facts_ask(struct engine *e, struct rx_str site)
{
    struct crawl_site *known = engine_site(e, site);
    if (!known || known->zone_asked)
        return;
    known->zone_asked = true;
    ask_registry(e, site);
    if (!e->resolver)
        return;
    e->active++;
    const int rc = resolve_zone(e->resolver, site, on_zone, e);
    if (rc)
        e->active--; /* an address, or a name that is never asked for */
    if (rc == RX_ENOMEM)
        engine_fail(e, rc, "no memory for the facts of a domain");
}
