/* Where a site is at home of the groups that its pages lie in. */
#include "graph/home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SITES_MAX = 40, PAGES_MAX = 400 };

/* Sites are rows, their pages letters: equal letters are a group. */
static const struct {
    const char *what, *pages[SITES_MAX], *homes; /* '-': none */
} rows[] = {
    {"alone", {"abc", "de"}, "--"},
    {"the same in all pages: the first", {"abcd", "abcd"}, "aa"},
    {"the same in all pages, in another order", {"dcba", "abcd"}, "aa"},
    {"a copied page of five", {"abcdR", "abcdR", "RSTU", "RSTU", "RSTU", "RSTU"}, "aaRRRR"},
    {"each copies another rival's", {"abcdR", "abcdV", "RSTU", "RSTU", "VW", "VW"}, "aaSSVV"},
    {"nothing else is shared: there it is", {"abcdR", "RSTU", "RSTU", "RSTU"}, "RRRR"},
    {"the larger of two that are as near", {"ab", "ab", "b", "b"}, "bbbb"},
    {"a page for all, and one for some, of a programme",
     {"abcx", "abcy", "abcy", "abcx", "abc", "abc"},
     "aaaaaa"},
    {"every page a group, none of which has all", {"abc", "abd", "acd", "bcd"}, "aaab"},
    {"several pages of a site in one group", {"aab", "ab", "aR", "RS", "RS", "RS"}, "aaRRRR"},
};

static char home_letter(uint32_t home)
{
    return home == HOME_NONE ? '-' : (char)home;
}

static void test_homes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct home_page pages[PAGES_MAX];
        uint32_t home[SITES_MAX];
        size_t sites = 0, count = 0;
        for (; sites < SITES_MAX && rows[i].pages[sites]; sites++)
            for (const char *p = rows[i].pages[sites]; *p; p++)
                pages[count++] = (struct home_page){(uint32_t)sites, (uint32_t)*p};
        assert_int_equal(home_choose(home, sites, pages, count), 0);
        for (size_t k = 0; k < sites; k++)
            if (home_letter(home[k]) != rows[i].homes[k])
                fail_msg("%s: site %zu is at home in %c", rows[i].what, k, home_letter(home[k]));
    }
}

static void test_nothing(void **state)
{
    uint32_t home = 0;
    (void)state;
    assert_int_equal(home_choose(&home, 1, NULL, 0), 0);
    assert_int_equal(home, HOME_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_homes),
                                       cmocka_unit_test(test_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
