/* hint.c - pattern, newline, text: what is derived as a pattern's hint stands in every match of it.
 * A hint that does not would hide matches without a word. */
#include "crawler/extract/hint.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MATCH_LIMIT = 20000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text that a hint stands for: a backslash says that the next byte is itself. */
static struct rx_str plain(struct rx_buf *hint)
{
    size_t n = 0;
    for (size_t i = 0; i < hint->n; i++) {
        i += hint->p[i] == '\\';
        hint->p[n++] = hint->p[i];
    }
    return rx_strn(hint->p, n);
}

static void check(struct rx_str pattern, struct rx_str text, struct rx_str hint)
{
    int code;
    PCRE2_SIZE at;
    pcre2_code *p =
        pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
    if (!p)
        return;
    pcre2_match_data *data = pcre2_match_data_create(8, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (!data || !limits)
        abort();
    (void)pcre2_set_match_limit(limits, MATCH_LIMIT);
    if (pcre2_match(p, (PCRE2_SPTR)text.p, text.n, 0, 0, data, limits) > 0 &&
        rx_str_find(text, hint, 0) < 0)
        abort();
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    pcre2_code_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_str pattern, text;
    struct rx_buf hint = RX_BUF(1 << 16);
    rx_str_cut(rx_strn((const char *)data, size), '\n', &pattern, &text);
    if (pattern.n > 0 && hint_derive(&hint, pattern) == 0)
        check(pattern, text.p ? text : RX_STR(""), plain(&hint));
    rx_buf_free(&hint);
    return 0;
}
