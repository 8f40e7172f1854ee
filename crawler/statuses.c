/* statuses.c - see statuses.h. */
#include "crawler/statuses.h"

static bool number(unsigned *out, struct rx_str text)
{
    uint64_t n = 0;
    if (!rx_str_u64(text, &n) || n < STATUSES_LEAST || n > STATUSES_MOST)
        return false;
    *out = (unsigned)n;
    return true;
}

/* "404", "404-410", "4xx". */
static bool range(unsigned *first, unsigned *last, struct rx_str text)
{
    struct rx_str head, tail;
    if (text.n == 3 && text.p[0] >= '1' && text.p[0] <= '5' &&
        rx_str_ieq(rx_str_sub(text, 1, 3), RX_STR("xx"))) {
        *first = (unsigned)(text.p[0] - '0') * 100;
        *last = *first + 99;
        return true;
    }
    if (!rx_str_cut(text, '-', &head, &tail))
        tail = head;
    return number(first, rx_str_trim(head)) && number(last, rx_str_trim(tail)) && *first <= *last;
}

int statuses_parse(struct statuses *out, struct rx_str list)
{
    *out = (struct statuses){0};
    struct rx_str rest = rx_str_trim(list), item;
    bool more = rest.n > 0;
    while (more) {
        unsigned first = 0, last = 0;
        more = rx_str_cut(rest, ',', &item, &rest);
        if (!range(&first, &last, rx_str_trim(item)))
            return RX_EINVAL;
        for (unsigned status = first; status <= last; status++)
            out->wanted[status] = true;
        out->some = true;
    }
    return RX_OK;
}

bool statuses_has(const struct statuses *s, unsigned status)
{
    if (!s->some || status / 100 == 3)
        return true;
    return status <= STATUSES_MOST && s->wanted[status];
}
