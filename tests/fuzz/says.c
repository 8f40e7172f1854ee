/* What a shop says: numbers are told in order and inside the text, a language is a code of the
 * table or none, and both read the text only. */
#include "crawler/extract/language.h"
#include "crawler/extract/prices.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

static void check_numbers(const struct prices *prices, struct rx_str text)
{
    size_t before = 0;
    for (size_t i = 0; i < prices->count; i++) {
        const struct prices_number *it = &prices->numbers[i];
        require(it->from >= before && it->from < it->to && it->to <= text.n && it->unit.n > 0 &&
                it->unit.p >= text.p && it->unit.p + it->unit.n <= text.p + text.n);
        before = it->to;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char table[] = "de\tder die und das\nen\tthe and of to\nru\tи в не на\n";
    static struct languages *languages;
    struct rx_err err = {0};
    const struct rx_str text = rx_strn((const char *)data, size);
    struct rx_arena arena = RX_ARENA(1 << 20);
    struct prices prices;
    if (!languages && languages_new(&languages, rx_str(table), &err) < 0)
        abort();
    if (prices_read(&prices, &arena, text) == 0)
        check_numbers(&prices, text);
    rx_arena_free(&arena);
    const size_t n = languages_of(languages, text).n;
    require(n == 0 || n == 2);
    return 0;
}
