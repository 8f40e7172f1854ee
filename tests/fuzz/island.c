/* Text that hides: JSON, styles, Base64, percent escapes; what is decoded is never longer than what
 * it was decoded from, and each reader moves on. */
#include "crawler/extract/island.h"
#include "crawler/extract/disguise_style.h"
#include "crawler/extract/disguise_value.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

static void read_island(struct rx_arena *arena, struct rx_str text)
{
    struct rx_str name = {0};
    struct island_string s;
    size_t before = 0;
    for (size_t at = 0; island_next(&s, arena, text, &at, &name) > 0; before = at)
        require(at > before && s.from <= s.to && s.to < at && at <= text.n &&
                s.text.n <= s.to - s.from);
}

static void read_style(struct rx_arena *arena, struct rx_str text)
{
    struct styled s;
    size_t before = 0;
    for (size_t at = 0; disguise_style_next(&s, arena, text, &at) > 0; before = at)
        require(at > before && s.to <= text.n && s.text.n > 0 &&
                s.text.n <= DISGUISE_STYLE_TEXT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_arena arena = RX_ARENA(64 << 20);
    const struct rx_str text = rx_strn((const char *)data, size);
    size_t n = 0;
    read_island(&arena, text);
    read_style(&arena, text);
    char *out = malloc(size + 1);
    require(out != NULL);
    (void)disguise_percent(out, &n, text);
    require(n <= size);
    if (disguise_base64(out, &n, text))
        require(n > 0 && n <= size);
    free(out);
    rx_arena_free(&arena);
    return 0;
}
