/* srcdoc.c - the words of a page that stands whole in an attribute of a frame (element.h). Only its
 * texts are taken, to be counted; what identifies somebody in it is found in the attribute itself,
 * and quoted from there. */
#include "crawler/parse/element.h"
#include "crawler/parse/token.h"

enum { TOKENS_MAX = 20000 };

void element_srcdoc(struct build *b, const struct element *el)
{
    struct tokenizer t = {.text = element_value(el, "srcdoc").text};
    struct token tok;
    bool raw = false; /* a script's or style's text comes next */
    if (b->hidden)
        return;
    for (size_t n = 0; n < TOKENS_MAX && !b->failed && token_next(&t, &tok); n++) {
        struct doc_span text = {.text = rx_str_sub(t.text, tok.start, tok.end)};
        if (tok.kind == TOKEN_TEXT && !raw && rx_str_trim(text.text).n > 0)
            build_framed(b, text);
        raw = tok.kind == TOKEN_START && (tok.row->flags & TAG_IS_RAW) != 0;
        token_raw(&t, &tok);
    }
}
