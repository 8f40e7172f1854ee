/* frontier_addresses.c - every address of a name is asked once before its host is given up, in
 * whatever order the name server tells them. */
#include "crawler/frontier/addresses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Each step: the answer, an address a letter; the one that must be asked; what it does: '+' lets us
 * in, '>' refuses while another is to be tried, '.' refuses as the last. */
static const struct row {
    const char *what;
    const char *steps[12];
} rows[] = {
    {"each once, in the order of the answer", {"abc a>", "abc b>", "abc c."}},
    {"an answer that turns around", {"abc a>", "bca b>", "cab c."}},
    {"an answer that turns around against us", {"abc a>", "cab c>", "bca b."}},
    {"the one that served stays", {"ab a>", "ab b+", "ba b+", "ab b+"}},
    {"it fails later: the other is tried before the host is given up",
     {"ab a>", "ab b+", "ab b>", "ab a."}},
    {"the next round begins with the one that served",
     {"ab a>", "ab b+", "ab b>", "ab a.", "ab b>"}},
    {"one alone", {"a a.", "a a.", "a a+"}},
    {"one at a time: each answer's only one is the last", {"a a.", "b b.", "a a."}},
    {"the one that served is told no longer", {"ab a+", "bc b+"}},
    {"only such as have refused", {"ab a>", "a a."}},
    {"answers without end",
     {"ab a>", "cd c>", "ef e>", "gh g>", "ij i>", "kl k>", "mn m>", "op o."}},
};

static struct rx_ip ip_of(char letter)
{
    struct rx_ip ip = {{0}};
    ip.b[15] = (uint8_t)letter;
    return ip;
}

static void test_turns(void **state)
{
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct addresses a = {0};
        for (size_t s = 0; s < 12 && rows[r].steps[s]; s++) {
            const char *step = rows[r].steps[s];
            const size_t count = strcspn(step, " ");
            const char asked = step[count + 1], fate = step[count + 2];
            struct rx_ip ips[4];
            for (size_t i = 0; i < count; i++)
                ips[i] = ip_of(step[i]);
            const struct rx_ip *ip = addresses_choose(&a, ips, count);
            if (!ip || ip->b[15] != (uint8_t)asked)
                fail_msg("%s: step %zu asks %c", rows[r].what, s + 1, ip ? ip->b[15] : '-');
            if (fate == '+')
                addresses_served(&a, *ip);
            else if (addresses_refused(&a, *ip, ips, count) != (fate == '>'))
                fail_msg("%s: step %zu", rows[r].what, s + 1);
        }
    }
    const struct addresses none = {0};
    assert_null(addresses_choose(&none, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_turns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
