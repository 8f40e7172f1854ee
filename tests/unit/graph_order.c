/* graph_order.c - same case, same bytes: neither the order of the rows, nor rows that come twice,
 * nor what sites and values happen to be called, decides anything. */
#include "graph_case.h"

enum { PROGRAMMES = 12, SITES_MAX = 512 };

/* A noisy web with everything that has to be broken by a rule: shops without a till, two tills in
 * turn, templates under strangers, partners of two programmes, equal numbers on both sides. */
static size_t make_web(struct draft *d, uint64_t seed)
{
    struct rx_rand r = {seed};
    size_t n = 0;
    char site[40], text[72];
    for (int p = 0; p < PROGRAMMES; p++) {
        int shops = 2 + p * p / 4;
        for (int i = 0; i < shops; i++) {
            int look = rx_rand_below(&r, 12) ? p : (int)rx_rand_below(&r, PROGRAMMES);
            (void)snprintf(site, sizeof site, "s%04zu.test", n++);
            draft_add(d, site, "path.schema", "/");
            (void)snprintf(text, sizeof text, "pay%d-%d.example", p, p % 3 ? 0 : i % 2);
            if (rx_rand_unit(&r) < .6)
                draft_add(d, site, "checkout.host", text);
            (void)snprintf(text, sizeof text, "mail%d.example", p);
            if (rx_rand_unit(&r) < .5)
                draft_add(d, site, "email.host", text);
            for (int f = 0; f < 10; f++) {
                (void)snprintf(text, sizeof text, "zq%d_%d", look, f);
                if (rx_rand_unit(&r) < .65)
                    draft_add(d, site, "form.field", text);
            }
            for (int g = 0; g < 3; g++) {
                (void)snprintf(text, sizeof text, "gl%d_%d", look, g);
                if (rx_rand_unit(&r) < .65)
                    draft_add(d, site, "js.global", text);
            }
            (void)snprintf(text, sizeof text, "UA-47110%d", (int)rx_rand_below(&r, 20));
            if (rx_rand_unit(&r) < .4)
                draft_add(d, site, "ga", text);
        }
    }
    return n;
}

/* Everything that is stored, as text. */
static char *tell(const struct frame *f, const struct result *r)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    for (size_t i = 0; i < r->member_count; i++) {
        const struct result_member *m = &r->members[i];
        (void)fprintf(out, "%s %.*s %a %d\n", r->networks[m->network].id,
                      RX_FMT(f->m.sites[m->site].name), m->confidence, m->core);
    }
    for (size_t i = 0; i < r->network_count; i++)
        (void)fprintf(out, "%s %u %a %a\n", r->networks[i].id, r->networks[i].sites,
                      r->networks[i].confidence, r->networks[i].strength);
    for (size_t i = 0; i < r->bridge_count; i++)
        (void)fprintf(out, "%.*s %s\n", RX_FMT(f->m.entities[r->bridges[i].entity].text),
                      r->bridges[i].reason);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *solve_and_tell(struct draft *d)
{
    struct frame f;
    struct result r;
    draft_solve(&f, &r, d);
    char *text = tell(&f, &r);
    result_done(&r);
    frame_done(&f);
    draft_done(d);
    return text;
}

static void test_rows(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct draft plain = {0};
        (void)make_web(&plain, seed);
        char *first = solve_and_tell(&plain);
        for (uint64_t shuffle = 1; shuffle <= 3; shuffle++) {
            struct draft d = {0};
            (void)make_web(&d, seed);
            size_t rows = d.count;
            for (size_t i = 0; i < rows; i += 3) { /* every third row again */
                struct fact f = d.facts[i];
                draft_add(&d, f.site, f.cls, f.value);
            }
            draft_shuffle(&d, shuffle);
            char *text = solve_and_tell(&d);
            assert_string_equal(first, text);
            free(text);
        }
        free(first);
    }
}

/* ---- other names --------------------------------------------------------------------------------
 */

/* A bijection of names that turns their order over: every byte of the first label is mirrored. */
static void mirror(char *name, char stop)
{
    for (char *p = name; *p && *p != stop; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)('a' + 'z' - *p);
        else if (*p >= '0' && *p <= '9')
            *p = (char)('0' + '9' - *p);
    }
}

/* The least site of everybody's network, as numbers of the web; its own where it has none. */
static void groups(uint32_t *group, struct draft *d, size_t n, bool mirrored)
{
    struct frame f;
    struct result r;
    char ids[SITES_MAX][RESULT_ID];
    draft_solve(&f, &r, d);
    for (size_t i = 0; i < n; i++) {
        char site[40];
        (void)snprintf(site, sizeof site, "s%04zu.test", i);
        if (mirrored)
            mirror(site, '.');
        (void)snprintf(ids[i], RESULT_ID, "%s", network_of(&f, &r, site));
        group[i] = (uint32_t)i;
        for (size_t j = 0; j < i && *ids[i] && group[i] == i; j++)
            if (!strcmp(ids[i], ids[j]))
                group[i] = (uint32_t)j;
    }
    result_done(&r);
    frame_done(&f);
    draft_done(d);
}

static void test_names(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        uint32_t before[SITES_MAX], sites[SITES_MAX], values[SITES_MAX];
        struct draft plain = {0}, renamed = {0}, revalued = {0};
        size_t n = make_web(&plain, seed);
        assert_true(n <= SITES_MAX);
        (void)make_web(&renamed, seed);
        for (size_t i = 0; i < renamed.count; i++)
            mirror(renamed.facts[i].site, '.');
        (void)make_web(&revalued, seed);
        for (size_t i = 0; i < revalued.count; i++)
            mirror(revalued.facts[i].value, '.');
        groups(before, &plain, n, false);
        groups(sites, &renamed, n, true);
        groups(values, &revalued, n, false);
        size_t moved[2] = {0};
        for (size_t i = 0; i < n; i++) {
            moved[0] += before[i] != sites[i];
            moved[1] += before[i] != values[i];
        }
        print_message("web %llu, %zu shops: %zu moved by other site names, %zu by other values\n",
                      (unsigned long long)seed, n, moved[0], moved[1]);
        assert_int_equal(moved[0] + moved[1], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
