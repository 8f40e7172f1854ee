/* Resolving against a small DNS server of our own: answers, failures, caching, caps, the guard. */
#include "crawler/net/resolve.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

/* ---- the server -------------------------------------------------------------------------------
 */

enum rcode { NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5, SILENT = 100 };

struct zone {
    const char *name;
    enum rcode rcode;
    uint32_t ttl;
    const char *cname, *cname2; /* a chain, or NULL */
    const char *a[3], *aaaa[2];
};

static const struct zone zones[] = {
    {"a.example", NOERROR, 300, NULL, NULL, {"198.41.0.4", "198.41.0.5"}, {"2001:500:2::c"}},
    {"v6.example", NOERROR, 300, NULL, NULL, {0}, {"2001:500:2::c"}},
    {"chain.example", NOERROR, 120, "edge.cdn.example", "pop.cdn.example", {"198.41.0.6"}, {0}},
    {"dangling.example", NXDOMAIN, 120, "gone.example", NULL, {0}, {0}},
    {"short.example", NOERROR, 1, NULL, NULL, {"198.41.0.7"}, {0}},
    {"long.example", NOERROR, 1000000, NULL, NULL, {"198.41.0.7"}, {0}},
    {"private.example", NOERROR, 300, NULL, NULL, {"127.0.0.1", "10.1.2.3"}, {"::1"}},
    {"mixed.example", NOERROR, 300, NULL, NULL, {"169.254.169.254", "198.41.0.8"}, {"fe80::1"}},
    {"none.example", NOERROR, 300, NULL, NULL, {0}, {0}},
    {"fail.example", SERVFAIL, 0, NULL, NULL, {0}, {0}},
    {"silent.example", SILENT, 0, NULL, NULL, {0}, {0}},
};

struct dns {
    int fd;
    uint16_t port;
    pthread_t thread;
    atomic_int questions, stop;
};

static size_t put_name(uint8_t *to, const char *name)
{
    size_t n = 0;
    while (*name) {
        size_t label = strcspn(name, ".");
        to[n++] = (uint8_t)label;
        memcpy(to + n, name, label);
        n += label;
        name += label + (name[label] == '.');
    }
    to[n++] = 0;
    return n;
}

static size_t put_record(uint8_t *to, const char *owner, uint16_t type, uint32_t ttl,
                         const void *data, size_t bytes)
{
    size_t n = put_name(to, owner);
    const uint8_t fixed[10] = {0,
                               (uint8_t)type,
                               0,
                               1,
                               (uint8_t)(ttl >> 24),
                               (uint8_t)(ttl >> 16),
                               (uint8_t)(ttl >> 8),
                               (uint8_t)ttl,
                               0,
                               (uint8_t)bytes};
    memcpy(to + n, fixed, sizeof fixed);
    n += sizeof fixed;
    memcpy(to + n, data, bytes);
    return n + bytes;
}

static size_t put_addresses(uint8_t *to, const struct zone *z, const char *owner, uint16_t type,
                            unsigned *count)
{
    size_t n = 0;
    bool v4 = type == 1;
    if (!v4 && type != 28)
        return 0;
    for (size_t i = 0; i < (v4 ? 3 : 2); i++) {
        uint8_t raw[16];
        const char *text = v4 ? z->a[i] : z->aaaa[i];
        if (!text || inet_pton(v4 ? AF_INET : AF_INET6, text, raw) != 1)
            continue;
        n += put_record(to + n, owner, type, z->ttl, raw, v4 ? 4 : 16);
        (*count)++;
    }
    return n;
}

static size_t put_chain(uint8_t *to, const char **owner, const char *target, unsigned *count)
{
    uint8_t name[256] = {0};
    if (!target)
        return 0;
    size_t bytes = put_name(name, target);
    size_t n = put_record(to, *owner, 5, 200, name, bytes);
    *owner = target;
    (*count)++;
    return n;
}

/* The question's name in dotted form; returns the bytes of the question section. */
static size_t read_question(const uint8_t *p, char name[256], uint16_t *type)
{
    size_t at = 0, n = 0;
    while (p[at]) {
        memcpy(name + n, p + at + 1, p[at]);
        n += p[at];
        name[n++] = '.';
        at += 1u + p[at];
    }
    name[n ? n - 1 : 0] = '\0';
    *type = (uint16_t)(p[at + 1] << 8 | p[at + 2]);
    return at + 5;
}

/* 0: no answer. */
static size_t answer(const uint8_t *question, uint8_t *to)
{
    char name[256];
    uint16_t type = 0;
    size_t n = 12 + read_question(question + 12, name, &type);
    memcpy(to, question, n);
    const struct zone *z = NULL;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (strcmp(zones[i].name, name) == 0)
            z = &zones[i];
    enum rcode rcode = z ? z->rcode : NXDOMAIN;
    unsigned count = 0;
    if (rcode == SILENT)
        return 0;
    if (z && z->cname) {
        const char *owner = z->name;
        n += put_chain(to + n, &owner, z->cname, &count);
        n += put_chain(to + n, &owner, z->cname2, &count);
        n += put_addresses(to + n, z, owner, type, &count);
    } else if (z) {
        n += put_addresses(to + n, z, z->name, type, &count);
    }
    const uint8_t head[10] = {0x81, (uint8_t)(0x80 | rcode), 0, 1, 0, (uint8_t)count};
    memcpy(to + 2, head, sizeof head);
    return n;
}

static void *dns_main(void *arg)
{
    struct dns *d = arg;
    uint8_t in[1024], out[4096];
    struct sockaddr_storage from;
    while (!atomic_load(&d->stop)) {
        struct pollfd p = {.fd = d->fd, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0)
            continue;
        socklen_t len = sizeof from;
        ssize_t n = recvfrom(d->fd, in, sizeof in, 0, (struct sockaddr *)&from, &len);
        if (n < 17)
            continue;
        (void)atomic_fetch_add(&d->questions, 1);
        size_t bytes = answer(in, out);
        if (bytes)
            (void)sendto(d->fd, out, bytes, 0, (struct sockaddr *)&from, len);
    }
    return NULL;
}

static void dns_start(struct dns *d)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof sa;
    *d = (struct dns){.fd = socket(AF_INET, SOCK_DGRAM, 0)};
    assert_true(d->fd >= 0);
    assert_int_equal(bind(d->fd, (struct sockaddr *)&sa, sizeof sa), 0);
    assert_int_equal(getsockname(d->fd, (struct sockaddr *)&sa, &n), 0);
    d->port = ntohs(sa.sin_port);
    assert_int_equal(pthread_create(&d->thread, NULL, dns_main, d), 0);
}

static void dns_stop(struct dns *d)
{
    atomic_store(&d->stop, 1);
    assert_int_equal(pthread_join(d->thread, NULL), 0);
    (void)close(d->fd);
}

/* ---- the asker --------------------------------------------------------------------------------
 */

struct asker {
    uv_loop_t loop;
    struct resolver *r;
    bool inside, closed;
    unsigned answered;
    struct resolve_answer last;
    char cnames[RESOLVE_CNAMES][256];
};

static void on_answer(void *ctx, const struct resolve_answer *answer)
{
    struct asker *a = ctx;
    assert_false(a->inside);
    a->last = *answer;
    for (size_t i = 0; i < answer->cname_count; i++)
        (void)snprintf(a->cnames[i], sizeof a->cnames[i], "%.*s", RX_FMT(answer->cnames[i]));
    a->answered++;
}

static void asker_open(struct asker *a, struct resolve_opts o, uint16_t port)
{
    char server[64];
    struct rx_err err = {0};
    *a = (struct asker){0};
    (void)snprintf(server, sizeof server, "127.0.0.1:%u", port);
    o.server = server;
    assert_int_equal(uv_loop_init(&a->loop), 0);
    if (resolver_new(&a->r, &a->loop, &o, &err))
        fail_msg("%s", err.text);
}

static void on_closed(void *ctx)
{
    ((struct asker *)ctx)->closed = true;
}

static void asker_close(struct asker *a)
{
    resolver_close(a->r, on_closed, a);
    (void)uv_run(&a->loop, UV_RUN_DEFAULT);
    assert_true(a->closed);
    assert_int_equal(uv_loop_close(&a->loop), 0);
}

static void start(struct asker *a, const char *host)
{
    a->inside = true;
    assert_int_equal(resolve_start(a->r, rx_str(host), on_answer, a), 0);
    a->inside = false;
}

static void wait_for(struct asker *a, unsigned answers)
{
    while (a->answered < answers)
        (void)uv_run(&a->loop, UV_RUN_ONCE);
}

static const struct resolve_answer *ask(struct asker *a, const char *host)
{
    unsigned before = a->answered;
    start(a, host);
    wait_for(a, before + 1);
    return &a->last;
}

static struct resolve_opts defaults(void)
{
    return (struct resolve_opts){.timeout_ms = 3000, .in_flight = 8, .cache_entries = 100};
}

/* "198.41.0.4 198.41.0.5" */
static void addresses(char *out, size_t room, const struct resolve_answer *a)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < a->ip_count; i++) {
        char text[RX_IP_TEXT];
        rx_ip_text(text, a->ips[i]);
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? " " : "", text);
    }
}

static void answers(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        bool test_network;
        enum rx_outcome outcome;
        const char *ips, *cnames;
        uint32_t ttl_s;
    } rows[] = {
        {"a.example", false, RX_OUT_OK, "198.41.0.4 198.41.0.5 2001:500:2::c", "", 300},
        {"v6.example", false, RX_OUT_OK, "2001:500:2::c", "", 300},
        {"chain.example", false, RX_OUT_OK, "198.41.0.6", "edge.cdn.example pop.cdn.example ", 120},
        {"dangling.example", false, RX_OUT_NXDOMAIN, "", "gone.example ", 60},
        {"short.example", false, RX_OUT_OK, "198.41.0.7", "", 60},
        {"long.example", false, RX_OUT_OK, "198.41.0.7", "", 21600},
        {"private.example", false, RX_OUT_BLOCKED_ADDRESS, "", "", 300},
        {"private.example", true, RX_OUT_OK, "127.0.0.1 10.1.2.3 ::1", "", 300},
        {"mixed.example", false, RX_OUT_OK, "198.41.0.8", "", 300},
        {"none.example", false, RX_OUT_DNS, "", "", 60},
        {"unknown.example", false, RX_OUT_NXDOMAIN, "", "", 60},
        {"fail.example", false, RX_OUT_DNS, "", "", 60},
        {"198.41.0.4", false, RX_OUT_OK, "198.41.0.4", "", 0},
        {"[2001:500:2::c]", false, RX_OUT_OK, "2001:500:2::c", "", 0},
        {"127.0.0.1", false, RX_OUT_BLOCKED_ADDRESS, "", "", 0},
        {"[::ffff:10.0.0.1]", false, RX_OUT_BLOCKED_ADDRESS, "", "", 0},
        {"[::1]", true, RX_OUT_OK, "::1", "", 0},
        {"localhost", false, RX_OUT_BLOCKED_ADDRESS, "", "", 0},
        {"printer.local", false, RX_OUT_BLOCKED_ADDRESS, "", "", 0},
        {"localhost", true, RX_OUT_NXDOMAIN, "", "", 60}, /* asked, not read from a file */
        {"", true, RX_OUT_DNS, "", "", 0},
        {"a..example", false, RX_OUT_DNS, "", "", 60},
    };
    struct dns d;
    dns_start(&d);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct asker a;
        struct resolve_opts o = defaults();
        char ips[256], cnames[512] = "";
        o.test_network = rows[i].test_network;
        asker_open(&a, o, d.port);
        const struct resolve_answer *got = ask(&a, rows[i].host);
        addresses(ips, sizeof ips, got);
        for (size_t j = 0; j < got->cname_count; j++) {
            size_t n = strlen(cnames);
            (void)snprintf(cnames + n, sizeof cnames - n, "%s ", a.cnames[j]);
        }
        if (got->outcome != rows[i].outcome || strcmp(ips, rows[i].ips) != 0 ||
            strcmp(cnames, rows[i].cnames) != 0 || got->ttl_s != rows[i].ttl_s)
            fail_msg("row %zu, %s: %s [%s] [%s] %u", i, rows[i].host, rx_outcome_name(got->outcome),
                     ips, cnames, got->ttl_s);
        assert_true((got->why[0] == '\0') == (got->outcome == RX_OUT_OK));
        asker_close(&a);
    }
    dns_stop(&d);
}

static void cached_and_coalesced(void **state)
{
    (void)state;
    struct dns d;
    struct asker a;
    dns_start(&d);
    asker_open(&a, defaults(), d.port);
    for (int i = 0; i < 5; i++)
        start(&a, "a.example");
    wait_for(&a, 5);
    assert_int_equal(atomic_load(&d.questions), 2); /* A and AAAA, once */
    assert_false(a.last.from_cache);
    (void)ask(&a, "a.example");
    assert_true(a.last.from_cache);
    assert_int_equal(a.last.ip_count, 3);
    (void)ask(&a, "unknown.example");
    (void)ask(&a, "unknown.example");
    assert_true(a.last.from_cache);
    assert_int_equal(a.last.outcome, RX_OUT_NXDOMAIN);
    assert_int_equal(atomic_load(&d.questions), 4);
    asker_close(&a);
    dns_stop(&d);
}

static void cache_is_capped(void **state)
{
    (void)state;
    struct dns d;
    struct asker a;
    struct resolve_opts o = defaults();
    o.cache_entries = 2;
    dns_start(&d);
    asker_open(&a, o, d.port);
    (void)ask(&a, "a.example");
    (void)ask(&a, "v6.example");
    (void)ask(&a, "short.example"); /* puts the oldest out */
    int before = atomic_load(&d.questions);
    (void)ask(&a, "v6.example");
    assert_true(a.last.from_cache);
    assert_int_equal(atomic_load(&d.questions), before);
    (void)ask(&a, "a.example");
    assert_false(a.last.from_cache);
    assert_int_equal(atomic_load(&d.questions), before + 2);
    asker_close(&a);
    dns_stop(&d);
}

/* Three at a time, forty asked for: all come, and a name that is none does not stop the queue. */
static void queue_moves(void **state)
{
    (void)state;
    struct dns d;
    struct asker a;
    struct resolve_opts o = defaults();
    o.in_flight = 3;
    dns_start(&d);
    asker_open(&a, o, d.port);
    for (int i = 0; i < 40; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, i % 2 ? "n%d.example" : "bad%d..example", i);
        start(&a, name);
    }
    wait_for(&a, 40);
    assert_int_equal(atomic_load(&d.questions), 40);
    asker_close(&a);
    dns_stop(&d);
}

static void silence(void **state)
{
    (void)state;
    struct dns d;
    struct asker a;
    struct resolve_opts o = defaults();
    o.timeout_ms = 100;
    dns_start(&d);
    asker_open(&a, o, d.port);
    assert_int_equal(ask(&a, "silent.example")->outcome, RX_OUT_DNS);
    assert_true(ask(&a, "silent.example")->unanswered); /* and asked again: silence is not kept */
    assert_int_equal(atomic_load(&d.questions), 8);     /* twice two tries of two questions */
    assert_false(ask(&a, "fail.example")->unanswered);  /* a server spoke */
    /* closing with a question open: nobody is called */
    start(&a, "other.silent.example");
    start(&a, "silent.example");
    unsigned before = a.answered;
    asker_close(&a);
    assert_int_equal(a.answered, before);
    dns_stop(&d);
    /* nobody listens there any more */
    asker_open(&a, o, d.port);
    assert_int_equal(ask(&a, "a.example")->outcome, RX_OUT_DNS);
    assert_true(ask(&a, "v6.example")->unanswered);
    asker_close(&a);
}

static void bad_server(void **state)
{
    (void)state;
    static const char *const servers[] = {
        "dns.example", "1.2.3.4:x", "1.2.3.4:99999", "1.2.3.4:",
        "[::1",        "[::1]53",   "[::1]:0",       "1.2.3.4:53,5.6.7.8"};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        uv_loop_t loop;
        struct resolver *r = NULL;
        struct rx_err err = {0};
        struct resolve_opts o = defaults();
        o.server = servers[i];
        assert_int_equal(uv_loop_init(&loop), 0);
        if (resolver_new(&r, &loop, &o, &err) != RX_EUSAGE)
            fail_msg("server \"%s\" was taken", servers[i]);
        assert_true(err.text[0] != '\0');
        assert_int_equal(uv_loop_close(&loop), 0);
    }
}

/* ---- zones ------------------------------------------------------------------------------------
 */

struct zone_said {
    unsigned answered;
    char text[8][512];
};

static void on_zone(void *ctx, struct rx_str domain, struct rx_str text)
{
    struct zone_said *z = ctx;
    assert_true(z->answered < 8);
    (void)snprintf(z->text[z->answered++], sizeof z->text[0], "%.*s|%.*s", RX_FMT(domain),
                   RX_FMT(text));
}

/* Records of a domain, none, and each way of failing: every question ends, with its reason. */
static void zones_end(void **state)
{
    (void)state;
    static const char *const names[] = {"a.example", "none.example", "unknown.example",
                                        "fail.example", "silent.example"};
    struct dns d;
    struct asker a;
    struct zone_said said = {0};
    struct resolve_opts o = defaults();
    o.timeout_ms = 100;
    dns_start(&d);
    asker_open(&a, o, d.port);
    assert_int_equal(resolve_zone(a.r, RX_STR("198.41.0.4"), on_zone, &said), RX_EINVAL);
    assert_int_equal(resolve_zone(a.r, RX_STR("[::1]"), on_zone, &said), RX_EINVAL);
    assert_int_equal(resolve_zone(a.r, RX_STR("localhost"), on_zone, &said), RX_EINVAL);
    assert_int_equal(resolve_zone(a.r, RX_STR(""), on_zone, &said), RX_EINVAL);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(resolve_zone(a.r, rx_str(names[i]), on_zone, &said), RX_OK);
    while (said.answered < 5)
        (void)uv_run(&a.loop, UV_RUN_ONCE);
    for (unsigned i = 0; i < 5; i++) {
        const struct rx_str text = rx_str(said.text[i]);
        if (rx_str_starts(text, RX_STR("a.")) || rx_str_starts(text, RX_STR("none.")))
            assert_true(text.p[text.n - 1] == '|'); /* asked, and there is nothing of these types */
        else
            for (size_t t = 0; t < 4; t++) {
                static const char *const notes[] = {"; NS: ", "; MX: ", "; TXT: ", "; SOA: "};
                if (rx_str_find(text, rx_str(notes[t]), 0) < 0)
                    fail_msg("%s has no %s", said.text[i], notes[t]);
            }
    }
    /* a silent server is asked one type, in two tries, not four */
    assert_int_equal(atomic_load(&d.questions), 4 + 4 + 1 + 1 + 2);
    assert_int_equal(resolve_zone(a.r, RX_STR("other.silent.example"), on_zone, &said), RX_OK);
    asker_close(&a); /* with a question open: nobody is called */
    assert_int_equal(said.answered, 5);
    dns_stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),         cmocka_unit_test(cached_and_coalesced),
        cmocka_unit_test(cache_is_capped), cmocka_unit_test(queue_moves),
        cmocka_unit_test(zones_end),       cmocka_unit_test(silence),
        cmocka_unit_test(bad_server),
    };
    return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
