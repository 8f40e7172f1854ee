/* ip.c - see ip.h. */
#include "base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static const uint8_t v4_head[12] = {[10] = 0xff, [11] = 0xff};

bool rx_ip_is_v4(struct rx_ip ip)
{
    return memcmp(ip.b, v4_head, sizeof v4_head) == 0;
}

static struct rx_ip from_v4(const void *four_bytes)
{
    struct rx_ip ip;
    memcpy(ip.b, v4_head, sizeof v4_head);
    memcpy(ip.b + sizeof v4_head, four_bytes, 4);
    return ip;
}

int rx_ip_parse(struct rx_ip *out, struct rx_str text)
{
    char copy[RX_IP_TEXT];
    uint8_t bytes[16];
    if (text.n == 0 || text.n >= sizeof copy || memchr(text.p, '\0', text.n))
        return RX_EINVAL;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    if (inet_pton(AF_INET, copy, bytes) == 1)
        *out = from_v4(bytes);
    else if (inet_pton(AF_INET6, copy, bytes) == 1)
        memcpy(out->b, bytes, sizeof out->b);
    else
        return RX_EINVAL;
    return 0;
}

static struct rx_ip masked(struct rx_ip ip, unsigned bits)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned keep = bits >= 8 * (i + 1) ? 8 : bits > 8 * i ? bits - 8 * i : 0;
        ip.b[i] &= (uint8_t)(0xff00u >> keep);
    }
    return ip;
}

int rx_prefix_parse(struct rx_prefix *out, struct rx_str text)
{
    struct rx_str address, length;
    struct rx_ip ip;
    bool has_length = rx_str_cut(text, '/', &address, &length);
    if (rx_ip_parse(&ip, address))
        return RX_EINVAL;
    uint64_t most = rx_str_chr(address, ':', 0) < 0 ? 32 : 128, bits = most;
    if (has_length && (!rx_str_u64(length, &bits) || bits > most))
        return RX_EINVAL;
    bits += 128 - most;
    *out = (struct rx_prefix){masked(ip, (unsigned)bits), (uint8_t)bits};
    return 0;
}

bool rx_prefix_has(struct rx_prefix p, struct rx_ip ip)
{
    size_t whole = p.bits / 8;
    if (memcmp(p.ip.b, ip.b, whole) != 0)
        return false;
    unsigned rest = p.bits % 8;
    return rest == 0 || (p.ip.b[whole] ^ ip.b[whole]) >> (8 - rest) == 0;
}

static unsigned group_at(struct rx_ip ip, unsigned i)
{
    return (unsigned)ip.b[2 * i] << 8 | ip.b[2 * i + 1];
}

void rx_ip6_text(char out[RX_IP_TEXT], struct rx_ip ip)
{
    unsigned best = 8, best_n = 1; /* a single zero group is not compressed */
    for (unsigned i = 0; i < 8; i++) {
        unsigned n = 0;
        while (i + n < 8 && group_at(ip, i + n) == 0)
            n++;
        if (n > best_n) {
            best = i;
            best_n = n;
        }
        i += n;
    }
    size_t used = 0;
    for (unsigned i = 0; i < 8; i++) {
        if (i == best) {
            out[used++] = ':';
            if (i == 0)
                out[used++] = ':';
            i += best_n - 1;
            continue;
        }
        used += (size_t)snprintf(out + used, RX_IP_TEXT - used, "%x%s", group_at(ip, i),
                                 i < 7 ? ":" : "");
    }
    out[used] = '\0';
}

void rx_ip_text(char out[RX_IP_TEXT], struct rx_ip ip)
{
    if (rx_ip_is_v4(ip))
        (void)snprintf(out, RX_IP_TEXT, "%u.%u.%u.%u", ip.b[12], ip.b[13], ip.b[14], ip.b[15]);
    else
        rx_ip6_text(out, ip);
}

int rx_ip_from_sockaddr(struct rx_ip *out, const struct sockaddr *sa)
{
    /* Copied, because a struct sockaddr need not be aligned for the wider types. */
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        *out = from_v4(&in.sin_addr);
        return 0;
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        memcpy(out->b, &in6.sin6_addr, sizeof out->b);
        return 0;
    }
    return RX_EINVAL;
}

socklen_t rx_ip_to_sockaddr(struct sockaddr_storage *out, struct rx_ip ip, uint16_t port)
{
    memset(out, 0, sizeof *out);
    if (rx_ip_is_v4(ip)) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&in.sin_addr, ip.b + sizeof v4_head, 4);
        memcpy(out, &in, sizeof in);
        return sizeof in;
    }
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&in6.sin6_addr, ip.b, sizeof ip.b);
    memcpy(out, &in6, sizeof in6);
    return sizeof in6;
}
