/* origin.c - robots.txt of an origin: asked before its first page, by the host's own turn; its
 * redirects are turns of the hosts that they lead to. RFC 9309 section 2.3.
 *
 *   UNKNOWN --ask--> ASKING --2xx: rules; 4xx: all allowed--> KNOWN --24 h--> UNKNOWN
 *                      |  '--3xx, up to five--> ASKING (another URL)
 *                      '--5xx, 429, nothing, a part--> UNKNOWN, the host backs off */
#include "base/vendors.h"
#include "crawler/engine.h"
#include "crawler/frontier/robots.h"
#include "crawler/frontier/trap.h"
#include "crawler/parse/parse.h"

#include <stdio.h>

#include <stdlib.h>

enum {
    HOPS_MAX = 5,
    SHORT_RETRIES = 3,
    SHORT_RETRY_MS = 5 * 60 * 1000,
    LONG_RETRY_MS = 3600 * 1000,
    RULES_MAX = 4 * ROBOTS_BYTES_MAX,
    FRESH_MS = 24 * 3600 * 1000
};

void origin_free(void *value)
{
    struct origin *o = value;
    rx_buf_free(&o->key);
    rx_buf_free(&o->rules);
    rx_buf_free(&o->host);
    free(o);
}

static struct origin *find_or_add(struct engine *e, struct rx_str key, struct rx_str host)
{
    struct origin *o = rx_map_get(e->origins, key);
    if (o)
        return o;
    o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->key = RX_BUF(RX_URL_MAX + 1);
    o->host = RX_BUF(RX_URL_MAX + 1);
    o->rules = RX_BUF(RULES_MAX);
    if (rx_buf_add(&o->key, key) || rx_buf_add(&o->host, host) ||
        rx_map_put(e->origins, key, o, NULL)) {
        origin_free(o);
        return NULL;
    }
    return o;
}

struct origin *origin_of(struct engine *e, const struct rx_url *url)
{
    struct rx_buf key = RX_BUF(RX_URL_MAX + 1);
    struct origin *o = NULL;
    if (rx_url_origin(&key, url) == RX_OK)
        o = find_or_add(e, rx_buf_str(&key), url->host);
    rx_buf_free(&key);
    return o;
}

static int set_rules(struct origin *o, struct rx_str rules)
{
    rx_buf_clear(&o->rules);
    const int rc = rx_buf_add(&o->rules, rules);
    if (rc)
        return rc;
    o->state = ORIGIN_KNOWN;
    o->failures = 0;
    o->hops = 0;
    return RX_OK;
}

int origin_restore(struct engine *e, const struct store_robots *robots)
{
    struct rx_url url;
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    const int64_t left = robots->expires_ms - engine_wall(e);
    int rc = RX_OK;
    if (left > 0 && left <= FRESH_MS && rx_url_parse(&url, &text, robots->origin, NULL) == RX_OK &&
        robots_check(robots->rules) == RX_OK) {
        struct origin *o = find_or_add(e, robots->origin, url.host);
        rc = o ? set_rules(o, robots->rules) : RX_ENOMEM;
        if (!rc) {
            o->expires_ms = engine_now() + (uint64_t)left;
            o->fetch_id = robots->fetch_id;
        }
    }
    rx_buf_free(&text);
    return rc;
}

bool origin_is_fresh(const struct origin *o, uint64_t now_ms)
{
    return o->state == ORIGIN_KNOWN && o->expires_ms > now_ms;
}

/* A job for one URL of the chain that leads to the rules of o. */
static struct job *ask_url(struct engine *e, struct origin *o, const struct rx_url *url)
{
    const struct job model = {
        .url = url->href, .host = url->host, .site = rx_site_key(e->psl, url->host), .tag = o};
    return job_new(&model);
}

int origin_ask(struct job **robots, struct engine *e, struct origin *o, const struct job *for_job)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url base, url;
    struct rx_buf base_text = RX_BUF(RX_URL_MAX + 1);
    int rc = rx_url_parse(&base, &base_text, for_job->url, NULL);
    if (!rc)
        rc = rx_url_parse(&url, &text, RX_STR("/robots.txt"), &base);
    struct job *job = rc ? NULL : ask_url(e, o, &url);
    if (!rc && !job)
        rc = RX_ENOMEM;
    if (job) {
        *robots = job;
        o->state = ORIGIN_ASKING;
        o->asked_ms = engine_now();
        o->hops = 0;
        o->asked = NULL;
    }
    rx_buf_free(&text);
    rx_buf_free(&base_text);
    return rc;
}

static enum origin_step settle_all(struct origin *o, bool allow)
{
    struct rx_buf rules = RX_BUF(RULES_MAX);
    int rc = robots_all(&rules, allow);
    if (!rc)
        rc = set_rules(o, rx_buf_str(&rules));
    rx_buf_free(&rules);
    if (rc)
        return ORIGIN_UNREACHABLE;
    o->expires_ms = engine_now() + FRESH_MS;
    return ORIGIN_SETTLED;
}

static bool is_robots_txt(const struct rx_url *url)
{
    return rx_str_eq(url->path, RX_STR("/robots.txt")) && !url->has_query;
}

/* A redirect is a stranger's wish. On the host's own site it may lead anywhere that acts nothing
 * and is no trap; off it only to another robots.txt, which anybody may be asked for, of no shared
 * service, and of a site of the queue where the crawl keeps to its seeds. */
static bool may_hop(struct engine *e, const struct origin *o, const struct rx_url *to)
{
    enum rx_outcome outcome;
    const struct rx_str site = rx_site_key(e->psl, to->host);
    if (engine_refuses(e, to, &outcome) || trap_acts(to) || trap_shape(to))
        return false;
    if (rx_str_eq(site, rx_site_key(e->psl, rx_buf_str(&o->host))))
        return true;
    return is_robots_txt(to) && rx_vendor_of(to->host) == RX_VENDOR_NONE &&
           (e->opts.scope.mode != SCOPE_SEEDS || rx_map_get(e->sites, site));
}

/* Section 2.3.1.2: at least five consecutive redirects are followed, across authorities. What is
 * not followed counts as unavailable (2.3.1.3: all is allowed): a host without rules of its own is
 * no reason to leave it alone, or a redirect to a cart would hide a shop. */
static enum origin_step next_hop(struct engine *e, struct origin *o, const struct rx_url *url,
                                 struct rx_str location)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url to;
    enum origin_step step = ORIGIN_SETTLED;
    if (++o->hops > HOPS_MAX || location.n == 0 ||
        rx_url_parse(&to, &text, location, url) != RX_OK || !may_hop(e, o, &to)) {
        step = settle_all(o, true);
    } else {
        struct job *job = ask_url(e, o, &to);
        struct frontier_host *h =
            job ? frontier_host(e->frontier, job->host, job->site, 0, engine_now()) : NULL;
        if (!h)
            job_free(job);
        o->asked = h;
        step =
            h && frontier_push(e->frontier, h, job) == RX_OK ? ORIGIN_NEXT_HOP : ORIGIN_UNREACHABLE;
    }
    rx_buf_free(&text);
    return step;
}

static enum origin_step unreachable(struct origin *o)
{
    o->state = ORIGIN_UNKNOWN;
    o->failures++;
    return ORIGIN_UNREACHABLE;
}

struct frontier_host *origin_host(struct engine *e, const struct origin *o)
{
    const struct rx_str name = rx_buf_str(&o->host);
    return frontier_host(e->frontier, name, rx_site_key(e->psl, name), 0, engine_now());
}

void origin_give_up(struct engine *e, struct origin *o)
{
    struct frontier_host *h = origin_host(e, o);
    struct crawl_host *known = h ? engine_host(e, h) : NULL;
    (void)unreachable(o);
    if (!known)
        return;
    frontier_hold_back(e->frontier, h, origin_retry_ms(o), engine_now());
    frontier_await(e->frontier, h, NULL);
    known->failure = RX_OUT_ROBOTS_UNREACHABLE;
    (void)snprintf(known->reason, sizeof known->reason,
                   "the host that robots.txt redirects to does not answer");
}

/* A redirect mostly leads to the robots.txt of another origin of the same shop (https, www): its
 * rules are that origin's as well, and it is not asked again. */
static void share_rules(struct engine *e, struct origin *o, const struct rx_url *url)
{
    if (!is_robots_txt(url))
        return;
    struct origin *other = origin_of(e, url);
    if (other && other != o && other->state == ORIGIN_UNKNOWN &&
        set_rules(other, rx_buf_str(&o->rules)) == RX_OK)
        other->expires_ms = o->expires_ms;
    o->same = other == o ? NULL : other;
}

void origin_archived(struct origin *o, int64_t fetch_id)
{
    o->fetch_id = fetch_id;
    if (o->same && o->same->fetch_id == 0)
        o->same->fetch_id = fetch_id;
}

/* Are these all the bytes that the rules stand in? A file that broke off says nothing about what
 * it would have forbidden. What lies behind ROBOTS_BYTES_MAX is not read anyhow (section 2.5). */
static bool is_whole(const struct fetch_result *result, const struct reading *reading)
{
    return reading->decoded_bytes >= ROBOTS_BYTES_MAX ||
           (result->outcome == RX_OUT_OK && !reading->decoded_cut);
}

static enum origin_step settle(struct engine *e, struct origin *o, const struct rx_url *url,
                               const struct fetch_result *result, const struct reading *reading)
{
    const int status = result ? result->status : 0;
    if (status >= 300 && status < 400) {
        const enum origin_step step =
            next_hop(e, o, url, parse_header(rx_buf_str(&result->head), "location"));
        return step == ORIGIN_UNREACHABLE ? unreachable(o) : step;
    }
    if (status >= 400 && status < 500 && status != 429)
        return settle_all(o, true) == ORIGIN_SETTLED ? ORIGIN_SETTLED : unreachable(o);
    if (status < 200 || status >= 300 || !reading || !is_whole(result, reading) ||
        robots_check(reading->robots) != RX_OK || set_rules(o, reading->robots) != RX_OK)
        return unreachable(o);
    o->expires_ms = engine_now() + FRESH_MS;
    return ORIGIN_SETTLED;
}

enum origin_step origin_answer(struct engine *e, struct origin *o, const struct rx_url *url,
                               const struct fetch_result *result, const struct reading *reading)
{
    const enum origin_step step = settle(e, o, url, result, reading);
    if (step == ORIGIN_SETTLED)
        share_rules(e, o, url);
    return step;
}

uint64_t origin_retry_ms(const struct origin *o)
{
    return o->failures <= SHORT_RETRIES ? SHORT_RETRY_MS : LONG_RETRY_MS;
}
