/* asn.c - see asn.h. Text is read whole and sorted; a MaxMind database is asked by its library. */
#include "crawler/net/asn.h"

#include "base/buf.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 256 << 20, COLUMNS_MAX = 5 };

struct range {
    struct rx_ip first, last;
    uint32_t number;
    char country[3];
    struct rx_str name; /* in the text */
};

struct asn_table {
    MMDB_s db;
    bool is_db;
    struct rx_buf text;
    struct range *ranges; /* by first address */
    size_t count, cap;
};

/* ---- text --------------------------------------------------------------------------------------
 */

static int read_whole(struct rx_buf *out, const char *path, struct rx_err *err)
{
    FILE *f = fopen(path, "rbe");
    int rc = f ? RX_OK : rx_fail_errno(err, RX_EUSAGE, errno, "%s: cannot open it", path);
    while (!rc) {
        enum { PIECE = 1 << 16 };
        char *room = rx_buf_room(out, PIECE);
        const size_t got = room ? fread(room, 1, PIECE, f) : 0;
        out->n += got;
        if (!room)
            rc = rx_fail(err, RX_EUSAGE, "%s: is over %d bytes", path, FILE_BYTES_MAX);
        else if (got == 0)
            break;
    }
    if (!rc && ferror(f))
        rc = rx_fail_errno(err, RX_EIO, errno, "%s: cannot read it", path);
    if (f && fclose(f) != 0 && !rc)
        rc = rx_fail_errno(err, RX_EIO, errno, "%s: cannot read it", path);
    return rc;
}

static int by_first(const void *a, const void *b)
{
    return memcmp(((const struct range *)a)->first.b, ((const struct range *)b)->first.b,
                  sizeof((const struct range *)a)->first.b);
}

static size_t split(struct rx_str columns[COLUMNS_MAX], struct rx_str line)
{
    size_t n = 0;
    for (bool more = true; more && n < COLUMNS_MAX; n++)
        more = rx_str_cut(line, '\t', &columns[n], &line);
    return n;
}

/* What a network's last address is. */
static struct rx_ip end_of(struct rx_prefix p)
{
    for (unsigned bit = p.bits; bit < 128; bit++)
        p.ip.b[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    return p.ip;
}

static bool read_country(char out[3], struct rx_str text)
{
    if (text.n != 2)
        return text.n == 0 || rx_str_eq(text, RX_STR("-")) || rx_str_ieq(text, RX_STR("None"));
    for (size_t i = 0; i < 2; i++) {
        const char c = rx_lower(text.p[i]);
        if (c < 'a' || c > 'z')
            return false;
        out[i] = (char)(c - 'a' + 'A');
    }
    out[2] = '\0';
    return true;
}

/* Why a row cannot stand, or NULL. */
static const char *read_row(struct range *r, struct rx_str line)
{
    struct rx_str columns[COLUMNS_MAX] = {{0}};
    struct rx_prefix prefix;
    uint64_t number = 0;
    const size_t count = split(columns, line);
    const bool is_range = rx_ip_parse(&r->first, columns[0]) == RX_OK && count > 1 &&
                          rx_ip_parse(&r->last, columns[1]) == RX_OK;
    if (!is_range) {
        if (rx_prefix_parse(&prefix, columns[0]))
            return "begins with no network: FIRST and LAST address, or ADDRESS/BITS";
        r->first = prefix.ip;
        r->last = end_of(prefix);
    }
    const size_t at = is_range ? 2 : 1;
    if (memcmp(r->first.b, r->last.b, sizeof r->first.b) > 0)
        return "the last address stands before the first";
    const struct rx_str text = count > at ? columns[at] : (struct rx_str){0};
    if (text.n > 0 && !rx_str_eq(text, RX_STR("-")) &&
        (!rx_str_u64(text, &number) || number > UINT32_MAX))
        return "the number of an autonomous system is a number";
    if (count > at + 1 && !read_country(r->country, columns[at + 1]))
        return "a country is two letters";
    r->number = (uint32_t)number;
    r->name =
        count > at + 2 ? rx_str_sub(columns[at + 2], 0, ASN_NAME_BYTES - 1) : (struct rx_str){0};
    if (rx_str_eq(r->name, RX_STR("-")))
        r->name.n = 0;
    return NULL;
}

static int add_row(struct asn_table *t, const struct range *r)
{
    if (t->count == t->cap) {
        const size_t cap = t->cap ? 2 * t->cap : 1024;
        struct range *more = realloc(t->ranges, cap * sizeof *more);
        if (!more)
            return RX_ENOMEM;
        t->ranges = more;
        t->cap = cap;
    }
    t->ranges[t->count++] = *r;
    return RX_OK;
}

static int open_text(struct asn_table *t, const char *path, struct rx_err *err)
{
    t->text = RX_BUF(FILE_BYTES_MAX);
    int rc = read_whole(&t->text, path, err);
    struct rx_str rest = rx_buf_str(&t->text);
    for (size_t number = 1; rest.n > 0 && !rc; number++) {
        struct rx_str line;
        struct range r = {0};
        rx_str_cut(rest, '\n', &line, &rest);
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        const char *wrong = read_row(&r, line);
        if (wrong)
            rc = rx_fail(err, RX_EUSAGE, "%s:%zu: %s", path, number, wrong);
        else if (add_row(t, &r))
            rc = rx_fail(err, RX_ENOMEM, "%s: no memory for it", path);
    }
    if (rc)
        return rc;
    if (t->count > 0)
        qsort(t->ranges, t->count, sizeof *t->ranges, by_first);
    for (size_t i = 1; i < t->count; i++)
        if (memcmp(t->ranges[i - 1].last.b, t->ranges[i].first.b, sizeof t->ranges[i].first.b) >=
            0) {
            char text[RX_IP_TEXT];
            rx_ip_text(text, t->ranges[i].first);
            return rx_fail(err, RX_EUSAGE, "%s: two rows hold %s", path, text);
        }
    return t->count > 0 ? RX_OK : rx_fail(err, RX_EUSAGE, "%s: has no rows", path);
}

static void find_in_text(struct asn_answer *out, const struct asn_table *t, struct rx_ip ip)
{
    size_t low = 0, high = t->count; /* the first range that begins behind ip */
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (memcmp(t->ranges[mid].first.b, ip.b, sizeof ip.b) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    const struct range *r = low > 0 ? &t->ranges[low - 1] : NULL;
    if (!r || memcmp(r->last.b, ip.b, sizeof ip.b) < 0)
        return;
    if (r->number) {
        out->number = r->number;
        (void)snprintf(out->name, sizeof out->name, "%.*s", RX_FMT(r->name));
    }
    if (r->country[0])
        memcpy(out->country, r->country, sizeof out->country);
}

/* ---- MaxMind -----------------------------------------------------------------------------------
 */

static struct rx_str text_at(MMDB_entry_s *entry, const char *const *path)
{
    MMDB_entry_data_s data;
    if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING)
        return (struct rx_str){0};
    return rx_strn(data.utf8_string, data.data_size);
}

static void find_in_db(struct asn_answer *out, const struct asn_table *t, struct rx_ip ip)
{
    static const char *const number[] = {"autonomous_system_number", NULL};
    static const char *const name[] = {"autonomous_system_organization", NULL};
    static const char *const country[] = {"country", "iso_code", NULL};
    struct sockaddr_storage sa;
    MMDB_entry_data_s data;
    int wrong = 0;
    (void)rx_ip_to_sockaddr(&sa, ip, 0);
    if (sa.ss_family == AF_INET6 && t->db.metadata.ip_version == 4)
        return;
    MMDB_lookup_result_s hit =
        MMDB_lookup_sockaddr(&t->db, (const struct sockaddr *)(const void *)&sa, &wrong);
    if (wrong || !hit.found_entry)
        return;
    if (MMDB_aget_value(&hit.entry, &data, number) == MMDB_SUCCESS && data.has_data &&
        data.type == MMDB_DATA_TYPE_UINT32 && data.uint32 > 0) {
        out->number = data.uint32;
        (void)snprintf(out->name, sizeof out->name, "%.*s", RX_FMT(text_at(&hit.entry, name)));
    }
    (void)read_country(out->country, text_at(&hit.entry, country));
}

/* ---- both --------------------------------------------------------------------------------------
 */

int asn_open(struct asn_table **out, const char *path, struct rx_err *err)
{
    struct asn_table *t = calloc(1, sizeof *t);
    if (!t)
        return rx_fail(err, RX_ENOMEM, "%s: no memory for it", path);
    int rc;
    if (rx_str_ends(rx_str(path), RX_STR(".mmdb"))) {
        const int status = MMDB_open(path, MMDB_MODE_MMAP, &t->db);
        t->is_db = status == MMDB_SUCCESS;
        rc = t->is_db ? RX_OK : rx_fail(err, RX_EUSAGE, "%s: %s", path, MMDB_strerror(status));
    } else {
        rc = open_text(t, path, err);
    }
    if (rc)
        asn_free(t);
    else
        *out = t;
    return rc;
}

void asn_free(struct asn_table *t)
{
    if (!t)
        return;
    if (t->is_db)
        MMDB_close(&t->db);
    rx_buf_free(&t->text);
    free(t->ranges);
    free(t);
}

void asn_find(struct asn_answer *out, const struct asn_table *t, struct rx_ip ip)
{
    (t->is_db ? find_in_db : find_in_text)(out, t, ip);
}
