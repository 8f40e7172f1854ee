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

struct told {
    struct rx_str text;
    size_t before;
};

static void on_number(void *ctx, const struct prices_number *it)
{
    struct told *t = ctx;
    require(it->from >= t->before && it->from < it->to && it->to <= t->text.n && it->unit.n > 0 &&
            it->unit.p >= t->text.p && it->unit.p + it->unit.n <= t->text.p + t->text.n);
    t->before = it->to;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char table[] = "de\tder die und das\nen\tthe and of to\nru\tи в не на\n";
    static struct languages *languages;
    struct rx_err err = {0};
    const struct rx_str text = rx_strn((const char *)data, size);
    struct told told = {text, 0};
    if (!languages && languages_new(&languages, rx_str(table), &err) < 0)
        abort();
    prices_each(text, on_number, &told);
    const size_t n = languages_of(languages, text).n;
    require(n == 0 || n == 2);
    return 0;
}
