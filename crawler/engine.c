/* engine.c - see engine.h: what every file of the loop thread leans on. */
#include "crawler/engine.h"

#include "base/clock.h"
#include "crawler/frontier/guard.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t engine_now(void)
{
    return rx_mono_ms();
}

int64_t engine_wall(const struct engine *e)
{
    return rx_wall_ms() + e->opts.clock_shift_ms;
}

void engine_fail(struct engine *e, int code, const char *fmt, ...)
{
    if (!e->err.code) {
        va_list args;
        va_start(args, fmt);
        (void)vsnprintf(e->err.text, sizeof e->err.text, fmt, args);
        va_end(args);
        e->err.code = code;
    }
    e->stop(e);
}

static void *find_or_make(struct rx_map *map, struct rx_str name, size_t bytes)
{
    void *value = rx_map_get(map, name);
    if (value)
        return value;
    value = calloc(1, bytes);
    if (value && rx_map_put(map, name, value, NULL)) {
        free(value);
        value = NULL;
    }
    return value;
}

struct crawl_site *engine_site(struct engine *e, struct rx_str name)
{
    return find_or_make(e->sites, name, sizeof(struct crawl_site));
}

struct crawl_host *engine_host(struct engine *e, struct frontier_host *h)
{
    void **tag = frontier_host_tag(h);
    if (!*tag)
        *tag = find_or_make(e->hosts, frontier_host_name(h), sizeof(struct crawl_host));
    return *tag;
}

const char *engine_refuses(const struct engine *e, const struct rx_url *url,
                           enum rx_outcome *outcome)
{
    if (e->opts.test_network)
        return NULL;
    *outcome = RX_OUT_BLOCKED_PORT;
    if (!guard_port(url->port))
        return "only ports 80, 443, 8080 and 8443 are asked";
    *outcome = RX_OUT_BLOCKED_ADDRESS;
    if (!url->host_is_ip)
        return guard_name(url->host);
    struct rx_str literal = url->host;
    if (literal.n > 2 && literal.p[0] == '[')
        literal = rx_str_sub(literal, 1, literal.n - 1);
    struct rx_ip ip;
    return rx_ip_parse(&ip, literal) ? "no address" : guard_address(ip);
}

int engine_take_jobs(struct engine *e, struct sink_item *item)
{
    int rc = RX_OK;
    for (size_t i = 0; i < item->job_count && !rc; i++) {
        struct job *job = item->jobs[i];
        struct frontier_host *h =
            frontier_host(e->frontier, job->host, job->site, job->host_id, engine_now());
        item->jobs[i] = NULL;
        if (!h) {
            rc = RX_ENOMEM;
            job_free(job);
        } else if (job->url.n == 0) {
            frontier_host_more(e->frontier, h);
            job_free(job);
        } else {
            rc = frontier_push(e->frontier, h, job);
        }
    }
    if (rc)
        engine_fail(e, rc, "no memory for the frontier");
    return rc;
}
