/* URLs out of mails: other people's mails against what another reader found in them, and what a
 * hostile one may hold. */
#include "crawler/lists/finds.h"
#include "crawler/lists/mail.h"
#include "crawler/parse/parse.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FINDS_BYTES = 16 << 20 };

static int start(void **state)
{
    (void)state;
    struct rx_err err = {0};
    mail_init();
    return parse_init(&err);
}

static struct rx_buf read_mail(struct rx_str bytes)
{
    struct rx_buf finds = RX_BUF(FINDS_BYTES);
    struct rx_err err = {0};
    assert_int_equal(mail_read(&finds, bytes, NULL, NULL, &err), 0);
    return finds;
}

/* All finds of a kind, a line each. */
static struct rx_buf texts(struct rx_str bytes, enum find_kind kind)
{
    struct rx_buf finds = read_mail(bytes), out = RX_BUF(FINDS_BYTES);
    struct rx_str rest = rx_buf_str(&finds);
    struct find f;
    int rc;
    while ((rc = finds_next(&f, &rest)) > 0)
        if (f.kind == kind)
            assert_int_equal(rx_buf_addf(&out, "%.*s\n", (int)f.text.n, f.text.p), 0);
    assert_int_equal(rc, 0);
    rx_buf_free(&finds);
    return out;
}

/* ---- what a mail may look like --------------------------------------------------------------- */

#define HTML "Content-Type: text/html; charset=utf-8\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"
#define B64 "Content-Transfer-Encoding: base64\n"

static void test_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *mail, *urls;
    } rows[] = {
        {"From x Mon\nSubject: a\n\nsee http://pills.example/a, now\n", "http://pills.example/a\n"},
        {"Subject: a\nList-Unsubscribe: <http://no.example/>\n\nhello\n", ""},
        {"http://no-head.example/\nhttp://two.example/x.\n",
         "http://no-head.example/\nhttp://two.example/x\n"},
        {QP "\nhttp://qp.example/?a=3D1&b=3D=\n2 end\n", "http://qp.example/?a=1&b=2\n"},
        {B64 "\naHR0cDovL2I2NC5leGFtcGxlL3gK\n", "http://b64.example/x\n"},
        {HTML "\n<a href='http://a.example/?x=1&amp;y=2'>http://b.example/</a>\n",
         "http://a.example/?x=1&y=2\nhttp://b.example/\n"},
        {HTML "\n<a href=\"http://a.exam\nple/\t1\">x</a><img src=/local.gif>\n",
         "http://a.example/1\n"},
        {HTML "\n<style>a{b:url(http://no.example/)}</style><!-- http://no.example/ -->\n", ""},
        {"Content-Type: text/html; charset=utf-16le\n" B64
         "\naAB0AHQAcAA6AC8ALwB1AC4AZQB4AGEAbQBwAGwAZQAvAA==\n",
         "http://u.example/\n"},
        {"\nhxxp://defanged[.]example/x and http://half[.]example/\n",
         "hxxp://defanged[.]example/x\nhttp://half[.]example/\n"},
        {"\nhttp://twice.example/ http://twice.example/\n", "http://twice.example/\n"},
        {"Content-Type: multipart/mixed; boundary=\"b\"\n\nno http\n--b\n" HTML
         "Content-Description: =?koi8-r?B?8NLJ18XU?=\n\n<a href=http://in.example/>x</a>\n"
         "--b\nContent-Type: message/rfc822\n\nSubject: =?koi8-r?B?8NLJ18XU?=\n"
         "From: =?big5?B?8NLJ18XU?= <a@b>\n\nhttp://inner.example/\n--b--\n",
         "http://in.example/\nhttp://inner.example/\n"},
        {"Content-Type: multipart/alternative;\n boundary=\"=_x\"\n\n--=_x\n\nhttp://one.example/\n"
         "--=_x\nContent-Type: image/gif; name*=koi8-r''%f0%d2\n" B64 "\nAAAA\n--=_x--\n",
         "http://one.example/\n"},
        {"", ""},
        {"\n", ""},
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\n", ""},
        {"Content-Type: multipart/mixed\n\nhttp://lost.example/\n", ""},
        /* what a browser takes for an address */
        {HTML "\n<a href='http:\\\\a.example\\x'><a href=' \x01http:b.example'><a "
              "href='hTTp:/c.example'>",
         "http://a.example/x\nhttp://b.example/\nhttp://c.example/\n"},
        {HTML "\n<a href='http://a.example/my page.html'><a href='http://b.example/\x1bx'>",
         "http://a.example/my%20page.html\nhttp://b.example/%1Bx\n"},
        {HTML "\n<a href='http://a b.example/'><a href='ftp://c.example/'><a href='x y'>",
         "http://a b.example/\n"},
        {HTML "\n<a href='http://a[.]example/x'>", "http://a[.]example/x\n"},
        /* words under another name */
        {"Content-Type: application/octet-stream; name=x.html\n" B64
         "\nPGEgaHJlZj0naHR0cDovL2EuZXhhbXBsZS8nPng8L2E+Cg==\n",
         "http://a.example/\n"},
        {"Content-Type: text\n\nhttp://a.example/\n", "http://a.example/\n"},
        {"Content-Type: \n\nhttp://a.example/\n", "http://a.example/\n"},
        {"Content-Type: application/zip\n\nPK\x01\x02 http://a.example/\n", ""},
        {"Content-Type: image/svg\n\nhttp://a.example/\n", ""},
        {"Content-Type: text/plain; charset=no-such\n\nhttp://x.example/\n", "http://x.example/\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_buf urls = texts(rx_str(rows[i].mail), FIND_SEED);
        if (!rx_str_eq(rx_buf_str(&urls), rx_str(rows[i].urls)))
            fail_msg("row %zu: %s", i, urls.p ? urls.p : "(nothing)");
        rx_buf_free(&urls);
    }
}

static void test_subject(void **state)
{
    (void)state;
    static const struct {
        const char *mail, *title;
    } rows[] = {
        {"Subject: Cheap pills\n\n", "Cheap pills\n"},
        {"X: 1\nsubject:  =?iso-8859-1?Q?Caf=E9_?= now\n\n", "Caf\xC3\xA9  now\n"},
        {"Subject: =?koi8-r?B?8NLJ18XU?=\n\n",
         "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\n"},
        {"Subject: =?broken\n\n", "=?broken\n"},
        {"X: 1\n\nSubject: of the body\n", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_buf title = texts(rx_str(rows[i].mail), FIND_TITLE);
        if (!rx_str_eq(rx_buf_str(&title), rx_str(rows[i].title)))
            fail_msg("row %zu: %s", i, title.p ? title.p : "(nothing)");
        rx_buf_free(&title);
    }
}

/* Multiparts in multiparts and mails in mails, a thousand deep: no crash, and what lies within the
 * bounds is found. */
static void test_depth(void **state)
{
    (void)state;
    for (int mails = 0; mails < 2; mails++) {
        struct rx_buf mail = RX_BUF(1 << 20);
        assert_int_equal(rx_buf_add(&mail, RX_STR("Subject: deep\n")), 0);
        for (int i = 0; i < 1000; i++)
            assert_int_equal(
                rx_buf_addf(&mail,
                            mails ? "Content-Type: message/rfc822\n\nX-Level: %d\n"
                                  : "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n",
                            i, i),
                0);
        assert_int_equal(rx_buf_add(&mail, RX_STR("Content-Type: text/plain\n\nhttp://d.example/")),
                         0);
        struct rx_buf faults = texts(rx_buf_str(&mail), FIND_FAULT);
        if (mails)
            assert_true(rx_str_find(rx_buf_str(&faults), RX_STR("too deep"), 0) >= 0);
        rx_buf_free(&faults);
        rx_buf_free(&mail);
    }
}

static void test_caps(void **state)
{
    (void)state;
    struct rx_buf mail = RX_BUF(64 << 20);
    assert_int_equal(rx_buf_add(&mail, RX_STR("Content-Type: multipart/mixed; boundary=b\n\n")), 0);
    for (int i = 0; i < MAIL_PARTS_MAX + 500; i++)
        assert_int_equal(rx_buf_addf(&mail, "--b\n\nhttp://p%d.example/\n", i), 0);
    struct rx_buf faults = texts(rx_buf_str(&mail), FIND_FAULT);
    assert_string_equal(faults.p, "the mail has more parts than are read\n");
    rx_buf_free(&faults);
    rx_buf_clear(&mail);
    assert_int_equal(rx_buf_add(&mail, RX_STR("Subject: many\n\n")), 0);
    for (int i = 0; i < MAIL_URLS_MAX + 500; i++)
        assert_int_equal(rx_buf_addf(&mail, "http://u%d.example/\n", i), 0);
    faults = texts(rx_buf_str(&mail), FIND_FAULT);
    assert_string_equal(faults.p, "the mail has more URLs than are taken\n");
    rx_buf_free(&faults);
    rx_buf_free(&mail);
}

/* ---- other people's mails -------------------------------------------------------------------- */

struct score {
    unsigned mails, wanted, found, right, hosts_differ;
};

static struct rx_buf read_file(const char *path)
{
    struct rx_buf bytes = RX_BUF(64 << 20);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    for (;;) {
        char *room = rx_buf_room(&bytes, 65536);
        assert_non_null(room);
        size_t n = fread(room, 1, 65536, in);
        bytes.n += n;
        if (n == 0)
            break;
    }
    (void)fclose(in);
    return bytes;
}

static bool holds_line(const struct rx_buf *lines, struct rx_str wanted)
{
    struct rx_str rest = rx_buf_str(lines), line;
    while (rest.n) {
        (void)rx_str_cut(rest, '\n', &line, &rest);
        if (rx_str_eq(line, wanted))
            return true;
    }
    return false;
}

/* Both sides without the punctuation that they may cut differently, and without a fragment. */
static struct rx_str bare(struct rx_str url)
{
    while (url.n && strchr(".,;:!?*_~'&-", url.p[url.n - 1]))
        url.n--;
    return url;
}

static void score_mail(struct score *s, const json_t *truth)
{
    char path[512];
    struct rx_buf wanted = RX_BUF(FINDS_BYTES), got = RX_BUF(FINDS_BYTES);
    const char *name = json_string_value(json_object_get(truth, "file"));
    const json_t *urls = json_object_get(truth, "urls");
    (void)snprintf(path, sizeof path, "%s/mail/%s", RXMAP_CORPORA, name);
    struct rx_buf bytes = read_file(path);
    struct rx_buf finds = texts(rx_buf_str(&bytes), FIND_SEED);
    struct rx_str rest = rx_buf_str(&finds), line;
    for (size_t i = 0; i < json_array_size(urls); i++) {
        const char *url = json_string_value(json_object_get(json_array_get(urls, i), "url"));
        const struct rx_str s1 = bare(rx_str(url));
        if (holds_line(&wanted, s1))
            continue;
        assert_int_equal(rx_buf_addf(&wanted, "%.*s\n", (int)s1.n, s1.p), 0);
        s->wanted++;
    }
    while (rest.n) {
        (void)rx_str_cut(rest, '\n', &line, &rest);
        line = bare(line);
        if (holds_line(&got, line))
            continue;
        assert_int_equal(rx_buf_addf(&got, "%.*s\n", (int)line.n, line.p), 0);
        s->found++;
        if (holds_line(&wanted, line))
            s->right++;
        else
            printf("  %s: not listed: %.*s\n", name, (int)line.n, line.p);
    }
    for (rest = rx_buf_str(&wanted); rest.n;) {
        (void)rx_str_cut(rest, '\n', &line, &rest);
        if (!holds_line(&got, line))
            printf("  %s: missed: %.*s\n", name, (int)line.n, line.p);
    }
    s->mails++;
    rx_buf_free(&bytes);
    rx_buf_free(&finds);
    rx_buf_free(&wanted);
    rx_buf_free(&got);
}

static void test_corpus(void **state)
{
    (void)state;
    FILE *in = fopen(RXMAP_CORPORA "/mail/expected.jsonl", "re");
    struct score s = {0};
    char *line = NULL;
    size_t room = 0;
    if (!in) {
        puts("mail: no corpus at " RXMAP_CORPORA);
        skip();
    }
    while (getline(&line, &room, in) > 0) {
        json_t *truth = json_loads(line, 0, NULL);
        assert_non_null(truth);
        score_mail(&s, truth);
        json_decref(truth);
    }
    free(line);
    (void)fclose(in);
    assert_true(s.wanted > 0 && s.found > 0);
    const double recall = (double)s.right / s.wanted, precision = (double)s.right / s.found;
    printf("mail: %u mails, %u URLs: recall %.4f, precision %.4f\n", s.mails, s.wanted, recall,
           precision);
    assert_true(recall >= .99);
    assert_true(precision >= .98);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes), cmocka_unit_test(test_subject), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_caps),   cmocka_unit_test(test_corpus),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
