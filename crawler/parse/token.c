/* token.c - see token.h. State names in comments are the standard's. */
#include "crawler/parse/token.h"

static bool ends_name(char c)
{
    return rx_is_space(c) || c == '/' || c == '>';
}

static size_t skip_spaces(struct rx_str text, size_t at)
{
    while (at < text.n && rx_is_space(text.p[at]))
        at++;
    return at;
}

/* ---- attributes ---------------------------------------------------------------------------- */

/* Attribute value states, at the byte after '='. */
static size_t scan_value(struct rx_str text, size_t at, struct token_attr *out)
{
    at = skip_spaces(text, at);
    if (at >= text.n) {
        out->broken = true;
        return at;
    }
    char quote = text.p[at];
    if (quote == '"' || quote == '\'') {
        ptrdiff_t close = rx_str_chr(text, quote, at + 1);
        out->broken = close < 0;
        size_t end = close < 0 ? text.n : (size_t)close;
        out->value = rx_str_sub(text, at + 1, end);
        return close < 0 ? end : end + 1;
    }
    size_t from = at;
    while (at < text.n && !rx_is_space(text.p[at]) && text.p[at] != '>')
        at++;
    out->value = rx_str_sub(text, from, at);
    return at;
}

bool token_attr_next(struct rx_str text, size_t *at, struct token_attr *out)
{
    size_t i = *at;
    /* Before attribute name state. */
    while (i < text.n && (rx_is_space(text.p[i]) ||
                          (text.p[i] == '/' && (i + 1 >= text.n || text.p[i + 1] != '>'))))
        i++;
    *at = i;
    if (i >= text.n || text.p[i] == '>' || text.p[i] == '/')
        return false;
    *out = (struct token_attr){.start = i};
    i++; /* the first byte belongs to the name even when it is '=' */
    while (i < text.n && !ends_name(text.p[i]) && text.p[i] != '=')
        i++;
    out->name = rx_str_sub(text, out->start, i);
    out->end = i;
    size_t equals = skip_spaces(text, i);
    if (equals < text.n && text.p[equals] == '=')
        out->end = i = scan_value(text, equals + 1, out);
    *at = i;
    return true;
}

/* ---- tags and comments --------------------------------------------------------------------- */

/* Tag name state; start stands on '<', from on the first letter of the name. */
static void scan_tag(struct rx_str text, size_t from, struct token *out)
{
    size_t i = from;
    while (i < text.n && !ends_name(text.p[i]))
        i++;
    out->name = rx_str_sub(text, from, i);
    out->row = tag_find(out->name);
    out->attrs = i;
    struct token_attr attr;
    while (token_attr_next(text, &i, &attr)) {
        out->attr_count++;
        if (attr.value.n > out->longest_value)
            out->longest_value = attr.value.n;
    }
    if (i < text.n && text.p[i] == '/') {
        out->self_closing = true;
        i++;
    }
    if (i >= text.n)
        out->kind = TOKEN_BROKEN;
    out->end = i < text.n ? i + 1 : text.n;
}

/* Comment states; body is the byte after "<!--". Returns the end. */
static size_t scan_comment(struct rx_str text, size_t body)
{
    if (body < text.n && text.p[body] == '>')
        return body + 1;
    if (rx_str_starts(rx_str_sub(text, body, text.n), RX_STR("->")))
        return body + 2;
    for (size_t i = body; i < text.n;) {
        ptrdiff_t dashes = rx_str_find(text, RX_STR("--"), i);
        if (dashes < 0)
            return text.n;
        i = (size_t)dashes + 2;
        if (i < text.n && text.p[i] == '>')
            return i + 1;
        if (i + 1 < text.n && text.p[i] == '!' && text.p[i + 1] == '>')
            return i + 2;
        i--; /* "--->": the second dash may begin the end */
    }
    return text.n;
}

static size_t after(struct rx_str text, struct rx_str needle, size_t from)
{
    ptrdiff_t hit = rx_str_find(text, needle, from);
    return hit < 0 ? text.n : (size_t)hit + needle.n;
}

/* Markup declaration open state; at stands on '<', the next byte is '!'. */
static void scan_declaration(const struct tokenizer *t, struct token *out)
{
    struct rx_str rest = rx_str_sub(t->text, out->start + 2, t->text.n);
    if (rx_str_starts(rest, RX_STR("--"))) {
        out->end = scan_comment(t->text, out->start + 4);
    } else if (t->cdata && rx_str_starts(rest, RX_STR("[CDATA["))) {
        out->kind = TOKEN_CDATA;
        out->end = after(t->text, RX_STR("]]>"), out->start + 9);
    } else {
        out->end = after(t->text, RX_STR(">"), out->start + 2);
    }
}

/* Does markup begin at the '<' at i? */
static bool opens_markup(struct rx_str text, size_t i)
{
    if (i + 1 >= text.n)
        return false;
    char c = text.p[i + 1];
    return rx_is_alpha(c) || c == '!' || c == '?' || (c == '/' && i + 2 < text.n);
}

static void scan_markup(const struct tokenizer *t, struct token *out)
{
    char c = t->text.p[out->start + 1];
    if (rx_is_alpha(c)) {
        out->kind = TOKEN_START;
        scan_tag(t->text, out->start + 1, out);
    } else if (c == '/' && rx_is_alpha(t->text.p[out->start + 2])) {
        out->kind = TOKEN_END;
        scan_tag(t->text, out->start + 2, out);
    } else if (c == '!') {
        out->kind = TOKEN_COMMENT;
        scan_declaration(t, out);
    } else {
        out->kind = TOKEN_COMMENT;
        out->end = after(t->text, RX_STR(">"), out->start + 1);
    }
}

/* ---- raw text ------------------------------------------------------------------------------ */

/* Is there "<name" or "</name" (as lead says) at i, ended as a tag name ends? */
static bool tag_at(struct rx_str text, size_t i, struct rx_str lead, struct rx_str name)
{
    struct rx_str rest = rx_str_sub(text, i, text.n);
    size_t need = lead.n + name.n;
    return rest.n > need && rx_str_starts(rest, lead) &&
           rx_str_istarts(rx_str_sub(rest, lead.n, rest.n), name) && ends_name(rest.p[need]);
}

static size_t plain_raw_end(struct rx_str text, size_t from, struct rx_str name)
{
    for (size_t i = from; i < text.n; i++) {
        ptrdiff_t hit = rx_str_chr(text, '<', i);
        if (hit < 0)
            return text.n;
        i = (size_t)hit;
        if (tag_at(text, i, RX_STR("</"), name))
            return i;
    }
    return text.n;
}

/* Script data states: inside "<!--" a nested <script> hides the next end tag. */
static size_t script_end(struct rx_str text, size_t from)
{
    const struct rx_str name = RX_STR("script");
    enum { DATA, ESCAPED, DOUBLE_ESCAPED } state = DATA;
    for (size_t i = from; i < text.n; i++) {
        struct rx_str rest = rx_str_sub(text, i, i + 4);
        if (state == DATA) {
            ptrdiff_t hit = rx_str_chr(text, '<', i);
            if (hit < 0)
                return text.n;
            i = (size_t)hit;
            rest = rx_str_sub(text, i, i + 4);
        }
        if (text.p[i] == '-') {
            if (rx_str_starts(rest, RX_STR("-->")))
                state = DATA;
        } else if (text.p[i] == '<') {
            if (state == DATA && rx_str_eq(rest, RX_STR("<!--"))) {
                state = ESCAPED;
                i++; /* the dashes may themselves be the end: "<!-->" */
            } else if (tag_at(text, i, RX_STR("</"), name)) {
                if (state != DOUBLE_ESCAPED)
                    return i;
                state = ESCAPED;
            } else if (state == ESCAPED && tag_at(text, i, RX_STR("<"), name)) {
                state = DOUBLE_ESCAPED;
            }
        }
    }
    return text.n;
}

static size_t raw_end(const struct tokenizer *t)
{
    if (t->raw_tag == TAG_PLAINTEXT)
        return t->text.n;
    if (t->raw_tag == TAG_SCRIPT)
        return script_end(t->text, t->at);
    return plain_raw_end(t->text, t->at, t->raw);
}

void token_raw(struct tokenizer *t, const struct token *tok)
{
    if (tok->kind == TOKEN_START && (tok->row->flags & TAG_IS_RAW)) {
        t->raw = tok->name;
        t->raw_tag = (enum tag)tok->row->tag;
    }
}

bool token_next(struct tokenizer *t, struct token *out)
{
    if (t->at >= t->text.n)
        return false;
    *out = (struct token){.kind = TOKEN_TEXT, .start = t->at};
    if (t->raw.n) {
        out->end = raw_end(t);
        t->raw = (struct rx_str){0};
        if (out->end > out->start) {
            t->at = out->end;
            return true;
        }
    }
    size_t i = t->at;
    for (;;) {
        ptrdiff_t hit = rx_str_chr(t->text, '<', i);
        i = hit < 0 ? t->text.n : (size_t)hit;
        if (i >= t->text.n || opens_markup(t->text, i))
            break;
        i++;
    }
    out->end = i;
    if (i == t->at)
        scan_markup(t, out);
    t->at = out->end;
    return true;
}
