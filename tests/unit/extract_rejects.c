/* What looks like an identifier and is none is counted by class and reason. */
#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reader_tools.h"

#define HEAD RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n")

static const struct {
    const char *html, *cls;
    enum rx_reject reason; /* 0: nothing of this class was refused */
} cases[] = {
    {"send to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 now", "btc", 0},
    {"send to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 now", "btc", RX_REJECT_CHECK},
    {"send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa now", "btc", RX_REJECT_PLACEHOLDER},
    {"<script>ga('create','UA-12345678-1')</script>", "ga", RX_REJECT_PLACEHOLDER},
    {"<script>var t='GTM-XXXXXX'</script>", "gtm", RX_REJECT_FILLER},
    {"IBAN: GB82WEST12345698765433", "iban", RX_REJECT_CHECK},
    {"write to x@example.com", "email", RX_REJECT_CHECK},
};

static void test_reasons(void **state)
{
    const struct tools *t = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rx_arena arena = RX_ARENA(64 << 20);
        struct rx_err err = {0};
        struct doc doc;
        struct marks marks;
        enum rx_reject reason = 0;
        if (parse_tree(&doc, &arena, RX_STR("https://pills4all.com/"), HEAD, rx_str(cases[i].html),
                       &parse_limits_default, &err) ||
            extract_marks(&marks, &arena, t->x, &doc, HEAD, &err))
            fail_msg("%s", err.text);
        for (size_t r = 0; r < marks.reject_count; r++) {
            assert_true(marks.rejects[r].count > 0);
            if (strcmp(marks.rejects[r].cls->name, cases[i].cls) == 0)
                reason = marks.rejects[r].reason;
        }
        if (reason != cases[i].reason)
            fail_msg("%s: %s instead of %s", cases[i].html, rx_reject_name(reason),
                     rx_reject_name(cases[i].reason));
        rx_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reasons)};
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
