/* addresses.c - see addresses.h. */
#include "crawler/frontier/addresses.h"

#include <string.h>

static bool is_same(const struct rx_ip *a, const struct rx_ip *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static bool has_refused(const struct addresses *a, const struct rx_ip *ip)
{
    size_t i = 0;
    while (i < a->refused_count && !is_same(&a->refused[i], ip))
        i++;
    return i < a->refused_count;
}

static const struct rx_ip *fresh(const struct addresses *a, const struct rx_ip *ips, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!has_refused(a, &ips[i]))
            return &ips[i];
    return NULL;
}

const struct rx_ip *addresses_choose(const struct addresses *a, const struct rx_ip *ips,
                                     size_t count)
{
    const struct rx_ip *next = fresh(a, ips, count);
    for (size_t i = 0; i < count && a->has_served; i++)
        if (is_same(&ips[i], &a->served) && !has_refused(a, &ips[i]))
            return &ips[i];
    return next || count == 0 ? next : &ips[0];
}

void addresses_served(struct addresses *a, struct rx_ip ip)
{
    a->refused_count = 0;
    a->served = ip;
    a->has_served = true;
}

bool addresses_refused(struct addresses *a, struct rx_ip ip, const struct rx_ip *ips, size_t count)
{
    if (!has_refused(a, &ip) && a->refused_count < ADDRESSES_REFUSED)
        a->refused[a->refused_count++] = ip;
    if (a->refused_count < ADDRESSES_REFUSED && fresh(a, ips, count))
        return true;
    a->refused_count = 0;
    return false;
}
