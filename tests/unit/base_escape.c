/* base_escape.c - what logs and rows show of a proxy's URL; words for a shell. */
#include "base/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *proxy, *shown;
} proxies[] = {
    {"", ""},
    {"http://127.0.0.1:9", "http://127.0.0.1:9"},
    {"http://me:secret@proxy.example:3128/", "http://proxy.example:3128/"},
    {"socks5h://me@proxy.example:1080", "socks5h://proxy.example:1080"},
    {"http://me:se@cret@proxy.example", "http://proxy.example"},
    {"http://proxy.example/a@b", "http://proxy.example/a@b"},
    {"me:secret@proxy.example:3128", "proxy.example:3128"},
};

static void test_proxy_without_user(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        struct rx_buf out = RX_BUF(256);
        assert_int_equal(rx_esc_proxy(&out, rx_str(proxies[i].proxy)), RX_OK);
        if (!rx_str_eq(rx_buf_str(&out), rx_str(proxies[i].shown)))
            fail_msg("%s: %.*s", proxies[i].proxy, RX_FMT(rx_buf_str(&out)));
        rx_buf_free(&out);
    }
}

static const struct {
    const char *word, *typed;
} words[] = {
    {"127.0.0.1:80,443", "127.0.0.1:80,443"},
    {"--connect-to", "--connect-to"},
    {"", "''"},
    {"two words", "'two words'"},
    {"~", "'~'"},
    {"a=b", "'a=b'"},
    {"$(id)", "'$(id)'"},
    {"a;b|c&d\\`e`\n#!", "'a;b|c&d\\`e`\n#!'"},
    {"'; id; '", "''\"'\"'; id; '\"'\"''"},
    {"caf\xc3\xa9", "'caf\xc3\xa9'"},
};

/* A shell reads each word back as it was. */
static void test_shell_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct rx_buf out = RX_BUF(256);
        assert_int_equal(rx_esc_shell(&out, rx_str(words[i].word)), RX_OK);
        if (!rx_str_eq(rx_buf_str(&out), rx_str(words[i].typed)))
            fail_msg("%s: %.*s", words[i].word, RX_FMT(rx_buf_str(&out)));
        char command[512], read[256] = {0};
        (void)snprintf(command, sizeof command, "printf %%s %.*s", RX_FMT(rx_buf_str(&out)));
        FILE *shell = popen(command, "r"); // NOLINT(cert-env33-c): the shell is what is tested
        assert_non_null(shell);
        const size_t n = fread(read, 1, sizeof read - 1, shell);
        assert_int_equal(pclose(shell), 0);
        assert_int_equal(n, strlen(words[i].word));
        assert_string_equal(read, words[i].word);
        rx_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_proxy_without_user),
                                       cmocka_unit_test(test_shell_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
