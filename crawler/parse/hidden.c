/* hidden.c - see hidden.h. Of display, visibility and font-size the last declaration counts that is
 * valid, unless one before it is important (CSS Cascading, 6); of two that hide by place or size
 * either is enough. */
#include "crawler/parse/hidden.h"

#include "crawler/parse/text.h"

#include <stdlib.h>

enum { STYLE_MAX = 8192, OFF_SCREEN_PX = 500, OFF_SCREEN_TIMES = 90 };

enum said { SAID_NOTHING, SAID_SHOWN, SAID_HIDDEN };

struct property {
    enum said said;
    bool important;
};

struct style { /* what one style attribute says */
    struct property display, visibility, font;
    bool gone, positioned, clips, flat, padded, outside;
};

/* Lower case, without comments, and with blanks only between the arguments of a function, so that
 * "Display : none" is one thing. */
static size_t squeeze(char out[STYLE_MAX], struct rx_str s)
{
    size_t n = 0, open = 0;
    for (size_t i = 0; i < s.n && n < STYLE_MAX - 1; i++) {
        if (s.p[i] == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
            const ptrdiff_t end = rx_str_find(s, RX_STR("*/"), i + 2);
            if (end < 0)
                break;
            i = (size_t)end + 1;
        } else if (!rx_is_space(s.p[i])) {
            out[n++] = rx_lower(s.p[i]);
            if (s.p[i] == '(')
                open++;
            else if (s.p[i] == ')' && open)
                open--;
        } else if (open && !strchr("( ,", out[n - 1])) {
            out[n++] = ' ';
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

/* A margin in per cent is how columns are laid out. */
static bool is_shifted_far(struct rx_str value)
{
    return is_far(value) && !rx_str_starts(length_of(value).unit, RX_STR("%"));
}

/* rect(0 0 0 0), rect(1px, 1px, 1px, 1px): nothing is left. */
static bool is_clipped(struct rx_str value)
{
    enum { SIDES = 4 };
    if (!rx_str_starts(value, RX_STR("rect(")))
        return false;
    struct rx_str rest = rx_str_sub(value, strlen("rect("), value.n);
    for (int i = 0; i < SIDES; i++) {
        while (rest.n > 0 && (rest.p[0] == ',' || rest.p[0] == ' '))
            rest = rx_str_sub(rest, 1, rest.n);
        const struct length l = length_of(rest);
        if (!l.is_number || (l.value != 0 && l.value != 1))
            return false;
        rest = rx_str_starts(l.unit, RX_STR("px")) ? rx_str_sub(l.unit, 2, l.unit.n) : l.unit;
    }
    return rx_str_starts(rx_str_trim(rest), RX_STR(")"));
}

static bool is_one_of(struct rx_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rx_str_eq(name, rx_str(names[i])))
            return true;
    return false;
}
#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof *(names))

static enum said display_said(struct rx_str value)
{
    static const char *const shown[] = {"block",   "contents", "flex",      "flow-root", "grid",
                                        "inherit", "initial",  "list-item", "revert",    "unset"};
    if (rx_str_eq(value, RX_STR("none")))
        return SAID_HIDDEN;
    return IS_ONE_OF(value, shown) || rx_str_starts(value, RX_STR("inline")) ||
                   rx_str_starts(value, RX_STR("table"))
               ? SAID_SHOWN
               : SAID_NOTHING;
}

static enum said visibility_said(struct rx_str value)
{
    if (rx_str_eq(value, RX_STR("hidden")) || rx_str_eq(value, RX_STR("collapse")))
        return SAID_HIDDEN;
    return rx_str_eq(value, RX_STR("visible")) || rx_str_eq(value, RX_STR("initial"))
               ? SAID_SHOWN
               : SAID_NOTHING;
}

/* A size in em or per cent is one of the size around it: of none it is none. */
static enum said font_said(struct rx_str value)
{
    static const char *const sizes[] = {"xx-small", "x-small", "small",    "medium",
                                        "large",    "x-large", "xx-large", "initial"};
    static const char *const units[] = {"", "px", "pt", "pc", "cm", "mm", "in", "rem", "vw", "vh"};
    const struct length l = length_of(value);
    if (!l.is_number)
        return IS_ONE_OF(value, sizes) ? SAID_SHOWN : SAID_NOTHING;
    if (l.value < 0)
        return SAID_NOTHING;
    if (l.value == 0 || (l.value < 2 && rx_str_eq(l.unit, RX_STR("px"))))
        return SAID_HIDDEN;
    return IS_ONE_OF(l.unit, units) ? SAID_SHOWN : SAID_NOTHING;
}

static void assign(struct property *p, enum said said, bool important)
{
    if (said != SAID_NOTHING && (important || !p->important))
        *p = (struct property){said, important};
}

static void declare(struct style *s, struct rx_str name, struct rx_str value)
{
    static const char *const sizes[] = {"width", "height", "max-width", "max-height"};
    static const char *const places[] = {"left", "right", "top", "bottom"};
    static const char *const shifts[] = {"text-indent", "margin-left", "margin-top"};
    const bool important = rx_str_ends(value, RX_STR("!important"));
    if (important)
        value = rx_str_sub(value, 0, value.n - strlen("!important"));
    if (rx_str_eq(name, RX_STR("display")))
        assign(&s->display, display_said(value), important);
    else if (rx_str_eq(name, RX_STR("visibility")))
        assign(&s->visibility, visibility_said(value), important);
    else if (rx_str_eq(name, RX_STR("font-size")))
        assign(&s->font, font_said(value), important);
    else if (rx_str_eq(name, RX_STR("clip")))
        s->gone |= is_clipped(value);
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
        s->gone |= is_shifted_far(value);
}

static uint8_t inherit(uint8_t around, uint8_t bit, enum said said)
{
    if (said == SAID_NOTHING)
        return around & bit;
    return said == SAID_HIDDEN ? bit : 0;
}

uint8_t hidden_style(struct rx_str style, uint8_t around)
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
    const bool gone = s.gone || s.display.said == SAID_HIDDEN || (s.flat && s.clips && !s.padded) ||
                      (s.outside && s.positioned);
    return (uint8_t)((around & (HIDDEN_GONE | HIDDEN_VEILED)) | (gone ? HIDDEN_GONE : 0) |
                     inherit(around, HIDDEN_INVISIBLE, s.visibility.said) |
                     inherit(around, HIDDEN_TINY, s.font.said));
}

uint8_t hidden_element(const struct element *el, uint8_t around)
{
    uint8_t hidden = around;
    for (size_t i = 0; i < el->attr_count; i++) {
        const struct element_attr *a = &el->attrs[i];
        if (rx_str_eq(a->name, RX_STR("style")))
            hidden = hidden_style(a->value.text, hidden);
        else if (el->html && rx_str_eq(a->name, RX_STR("hidden")))
            hidden |= HIDDEN_GONE;
    }
    return hidden;
}

/* value: as it stands in the source. */
static bool is_hiding_style(struct rx_str value)
{
    struct rx_buf decoded = RX_BUF(STYLE_MAX);
    if (rx_str_chr(value, '&', 0) >= 0 &&
        text_decode(&decoded, rx_str_sub(value, 0, STYLE_MAX), TEXT_ATTRIBUTE) == RX_OK)
        value = rx_buf_str(&decoded);
    const bool hides = hidden_style(value, 0) != 0;
    rx_buf_free(&decoded);
    return hides;
}

bool hidden_format(struct rx_str text, const struct token *tok)
{
    struct token_attr attr;
    if (!(tok->row->flags & TAG_IS_DROPPED))
        return false;
    for (size_t at = tok->attrs; token_attr_next(text, &at, &attr);)
        if (rx_str_ieq(attr.name, RX_STR("hidden")) ||
            (rx_str_ieq(attr.name, RX_STR("style")) && is_hiding_style(attr.value)))
            return true;
    return false;
}
