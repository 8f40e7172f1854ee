/* tags.c - see tags.h. Source: the HTML standard, sections 13.1.2 (kinds of elements), 13.2.4.2
 * (special elements and scopes), 13.2.6.4.7 (what closes a p) and 13.2.6.5 (foreign content).
 * Rows are sorted by name; a unit test holds them so. */
#include "crawler/parse/tags.h"

#include <endian.h>

static const struct tag_row rows[] = {
    {"a", TAG_A, 0},
    {"address", TAG_DIV, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"applet", TAG_SPECIAL, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"area", TAG_AREA, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"article", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"aside", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"b", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"base", TAG_BASE, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"basefont", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"bgsound", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"big", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"blockquote", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"body", TAG_BODY, TAG_IS_SPECIAL | TAG_BREAKS_OUT | TAG_NOT_COUNTED},
    {"br", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"button", TAG_BUTTON, TAG_IS_SPECIAL},
    {"caption", TAG_CAPTION, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"center", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"code", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"col", TAG_COL, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"colgroup", TAG_COL, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"dd", TAG_DD, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"desc", TAG_DESC, 0},
    {"details", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"dialog", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"dir", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"div", TAG_DIV, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"dl", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"dt", TAG_DT, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"em", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"embed", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"fieldset", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"figcaption", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"figure", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"font", TAG_FORMAT, TAG_IS_DROPPED},
    {"footer", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"foreignobject", TAG_SVG_HOLDER, 0},
    {"form", TAG_FORM, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"frame", TAG_FRAME, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"frameset", TAG_FRAMESET, TAG_IS_SPECIAL},
    {"h1", TAG_HEADING, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"h2", TAG_HEADING, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"h3", TAG_HEADING, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"h4", TAG_HEADING, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"h5", TAG_HEADING, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"h6", TAG_HEADING, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"head", TAG_HEAD, TAG_IS_SPECIAL | TAG_BREAKS_OUT | TAG_NOT_COUNTED},
    {"header", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"hgroup", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"hr", TAG_VOID, TAG_IS_VOID | TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"html", TAG_HTML, TAG_IS_SCOPE | TAG_IS_SPECIAL | TAG_NOT_COUNTED},
    {"i", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"iframe", TAG_IFRAME, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"image", TAG_IMG, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"img", TAG_IMG, TAG_IS_VOID | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"input", TAG_INPUT, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"keygen", TAG_INPUT, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"li", TAG_LI, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"link", TAG_LINK, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"listing", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"main", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"marquee", TAG_SPECIAL, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"math", TAG_MATH, 0},
    {"menu", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"meta", TAG_META, TAG_IS_VOID | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"mi", TAG_MATH_TEXT, 0},
    {"mn", TAG_MATH_TEXT, 0},
    {"mo", TAG_MATH_TEXT, 0},
    {"ms", TAG_MATH_TEXT, 0},
    {"mtext", TAG_MATH_TEXT, 0},
    {"nav", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"nobr", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"noembed", TAG_HIDDEN, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"noframes", TAG_HIDDEN, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"noscript", TAG_NOSCRIPT, TAG_IS_SPECIAL},
    {"object", TAG_SPECIAL, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"ol", TAG_LIST, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"optgroup", TAG_OPTGROUP, 0},
    {"option", TAG_OPTION, 0},
    {"p", TAG_P, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"param", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"plaintext", TAG_PLAINTEXT, TAG_IS_RAW | TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"pre", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"rb", TAG_RUBY_PART, 0},
    {"rp", TAG_RUBY_PART, 0},
    {"rt", TAG_RUBY_PART, 0},
    {"rtc", TAG_RUBY_PART, 0},
    {"ruby", TAG_OTHER, TAG_BREAKS_OUT},
    {"s", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"script", TAG_SCRIPT, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"search", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"section", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"select", TAG_SELECT, TAG_IS_SPECIAL},
    {"small", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"source", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"span", TAG_SPAN, TAG_BREAKS_OUT},
    {"strike", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"strong", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"style", TAG_STYLE, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"sub", TAG_OTHER, TAG_BREAKS_OUT},
    {"summary", TAG_SPECIAL, TAG_CLOSES_P | TAG_IS_SPECIAL},
    {"sup", TAG_OTHER, TAG_BREAKS_OUT},
    {"svg", TAG_SVG, 0},
    {"table", TAG_TABLE, TAG_CLOSES_P | TAG_IS_SCOPE | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"tbody", TAG_TBODY, TAG_IS_SPECIAL},
    {"td", TAG_TD, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"template", TAG_TEMPLATE, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"textarea", TAG_TEXTAREA, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"tfoot", TAG_TBODY, TAG_IS_SPECIAL},
    {"th", TAG_TD, TAG_IS_SCOPE | TAG_IS_SPECIAL},
    {"thead", TAG_TBODY, TAG_IS_SPECIAL},
    {"title", TAG_TITLE, TAG_IS_RAW | TAG_IS_SPECIAL},
    {"tr", TAG_TR, TAG_IS_SPECIAL},
    {"track", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"tt", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"u", TAG_FORMAT, TAG_BREAKS_OUT | TAG_IS_DROPPED},
    {"ul", TAG_LIST, TAG_CLOSES_P | TAG_IS_SPECIAL | TAG_BREAKS_OUT},
    {"var", TAG_OTHER, TAG_BREAKS_OUT},
    {"wbr", TAG_VOID, TAG_IS_VOID | TAG_IS_SPECIAL},
    {"xmp", TAG_RAW, TAG_IS_RAW | TAG_CLOSES_P | TAG_IS_SPECIAL},
};

static const struct tag_row other = {"", TAG_OTHER, 0};

/* Eight bytes of a name as a number: it sorts as they do. This is asked for every tag of a page. */
static uint64_t eight_of(const char *name)
{
    uint64_t eight;
    memcpy(&eight, name, sizeof eight);
    return be64toh(eight);
}

const struct tag_row *tag_find(struct rx_str name)
{
    char lower[TAG_NAME_BYTES] = {0};
    if (name.n == 0 || name.n >= sizeof lower)
        return &other;
    for (size_t i = 0; i < name.n; i++)
        lower[i] = rx_lower(name.p[i]);
    const uint64_t first = eight_of(lower), second = eight_of(lower + 8);
    size_t low = 0, high = sizeof rows / sizeof *rows;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const uint64_t row_first = eight_of(rows[middle].name),
                       row_second = eight_of(rows[middle].name + 8);
        if (first == row_first && second == row_second)
            return &rows[middle];
        if (first < row_first || (first == row_first && second < row_second))
            high = middle;
        else
            low = middle + 1;
    }
    return &other;
}

uint32_t tag_hash(struct rx_str name)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < name.n; i++)
        hash = (hash ^ (uint8_t)rx_lower(name.p[i])) * 16777619U;
    return hash;
}
