/* srcdoc.c - the words of a page that stands whole in an attribute of a frame (element.h). Only its
 * texts are taken, to be counted; what identifies somebody in it is found in the attribute itself,
 * and quoted from there. The attribute's own character references are read by then; those that the
 * inner page has are read here. */
#include "crawler/parse/element.h"
#include "crawler/parse/text.h"
#include "crawler/parse/token.h"

enum { TOKENS_MAX = 20000 };

static void add_text(struct build *b, struct rx_str slice)
{
    struct doc_span span = {.text = slice};
    struct rx_buf work = RX_BUF(slice.n * 3 + 64); /* an invalid byte becomes three */
    if (build_is_blank(slice))
        return;
    if (!text_is_plain(slice, false)) {
        b->failed |= text_decode(&work, slice, TEXT_DATA) != 0;
        span.text = rx_arena_dup(b->arena, rx_buf_str(&work));
        b->failed |= span.text.p == NULL;
        rx_buf_free(&work);
    }
    build_framed(b, span);
}

void element_srcdoc(struct build *b, const struct element *el)
{
    struct tokenizer t = {.text = element_value(el, "srcdoc").text};
    struct token tok;
    bool raw = false; /* a script's or style's text comes next */
    if (b->hidden)
        return;
    for (size_t n = 0; !b->failed && token_next(&t, &tok); n++) {
        if (n == TOKENS_MAX) {
            b->doc.cut = true;
            return;
        }
        if (tok.kind == TOKEN_TEXT && !raw)
            add_text(b, rx_str_sub(t.text, tok.start, tok.end));
        raw = tok.kind == TOKEN_START && (tok.row->flags & TAG_IS_RAW) != 0;
        token_raw(&t, &tok);
    }
}
