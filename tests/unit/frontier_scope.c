/* frontier_scope.c - how far a crawl goes, link by link. */
#include "crawler/frontier/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct scope_opts base = {.mode = SCOPE_LINKED,
                                       .depth = 3,
                                       .hops = 20,
                                       .redirects = 10,
                                       .hosts_per_site = 64,
                                       .probes_per_site = 200,
                                       .max_pages = 50,
                                       .max_sites = 5000};

static struct scope_site *site(struct scope *s, const char *name)
{
    struct scope_site *found = scope_find(s, rx_str(name));
    if (!found)
        assert_int_equal(scope_add(&found, s, rx_str(name), RX_STR("")), RX_OK);
    return found;
}

static struct scope_verdict judge_link(struct scope *s, const struct scope_from *page,
                                       const char *to, const char *url, struct scope_link link)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 1);
    struct rx_url parsed;
    assert_int_equal(rx_url_parse(&parsed, &text, rx_str(url), NULL), RX_OK);
    link.url = &parsed;
    const struct scope_verdict v = scope_judge(s, page, site(s, to), &link);
    rx_buf_free(&text);
    return v;
}

static struct scope_verdict judge(struct scope *s, const char *from, const char *to,
                                  enum rx_link kind, const char *url, bool trade, uint32_t depth)
{
    const struct scope_from page = {.site = site(s, from), .depth = depth};
    const struct scope_link link = {.kind = kind, .trade = trade};
    return judge_link(s, &page, to, url, link);
}

/* Links of the seed shop.example under --scope linked; known.example was promoted. */
static const struct {
    const char *to, *url;
    enum rx_link kind;
    bool trade;
    uint32_t depth;
    enum rx_outcome why; /* 0: fetched */
    bool probe;
} links[] = {
    {"shop.example", "http://shop.example/x", RX_LINK_A, false, 0, 0, false},
    {"shop.example", "http://shop.example/x", RX_LINK_A, false, 3, RX_OUT_DEPTH, false},
    {"shop.example", "http://shop.example/x", RX_LINK_R302, false, 3, 0, false},
    {"shop.example", "http://shop.example/cart/add/1", RX_LINK_A, false, 0, RX_OUT_ACTS, false},
    {"shop.example", "http://shop.example/order", RX_LINK_FORM, false, 0, RX_OUT_ACTS, false},
    {"shop.example", "http://shop.example/a/a/a", RX_LINK_A, false, 0, RX_OUT_TRAP, false},
    {"shop.example", "http://pay.shop.example/", RX_LINK_A, false, 0, 0, false},
    {"shop.example", "http://pay.shop.example/i?x=1", RX_LINK_A, false, 0, RX_OUT_SCOPE, true},
    {"known.example", "http://known.example/deep", RX_LINK_A, false, 0, 0, false},
    {"new.example", "http://new.example/deep", RX_LINK_A, false, 0, RX_OUT_SCOPE, false},
    {"new.example", "http://new.example/deep", RX_LINK_A, true, 0, RX_OUT_SCOPE, true},
    {"new.example", "http://new.example/", RX_LINK_A, true, 0, 0, false},
    {"new.example", "http://new.example/go?a=1", RX_LINK_R302, false, 0, 0, true},
    {"new.example", "http://new.example/go?a=1", RX_LINK_JS, false, 0, 0, true},
    {"till.example", "http://till.example/pay.php", RX_LINK_FORM, false, 0, RX_OUT_ACTS, true},
    {"till.example", "http://till.example/checkout/", RX_LINK_A, false, 0, RX_OUT_SCOPE, true},
    {"google.com", "http://www.google.com/", RX_LINK_A, true, 0, RX_OUT_INFRASTRUCTURE, false},
    {"bit.ly", "http://bit.ly/x", RX_LINK_R301, false, 0, RX_OUT_INFRASTRUCTURE, false},
};

static void test_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct scope *s = scope_new(&base);
        assert_non_null(s);
        site(s, "shop.example")->is_seed = true;
        site(s, "known.example")->promoted = true;
        const struct scope_verdict v = judge(s, "shop.example", links[i].to, links[i].kind,
                                             links[i].url, links[i].trade, links[i].depth);
        if (v.why != links[i].why || v.probe != links[i].probe)
            fail_msg("%s (%s): %s%s (%s)", links[i].url, rx_link_name(links[i].kind),
                     v.why ? rx_outcome_name(v.why) : "fetch", v.probe ? ", probe" : "", v.reason);
        scope_free(s);
    }
}

static void test_images_are_edges(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    site(s, "shop.example")->is_seed = true;
    assert_true(
        judge(s, "shop.example", "shop.example", RX_LINK_IMG, "http://shop.example/i.png", false, 0)
            .note);
    assert_true(
        judge(s, "shop.example", "cdn.example", RX_LINK_SCRIPT, "http://cdn.example/j.js", true, 0)
            .note);
    scope_free(s);
}

/* One storefront's plain link is no reason; the second one's is. */
static void test_two_storefronts(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    site(s, "a.example")->is_seed = site(s, "b.example")->is_seed = true;
    const char *url = "http://maze.example/";
    assert_int_equal(judge(s, "a.example", "maze.example", RX_LINK_A, url, false, 0).why,
                     RX_OUT_SCOPE);
    assert_true(scope_page_read(s, site(s, "a.example"), RX_ROLE_STOREFRONT, false));
    assert_true(scope_page_read(s, site(s, "b.example"), RX_ROLE_STOREFRONT, false));
    assert_int_equal(judge(s, "a.example", "maze.example", RX_LINK_A, url, false, 0).why,
                     RX_OUT_SCOPE);
    assert_int_equal(judge(s, "a.example", "maze.example", RX_LINK_A, url, false, 0).why,
                     RX_OUT_SCOPE);
    assert_int_equal(judge(s, "b.example", "maze.example", RX_LINK_A, url, false, 0).why, 0);
    scope_free(s);
}

/* A candidate's own links are not followed until a page of it is a storefront's. */
static void test_promotion(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    struct scope_site *c = site(s, "c.example");
    const char *inner = "http://c.example/inner", *other = "http://d.example/";
    assert_int_equal(judge(s, "c.example", "c.example", RX_LINK_A, inner, true, 0).why,
                     RX_OUT_SCOPE);
    assert_int_equal(judge(s, "c.example", "c.example", RX_LINK_R302, inner, true, 0).why, 0);
    assert_int_equal(judge(s, "c.example", "d.example", RX_LINK_A, other, true, 0).why,
                     RX_OUT_SCOPE);
    assert_false(scope_page_read(s, c, RX_ROLE_BENIGN, false));
    assert_true(scope_page_read(s, c, RX_ROLE_DOORWAY, false));
    assert_false(scope_page_read(s, c, RX_ROLE_DOORWAY, false)); /* once */
    assert_true(scope_page_read(s, site(s, "e.example"), RX_ROLE_BENIGN, true));
    assert_int_equal(judge(s, "c.example", "c.example", RX_LINK_A, inner, false, 0).why, 0);
    assert_int_equal(judge(s, "c.example", "d.example", RX_LINK_A, other, true, 0).why, 0);
    scope_free(s);
}

static void test_modes(void **state)
{
    (void)state;
    struct scope_opts o = base;
    o.mode = SCOPE_SEEDS;
    struct scope *s = scope_new(&o);
    site(s, "a.example")->is_seed = true;
    assert_int_equal(
        judge(s, "a.example", "b.example", RX_LINK_R301, "http://b.example/", true, 0).why,
        RX_OUT_SCOPE);
    assert_int_equal(
        judge(s, "a.example", "a.example", RX_LINK_A, "http://x.a.example/y", false, 0).why, 0);
    scope_free(s);
    o.mode = SCOPE_ALL;
    s = scope_new(&o);
    assert_int_equal(
        judge(s, "a.example", "b.example", RX_LINK_A, "http://b.example/y", false, 0).why, 0);
    assert_int_equal(
        judge(s, "a.example", "google.com", RX_LINK_A, "http://google.com/", false, 0).why,
        RX_OUT_INFRASTRUCTURE);
    scope_free(s);
}

static void test_budgets(void **state)
{
    (void)state;
    struct scope_opts o = base;
    o.max_sites = 2;
    o.max_pages = 5;
    o.hosts_per_site = 3;
    struct scope *s = scope_new(&o);
    const char *reason = "";
    assert_int_equal(scope_admit(s, site(s, "a"), RX_STR("a"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "b"), RX_STR("b"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "c"), RX_STR("c"), &reason), RX_OUT_BUDGET);
    assert_int_equal(scope_admit(s, site(s, "a"), RX_STR("1.a"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "a"), RX_STR("1.a"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "a"), RX_STR("2.a"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "a"), RX_STR("3.a"), &reason), RX_OUT_BUDGET);
    site(s, "b")->asked = 5;
    assert_int_equal(scope_admit(s, site(s, "b"), RX_STR("b"), &reason), RX_OUT_BUDGET);
    scope_free(s);
    o.spare_seeds = true; /* the default number bounds what is found beside the seeds */
    s = scope_new(&o);
    const char *const names[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++) {
        site(s, names[i])->is_seed = true;
        assert_int_equal(scope_admit(s, site(s, names[i]), rx_str(names[i]), &reason), 0);
    }
    assert_int_equal(scope_admit(s, site(s, "e"), RX_STR("e"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "f"), RX_STR("f"), &reason), 0);
    assert_int_equal(scope_admit(s, site(s, "g"), RX_STR("g"), &reason), RX_OUT_BUDGET);
    scope_free(s);
}

enum { TRADE = 1, PAYS = 2, WAY_OUT = 4, SEED = 8, PROMOTED = 16, MUTE = 32 };
enum { TRADES = 1, LADEN = 2, BARE = 4 };

/* One link of a page to a site that nothing is known of but what `to` says. */
static const struct {
    const char *url;
    enum rx_link kind;
    unsigned link, from, page, to;
    uint32_t frame;
    enum rx_outcome why; /* 0: fetched */
    bool probe, hold;
} strangers[] = {
    /* a distributor's whole link waits for its home page, and is asked if that says nothing */
    {"http://d.example/in?9", RX_LINK_A, TRADE, SEED, 0, 0, 0, RX_OUT_SCOPE, true, false},
    {"http://d.example/in?9", RX_LINK_A, TRADE, SEED, 0, MUTE, 0, 0, true, false},
    {"http://d.example/in?9", RX_LINK_A, PAYS, SEED, 0, MUTE, 0, 0, true, false},
    {"http://d.example/in?9", RX_LINK_A, WAY_OUT, PROMOTED, TRADES, MUTE, 0, 0, true, false},
    {"http://d.example/checkout?9", RX_LINK_A, TRADE, SEED, 0, MUTE, 0, RX_OUT_SCOPE, true, false},
    {"http://d.example/in?9", RX_LINK_A, 0, SEED, 0, MUTE, 0, RX_OUT_SCOPE, false, false},
    {"http://d.example/logout?9", RX_LINK_A, TRADE, SEED, 0, MUTE, 0, RX_OUT_ACTS, true, false},
    {"http://d.example/in", RX_LINK_FORM, TRADE, SEED, 0, MUTE, 0, RX_OUT_ACTS, true, false},
    /* a partner's number is a reason; of a site that is not promoted it only will be one */
    {"http://d.example/", RX_LINK_A, PAYS, SEED, 0, 0, 0, 0, false, false},
    {"http://d.example/", RX_LINK_A, PAYS, 0, 0, 0, 0, RX_OUT_SCOPE, false, true},
    {"http://d.example/", RX_LINK_A, TRADE, 0, TRADES, 0, 0, RX_OUT_SCOPE, false, true},
    {"http://d.example/", RX_LINK_A, 0, 0, TRADES, 0, 0, RX_OUT_SCOPE, false, false},
    /* ways out */
    {"http://d.example/", RX_LINK_A, WAY_OUT, PROMOTED, TRADES, 0, 0, 0, false, false},
    {"http://d.example/", RX_LINK_A, WAY_OUT, SEED, LADEN, 0, 0, 0, false, false},
    {"http://d.example/", RX_LINK_A, WAY_OUT, SEED, BARE, 0, 0, RX_OUT_SCOPE, false, true},
    {"http://d.example/", RX_LINK_A, WAY_OUT, PROMOTED, BARE, 0, 0, 0, false, false},
    {"http://d.example/", RX_LINK_A, WAY_OUT, 0, LADEN, 0, 0, RX_OUT_SCOPE, false, true},
    /* frames: of a page that is nothing else, also a candidate's */
    {"http://d.example/f", RX_LINK_IFRAME, 0, 0, BARE, 0, 0, 0, true, false},
    {"http://d.example/f", RX_LINK_IFRAME, 0, 0, BARE, 0, 3, RX_OUT_SCOPE, false, true},
    {"http://d.example/f", RX_LINK_IFRAME, 0, 0, 0, 0, 0, RX_OUT_SCOPE, false, true},
    {"http://d.example/go", RX_LINK_META_REFRESH, 0, 0, 0, 0, 0, 0, true, false},
};

static void test_strangers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        struct scope *s = scope_new(&base);
        struct scope_site *from = site(s, "from.example");
        from->is_seed = strangers[i].from & SEED;
        from->promoted = strangers[i].from & PROMOTED;
        site(s, "d.example")->mute = strangers[i].to & MUTE;
        const struct scope_from page = {.site = from,
                                        .page = {.trades = strangers[i].page & TRADES,
                                                 .laden = strangers[i].page & LADEN,
                                                 .bare = strangers[i].page & BARE}};
        const struct scope_link link = {.kind = strangers[i].kind,
                                        .trade = strangers[i].link & TRADE,
                                        .pays = strangers[i].link & PAYS,
                                        .way_out = strangers[i].link & WAY_OUT,
                                        .frame = strangers[i].frame};
        const struct scope_verdict v = judge_link(s, &page, "d.example", strangers[i].url, link);
        if (v.why != strangers[i].why || v.probe != strangers[i].probe ||
            v.hold != strangers[i].hold)
            fail_msg("row %zu: %s%s%s (%s)", i, v.why ? rx_outcome_name(v.why) : "fetch",
                     v.probe ? ", probe" : "", v.hold ? ", hold" : "", v.reason);
        scope_free(s);
    }
}

/* A mute site is tried with a few whole links; one that leads on lets in all. */
static void test_jumps(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    struct scope_site *d = site(s, "d.example");
    site(s, "shop.example")->is_seed = true;
    d->mute = true;
    for (int i = 0; i < SCOPE_JUMPS + 2; i++) {
        char url[64];
        (void)snprintf(url, sizeof url, "http://d.example/in?%d", i);
        assert_int_equal(judge(s, "shop.example", "d.example", RX_LINK_A, url, true, 0).why,
                         i < SCOPE_JUMPS ? 0 : RX_OUT_SCOPE);
    }
    const struct scope_from home = {.site = d, .page = {.home = true}}, inner = {.site = d};
    const struct scope_link plain = {.kind = RX_LINK_A}, sent = {.kind = RX_LINK_R302};
    const struct scope_site *other = site(s, "e.example");
    assert_false(scope_leads(s, &home, other, &sent)); /* as every parked name's does */
    assert_false(scope_leads(s, &inner, other, &plain));
    assert_false(scope_leads(s, &inner, d, &sent));
    assert_true(scope_leads(s, &inner, other, &sent));
    assert_false(scope_leads(s, &inner, other, &sent)); /* once */
    const char *url = "http://d.example/in?99";
    assert_int_equal(judge(s, "shop.example", "d.example", RX_LINK_A, url, true, 0).why, 0);
    scope_free(s);
}

/* How many of a page's ways out count; a page of a thousand links has none but a shop's first. */
static void test_ways_out(void **state)
{
    (void)state;
    const struct scope_page shop = {.trades = true, .bare = true}, laden = {.laden = true},
                            bare = {.bare = true}, dull = {0};
    static const size_t found[] = {0, 1, 2, 3, 8, 9, 1000};
    static const size_t of_shop[] = {0, 1, 2, 3, 8, 8, 8}, of_few[] = {0, 1, 2, 0, 0, 0, 0};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        assert_int_equal(scope_ways_out(&shop, found[i]), of_shop[i]);
        assert_int_equal(scope_ways_out(&laden, found[i]), of_few[i]);
        assert_int_equal(scope_ways_out(&bare, found[i]), of_few[i]);
        assert_int_equal(scope_ways_out(&dull, found[i]), 0);
    }
}

/* What a candidate's pages lead to is the same, whether the page that promotes it comes first. */
static void test_held(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    struct scope_site *c = site(s, "c.example");
    const struct scope_held link = {.kind = RX_LINK_A, .pays = true, .hops = 2, .via_url_id = 7};
    assert_int_equal(scope_hold(s, c, &link, RX_STR("http://d.example/?aff=1")), RX_OK);
    assert_int_equal(scope_hold(s, c, &link, RX_STR("http://d.example/?aff=1")), RX_OK);
    struct rx_buf text = RX_BUF(65536);
    assert_int_equal(scope_pack(&text, c), RX_OK);
    struct scope *t = scope_new(&base); /* in another process */
    assert_int_equal(scope_add(&c, t, RX_STR("c.example"), rx_buf_str(&text)), RX_OK);
    struct scope_held *held = scope_take_held(t, c);
    assert_non_null(held);
    assert_true(held->pays && !held->trade && !held->way_out);
    assert_int_equal(held->kind, RX_LINK_A);
    assert_int_equal(held->hops, 2);
    assert_int_equal(held->via_url_id, 7);
    assert_string_equal(held->url, "http://d.example/?aff=1");
    free(held);
    assert_null(scope_take_held(t, c));
    for (int i = 0; i < 2 * SCOPE_HELD_MAX; i++) { /* beyond its share the rest is forgotten */
        char url[64];
        (void)snprintf(url, sizeof url, "http://d%d.example/", i);
        assert_int_equal(scope_hold(t, c, &link, rx_str(url)), RX_OK);
    }
    size_t count = 0;
    while ((held = scope_take_held(t, c))) {
        count++;
        free(held);
    }
    assert_int_equal(count, SCOPE_HELD_MAX);
    assert_int_equal(c->held_bytes, 0); /* there is room again */
    rx_buf_free(&text);
    scope_free(s);
    scope_free(t);
}

/* What another process packed is what this one knows. */
static void test_pack(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    struct scope_site *a = site(s, "a.example"), *b;
    const char *reason = "";
    a->is_seed = a->reached = a->erred = a->silent = true;
    assert_true(scope_home_mute(s, a));
    assert_false(scope_home_mute(s, a));
    a->leads = true;
    a->jumps = 5;
    a->link_bytes = 77;
    a->pages = 7;
    a->asked = 9;
    a->signs.n[SIGN_DRUGS] = 12;
    a->first_ms = 1000;
    a->last_ms = 2000;
    assert_int_equal(scope_admit(s, a, RX_STR("www.a.example"), &reason), 0);
    assert_true(scope_page_read(s, a, RX_ROLE_STOREFRONT, false));
    struct rx_buf text = RX_BUF(65536), again = RX_BUF(65536);
    assert_int_equal(scope_pack(&text, a), RX_OK);
    assert_ptr_equal(scope_dirty(s), a);
    assert_null(scope_dirty(s));
    struct scope *t = scope_new(&base);
    assert_int_equal(scope_add(&b, t, RX_STR("a.example"), rx_buf_str(&text)), RX_OK);
    assert_true(b->is_seed && b->admitted && b->promoted && b->reached && !b->nowhere && b->mute &&
                b->leads && b->erred && b->silent && !b->cut);
    assert_int_equal(b->jumps, 5);
    assert_int_equal(b->link_bytes, 77);
    assert_int_equal(b->signs.n[SIGN_DRUGS], 12);
    assert_int_equal(scope_pack(&again, b), RX_OK);
    assert_true(rx_str_eq(rx_buf_str(&text), rx_buf_str(&again)));
    static const char *const broken[] = {"f 1 2 3\n",
                                         "f 1 99 0 0 0 0 0\n",
                                         "h x\n",
                                         "z 1\n",
                                         "j x\n",
                                         "b x\n",
                                         "w 1 0 0 0 0 1\n",
                                         "w 99 0 0 0 0 1 http://a/\n",
                                         "f 1 1 0 0 0 0 18446744073709551615\n"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(scope_add(&b, t, RX_STR("b"), rx_str(broken[i])), RX_EDAMAGE);
    rx_buf_free(&text);
    rx_buf_free(&again);
    scope_free(s);
    scope_free(t);
}

/* Scripts and files are asked of the site's own hosts, where its pages are, in small numbers; they
 * take no page's place, and what is held until a site is promoted comes back then. */
static void test_parts(void **state)
{
    (void)state;
    struct scope_opts o = base;
    o.parts = true;
    o.max_pages = 1;
    struct scope *s = scope_new(&o);
    struct scope_site *a = site(s, "a.example"), *b = site(s, "b.example");
    const struct scope_from from = {.site = a}, elsewhere = {.site = b};
    struct rx_buf text = RX_BUF(RX_URL_MAX);
    struct rx_url url;
    const char *reason = "";
    assert_int_equal(rx_url_parse(&url, &text, RX_STR("http://static.a.example/x.js"), NULL), 0);
    struct scope_link link = {.kind = RX_LINK_SCRIPT, .url = &url, .text = RX_STR("")};
    assert_true(scope_judge(s, &from, a, &link).note); /* not crawled as a whole */
    link.kind = RX_LINK_FILE;
    struct scope_verdict v = scope_judge(s, &from, a, &link);
    assert_true(v.hold && v.why == RX_OUT_SCOPE);
    a->promoted = true;
    v = scope_judge(s, &from, a, &link);
    assert_true(!v.note && v.why == 0 && v.priority == SCOPE_PART_PRIORITY);
    assert_true(scope_judge(s, &elsewhere, a, &link).note); /* another site's */
    a->asked = 1;
    assert_int_equal(scope_admit(s, a, RX_STR("static.a.example"), &reason), RX_OUT_BUDGET);
    assert_int_equal(scope_admit_part(s, a, RX_STR("static.a.example"), &reason), 0);
    static const struct {
        enum rx_link kind;
        size_t most;
    } kinds[] = {{RX_LINK_SCRIPT, SCOPE_SCRIPTS_MAX},
                 {RX_LINK_FILE, SCOPE_FILES_MAX},
                 {RX_LINK_ICON, SCOPE_ICONS_MAX},
                 {RX_LINK_LOGO, SCOPE_LOGOS_MAX}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        link.kind = kinds[k].kind;
        for (size_t i = 0; i < kinds[k].most; i++) {
            assert_false(scope_judge(s, &from, a, &link).note);
            scope_part_let_in(s, a, link.kind);
        }
        assert_true(scope_judge(s, &from, a, &link).note);
    }
    /* What only a sitemap names comes after what pages lead to, and is the site's own. */
    link.kind = RX_LINK_SITEMAP;
    assert_int_equal(rx_url_parse(&url, &text, RX_STR("http://a.example/x"), NULL), 0);
    const int32_t named = scope_judge(s, &from, a, &link).priority;
    assert_true(scope_judge(s, &elsewhere, a, &link).note);
    link.kind = RX_LINK_A;
    assert_true(named > scope_judge(s, &from, a, &link).priority);
    /* Another process knows it. */
    struct rx_buf packed = RX_BUF(65536);
    struct scope *t = scope_new(&o);
    struct scope_site *again;
    assert_int_equal(scope_pack(&packed, a), RX_OK);
    assert_int_equal(scope_add(&again, t, RX_STR("a.example"), rx_buf_str(&packed)), RX_OK);
    assert_false(scope_has_part_room(again, RX_LINK_SCRIPT));
    assert_non_null(strstr(packed.p, "\np 8 8 1 0 1\n")); /* as cases of today have it */
    assert_memory_equal(again->parts, a->parts, sizeof a->parts);
    assert_int_equal(scope_add(&again, t, RX_STR("b.example"), RX_STR("p 1 2 3 1\n")), RX_OK);
    assert_true(again->files_named && again->parts[SCOPE_PART_ICON] == 3 &&
                again->parts[SCOPE_PART_LOGO] == 0);
    assert_int_equal(scope_add(&again, t, RX_STR("c.example"), RX_STR("p 1 2 3\n")), RX_EDAMAGE);
    assert_int_equal(scope_add(&again, t, RX_STR("d.example"), RX_STR("p 1 2 3 4\n")), RX_EDAMAGE);
    rx_buf_free(&packed);
    rx_buf_free(&text);
    scope_free(s);
    scope_free(t);
}

/* A shop that names 40,000 sites fills no memory; what is being crawled, and what was not packed
 * yet, stays. */
static void test_names_leave(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    const char *reason = "";
    site(s, "seed.example")->is_seed = true;
    assert_int_equal(scope_admit(s, site(s, "let-in.example"), RX_STR("let-in.example"), &reason),
                     0);
    while (scope_dirty(s))
        ;
    struct scope_site *changed = site(s, "changed.example");
    scope_touch(s, changed);
    char name[32];
    for (int i = 0; i < 40000; i++) {
        (void)snprintf(name, sizeof name, "n%d.example", i);
        (void)site(s, name);
        if (i % 1000 == 0)
            scope_forget(s);
        assert_true(scope_held_sites(s) <= SCOPE_NAMES_MAX + 1000 + 3);
    }
    assert_non_null(scope_find(s, RX_STR("seed.example")));
    assert_non_null(scope_find(s, RX_STR("let-in.example")));
    assert_ptr_equal(scope_find(s, RX_STR("changed.example")), changed);
    assert_null(scope_find(s, RX_STR("n0.example")));
    assert_ptr_equal(scope_dirty(s), changed);
    scope_free(s);
}

/* Every page asked brings a share; what was kept is taken from it. */
static void test_link_room(void **state)
{
    (void)state;
    struct scope *s = scope_new(&base);
    struct scope_site *shop = site(s, "shop.example");
    const uint64_t first = scope_link_room(shop);
    assert_int_equal(first, SCOPE_LINK_PAGES * SCOPE_LINK_BYTES);
    shop->link_bytes = first + 1;
    assert_int_equal(scope_link_room(shop), 0);
    shop->asked = 1;
    assert_int_equal(scope_link_room(shop), SCOPE_LINK_BYTES - 1);
    scope_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_images_are_edges),
        cmocka_unit_test(test_two_storefronts),
        cmocka_unit_test(test_promotion),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_budgets),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_ways_out),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_names_leave),
        cmocka_unit_test(test_link_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
