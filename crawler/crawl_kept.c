/* crawl_kept.c - see crawl_kept.h.
 *
 * Who goes on with a crawl types its command again, and forgets the flag that keeps it behind a
 * proxy. So the run remembers: the way out (proxy, fixture, resolver, test network) and the rules
 * (robots, scope, limits) stay as they were recorded. What is typed and contradicts them is
 * refused, because the run's row would then tell a court something else than what was done. Pauses
 * may grow; on a test network they may also shrink. All else is free.
 *
 * But a case may be prepared by a stranger, and its open run with it. What lifts the guard over
 * private addresses (a test network), leads every connection to one place, asks strangers' servers
 * faster than the defaults do or what their robots.txt forbids is therefore not taken from the run:
 * it must be given again by who types. */
#include "crawler/crawl_kept.h"
#include "crawler/manners.h"

#include "base/escape.h"

#include <jansson.h>
#include <stdio.h>

enum { PLACE_MAX = 300 }; /* host name, two ports */

enum kept_kind {
    KEPT_PLACE, /* where requests go: a contradiction in any layer is refused */
    KEPT_LURE,  /* and not taken from the case either */
    KEPT_RULE,  /* what is asked: the recorded value stands above rxmap.ini */
    KEPT_HEED,  /* the same; and what heeds others less than the default is not taken either */
    KEPT_PAUSE
};

static const struct kept {
    const char *key;
    enum kept_kind kind;
} table[] = {
    {"crawl.proxy", KEPT_PLACE},      {"crawl.connect_to", KEPT_LURE},
    {"crawl.resolver", KEPT_PLACE},   {"crawl.robots", KEPT_HEED},
    {"crawl.scope", KEPT_RULE},       {"crawl.depth", KEPT_RULE},
    {"crawl.hops", KEPT_RULE},        {"crawl.max_pages_per_site", KEPT_RULE},
    {"crawl.max_sites", KEPT_RULE},   {"crawl.only_status", KEPT_RULE},
    {"crawl.host_delay", KEPT_PAUSE}, {"crawl.address_delay", KEPT_PAUSE},
};

struct keeper {
    struct rx_conf *conf;
    const json_t *options;
    struct rx_buf *repeat; /* what must be typed again... */
    bool place, manner;    /* ...because of where requests go, of how they are made */
};

static int refuse(struct rx_err *err, const char *key, const char *recorded)
{
    return rx_fail(err, RX_EUSAGE,
                   "the open run has %s = %s, and goes on so: leave it out, or close the run with "
                   "--finish, or begin another with --new-run",
                   key, recorded[0] ? recorded : "nothing");
}

static bool same_text(const char *key, const char *given, const char *recorded)
{
    struct rx_buf shown = RX_BUF(1 << 16);
    if (strcmp(key, "crawl.proxy") != 0)
        return strcmp(given, recorded) == 0;
    const bool same = rx_esc_proxy(&shown, rx_str(given)) == RX_OK &&
                      rx_str_eq(rx_buf_str(&shown), rx_str(recorded));
    rx_buf_free(&shown);
    return same;
}

static bool can_be_typed(const char *value)
{
    const size_t n = strlen(value);
    for (size_t i = 0; i < n; i++)
        if (value[i] <= ' ' || value[i] > '~')
            return false;
    return n < PLACE_MAX;
}

/* What the case alone says. The value is a stranger's: what nobody can type is not shown. */
static int demand(struct keeper *k, const char *flag, const char *value, struct rx_err *err)
{
    if (!can_be_typed(value))
        return rx_fail(err, RX_EUSAGE, "the open run has a %s that is none: close it with --finish",
                       flag);
    int rc = rx_buf_addf(k->repeat, " %s%s", flag, *value ? " " : "");
    if (!rc && *value)
        rc = rx_esc_shell(k->repeat, rx_str(value));
    return rc ? rx_fail(err, rc, "no memory for the settings of the open run") : RX_OK;
}

/* The recorded value is in force: may it be, on the case's word? On a test network, which must be
 * typed itself, anything may. */
static int demand_manners(struct keeper *k, const char *key, const char *recorded,
                          struct rx_err *err)
{
    bool lowers;
    if (json_is_true(json_object_get(k->options, "test_network")))
        return RX_OK;
    const int rc = manners_lower(&lowers, k->conf, key);
    if (rc || !lowers)
        return rc ? rx_fail(err, rc, "no memory for the settings of the open run") : RX_OK;
    k->manner = true;
    return demand(k, manners_flag(key), recorded, err);
}

static int read_pause(uint64_t *out_ms, const char *key, const char *recorded, struct rx_err *err)
{
    struct rx_conf *said = rx_conf_new();
    int rc = said ? rx_conf_set(said, key, rx_str(recorded), RX_CONF_FLAG, err)
                  : rx_fail(err, RX_ENOMEM, "no memory for the settings of the open run");
    if (!rc)
        *out_ms = rx_conf_int(said, key);
    rx_conf_free(said);
    return rc;
}

/* Longer pauses than recorded harm nobody. */
static int keep_pause(struct keeper *k, const char *key, const char *recorded, struct rx_err *err)
{
    const uint64_t given_ms = rx_conf_int(k->conf, key);
    uint64_t recorded_ms;
    int rc = read_pause(&recorded_ms, key, recorded, err);
    if (rc || given_ms == recorded_ms)
        return rc;
    if (rx_conf_layer(k->conf, key) >= RX_CONF_ENV)
        return given_ms > recorded_ms || rx_conf_bool(k->conf, "crawl.test_network")
                   ? RX_OK
                   : refuse(err, key, recorded);
    rc = rx_conf_set(k->conf, key, rx_str(recorded), RX_CONF_FLAG, err);
    return rc ? rc : demand_manners(k, key, recorded, err);
}

static int keep_text(struct keeper *k, const struct kept *what, const char *recorded,
                     struct rx_err *err)
{
    const enum rx_conf_layer layer = rx_conf_layer(k->conf, what->key);
    const bool is_place = what->kind == KEPT_PLACE || what->kind == KEPT_LURE;
    /* Not set again: that a limit is the default has a meaning of its own (crawl_opts.c). */
    if (same_text(what->key, rx_conf_text(k->conf, what->key), recorded))
        return RX_OK;
    if (layer >= RX_CONF_ENV || (is_place && layer == RX_CONF_FILE))
        return refuse(err, what->key, recorded);
    if (what->kind == KEPT_LURE) {
        k->place = true;
        return demand(k, "--connect-to", recorded, err);
    }
    const int rc = rx_conf_set(k->conf, what->key, rx_str(recorded), RX_CONF_FLAG, err);
    return rc || what->kind != KEPT_HEED ? rc : demand_manners(k, what->key, recorded, err);
}

static int keep_network(struct keeper *k, struct rx_err *err)
{
    static const char key[] = "crawl.test_network";
    const json_t *test = json_object_get(k->options, "test_network");
    const char *place = json_string_value(json_object_get(k->options, "crawl.connect_to"));
    if (!json_is_boolean(test) || rx_conf_bool(k->conf, key) == json_is_true(test))
        return RX_OK;
    if (rx_conf_layer(k->conf, key) != RX_CONF_DEFAULT)
        return refuse(err, key, json_is_true(test) ? "true" : "false");
    /* Only true gets here, and one place for all implies it. */
    if (rx_conf_text(k->conf, "crawl.connect_to")[0])
        return rx_conf_set(k->conf, key, RX_STR("true"), RX_CONF_FLAG, err);
    k->place = true;
    return place && place[0] ? RX_OK : demand(k, "--test-network", "", err);
}

/* The case keeps no password, and without one the proxy would only refuse. */
static int need_login(const struct keeper *k, struct rx_err *err)
{
    const char *proxy = json_string_value(json_object_get(k->options, "crawl.proxy"));
    if (!json_is_true(json_object_get(k->options, "proxy_login")) ||
        rx_conf_text(k->conf, "crawl.proxy")[0] || !proxy)
        return RX_OK;
    return rx_fail(err, RX_EUSAGE,
                   "the open run goes through the proxy %s with a user and a password, which the "
                   "case does not keep: give --proxy again",
                   proxy);
}

static int keep_all(struct keeper *k, struct rx_err *err)
{
    int rc = need_login(k, err);
    if (!rc)
        rc = keep_network(k, err);
    for (size_t i = 0; i < sizeof table / sizeof *table && !rc; i++) {
        const char *recorded = json_string_value(json_object_get(k->options, table[i].key));
        if (!recorded)
            continue; /* of a release that did not record it */
        rc = table[i].kind == KEPT_PAUSE ? keep_pause(k, table[i].key, recorded, err)
                                         : keep_text(k, &table[i], recorded, err);
    }
    if (rc || k->repeat->n == 0)
        return rc;
    return rx_fail(
        err, RX_EUSAGE,
        "the case says that its open run %s%s%s; a case may be a stranger's, so only the "
        "command line decides that. Close the run with --finish, begin another with "
        "--new-run, or, if it is meant, say it",
        k->place ? "works on a test network (private addresses allowed, or one server "
                   "in place of every host)"
                 : "",
        k->place && k->manner ? ", and " : "",
        k->manner ? "asks strangers' servers faster than the defaults do, or what their "
                    "robots.txt forbids"
                  : "");
}

int crawl_kept_apply(struct rx_conf *conf, struct rx_str options, struct rx_buf *repeat,
                     struct rx_err *err)
{
    json_t *root = json_loadb(options.p, options.n, JSON_REJECT_DUPLICATES, NULL);
    struct keeper k = {conf, root, repeat, false, false};
    const int rc = json_is_object(root) ? keep_all(&k, err)
                                        : rx_fail(err, RX_EDAMAGE,
                                                  "the settings of the open run cannot be read: "
                                                  "close it with --finish");
    json_decref(root);
    return rc;
}

/* ---- the next run ---------------------------------------------------------------------------- */

/* The newest run that asked any network (replay asks none). */
struct asked {
    int64_t run, last;
    bool test;
};

static int on_run(void *ctx, const struct store_run *run)
{
    struct asked *a = ctx;
    json_t *root = json_loadb(run->options.p, run->options.n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *test = json_object_get(root, "test_network");
    a->last = run->id;
    if (json_is_boolean(test)) {
        a->run = run->id;
        a->test = json_is_true(test);
    }
    json_decref(root);
    return RX_OK;
}

int crawl_kept_network(struct store *st, const struct rx_conf *conf, struct rx_err *err)
{
    struct asked a = {0};
    if (rx_conf_bool(conf, "crawl.test_network") || rx_conf_text(conf, "crawl.connect_to")[0])
        return RX_OK;
    const int rc = store_run_scan(st, on_run, &a);
    if (rc)
        return rx_fail(err, rc, "cannot read the runs: %s", store_error(st));
    if (!a.test)
        return RX_OK;
    return rx_fail(err, RX_EUSAGE,
                   "run %lld of this case asked a test network, and run %lld would ask the live "
                   "web: say --connect-to HOST:PORT or --test-network again, or --live if the live "
                   "web is meant",
                   (long long)a.run, (long long)a.last + 1);
}
