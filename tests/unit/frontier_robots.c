/* frontier_robots.c - RFC 9309: tables of our own, then the corpus of two public parsers. */
#include "crawler/frontier/robots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

static struct rx_buf compiled(struct rx_str text, const char *agent)
{
    struct rx_buf rules = RX_BUF(1 << 22);
    assert_int_equal(robots_compile(&rules, text, rx_str(agent)), 0);
    assert_int_equal(robots_check(rx_buf_str(&rules)), 0);
    return rules;
}

static bool is_allowed(const char *text, const char *agent, const char *path)
{
    struct rx_buf rules = compiled(rx_str(text), agent);
    bool allowed = robots_ask(rx_buf_str(&rules), rx_str(path)).allowed;
    rx_buf_free(&rules);
    return allowed;
}

static void test_matching(void **state)
{
    (void)state;
    static const struct {
        const char *rules, *path; /* behind "user-agent: *\n" */
        bool allowed;
    } cases[] = {
        {"disallow: /a", "/", true},
        {"disallow: /a", "/a", false},
        {"disallow: /a", "/ab?c", false},
        {"disallow: /a", "/A", true},
        {"disallow:", "/a", true},
        {"disallow: /", "/robots.txt", true},
        {"disallow: /", "/robots.txt?x", true},
        {"disallow: /", "/robots.txt.gz", false},
        {"disallow: /a$", "/a", false},
        {"disallow: /a$", "/ab", true},
        {"disallow: /a$b", "/a$b/c", false},
        {"disallow: /a%24", "/a$", false},
        {"disallow: /a$", "/a$", true},
        {"disallow: /*.php$", "/x/y.php", false},
        {"disallow: /*.php$", "/x/y.php?z", true},
        {"disallow: /*.php$", "/x.php.php", false},
        {"disallow: /*a*b*c", "/xxaxxbxxcxx", false},
        {"disallow: /*a*b*c", "/xxaxxcxxbxx", true},
        {"disallow: /ab*ab$", "/ab", true},
        {"disallow: /ab*ab$", "/abab", false},
        {"disallow: *", "/a", false},
        {"disallow: /**", "/a", false},
        {"disallow: /%2a", "/*", false},
        {"disallow: /%2a", "/x", true},
        {"disallow: /%61", "/a", false},
        {"disallow: /a", "/%61", false},
        {"disallow: /a%2fb", "/a/b", true},
        {"disallow: /a%2fb", "/a%2Fb", false},
        {"disallow: /\xc3\xbc", "/%c3%bc", false},
        {"disallow: /a b", "/a%20b", false},
        {"disallow: /x?u=http%3A%2F%2Fb", "/x?u=http://b", false},
        {"disallow: /x?u=http://b", "/x?u=http%3a%2f%2fb", false},
        {"disallow: /*=http://b", "/x?u=http://b", false},
        {"disallow: /a\nallow: /a/b", "/a/b/c", true},
        {"allow: /a\ndisallow: /a/b", "/a/b/c", false},
        {"disallow: /a\nallow: /a", "/a", true},
        {"allow: /a\ndisallow: /a", "/a", true},
        {"allow: /a*\ndisallow: /a", "/a", true},
        {"DISALLOW : /a # no", "/a", false},
        {"disallow /a", "/a", false},
        {"disallow /a /b", "/a", true},
        {"disallow: /a%", "/a%", false},
        {"disallow: /%zz", "/%zz", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "user-agent: *\n%s\n", cases[i].rules);
        if (is_allowed(text, "rxmap", cases[i].path) != cases[i].allowed)
            fail_msg("%s with %s: not %d", cases[i].path, cases[i].rules, cases[i].allowed);
    }
}

static void test_groups(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool allowed; /* /a, for rxmap */
    } cases[] = {
        {"", true},
        {"disallow: /a", true},
        {"user-agent: rxmap\ndisallow: /a", false},
        {"user-agent: RxMap/2.0 (x)\ndisallow: /a", false},
        {"user-agent: rxmapper\ndisallow: /a", true},
        {"user-agent: rx\ndisallow: /a", true},
        {"user-agent: *\ndisallow: /a\nuser-agent: rxmap\nallow: /b", true},
        {"user-agent: *\ndisallow: /a\nuser-agent: rxmap", true},
        {"user-agent: rxmap\nuser-agent: x\ndisallow: /a", false},
        {"user-agent: x\nuser-agent: rxmap\n\n\ndisallow: /a", false},
        {"user-agent: rxmap\nsitemap: /s\nuser-agent: x\ndisallow: /a", false},
        {"user-agent: rxmap\nallow: /b\nuser-agent: x\ndisallow: /a", true},
        {"user-agent: rxmap\nallow: /b\nuser-agent: x\nallow: /\nuser-agent: rxmap\ndisallow: /a",
         false},
        {"\xef\xbb\xbfuser-agent: rxmap\ndisallow: /a", false},
        {"user-agent: rxmap\rdisallow: /a\r", false},
        {"user-agent: rxmap\r\ndisallow: /a\r\n", false},
        {"user-agent: * x\ndisallow: /a", false},
        {"user-agent: *x\ndisallow: /a", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (is_allowed(cases[i].text, "rxmap", "/a") != cases[i].allowed)
            fail_msg("case %zu: %s", i, cases[i].text);
}

static void test_verdict_and_delay(void **state)
{
    (void)state;
    struct rx_buf rules =
        compiled(RX_STR("# c\r\nuser-agent: rxmap\r\nCrawl-delay: 2.5\r\nallow: /\r\n"
                        "disallow: /a%7Eb\r\nuser-agent: *\r\ncrawl-delay: 9\r\n"),
                 "rxmap");
    struct robots_verdict v = robots_ask(rx_buf_str(&rules), RX_STR("/a~b/c"));
    assert_false(v.allowed);
    assert_int_equal(v.line, 5);
    assert_true(rx_str_eq(v.rule, RX_STR("/a~b")));
    assert_int_equal(robots_delay_ms(rx_buf_str(&rules)), 2500);
    rx_buf_clear(&rules);
    assert_int_equal(robots_all(&rules, false), 0);
    assert_int_equal(robots_check(rx_buf_str(&rules)), 0);
    v = robots_ask(rx_buf_str(&rules), RX_STR("/"));
    assert_false(v.allowed);
    assert_int_equal(v.line, 0);
    assert_true(robots_ask(rx_buf_str(&rules), RX_STR("/robots.txt")).allowed);
    rx_buf_clear(&rules);
    assert_int_equal(robots_all(&rules, true), 0);
    assert_true(robots_ask(rx_buf_str(&rules), RX_STR("/x")).allowed);
    assert_int_equal(robots_delay_ms(rx_buf_str(&rules)), 0);
    rx_buf_free(&rules);
}

static void test_check(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "rules 1 0",
        "rules 2 0\n",
        "rules 1 x\n",
        "rules 1 0\nA 1 /",
        "rules 1 0\nX 1 /\n",
        "rules 1 0\nA 99999999999 /\n",
        "rules 1 0\nA 1 \n",
        "rules 1 0\nA 1 /a b\n",
        "rules 1 0\n\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(robots_check(rx_str(broken[i])), RX_EDAMAGE);
    assert_int_equal(robots_check(RX_STR("rules 1 0\nA 1 /\nD 7 /*x$\n")), 0);
}

/* The caps: what lies beyond them is not read, and a line they cut in two is no rule. */
static void test_caps(void **state)
{
    (void)state;
    char *text = malloc(ROBOTS_BYTES_MAX + 64);
    assert_non_null(text);
    memset(text, '#', ROBOTS_BYTES_MAX + 64);
    memcpy(text, "user-agent: *\n", 14);
    memcpy(text + ROBOTS_BYTES_MAX - 14, "\ndisallow: /abc\ndisallow: /d\n", 29);
    struct rx_buf rules = compiled(rx_strn(text, ROBOTS_BYTES_MAX + 64), "rxmap");
    assert_true(robots_ask(rx_buf_str(&rules), RX_STR("/abc")).allowed);
    assert_true(robots_ask(rx_buf_str(&rules), RX_STR("/d")).allowed);
    rx_buf_free(&rules);
    memset(text + 14, 'a', ROBOTS_LINE_MAX + 10);
    memcpy(text + 14, "disallow: /", 11);
    memcpy(text + 24 + ROBOTS_LINE_MAX, "\ndisallow: /d\n", 14);
    rules = compiled(rx_strn(text, ROBOTS_LINE_MAX + 38), "rxmap");
    assert_false(robots_ask(rx_buf_str(&rules), RX_STR("/d")).allowed);
    rx_buf_free(&rules);
    struct rx_buf tiny = RX_BUF(20);
    assert_int_equal(robots_compile(&tiny, RX_STR("user-agent:*\ndisallow: /abcdef"), RX_STR("x")),
                     RX_EFULL);
    assert_int_equal(tiny.n, 0);
    rx_buf_free(&tiny);
    free(text);
}

/* Patterns that cost a backtracking matcher years. */
static void test_hostile_patterns(void **state)
{
    (void)state;
    struct rx_buf text = RX_BUF(1 << 20), path = RX_BUF(4096);
    assert_int_equal(rx_buf_add(&text, RX_STR("user-agent: *\n")), 0);
    for (int rule = 0; rule < 30; rule++) {
        assert_int_equal(rx_buf_add(&text, RX_STR("disallow: /")), 0);
        for (int i = 0; i < 800; i++)
            assert_int_equal(rx_buf_add(&text, RX_STR("*aaaaaaaa*a")), 0);
        assert_int_equal(rx_buf_add(&text, RX_STR("b$\n")), 0);
    }
    for (int i = 0; i < 2047; i++)
        assert_int_equal(rx_buf_addc(&path, i ? 'a' : '/'), 0);
    struct rx_buf rules = compiled(rx_buf_str(&text), "rxmap");
    for (int i = 0; i < 100; i++)
        assert_true(robots_ask(rx_buf_str(&rules), rx_buf_str(&path)).allowed);
    rx_buf_free(&rules);
    rx_buf_free(&text);
    rx_buf_free(&path);
}

/* Rules by the ten thousand that all have to be walked: the work ends, and ends in a no. */
static void test_hostile_count(void **state)
{
    (void)state;
    struct rx_buf text = RX_BUF(1 << 20), path = RX_BUF(4096);
    assert_int_equal(rx_buf_add(&text, RX_STR("user-agent: *\n")), 0);
    while (text.n < ROBOTS_BYTES_MAX - 100)
        assert_int_equal(rx_buf_add(&text, RX_STR("disallow: /*a*aab\n")), 0);
    for (int i = 0; i < 2047; i++)
        assert_int_equal(rx_buf_addc(&path, i ? 'a' : '/'), 0);
    struct rx_buf rules = compiled(rx_buf_str(&text), "rxmap");
    const struct robots_verdict v = robots_ask(rx_buf_str(&rules), rx_buf_str(&path));
    assert_false(v.allowed);
    assert_in_range(v.work, ROBOTS_WORK_MAX, ROBOTS_WORK_MAX + ROBOTS_LINE_MAX);
    assert_true(robots_ask(rx_buf_str(&rules), RX_STR("/short/path")).allowed);
    rx_buf_free(&rules);
    rx_buf_free(&text);
    rx_buf_free(&path);
}

/* Wildcard rules as shops' software writes them, far more than any has, cost a common path little.
 */
static void test_honest_count(void **state)
{
    (void)state;
    struct rx_buf text = RX_BUF(1 << 20);
    assert_int_equal(rx_buf_add(&text, RX_STR("user-agent: *\n")), 0);
    for (int i = 0; i < 8000; i++)
        assert_int_equal(rx_buf_addf(&text, "disallow: /*?*filter_%d=*&sort=\n", i), 0);
    struct rx_buf rules = compiled(rx_buf_str(&text), "rxmap");
    struct robots_verdict v =
        robots_ask(rx_buf_str(&rules), RX_STR("/shop/mens-health/generic-viagra-100mg-sildenafil"
                                              "?orderby=price&filter_colour=blue&page=2"));
    assert_true(v.allowed);
    assert_true(v.work < ROBOTS_WORK_MAX);
    v = robots_ask(rx_buf_str(&rules), RX_STR("/shop/?filter_7999=x&sort=price"));
    assert_false(v.allowed);
    assert_int_equal(v.line, 8001);
    rx_buf_free(&rules);
    rx_buf_free(&text);
}

/* ---- the corpus ---- */

static struct rx_buf decode_base64(const char *s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct rx_buf out = RX_BUF(1 << 20);
    uint32_t bits = 0;
    for (unsigned n = 0; *s && *s != '='; s++) {
        bits = bits << 6 | (uint32_t)(strchr(digits, *s) - digits);
        if (++n % 4 != 1)
            assert_int_equal(rx_buf_addc(&out, (char)(bits >> (6 - 2 * ((n - 1) % 4)))), 0);
    }
    return out;
}

static struct rx_buf file_of(json_t *c)
{
    const char *base64 = json_string_value(json_object_get(c, "robots_b64"));
    json_t *robots = json_object_get(c, "robots");
    if (base64)
        return decode_base64(base64);
    struct rx_buf out = RX_BUF(1 << 20);
    assert_int_equal(
        rx_buf_add(&out, rx_strn(json_string_value(robots), json_string_length(robots))), 0);
    return out;
}

static bool corpus_case(json_t *c)
{
    const char *path = strstr(json_string_value(json_object_get(c, "url")), "://");
    path = path ? strchr(path + 3, '/') : NULL;
    struct rx_buf text = file_of(c);
    struct rx_buf rules =
        compiled(rx_buf_str(&text), json_string_value(json_object_get(c, "agent")));
    struct robots_verdict v = robots_ask(rx_buf_str(&rules), rx_str(path ? path : "/"));
    bool ok = v.allowed == json_is_true(json_object_get(c, "allowed"));
    if (!ok)
        printf("  differs: %s (%s): %d\n", json_string_value(json_object_get(c, "source")),
               json_string_value(json_object_get(c, "url")), v.allowed);
    rx_buf_free(&rules);
    rx_buf_free(&text);
    return ok;
}

static FILE *open_corpus(const char *path)
{
    FILE *in = fopen(path, "re");
    if (!in)
        printf("RFC 9309: no corpus at %s\n", path);
    return in;
}

static json_t *next_case(FILE *in)
{
    return json_loadf(in, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL);
}

static void test_corpus(void **state)
{
    (void)state;
    int all[2] = {0}, passed[2] = {0};
    FILE *in = open_corpus(RXMAP_CORPORA "/robots/cases.jsonl");
    if (!in)
        skip();
    for (json_t *c; (c = next_case(in)); json_decref(c)) {
        bool rfc = json_is_true(json_object_get(c, "rfc"));
        all[rfc]++;
        passed[rfc] += corpus_case(c);
    }
    (void)fclose(in);
    printf("RFC 9309: %d of %d; beyond the RFC: %d of %d\n", passed[1], all[1], passed[0], all[0]);
    assert_true(all[1] > 100);
    assert_int_equal(passed[1], all[1]);
}

static void test_corpus_delay(void **state)
{
    (void)state;
    int all = 0, passed = 0;
    FILE *in = open_corpus(RXMAP_CORPORA "/robots/crawl-delay.jsonl");
    if (!in)
        skip();
    for (json_t *c; (c = next_case(in)); json_decref(c)) {
        struct rx_buf text = file_of(c);
        struct rx_buf rules =
            compiled(rx_buf_str(&text), json_string_value(json_object_get(c, "agent")));
        double want = json_number_value(json_object_get(c, "crawl_delay"));
        uint64_t ms = robots_delay_ms(rx_buf_str(&rules));
        bool ok = ms == (uint64_t)(want * 1000 + .5);
        if (!ok)
            printf("  differs: %s: %llu ms\n", json_string_value(json_object_get(c, "source")),
                   (unsigned long long)ms);
        passed += ok;
        all++;
        rx_buf_free(&rules);
        rx_buf_free(&text);
    }
    (void)fclose(in);
    printf("Crawl-delay: %d of %d\n", passed, all);
    assert_int_equal(passed, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matching),      cmocka_unit_test(test_groups),
        cmocka_unit_test(test_check),         cmocka_unit_test(test_verdict_and_delay),
        cmocka_unit_test(test_caps),          cmocka_unit_test(test_hostile_patterns),
        cmocka_unit_test(test_hostile_count), cmocka_unit_test(test_honest_count),
        cmocka_unit_test(test_corpus),        cmocka_unit_test(test_corpus_delay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
