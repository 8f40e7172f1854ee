/* What a response says with its head alone: redirects, refreshes and cookies of answers whose body
 * is empty or no page; each quote is checked as `verify` checks it. */
#include "base/buf.h"
#include "crawler/jail/reading.h"
#include "tests/unit/reader_tools.h"

#include <stdlib.h>

enum { ARENA_BYTES = 64 << 20 };

static const struct mark *find(const struct marks *marks, const char *cls, const char *value)
{
    for (size_t i = 0; i < marks->count; i++)
        if (strcmp(marks->items[i].cls->name, cls) == 0 &&
            (!value || rx_str_eq(marks->items[i].value, rx_str(value))))
            return &marks->items[i];
    return NULL;
}

/* The mark stands where it says, by the reader of citations too. */
static bool is_there(const struct read_job *job, const struct mark *m)
{
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct rx_buf cites = RX_BUF(4096);
    struct read_cite cite = {.place = m->place,
                             .offset = m->offset,
                             .length = m->length,
                             .raw = m->raw,
                             .cls = rx_str(m->cls->name),
                             .value = m->value};
    struct read_job again = *job;
    struct reading r;
    struct rx_err err;
    assert_int_equal(reading_cite_pack(&cites, &cite), 0);
    again.kind = READ_CITES;
    again.cites = rx_buf_str(&cites);
    assert_int_equal(reading_make(&r, &arena, NULL, &again, &err), 0);
    bool there = r.status == READ_OK && r.cites.n == 1 && r.cites.p[0];
    rx_buf_free(&cites);
    rx_arena_free(&arena);
    return there;
}

#define FOUND "HTTP/1.1 302 Found\r\nServer: nginx\r\n"
#define HTML "Content-Type: text/html\r\n"

/* "-CLASS": must not be there. */
static const struct {
    const char *path, *head, *body, *cls, *value, *raw;
} rows[] = {
    {"bestellen.php", FOUND "Location: https://zq-pay.net/in.php?wm=7702\r\n\r\n", "",
     "checkout.host", "zq-pay.net", "https://zq-pay.net/in.php?wm=7702"},
    {"in.php", FOUND HTML "location:  //zq-pay.net/warenkorb?wm=7702 \r\n\r\n", "", "checkout.host",
     "zq-pay.net", "//zq-pay.net/warenkorb?wm=7702"},
    {"in.php", FOUND "Location: https://zq-pay.net/zamowienie\r\n\r\n", "moved", "checkout.host",
     "zq-pay.net", "https://zq-pay.net/zamowienie"},
    {"in.php", FOUND "Location: https://zq-pay.net/home\r\n\r\n", "", "-checkout.host", NULL, NULL},
    {"checkout", FOUND "Location: https://www.paypal.com/pay\r\n\r\n", "", "-checkout.host", NULL,
     NULL},
    {"checkout", FOUND "Location: /cart/2\r\n\r\n", "", "-checkout.host", NULL, NULL},
    {"go", FOUND "Location: https://zq-pay.net/?aff=1418\r\n\r\n", "", "redirect.host",
     "zq-pay.net", "https://zq-pay.net/?aff=1418"},
    {"go", FOUND "Location: https://zq-pay.net/?aff=1418\r\n\r\n", "", "affiliate",
     "zq-pay.net|aff|1418", "https://zq-pay.net/?aff=1418"},
    {"go",
     "HTTP/2 308\r\nContent-Type: image/gif\r\nLocation: https://zq-pay.net/?aff=1418\r\n\r\n",
     "GIF89a", "affiliate", "zq-pay.net|aff|1418", "https://zq-pay.net/?aff=1418"},
    {"go", FOUND HTML "Location: /x\r\n\r\n", "<base href='https://zq-pay.net/'>moved",
     "-redirect.host", NULL, NULL},
    {"go", FOUND "Location: ftp://zq-pay.net/\r\n\r\n", "", "-redirect.host", NULL, NULL},
    {"go", "HTTP/1.1 200 OK\r\nLocation: https://zq-pay.net/\r\n\r\n", "", "-redirect.host", NULL,
     NULL},
    {"go", "HTTP/1.1 200 OK\r\n" HTML "Refresh: 0; url=https://zq-pay.net/?aff=1418\r\n\r\n", "",
     "affiliate", "zq-pay.net|aff|1418", "0; url=https://zq-pay.net/?aff=1418"},
    {"go", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nRefresh: 0;https://zq-pay.net/\r\n\r\n",
     "wait", "redirect.host", "zq-pay.net", "0;https://zq-pay.net/"},
    {"go", FOUND "Set-Cookie: rx_basket=1; path=/\r\nLocation: /x\r\n\r\n", "", "cookie.name",
     "rx_basket", NULL},
    {"go", FOUND "Set-Cookie: aff=1418\r\nLocation: /x\r\n\r\n", "", "affiliate",
     "pills4all.com|aff|1418", "aff=1418"},
    {"order", FOUND "Set-Cookie: aff=1418\r\nLocation: https://zq-pay.net/\r\n\r\n", "",
     "affiliate", "zq-pay.net|aff|1418", "aff=1418"},
};

static void heads_are_read(void **state)
{
    const struct tools *t = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct rx_buf url = RX_BUF(200);
        struct reading r;
        struct rx_err err;
        bool unwanted = rows[i].cls[0] == '-';
        assert_int_equal(rx_buf_addf(&url, "https://www.pills4all.com/%s", rows[i].path), 0);
        const struct read_job job = {.kind = READ_PAGE,
                                     .url = rx_buf_str(&url),
                                     .head = rx_str(rows[i].head),
                                     .received = rx_str(rows[i].body)};
        assert_int_equal(reading_make(&r, &arena, t->x, &job, &err), 0);
        const struct mark *m = find(&r.marks, rows[i].cls + unwanted, rows[i].value);
        if ((m != NULL) == unwanted)
            fail_msg("row %zu: %s %s", i, rows[i].cls, m ? "is there" : "is missing");
        if (m && (m->place != RX_PLACE_HEADER || !is_there(&job, m) ||
                  (rows[i].raw && !rx_str_eq(m->raw, rx_str(rows[i].raw)))))
            fail_msg("row %zu: quoted as %.*s", i, RX_FMT(m->raw));
        rx_buf_free(&url);
        rx_arena_free(&arena);
    }
}

static void redirects_are_a_sign(void **state)
{
    const struct tools *t = *state;
    static const struct {
        const char *head;
        uint32_t redirects;
    } signs[] = {
        {FOUND "Location: https://zq-pay.net/\r\n\r\n", 1},
        {FOUND "Location: https://pills4all.com/\r\n\r\n", 0},
        {FOUND "Location: http://[bad/\r\n\r\n", 0},
        {FOUND "\r\n", 0},
    };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        struct rx_arena arena = RX_ARENA(ARENA_BYTES);
        struct reading r;
        struct rx_err err;
        const struct read_job job = {.kind = READ_PAGE,
                                     .url = RX_STR("https://www.pills4all.com/"),
                                     .head = rx_str(signs[i].head)};
        assert_int_equal(reading_make(&r, &arena, t->x, &job, &err), 0);
        if (r.marks.signs.n[SIGN_REDIRECT] != signs[i].redirects)
            fail_msg("row %zu: %u", i, r.marks.signs.n[SIGN_REDIRECT]);
        rx_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read),
        cmocka_unit_test(redirects_are_a_sign),
    };
    return cmocka_run_group_tests(tests, tools_setup, tools_teardown);
}
