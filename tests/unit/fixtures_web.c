/* The simulated web keeps what it promises: same options, same bytes; the shape it is made for; a
 * truth that can be seen on the pages. */
#include "fixtures/chain.h"
#include "fixtures/fixture.h"
#include "fixtures/recode.h"
#include "fixtures/shop.h"
#include "fixtures/site_file.h"
#include "fixtures/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

static struct fixture_web *make(uint64_t seed, unsigned storefronts, bool adversarial)
{
    struct fixture_web *web = NULL;
    struct rx_err err = {0};
    struct fixture_opts opts = {seed, storefronts, storefronts / 15, adversarial};
    assert_int_equal(fixture_new(&web, &opts, &err), RX_OK);
    return web;
}

static char *truth_text(const struct fixture_web *web, size_t *bytes)
{
    char *text = NULL;
    struct rx_err err = {0};
    FILE *out = open_memstream(&text, bytes);
    assert_non_null(out);
    assert_int_equal(fixture_truth(web, out, &err), RX_OK);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_same_seed_same_bytes(void **state)
{
    (void)state;
    size_t bytes[3];
    char *texts[3];
    for (unsigned i = 0; i < 3; i++) {
        struct fixture_web *web = make(i == 2 ? 8 : 7, 60, false);
        texts[i] = truth_text(web, &bytes[i]);
        fixture_free(web);
    }
    assert_int_equal(bytes[0], bytes[1]);
    assert_memory_equal(texts[0], texts[1], bytes[0]);
    assert_true(bytes[2] != bytes[0] || memcmp(texts[0], texts[2], bytes[0]) != 0);
    for (unsigned i = 0; i < 3; i++)
        free(texts[i]);
}

static void test_truth_is_json(void **state)
{
    (void)state;
    size_t bytes = 0;
    struct fixture_web *web = make(3, 60, false);
    char *rest = NULL, *text = truth_text(web, &bytes), *line = strtok_r(text, "\n", &rest);
    unsigned sites = 0, marks = 0;
    for (; line; line = strtok_r(NULL, "\n", &rest)) {
        json_t *row = json_loads(line, 0, NULL);
        assert_non_null(row);
        bool site = strcmp(json_string_value(json_object_get(row, "type")), "site") == 0;
        if (site) {
            sites++;
            marks += (unsigned)json_array_size(json_object_get(row, "indicators"));
            assert_true(json_is_boolean(json_object_get(row, "decoy")));
            assert_true(json_is_array(json_object_get(row, "affiliates")));
            assert_non_null(json_object_get(row, "programme"));
        }
        json_decref(row);
    }
    assert_int_equal(sites, web->site_count);
    assert_true(marks > 10 * web->store_count);
    free(text);
    fixture_free(web);
}

static unsigned per_thousand(unsigned part, unsigned whole)
{
    return whole ? part * 1000 / whole : 0;
}

/* Shares of each kind of site, over a web large enough for them to settle. */
static void test_shape(void **state)
{
    (void)state;
    struct fixture_web *web = make(5, 2000, false);
    unsigned decoys = 0, cdn = 0, entries = 0, clones = 0, ids = 0, placeholders = 0;
    for (unsigned i = 0; i < web->site_count; i++) {
        decoys += web->sites[i].kind >= WEB_PAYMENT;
        cdn += web->sites[i].cdn;
    }
    for (unsigned i = 0; i < web->store_count; i++) {
        entries += web->sites[i].entry != WEB_ENTRY_PLAIN;
        clones += web->sites[i].cloned;
        ids += web->sites[i].shows_affiliate;
        placeholders += web->sites[i].placeholder;
    }
    unsigned trackers = 0, doubles = 0, houses = 0;
    for (unsigned i = 0; i < web->affiliate_count; i++) {
        trackers += web->affiliates[i].trackers;
        doubles += web->affiliates[i].programmes[1] != WEB_NONE;
        houses += web->affiliates[i].house;
    }
    assert_int_equal(web->store_count, 2000);
    assert_true(decoys * 2 >= web->site_count);
    assert_in_range(per_thousand(cdn, web->site_count), 350, 450);
    assert_in_range(per_thousand(entries, web->store_count), 280, 360);
    assert_in_range(per_thousand(clones, web->store_count), 15, 45);
    assert_in_range(per_thousand(ids, web->store_count), 760, 840);
    assert_in_range(per_thousand(placeholders, web->store_count), 50, 110);
    assert_in_range(per_thousand(trackers, web->affiliate_count), 250, 450);
    assert_in_range(per_thousand(doubles, web->affiliate_count), 80, 200);
    assert_in_range(per_thousand(houses, web->affiliate_count), 20, 90);
    for (unsigned i = 0; i < web->programme_count; i++)
        assert_true(web->programmes[i].site_count >= 2);
    fixture_free(web);
}

/* Every store is a seed, or a doorway or another store leads to it. */
static void test_everything_is_reachable(void **state)
{
    (void)state;
    struct fixture_web *web = make(9, 300, false);
    bool *reached = calloc(web->site_count, sizeof *reached);
    assert_non_null(reached);
    for (unsigned i = 0; i < web->site_count; i++) {
        const struct web_site *s = &web->sites[i];
        reached[i] = reached[i] || s->seeded;
        if (s->kind == WEB_DOORWAY)
            reached[s->target] = true;
        if (s->partner != WEB_NONE) {
            assert_true(s->seeded);
            reached[s->partner] = true;
        }
    }
    for (unsigned i = 0; i < web->store_count; i++)
        assert_true(reached[i]);
    free(reached);
    fixture_free(web);
}

struct visit {
    const struct fixture_web *web;
    const struct web_site *site;
    unsigned pages, bad;
};

static void visit_page(void *ctx, const char *target)
{
    struct visit *v = ctx;
    struct page p;
    page_init(&p, v->web, v->site, NULL, NULL);
    site_file_write(&p, rx_str(target));
    v->pages++;
    v->bad += p.failed || p.status >= 404 || p.status < 200;
    assert_int_equal(recode_charset(&p.body, v->site->charset), RX_OK);
    page_done(&p);
}

static void visit_all(bool adversarial)
{
    struct fixture_web *web = make(11, 60, adversarial);
    for (unsigned i = 0; i < web->site_count; i++) {
        struct visit v = {web, &web->sites[i], 0, 0};
        site_file_each(web, &web->sites[i], visit_page, &v);
        if (web->sites[i].state != WEB_LIVE && web->sites[i].state != WEB_BUSY)
            continue;
        assert_int_equal(v.bad, 0);
        if (web->sites[i].kind == WEB_STORE)
            assert_true(v.pages >= 28 && v.pages <= 50);
    }
    fixture_free(web);
}

static void test_every_page_exists(void **state)
{
    (void)state;
    visit_all(false);
    visit_all(true);
}

/* What is marked on a store's page that nobody disguised stands in its bytes. */
struct plain_marks {
    unsigned marks;
    char values[256][64];
};

static void note_mark(void *ctx, const char *class_name, const char *value)
{
    struct plain_marks *m = ctx;
    bool plain = strcmp(class_name, "form.field") == 0 || strcmp(class_name, "js.global") == 0 ||
                 strcmp(class_name, "script.host") == 0 || strcmp(class_name, "checkout.host") == 0;
    if (plain && m->marks < 256)
        (void)snprintf(m->values[m->marks++], sizeof m->values[0], "%s", value);
}

static void check_marks(void *ctx, const char *target)
{
    struct visit *v = ctx;
    static struct plain_marks m;
    struct page p;
    m.marks = 0;
    page_init(&p, v->web, v->site, note_mark, &m);
    site_file_write(&p, rx_str(target));
    for (unsigned i = 0; i < m.marks; i++) {
        bool here = rx_str_ifind(rx_buf_str(&p.body), rx_str(m.values[i]), 0) >= 0;
        assert_true(here || strstr(p.location, m.values[i]));
    }
    v->pages += m.marks;
    page_done(&p);
}

static void test_marks_stand_on_the_page(void **state)
{
    (void)state;
    struct fixture_web *web = make(13, 30, false);
    struct visit v = {.web = web};
    for (unsigned i = 0; i < web->store_count; i++) {
        v.site = &web->sites[i];
        site_file_each(web, v.site, check_marks, &v);
    }
    assert_true(v.pages > 1000);
    fixture_free(web);
}

static void test_adversarial_renames(void **state)
{
    (void)state;
    struct fixture_web *web = make(15, 60, true);
    struct shop a, b;
    const struct web_programme *p = &web->programmes[web->programme_count - 1];
    assert_true(p->site_count >= 2);
    shop_open(&a, web, &web->sites[p->first_site]);
    shop_open(&b, web, &web->sites[p->first_site + 1]);
    assert_string_not_equal(a.engine.globals[0], b.engine.globals[0]);
    assert_string_not_equal(a.classes[LOOK_WRAP], b.classes[LOOK_WRAP]);
    assert_memory_equal(a.engine.checkouts, b.engine.checkouts, sizeof a.engine.checkouts);
    fixture_free(web);
}

static void test_bad_options(void **state)
{
    (void)state;
    static const struct fixture_opts bad[] = {
        {1, 0, 20, false}, {1, 300, 0, false}, {1, 300, 151, false}, {1, 200000, 20, false}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fixture_web *web = NULL;
        struct rx_err err = {0};
        assert_int_equal(fixture_new(&web, &bad[i], &err), RX_EINVAL);
        assert_null(web);
        assert_true(err.text[0] != '\0');
    }
}

static void test_wallets_have_checksums(void **state)
{
    (void)state;
    char one[IDENT_BYTES], two[IDENT_BYTES];
    struct chance c = chance_of(1, "wallet", 0, 0), d = c;
    ident_make(one, IDENT_BTC, &c);
    ident_make(two, IDENT_BTC, &d);
    assert_string_equal(one, two);
    assert_int_equal(one[0], '1');
    ident_make(one, IDENT_TRON, &c);
    assert_int_equal(one[0], 'T');
    assert_int_equal(strlen(one), 34);
    ident_make(one, IDENT_LTC, &c);
    assert_true(one[0] == 'L' || one[0] == 'M');
}

static void test_gzip_comes_back(void **state)
{
    (void)state;
    char back[512] = "";
    struct rx_buf body = RX_BUF(1 << 16);
    for (unsigned i = 0; i < 40; i++)
        assert_int_equal(rx_buf_add(&body, RX_STR("pills ")), RX_OK);
    assert_int_equal(recode_content(&body, CODING_GZIP), RX_OK);
    z_stream z = {.next_in = (Bytef *)body.p, .avail_in = (uInt)body.n};
    z.next_out = (Bytef *)back;
    z.avail_out = sizeof back;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, 240);
    assert_memory_equal(back, "pills pills ", 12);
    (void)inflateEnd(&z);
    rx_buf_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_truth_is_json),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_everything_is_reachable),
        cmocka_unit_test(test_every_page_exists),
        cmocka_unit_test(test_marks_stand_on_the_page),
        cmocka_unit_test(test_adversarial_renames),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_wallets_have_checksums),
        cmocka_unit_test(test_gzip_comes_back),
    };
    return cmocka_run_group_tests_name("fixtures web", tests, NULL, NULL);
}
