/* markup.c - see markup.h. */
#include "crawler/extract/markup.h"

#include "crawler/parse/element.h"
#include "crawler/parse/text.h"

/* More than this in one part is no identifier's surroundings. */
enum { PART_MAX = 16384 };

bool markup_is(struct rx_str text)
{
    for (ptrdiff_t at = 0; (at = rx_str_chr(text, '<', (size_t)at)) >= 0; at++)
        if ((size_t)at + 1 < text.n && rx_is_alpha(text.p[at + 1]))
            return true;
    return false;
}

/* What a page's form or head is known by: its parts are read as pairs of fields and metas. */
static struct rx_str name_of(struct rx_str text, const struct token *tag)
{
    static const char *const names[] = {"name", "property", "http-equiv"};
    struct token_attr attr;
    for (size_t at = tag->attrs; token_attr_next(text, &at, &attr);)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (rx_str_ieq(attr.name, rx_str(names[i])) && attr.value.n > 0)
                return attr.value;
    return (struct rx_str){0};
}

static int decode(struct markup_part *part, struct rx_arena *arena, enum text_kind kind)
{
    if (text_is_plain(part->value, false))
        return 1;
    struct rx_buf plain = RX_BUF(3 * (size_t)PART_MAX + 64);
    int rc = text_decode(&plain, part->value, kind);
    part->value = rx_arena_dup(arena, rx_buf_str(&plain));
    rx_buf_free(&plain);
    return rc || !part->value.p ? RX_EFULL : 1;
}

static bool is_url(struct rx_str name)
{
    static const char *const names[] = {"href", "src", "action", "formaction"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rx_str_ieq(name, rx_str(names[i])))
            return true;
    return false;
}

static bool is_dull(struct rx_str name)
{
    char lower[16];
    for (size_t i = 0; i < name.n && i < sizeof lower; i++)
        lower[i] = rx_lower(name.p[i]);
    return name.n <= sizeof lower && element_is_dull(rx_strn(lower, name.n));
}

/* The next attribute with a value of the tag in hand: 1; 0: no more. */
static int next_attr(struct markup_part *out, struct rx_arena *arena, struct markup *m)
{
    struct token_attr attr;
    while (token_attr_next(m->tokens.text, &m->at, &attr)) {
        if (attr.value.n == 0 || attr.value.n > PART_MAX || is_dull(attr.name))
            continue;
        const bool content =
            rx_str_ieq(attr.name, RX_STR("content")) || rx_str_ieq(attr.name, RX_STR("value"));
        const size_t from = (size_t)(attr.value.p - m->tokens.text.p);
        *out = (struct markup_part){.name = content && m->named.n ? m->named : attr.name,
                                    .url = is_url(attr.name),
                                    .value = attr.value,
                                    .from = from,
                                    .to = from + attr.value.n};
        return decode(out, arena, TEXT_ATTRIBUTE);
    }
    m->at = 0;
    return 0;
}

int markup_next(struct markup_part *out, struct rx_arena *arena, struct markup *m)
{
    struct token tok;
    int rc = 0;
    if (m->at > 0 && (rc = next_attr(out, arena, m)) != 0)
        return rc;
    while (token_next(&m->tokens, &tok)) {
        const struct rx_str text = rx_str_sub(m->tokens.text, tok.start, tok.end);
        if (tok.kind == TOKEN_START) {
            m->inside = true;
            m->named = name_of(m->tokens.text, &tok);
            m->at = tok.attrs;
            if (m->at > 0 && (rc = next_attr(out, arena, m)) != 0)
                return rc;
        } else if (tok.kind == TOKEN_TEXT && m->inside && text.n <= PART_MAX &&
                   rx_str_trim(text).n > 0) {
            *out = (struct markup_part){.value = text, .from = tok.start, .to = tok.end};
            return decode(out, arena, TEXT_DATA);
        }
    }
    return 0;
}
