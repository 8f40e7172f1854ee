/* hidden.c - see hidden.h. */
#include "crawler/parse/hidden.h"

#include <stdlib.h>

enum { STYLE_MAX = 1024, OFF_SCREEN_PX = 500, OFF_SCREEN_TIMES = 90 };

struct style { /* what one style attribute says */
    bool gone, positioned, clips, flat, padded, outside;
};

/* Lower case, without blanks and comments, so that "Display : none" is one thing. */
static size_t squeeze(char out[STYLE_MAX], struct rx_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < STYLE_MAX - 1; i++) {
        if (s.p[i] == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
            const ptrdiff_t end = rx_str_find(s, RX_STR("*/"), i + 2);
            if (end < 0)
                break;
            i = (size_t)end + 1;
        } else if (!rx_is_space(s.p[i])) {
            out[n++] = rx_lower(s.p[i]);
        }
    }
    out[n] = '\0';
    return n;
}

struct length {
    double value;
    struct rx_str unit;
    bool is_number;
};

static struct length length_of(struct rx_str value)
{
    char text[24];
    char *end = text;
    const size_t n = value.n < sizeof text - 1 ? value.n : sizeof text - 1;
    if (n)
        memcpy(text, value.p, n);
    text[n] = '\0';
    /* strtod() also reads "inf" and "0x", which are no lengths. */
    const bool digits = n && (rx_is_digit(text[0]) || strchr("+-.", text[0]));
    struct length l = {.value = digits ? strtod(text, &end) : 0};
    l.is_number = end > text;
    l.unit = rx_str_sub(value, (size_t)(end - text), value.n);
    return l;
}

static bool is_zero(struct rx_str value)
{
    const struct length l = length_of(value);
    return l.is_number && l.value == 0;
}

/* So far from its place that no window shows it. */
static bool is_far(struct rx_str value)
{
    const struct length l = length_of(value);
    if (!l.is_number)
        return false;
    const bool px = rx_str_starts(l.unit, RX_STR("px")) || rx_str_starts(l.unit, RX_STR("pt"));
    return l.value <= (px || l.unit.n == 0 ? -OFF_SCREEN_PX : -OFF_SCREEN_TIMES);
}

static bool is_tiny_font(struct rx_str value)
{
    const struct length l = length_of(value);
    return l.is_number && (l.value <= 0 || (l.value < 2 && rx_str_starts(l.unit, RX_STR("px"))));
}

static bool is_one_of(struct rx_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rx_str_eq(name, rx_str(names[i])))
            return true;
    return false;
}
#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof *(names))

static void declare(struct style *s, struct rx_str name, struct rx_str value)
{
    static const char *const sizes[] = {"width", "height", "max-width", "max-height"};
    static const char *const places[] = {"left", "right", "top", "bottom"};
    static const char *const shifts[] = {"text-indent", "margin-left", "margin-top",
                                         "margin-right"};
    if (rx_str_eq(name, RX_STR("display")))
        s->gone |= rx_str_starts(value, RX_STR("none"));
    else if (rx_str_eq(name, RX_STR("visibility")))
        s->gone |= rx_str_starts(value, RX_STR("hidden"));
    else if (rx_str_eq(name, RX_STR("font-size")))
        s->gone |= is_tiny_font(value);
    else if (rx_str_eq(name, RX_STR("clip")))
        s->gone |= rx_str_starts(value, RX_STR("rect(0"));
    else if (rx_str_eq(name, RX_STR("transform")))
        s->gone |= rx_str_starts(value, RX_STR("scale(0)"));
    else if (rx_str_eq(name, RX_STR("position")))
        s->positioned |= !rx_str_starts(value, RX_STR("static"));
    else if (rx_str_starts(name, RX_STR("overflow")))
        s->clips |= rx_str_starts(value, RX_STR("hidden")) || rx_str_starts(value, RX_STR("clip"));
    else if (IS_ONE_OF(name, sizes))
        s->flat |= is_zero(value);
    else if (rx_str_starts(name, RX_STR("padding")))
        s->padded |= !is_zero(value);
    else if (IS_ONE_OF(name, places))
        s->outside |= is_far(value);
    else if (IS_ONE_OF(name, shifts))
        s->gone |= is_far(value);
}

bool hidden_style(struct rx_str style)
{
    char text[STYLE_MAX];
    struct style s = {0};
    struct rx_str rest = rx_strn(text, squeeze(text, style));
    while (rest.n > 0) {
        struct rx_str one, name, value;
        (void)rx_str_cut(rest, ';', &one, &rest);
        if (rx_str_cut(one, ':', &name, &value))
            declare(&s, name, value);
    }
    return s.gone || (s.flat && s.clips && !s.padded) || (s.outside && s.positioned);
}

bool hidden_element(const struct element *el)
{
    for (size_t i = 0; i < el->attr_count; i++) {
        const struct element_attr *a = &el->attrs[i];
        if (el->html && rx_str_eq(a->name, RX_STR("hidden")))
            return true;
        if (rx_str_eq(a->name, RX_STR("style")) && hidden_style(a->value.text))
            return true;
    }
    return false;
}
