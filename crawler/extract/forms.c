/* forms.c - the names of form fields (families.h). Visible design changes from brand to brand; the
 * names that the engine reads stay. Names of common programs are left out (common.tsv, "field"),
 * and names that are made anew for each page. */
#include "crawler/extract/common.h"
#include "crawler/extract/families.h"

#include "base/digest.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_MAX_BYTES = 50, NAME_MIN_BYTES = 3, SET_LEAST = 5, SET_MOST = 64, LIST_MAX = 160 };

struct name {
    char text[NAME_MAX_BYTES + 1];
    size_t n;
};

static struct rx_str view(const struct name *name)
{
    return rx_strn(name->text, name->n);
}

/* A token: a long run of hexadecimal digits, or many digits. */
static bool is_random(struct rx_str s)
{
    size_t digits = 0, hex = 0, longest = 0;
    bool run_digit = false;
    for (size_t i = 0; i < s.n; i++) {
        digits += rx_is_digit(s.p[i]);
        bool is_hex = rx_hex(s.p[i]) >= 0;
        run_digit = is_hex && (run_digit || rx_is_digit(s.p[i]));
        hex = is_hex ? hex + 1 : 0;
        if (run_digit && hex > longest)
            longest = hex;
    }
    return digits > 4 || longest >= 8;
}

static bool is_quote(char c)
{
    return c == '`' || c == '\'' || c == '"';
}

/* Quotes at its ends are what was left of somebody's mending of the markup. */
static struct rx_str bare(struct rx_str raw)
{
    raw = rx_str_trim(raw);
    while (raw.n > 0 && is_quote(raw.p[0]))
        raw = rx_str_sub(raw, 1, raw.n);
    while (raw.n > 0 && is_quote(raw.p[raw.n - 1]))
        raw.n--;
    return raw;
}

/* Lower case, an index "[12]" as "[]". False: nothing that an engine's author chose. */
static bool normalise(struct name *out, struct rx_str raw)
{
    raw = bare(raw);
    out->n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        if (out->n == NAME_MAX_BYTES)
            return false;
        out->text[out->n++] = rx_lower(raw.p[i]);
        if (raw.p[i] != '[')
            continue;
        size_t close = i + 1;
        while (close < raw.n && rx_is_digit(raw.p[close]))
            close++;
        if (close < raw.n && raw.p[close] == ']')
            i = close - 1;
    }
    size_t letters = 0;
    for (size_t i = 0; i < out->n; i++) {
        unsigned char ch = (unsigned char)out->text[i];
        if (ch <= ' ' || ch == 0x7f || ch == '{' || ch == '<' || ch == '%')
            return false;
        letters += rx_is_alpha(out->text[i]) || ch >= 0x80;
    }
    return out->n >= NAME_MIN_BYTES && letters >= 2 && !is_random(view(out));
}

static bool is_rare(const struct collect *c, const struct name *name)
{
    return !common_has(c->common, "field", view(name));
}

static int by_name(const void *a, const void *b)
{
    return rx_str_cmp(view(a), view(b));
}

/* The form's set of names: sorted, each once. Returns their number; 0 if there are too few. */
static size_t set_of(struct name *set, const struct collect *c, const struct doc_form *form)
{
    size_t n = 0;
    for (size_t i = 0; i < form->fields && n < SET_MOST; i++) {
        struct name *name = &set[n];
        if (normalise(name, c->doc->fields[form->first_field + i].name.text) && is_rare(c, name))
            n++;
    }
    qsort(set, n, sizeof *set, by_name);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || by_name(&set[kept - 1], &set[i]) != 0)
            set[kept++] = set[i];
    return kept >= SET_LEAST ? kept : 0;
}

/* "a,b,c", readable in a statement; a long list ends in a hash of the whole. */
static void put_set(struct collect *c, const struct doc_form *form)
{
    struct name set[SET_MOST];
    size_t n = set_of(set, c, form);
    if (n == 0)
        return;
    char list[SET_MOST * (NAME_MAX_BYTES + 1)];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            list[used++] = ',';
        memcpy(list + used, set[i].text, set[i].n);
        used += set[i].n;
    }
    if (used > LIST_MAX) {
        uint64_t hash = rx_hash64(rx_strn(list, used));
        char tail[24];
        int tail_n = snprintf(tail, sizeof tail, "~%016llx", (unsigned long long)hash);
        memcpy(list + LIST_MAX, tail, (size_t)tail_n);
        used = LIST_MAX + (size_t)tail_n;
    }
    struct sight at = {.place = RX_PLACE_FORM};
    for (size_t i = 0; i < form->fields && at.raw.n == 0; i++) {
        struct name name;
        const struct doc_field *field = &c->doc->fields[form->first_field + i];
        if (normalise(&name, field->name.text) && is_rare(c, &name))
            at = collect_sight(c, field->name, RX_PLACE_FORM);
    }
    at.hidden |= form->hidden;
    collect_put(c, "form.fields", rx_strn(list, used), &at);
}

static void put_name(struct collect *c, struct doc_span span, bool hidden)
{
    struct name name;
    if (!normalise(&name, span.text) || !is_rare(c, &name))
        return;
    struct sight at = collect_sight(c, span, RX_PLACE_FORM);
    at.hidden |= hidden;
    collect_put(c, "form.field", view(&name), &at);
}

void forms_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    const struct doc *d = c->doc;
    for (size_t i = 0; i < d->form_count; i++)
        put_set(c, &d->forms[i]);
    for (size_t i = 0; i < d->field_count; i++)
        put_name(c, d->fields[i].name.text.n ? d->fields[i].name : d->fields[i].id,
                 d->fields[i].hidden);
    for (size_t i = 0; i < d->form_count; i++)
        put_name(c, d->forms[i].name.text.n ? d->forms[i].name : d->forms[i].id,
                 d->forms[i].hidden);
}
