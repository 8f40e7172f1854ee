/* page_net.c - a page's dealings with the network and the jail: name, transfer, reading. */
#include "crawler/page_priv.h"

#include "base/cidr.h"
#include "base/escape.h"
#include "crawler/parse/parse.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PUSHED_BACK_TRIES = 4, /* requests for one URL that answers 429 or 503 */
    TIMEOUT_TRIES = 3,
    CDN_AT_ONCE = 4 /* requests to one address of a delivery network */
};

/* ---- resolve
 * ----------------------------------------------------------------------------------------- */

/* The answer's names die with the callback: a copy of them in one piece. */
static int keep_answer(struct crawl_host *known, const struct resolve_answer *a)
{
    size_t bytes = 0;
    for (size_t i = 0; i < a->cname_count; i++)
        bytes += a->cnames[i].n;
    char *names = malloc(bytes + 1);
    if (!names)
        return RX_ENOMEM;
    free(known->names);
    known->names = names;
    known->dns = *a;
    known->has_dns = true;
    for (size_t i = 0; i < a->cname_count; i++) {
        if (a->cnames[i].n > 0)
            memcpy(names, a->cnames[i].p, a->cnames[i].n);
        known->dns.cnames[i] = rx_strn(names, a->cnames[i].n);
        names += a->cnames[i].n;
    }
    return RX_OK;
}

/* The one of a name's addresses that is connected to: after a refused connection another. */
static const struct rx_ip *address_of(const struct crawl_host *known)
{
    return addresses_choose(&known->addresses, known->dns.ips, known->dns.ip_count);
}

/* The host waits for the pauses of the address that it will be asked at, no other one's. */
static int bind_host(struct page *pg, uint64_t until_ms)
{
    const struct rx_ip *ip = address_of(pg->known);
    char address[RX_IP_TEXT];
    if (!ip)
        return RX_OK;
    rx_ip_text(address, *ip);
    /* A delivery network serves many at once by trade; any other address is one machine. */
    const unsigned at_once = rx_net_of(*ip) == RX_NET_CDN ? CDN_AT_ONCE : 0;
    return frontier_bind(pg->e->frontier, pg->host, rx_str(address), at_once, until_ms);
}

/* A resolver that is silent, a machine without a way out: no host is put off for that, unless
 * others answer while this one is tried again and again. */
static bool is_our_silence(struct page *pg, const char *why)
{
    struct engine *e = pg->e;
    const unsigned of_host = ++pg->known->silences;
    const bool nobody = ++e->silences >= ENGINE_NAMES_FAILED;
    const bool never = e->names_found == 0 && e->answers == 0;
    if (never && nobody)
        engine_fail(e, RX_ENET,
                    "nothing has answered %u times (%s): check the network or --resolver, then "
                    "crawl again",
                    e->silences, why);
    return never || of_host < (nobody ? ENGINE_SILENCES_MOST : ENGINE_SILENCES);
}

static enum page_state wait_for_network(struct page *pg)
{
    return page_wait_again(pg, (uint64_t)ENGINE_SILENCE_MS * pg->known->silences);
}

static void heard(struct page *pg)
{
    pg->known->silences = pg->e->silences = 0;
}

static void note_name(struct page *pg, bool leads_nowhere)
{
    if (pg->known->nameless != leads_nowhere)
        pg->e->nameless += leads_nowhere ? 1 : (uint64_t)-1;
    pg->known->nameless = leads_nowhere;
}

static enum page_state no_address(struct page *pg, const struct resolve_answer *a)
{
    struct engine *e = pg->e;
    if (a->outcome == RX_OUT_BLOCKED_ADDRESS)
        return page_end_with(pg, a->outcome, a->why);
    if (a->unanswered && is_our_silence(pg, a->why))
        return wait_for_network(pg);
    note_name(pg, true);
    if (!a->unanswered)
        heard(pg);
    frontier_landed(e->frontier, pg->host, PACE_UNREACHABLE, 0, 0, engine_now());
    pg->landed = pg->backed_off = true;
    pg->stays = !pg->is_robots;
    if (a->outcome == RX_OUT_NXDOMAIN)
        e->names_found++; /* the resolver answers */
    else
        e->names_failed++;
    return page_end_with(pg, a->outcome, a->why);
}

static void on_resolved(void *ctx, const struct resolve_answer *a)
{
    struct page *pg = ctx;
    struct engine *e = pg->e;
    if (e->closing)
        return;
    if (a->outcome != RX_OUT_OK || a->ip_count == 0) {
        page_run(pg, no_address(pg, a));
        return;
    }
    e->names_found++;
    note_name(pg, false);
    if (!a->from_cache)
        heard(pg);
    host_facts_ask(e, pg->job->site);
    if (keep_answer(pg->known, a) || bind_host(pg, engine_now() + (uint64_t)a->ttl_s * 1000))
        engine_fail(e, RX_ENOMEM, "no memory for the frontier");
    /* The address has pauses of its own: the turn is given back. */
    page_run(pg, page_wait_again(pg, 0));
}

enum page_state page_resolve(struct page *pg)
{
    const int rc = resolve_start(pg->e->resolver, pg->job->host, on_resolved, pg);
    if (rc == RX_EFULL) /* more new hosts than the resolver takes at once */
        return page_wait_again(pg, ENGINE_POLL_MS);
    if (rc) {
        engine_fail(pg->e, RX_ENOMEM, "no memory to resolve a name");
        return PAGE_END;
    }
    return PAGE_WAIT;
}

/* ---- fetch
 * --------------------------------------------------------------------------------------------- */

static void take_cookies(struct page *pg)
{
    size_t at = 0;
    struct rx_str name, value;
    while (parse_header_next(rx_buf_str(&pg->result.head), &at, &name, &value))
        if (rx_str_ieq(name, RX_STR("set-cookie")))
            cookies_set(&pg->site->jar, &pg->url, pg->job->site, value);
}

/* A name with several addresses is alive while one of them is: each is asked once, at the host's
 * usual turns, before the host counts as unreachable. */
static bool has_next_address(struct page *pg)
{
    struct crawl_host *known = pg->known;
    const struct rx_ip *asked = address_of(known);
    if (!pg->e->opts.pins || pg->url.host_is_ip || !asked)
        return false;
    if (!pg->result.unconnected) {
        addresses_served(&known->addresses, *asked);
        return false;
    }
    const bool has_next =
        addresses_refused(&known->addresses, *asked, known->dns.ips, known->dns.ip_count);
    /* Valid until now: the name is asked again, and the host queues up at the next address. */
    if (bind_host(pg, engine_now()))
        engine_fail(pg->e, RX_ENOMEM, "no memory for the frontier");
    return has_next;
}

/* What the answer, or its absence, means for the host's pace and for the URL. */
static enum pace_end judge_answer(struct page *pg)
{
    const struct fetch_result *r = &pg->result;
    if (has_next_address(pg)) {
        pg->stays = pg->elsewhere = true;
        return PACE_ELSEWHERE;
    }
    const unsigned tries = ++pg->job->attempts;
    const bool is_part = rx_link_is_part(pg->job->via_kind);
    switch (r->outcome) {
    case RX_OUT_OK:
    case RX_OUT_TRUNCATED:
        if (r->status != 429 &&
            r->status != 503) /* who drips his bytes is as slow as who is mute */
            return r->cut == RX_CUT_TIME ? PACE_TIMEOUT : PACE_CLEAN;
        pg->stays = tries < PUSHED_BACK_TRIES;
        return PACE_PUSHED_BACK;
    case RX_OUT_TIMEOUT:
    case RX_OUT_DISCONNECT:
        pg->stays = tries < TIMEOUT_TRIES && !is_part;
        return PACE_TIMEOUT;
    case RX_OUT_CONNECT:
        pg->stays = true;
        return PACE_UNREACHABLE;
    default:
        return PACE_CLEAN;
    }
}

static void land(struct page *pg)
{
    const struct fetch_result *r = &pg->result;
    const int64_t wall = engine_wall(pg->e);
    uint64_t retry_ms = 0;
    enum pace_end end = judge_answer(pg);
    if (r->head.n > 0)
        retry_ms = fetch_retry_after_ms(parse_header(rx_buf_str(&r->head), "retry-after"), wall);
    /* Without its robots.txt nothing of the host may be asked. */
    if (pg->is_robots && (r->status >= 500 || r->status == 429)) {
        const uint64_t again_ms = origin_retry_ms(pg->origin);
        end = PACE_PUSHED_BACK;
        retry_ms = retry_ms > again_ms ? retry_ms : again_ms;
    } else if (pg->is_robots && end == PACE_CLEAN && r->status == 0) {
        end = PACE_UNREACHABLE;
    }
    if (pg->is_robots)
        pg->stays = pg->elsewhere;
    frontier_landed(pg->e->frontier, pg->host, end, r->took_ms, retry_ms, engine_now());
    pg->landed = true;
    pg->backed_off = end != PACE_CLEAN && end != PACE_ELSEWHERE;
    if (!pg->backed_off)
        pg->known->failure = 0;
}

static enum page_state proxy_failed(struct page *pg)
{
    struct engine *e = pg->e;
    struct rx_buf name = RX_BUF(1 << 16);
    e->proxy_failures++;
    if ((e->answers == 0 || e->proxy_failures >= ENGINE_PROXY_FAILURES) &&
        rx_esc_proxy(&name, rx_str(e->opts.fetch.proxy)) == RX_OK)
        engine_fail(e, RX_ENET, "the proxy %s does not serve (%s): nothing goes around it", name.p,
                    pg->result.reason);
    rx_buf_free(&name);
    if (pg->is_robots)
        return PAGE_WRITE;
    return page_wait_again(pg, ENGINE_POLL_MS * 10);
}

static void on_fetched(void *ctx, struct fetch_result *r)
{
    struct page *pg = ctx;
    struct engine *e = pg->e;
    e->fetching--;
    if (e->closing) {
        fetch_result_free(r);
        return;
    }
    pg->result = *r;
    pg->has_result = true;
    pg->result.started_ms += e->opts.clock_shift_ms;
    pg->outcome = r->outcome;
    if (!pg->reason[0])
        (void)snprintf(pg->reason, sizeof pg->reason, "%s", r->reason);
    if (r->outcome == RX_OUT_PROXY) {
        page_run(pg, proxy_failed(pg));
        return;
    }
    if (r->no_route && is_our_silence(pg, r->reason)) {
        page_run(pg, wait_for_network(pg));
        return;
    }
    if (!r->no_route)
        heard(pg);
    e->answers++;
    if (r->status > 0)
        host_facts_ask(e,
                       pg->job->site); /* behind a proxy, here is where a site is known to live */
    e->proxy_failures = 0;
    e->bytes += r->head.n + r->body.n;
    land(pg);
    if (r->head.n > 0)
        take_cookies(pg);
    page_run(pg, r->head.n > 0 && r->status > 0 ? PAGE_READ : PAGE_WRITE);
}

static const struct rx_ip *address_for(struct page *pg, struct rx_ip *literal)
{
    if (pg->e->opts.fetch.proxy || pg->e->opts.fetch.connect_to)
        return NULL;
    if (!pg->url.host_is_ip)
        return address_of(pg->known);
    struct rx_str text = pg->url.host;
    if (text.n > 2 && text.p[0] == '[')
        text = rx_str_sub(text, 1, text.n - 1);
    return rx_ip_parse(literal, text) == RX_OK ? literal : NULL;
}

static_assert((int)ADDRESSES_REFUSED >= (int)RESOLVE_ADDRESSES, "each address gets its turn");
static_assert((int)COOKIE_HEADER_MAX <= (int)FETCH_COOKIE_MAX, "a jar's cookies can be sent");

enum page_state page_fetch(struct page *pg)
{
    struct rx_ip literal;
    if (cookies_header(&pg->cookie, &pg->site->jar, &pg->url))
        rx_buf_clear(&pg->cookie);
    const struct fetch_request request = {
        .url = pg->url.href,
        .ip = address_for(pg, &literal),
        .cookie = rx_buf_str(&pg->cookie),
        .body_bytes = rx_link_is_part(pg->job->via_kind) ? SCOPE_PART_BYTES : 0};
    const int rc = fetch_start(pg->e->fetcher, &request, on_fetched, pg);
    if (rc == RX_ENOMEM) {
        engine_fail(pg->e, rc, "no memory for a transfer");
        return PAGE_END;
    }
    if (rc) /* what a stranger wrote cannot be asked for: that ends no run */
        return page_end_with(pg, RX_OUT_PROTOCOL, "no request can be made of this URL");
    pg->e->fetching++;
    return PAGE_WAIT;
}

/* ---- read
 * ------------------------------------------------------------------------------------------------
 */

static void on_read(void *ctx, struct reading *r)
{
    struct page *pg = ctx;
    if (pg->e->closing)
        return;
    pg->reading = r;
    struct rx_err err;
    if ((!r || r->status == READ_FAILED) && jail_state(pg->e->jail, &err)) {
        /* That is no finding about the page: it stays in the queue. */
        engine_fail(pg->e, err.code, "%s Nothing is lost: crawl again to go on", err.text);
        return;
    }
    if (!r || r->status == READ_FAILED) {
        pg->outcome = RX_OUT_PARSE_FAILED;
        (void)snprintf(pg->reason, sizeof pg->reason, "%.*s",
                       r ? (int)(r->reason.n < 200 ? r->reason.n : 200) : 9,
                       r ? r->reason.p : "no memory");
    }
    page_run(pg, PAGE_WRITE);
}

enum page_state page_read(struct page *pg)
{
    /* Only the text of a 2xx robots.txt says anything. */
    if (pg->is_robots && pg->result.status / 100 != 2)
        return PAGE_WRITE;
    if (!pg->is_robots && !statuses_has(&pg->e->opts.only_status, (unsigned)pg->result.status)) {
        (void)snprintf(pg->reason, sizeof pg->reason, "not read: its status is not asked for");
        return PAGE_WRITE;
    }
    pg->read_job = (struct read_job){.kind = pg->is_robots ? READ_ROBOTS : READ_PAGE,
                                     .url = pg->url.href,
                                     .head = rx_buf_str(&pg->result.head),
                                     .received = rx_buf_str(&pg->result.body),
                                     .agent = RX_STR("rxmap")};
    const int rc = jail_submit(pg->e->jail, &pg->read_job, &pg->arena, on_read, pg);
    if (rc == RX_EFULL)
        return page_end_with(pg, RX_OUT_PARSE_FAILED, "longer than any reader takes");
    if (rc) {
        engine_fail(pg->e, rc, "no memory for the jail");
        return PAGE_END;
    }
    return PAGE_WAIT;
}
