/* resolve_reply.c - see resolve_reply.h. */
#include "crawler/net/resolve_reply.h"

#include "crawler/facts/zone.h"

#include <ares.h>
#include <stdio.h>

enum {
    HEADER_BYTES = 12,
    RECORDS_MAX = 64, /* more are not looked at */
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    TYPE_MX = 15,
    TYPE_TXT = 16,
    TYPE_AAAA = 28,
    CLASS_IN = 1
};

struct record {
    char owner[RESOLVE_NAME_BYTES];
    unsigned type, class;
    uint32_t ttl_s;
    size_t data, data_bytes; /* in the message */
};

struct cursor {
    const unsigned char *p;
    size_t n, at;
};

static unsigned u16(const struct cursor *c, size_t at)
{
    return (unsigned)c->p[at] << 8 | c->p[at + 1];
}

/* Expands the name at `at`; returns the bytes it takes there, 0 if it is none. */
static size_t name_at(const struct cursor *c, size_t at, char out[RESOLVE_NAME_BYTES])
{
    char *name = NULL;
    long bytes = 0;
    if (at >= c->n || ares_expand_name(c->p + at, c->p, (int)c->n, &name, &bytes) != ARES_SUCCESS)
        return 0;
    int n = snprintf(out, RESOLVE_NAME_BYTES, "%s", name);
    ares_free_string(name);
    return n >= 0 && n < RESOLVE_NAME_BYTES && bytes > 0 ? (size_t)bytes : 0;
}

static bool next_record(struct cursor *c, struct record *r)
{
    size_t name = name_at(c, c->at, r->owner);
    if (name == 0 || c->n - c->at < name + 10)
        return false;
    size_t at = c->at + name;
    r->type = u16(c, at);
    r->class = u16(c, at + 2);
    r->ttl_s = (uint32_t)u16(c, at + 4) << 16 | u16(c, at + 6);
    r->data_bytes = u16(c, at + 8);
    r->data = at + 10;
    if (c->n - r->data < r->data_bytes)
        return false;
    c->at = r->data + r->data_bytes;
    return true;
}

static bool skip_questions(struct cursor *c)
{
    char name[RESOLVE_NAME_BYTES];
    c->at = HEADER_BYTES;
    for (unsigned left = u16(c, 4); left > 0; left--) {
        size_t bytes = name_at(c, c->at, name);
        if (bytes == 0 || c->n - c->at < bytes + 4)
            return false;
        c->at += bytes + 4;
    }
    return true;
}

static bool same_name(const char *a, const char *b)
{
    struct rx_str x = rx_str(a), y = rx_str(b);
    if (x.n && x.p[x.n - 1] == '.')
        x.n--;
    if (y.n && y.p[y.n - 1] == '.')
        y.n--;
    return rx_str_ieq(x, y);
}

static void add_address(struct resolve_reply *out, const struct cursor *c, const struct record *r)
{
    bool v4 = r->type == TYPE_A && r->data_bytes == 4;
    if ((!v4 && !(r->type == TYPE_AAAA && r->data_bytes == 16)) ||
        out->ip_count == RESOLVE_REPLY_ADDRESSES)
        return;
    struct rx_ip ip = {.b = {[10] = 0xff, [11] = 0xff}};
    memcpy(v4 ? ip.b + 12 : ip.b, c->p + r->data, r->data_bytes);
    out->ips[out->ip_count++] = ip;
    out->ttl_s = r->ttl_s < out->ttl_s ? r->ttl_s : out->ttl_s;
}

/* Walks the answer once per link of the chain: records may stand in any order. */
static bool follow(struct resolve_reply *out, struct cursor c, unsigned records, const char *host,
                   bool addresses)
{
    struct record r;
    for (unsigned i = 0; i < records; i++) {
        if (!next_record(&c, &r))
            return false;
        if (r.class != CLASS_IN || !same_name(r.owner, host))
            continue;
        if (addresses) {
            add_address(out, &c, &r);
        } else if (r.type == TYPE_CNAME) {
            if (name_at(&c, r.data, out->chain[out->chain_count]) == 0)
                return false;
            out->chain_count++;
            out->ttl_s = r.ttl_s < out->ttl_s ? r.ttl_s : out->ttl_s;
            return true;
        }
    }
    return true;
}

int resolve_reply_read(struct resolve_reply *out, struct rx_str message, const char *host)
{
    struct resolve_reply made = {.ttl_s = UINT32_MAX};
    struct cursor c = {(const unsigned char *)message.p, message.n, 0};
    if (message.n < HEADER_BYTES || message.n > 65535 || !skip_questions(&c))
        return RX_EINVAL;
    unsigned records = u16(&c, 6);
    if (records > RECORDS_MAX)
        records = RECORDS_MAX;
    size_t before = SIZE_MAX;
    while (made.chain_count != before && made.chain_count < RESOLVE_REPLY_LINKS) {
        before = made.chain_count;
        if (!follow(&made, c, records, before ? made.chain[before - 1] : host, false))
            return RX_EINVAL;
    }
    const char *last = made.chain_count ? made.chain[made.chain_count - 1] : host;
    if (!follow(&made, c, records, last, true))
        return RX_EINVAL;
    *out = made;
    return 0;
}

/* ---- records as lines of a zone file -----------------------------------------------------------
 */

/* Names come from the library with what is no letter of a host name escaped, but for the blank: a
 * line must not fall into other words than were sent. */
static bool is_plain(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name <= ' ' || *name == '"' || *name == ';')
            return false;
    return true;
}

static int add_names(struct rx_buf *out, const struct cursor *c, const struct record *r,
                     const char *type)
{
    char first[RESOLVE_NAME_BYTES], second[RESOLVE_NAME_BYTES];
    const size_t bytes = name_at(c, r->data, first);
    if (bytes == 0 || !is_plain(first))
        return RX_OK;
    if (r->type == TYPE_NS)
        return rx_buf_addf(out, "%s. %u IN %s %s.\r\n", r->owner, r->ttl_s, type, first);
    const size_t more = bytes < r->data_bytes ? name_at(c, r->data + bytes, second) : 0;
    if (more == 0 || !is_plain(second) || r->data_bytes < bytes + more + 20)
        return RX_OK;
    const size_t at = r->data + bytes + more;
    return rx_buf_addf(out, "%s. %u IN %s %s. %s. %u\r\n", r->owner, r->ttl_s, type, first, second,
                       u16(c, at) << 16 | u16(c, at + 2));
}

static int add_mx(struct rx_buf *out, const struct cursor *c, const struct record *r)
{
    char name[RESOLVE_NAME_BYTES];
    if (r->data_bytes < 3 || name_at(c, r->data + 2, name) == 0 || !is_plain(name))
        return RX_OK;
    return rx_buf_addf(out, "%s. %u IN MX %u %s.\r\n", r->owner, r->ttl_s, u16(c, r->data), name);
}

/* RFC 1035 section 5.1: \DDD for what is not printable, so that a line stays a line. */
static int add_txt(struct rx_buf *out, const struct cursor *c, const struct record *r)
{
    int rc = rx_buf_addf(out, "%s. %u IN TXT", r->owner, r->ttl_s);
    for (size_t at = r->data, end = r->data + r->data_bytes; at < end && !rc;) {
        size_t bytes = c->p[at++];
        rc = rx_buf_add(out, RX_STR(" \""));
        for (; bytes > 0 && at < end && !rc; bytes--, at++) {
            const unsigned char b = c->p[at];
            if (b == '"' || b == '\\')
                rc = rx_buf_addf(out, "\\%c", b);
            else
                rc = b < ' ' || b > '~' ? rx_buf_addf(out, "\\%03u", b) : rx_buf_addc(out, (char)b);
        }
        rc = rc ? rc : rx_buf_addc(out, '"');
    }
    return rc ? rc : rx_buf_add(out, RX_STR("\r\n"));
}

static int add_line(struct rx_buf *out, const struct cursor *c, const struct record *r)
{
    switch (r->type) {
    case TYPE_TXT:
        return add_txt(out, c, r);
    case TYPE_MX:
        return add_mx(out, c, r);
    default:
        return add_names(out, c, r, zone_type_name(r->type));
    }
}

int resolve_reply_zone(struct rx_buf *out, struct rx_str message, const char *domain, unsigned type)
{
    struct cursor c = {(const unsigned char *)message.p, message.n, 0};
    const size_t before = out->n;
    if (message.n < HEADER_BYTES || message.n > 65535 || !skip_questions(&c))
        return RX_EINVAL;
    int rc = RX_OK;
    unsigned kept = 0;
    for (unsigned left = u16(&c, 6); left > 0 && kept < ZONE_RECORDS_MAX && !rc; left--) {
        struct record r;
        if (!next_record(&c, &r)) {
            rc = RX_EINVAL;
        } else if (r.class == CLASS_IN && r.type == type && is_plain(r.owner) &&
                   same_name(r.owner, domain)) {
            rc = add_line(out, &c, &r);
            kept++;
        }
    }
    if (rc)
        out->n = before;
    return rc;
}
