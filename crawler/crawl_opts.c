/* crawl_opts.c - see crawl_opts.h. */
#include "crawler/crawl_opts.h"

#include "base/clock.h"
#include "base/escape.h"
#include "crawler/evidence/warc.h"

#include <stdio.h>

enum {
    HOST_DELAY_MAX_MS = 30000,
    PATIENCE_DELAYS = 200, /* in host delays, */
    PATIENCE_LEAST_MS = 15000,
    PATIENCE_MOST_MS = 600000,
    LOW_SPEED_BYTES = 100,
    LOW_SPEED_S = 15,
    HEAD_LINES = 200,
    RESOLVE_TIMEOUT_MS = 5000,
    RESOLVE_IN_FLIGHT = 64,
    RESOLVE_CACHE = 100000,
    PER_ADDRESS = 2
};

static const char *text_or_null(const struct rx_conf *conf, const char *key)
{
    const char *text = rx_conf_text(conf, key);
    return text[0] ? text : NULL;
}

static void read_fetch(struct crawl_opts *o, const struct rx_conf *conf)
{
    const char *agent = rx_conf_text(conf, "crawl.user_agent");
    const char *contact = rx_conf_text(conf, "crawl.contact");
    if (agent[0])
        (void)snprintf(o->user_agent, sizeof o->user_agent, "%s", agent);
    else
        (void)snprintf(o->user_agent, sizeof o->user_agent, "rxmap/%s%s%s%s", RXMAP_VERSION,
                       contact[0] ? " (+" : "", contact, contact[0] ? ")" : "");
    o->fetch = (struct fetch_opts){.connect_ms = rx_conf_int(conf, "crawl.connect_time"),
                                   .first_byte_ms = rx_conf_int(conf, "crawl.first_byte_time"),
                                   .total_ms = rx_conf_int(conf, "crawl.total_time"),
                                   .low_speed_bytes = LOW_SPEED_BYTES,
                                   .low_speed_s = LOW_SPEED_S,
                                   .head_bytes = rx_conf_int(conf, "crawl.head_max"),
                                   .body_bytes = rx_conf_int(conf, "crawl.max_body"),
                                   .head_lines = HEAD_LINES,
                                   .in_flight = (unsigned)rx_conf_int(conf, "crawl.concurrency"),
                                   .user_agent = o->user_agent,
                                   .proxy = text_or_null(conf, "crawl.proxy"),
                                   .connect_to = text_or_null(conf, "crawl.connect_to"),
                                   .test_network = o->test_network};
}

static void read_resolve(struct crawl_opts *o, const struct rx_conf *conf)
{
    const char *server = text_or_null(conf, "crawl.resolver");
    o->resolve = (struct resolve_opts){.server = server,
                                       .test_network = o->test_network,
                                       .timeout_ms = RESOLVE_TIMEOUT_MS,
                                       .in_flight = RESOLVE_IN_FLIGHT,
                                       .cache_entries = RESOLVE_CACHE};
    /* Behind a proxy nothing is asked from here. A fixture that plays every host is reached
     * without names, unless it brings a resolver of its own. */
    o->resolves = !o->fetch.proxy && (!o->fetch.connect_to || server);
    o->pins = o->resolves && !o->fetch.connect_to;
}

static void read_frontier(struct crawl_opts *o, const struct rx_conf *conf)
{
    const uint64_t delay = rx_conf_int(conf, "crawl.host_delay");
    uint64_t patience = delay * PATIENCE_DELAYS;
    patience = patience < PATIENCE_LEAST_MS ? PATIENCE_LEAST_MS : patience;
    patience = patience > PATIENCE_MOST_MS ? PATIENCE_MOST_MS : patience;
    o->patience_ms = patience;
    o->frontier =
        (struct frontier_opts){.host = {.delay_ms = delay, .delay_max_ms = HOST_DELAY_MAX_MS},
                               .address_delay_ms = rx_conf_int(conf, "crawl.address_delay"),
                               .per_address = PER_ADDRESS,
                               .patience_ms = patience,
                               .rand_seed = (uint64_t)rx_wall_ms()};
}

static void read_scope(struct crawl_opts *o, const struct rx_conf *conf)
{
    const char *scope = rx_conf_text(conf, "crawl.scope");
    o->scope =
        (struct scope_opts){.mode = scope[0] == 's'   ? SCOPE_SEEDS
                                    : scope[0] == 'a' ? SCOPE_ALL
                                                      : SCOPE_LINKED,
                            .depth = (uint32_t)rx_conf_int(conf, "crawl.depth"),
                            .hops = (uint32_t)rx_conf_int(conf, "crawl.hops"),
                            .redirects = (uint32_t)rx_conf_int(conf, "crawl.redirects"),
                            .hosts_per_site = (uint32_t)rx_conf_int(conf, "crawl.hosts_per_site"),
                            .probes_per_site = (uint32_t)rx_conf_int(conf, "crawl.probes_per_site"),
                            .max_pages = rx_conf_int(conf, "crawl.max_pages_per_site"),
                            .max_sites = rx_conf_int(conf, "crawl.max_sites"),
                            .parts = rx_conf_bool(conf, "crawl.parts"),
                            .shared = o->test_network && scope[0] == 'a'};
    o->frontier.site_order = o->scope.max_pages > 0;
    /* Who seeds twenty thousand sites wants them looked at: the default bounds what is found
     * beside the seeds, a number that was asked for bounds everything. */
    o->scope.spare_seeds = rx_conf_layer(conf, "crawl.max_sites") == RX_CONF_DEFAULT;
}

static int read_clock(struct crawl_opts *o, const struct rx_conf *conf, struct rx_err *err)
{
    const char *text = text_or_null(conf, "crawl.test_clock");
    if (!text)
        return RX_OK;
    if (!o->test_network)
        return rx_fail(err, RX_EUSAGE,
                       "--test-clock falsifies the times of the evidence: it needs --test-network");
    int64_t when;
    if (rx_time_parse(&when, rx_str(text)))
        return rx_fail(err, RX_EUSAGE, "--test-clock %s is no time: write 2026-07-31T12:00:00Z",
                       text);
    o->clock_shift_ms = when - rx_wall_ms();
    return RX_OK;
}

static int read_statuses(struct crawl_opts *o, const struct rx_conf *conf, struct rx_err *err)
{
    const char *list = rx_conf_text(conf, "crawl.only_status");
    if (statuses_parse(&o->only_status, rx_str(list)))
        return rx_fail(err, RX_EUSAGE,
                       "--only-status %s is no list of statuses: write 200,404-410,5xx", list);
    return RX_OK;
}

/* A case may be handed over by a stranger: what lets a crawl leave the public network, or go to one
 * place for all, is said on the command line or in the environment, not in the case's file. */
static int check_network(const struct rx_conf *conf, struct rx_err *err)
{
    static const char *const keys[] = {"crawl.test_network", "crawl.connect_to",
                                       "crawl.test_clock"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (rx_conf_layer(conf, keys[i]) == RX_CONF_FILE)
            return rx_fail(err, RX_EUSAGE, "%s is not taken from rxmap.ini: give it as a flag",
                           keys[i]);
    return RX_OK;
}

static int check(const struct crawl_opts *o, const struct rx_conf *conf, struct rx_err *err)
{
    if (o->frontier.host.delay_ms == 0 && !o->test_network)
        return rx_fail(err, RX_EUSAGE,
                       "--host-delay 0 would press strangers' servers: it needs --test-network");
    if (o->fetch.body_bytes > WARC_MESSAGE_MAX ||
        o->fetch.head_bytes > WARC_MESSAGE_MAX - o->fetch.body_bytes)
        return rx_fail(
            err, RX_EUSAGE,
            "crawl.max_body and crawl.head_max together are more than the %d MiB that an "
            "answer may have",
            WARC_MESSAGE_MAX >> 20);
    if (o->fetch.in_flight == 0)
        return rx_fail(err, RX_EUSAGE, "--concurrency must be at least 1");
    if (o->fetch.proxy && o->fetch.connect_to)
        return rx_fail(err, RX_EUSAGE,
                       "--proxy and --connect-to exclude each other: choose where to connect");
    if (o->record_robots && !rx_conf_text(conf, "case.authority")[0])
        return rx_fail(err, RX_EUSAGE,
                       "--robots record needs the case's legal basis: set case.authority in "
                       "rxmap.ini");
    return RX_OK;
}

int crawl_opts_read(struct crawl_opts *out, const struct rx_conf *conf, struct rx_err *err)
{
    *out = (struct crawl_opts){0};
    out->test_network =
        rx_conf_bool(conf, "crawl.test_network") || rx_conf_text(conf, "crawl.connect_to")[0];
    out->record_robots = rx_conf_text(conf, "crawl.robots")[0] == 'r';
    out->rdap = rx_conf_text(conf, "crawl.rdap")[1] == 'n';
    out->max_time_ms = rx_conf_int(conf, "crawl.max_time");
    out->free_disk_bytes = rx_conf_int(conf, "crawl.free_disk");
    out->warc_rotate_bytes = rx_conf_int(conf, "crawl.warc_rotate");
    read_fetch(out, conf);
    read_resolve(out, conf);
    read_frontier(out, conf);
    read_scope(out, conf);
    int rc = check_network(conf, err);
    if (!rc)
        rc = read_clock(out, conf, err);
    if (!rc)
        rc = read_statuses(out, conf, err);
    return rc ? rc : check(out, conf, err);
}

/* Its user and password are needed again by whoever goes on with the run. */
static bool has_login(const char *proxy)
{
    struct rx_buf shown = RX_BUF(1 << 16);
    const bool has = proxy && (rx_esc_proxy(&shown, rx_str(proxy)) ||
                               !rx_str_eq(rx_buf_str(&shown), rx_str(proxy)));
    rx_buf_free(&shown);
    return has;
}

/* One setting as the run's row keeps it. */
static int add_setting(struct rx_buf *out, const char *key, const char *value)
{
    struct rx_buf shown = RX_BUF(1 << 16);
    int rc = rx_buf_addf(out, ",\"%s\":", key);
    if (!rc)
        rc = strcmp(key, "crawl.proxy") == 0 ? rx_esc_proxy(&shown, rx_str(value))
                                             : rx_buf_add(&shown, rx_str(value));
    if (!rc)
        rc = rx_esc_json(out, rx_buf_str(&shown));
    rx_buf_free(&shown);
    return rc;
}

int crawl_opts_json(struct rx_buf *out, const struct crawl_opts *o, const struct rx_conf *conf)
{
    static const char *const keys[] = {
        "crawl.address_delay", "crawl.asn",         "crawl.connect_to", "crawl.country",
        "crawl.depth",         "crawl.hops",        "crawl.host_delay", "crawl.max_pages_per_site",
        "crawl.max_sites",     "crawl.only_status", "crawl.proxy",      "crawl.rdap",
        "crawl.rdap_servers",  "crawl.resolver",    "crawl.robots",     "crawl.scope",
        "crawl.test_clock"};
    char sha256[65];
    rx_conf_sha256(conf, sha256);
    int rc = rx_buf_addf(out, "{\"version\":\"%s\",\"configuration\":\"%s\",\"test_network\":%s",
                         RXMAP_VERSION, sha256, o->test_network ? "true" : "false");
    if (!rc)
        rc = rx_buf_addf(out, ",\"egress\":\"%s\",\"user_agent\":",
                         o->fetch.proxy        ? "proxy"
                         : o->fetch.connect_to ? "fixture"
                                               : "direct");
    if (!rc)
        rc = rx_esc_json(out, rx_str(o->user_agent));
    if (!rc)
        rc = rx_buf_addf(out, ",\"proxy_login\":%s", has_login(o->fetch.proxy) ? "true" : "false");
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !rc; i++)
        rc = add_setting(out, keys[i], rx_conf_text(conf, keys[i]));
    return rc ? rc : rx_buf_addc(out, '}');
}
