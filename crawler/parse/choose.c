/* choose.c - which reader reads a page. By the URL alone: the same page is read the same way in a
 * crawl, by any worker, and in replay. */
#include "crawler/parse/parse.h"

extern const unsigned char parse_data_structure[];
extern const size_t parse_data_structure_bytes;

/* What stands between the host and the query. */
static struct rx_str path_of(struct rx_str url)
{
    ptrdiff_t scheme = rx_str_find(url, RX_STR("://"), 0);
    ptrdiff_t from = rx_str_chr(url, '/', scheme < 0 ? 0 : (size_t)scheme + 3);
    size_t to = from < 0 ? 0 : (size_t)from;
    while (to < url.n && url.p[to] != '?' && url.p[to] != '#')
        to++;
    return rx_str_sub(url, from < 0 ? 0 : (size_t)from, to);
}

static bool begins_in(struct rx_str path, struct rx_str word)
{
    for (size_t at = 0;;) {
        ptrdiff_t hit = rx_str_ifind(path, word, at);
        if (hit < 0)
            return false;
        if (hit == 0 || !rx_is_alpha(path.p[hit - 1]))
            return true;
        at = (size_t)hit + 1;
    }
}

bool parse_wants_tree(struct rx_str url)
{
    struct rx_str rest = rx_strn((const char *)parse_data_structure, parse_data_structure_bytes);
    struct rx_str path = path_of(url), word;
    if (path.n <= 1)
        return true;
    while (rest.n) {
        (void)rx_str_cut(rest, '\n', &word, &rest);
        if (word.n && word.p[0] != '#' && begins_in(path, word))
            return true;
    }
    return false;
}
