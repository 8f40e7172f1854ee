/* Identifiers in mails that were given as seeds: of plain text and markup, of all parts; and what a
 * mail says of its own layout is none. */
#include "crawler/jail/reading_mail.h"
#include "crawler/lists/finds.h"
#include "crawler/lists/mail.h"
#include "tests/unit/reader_tools.h"

static int start(void **state)
{
    mail_init();
    return tools_setup(state);
}

/* "class value place raw" of each mark, a line each. */
static struct rx_buf marks_of(const struct extractor *x, const char *mail)
{
    struct rx_buf finds = RX_BUF(FINDS_MAX), out = RX_BUF(FINDS_MAX);
    struct rx_err err = {0};
    assert_int_equal(reading_mail(&finds, x, rx_str(mail), &err), 0);
    struct rx_str rest = rx_buf_str(&finds);
    struct find f;
    int rc;
    while ((rc = finds_next(&f, &rest)) > 0)
        if (f.kind == FIND_MARK)
            assert_int_equal(rx_buf_addf(&out, "%.*s %.*s [%.*s] %.*s%s\n", RX_FMT(f.cls),
                                         RX_FMT(f.value), RX_FMT(f.text), RX_FMT(f.place),
                                         f.hidden ? " hidden" : ""),
                             0);
    assert_int_equal(rc, 0);
    rx_buf_free(&finds);
    return out;
}

#define HTML "Content-Type: text/html; charset=utf-8\n"
#define TEXT "Content-Type: text/plain; charset=utf-8\n"
#define WALLET "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"

static void test_marks(void **state)
{
    const struct tools *t = *state;
    static const struct {
        const char *mail, *marks;
    } rows[] = {
        {"Subject: x\n\nCall +44 20 7183 8750 now\n",
         "phone +442071838750 [+44 20 7183 8750] part 1, text/plain\n"},
        {TEXT "\nPay BTC " WALLET "\nTelegram: @RxDesk2024\n",
         "btc " WALLET " [" WALLET "] part 1, text/plain\n"
         "telegram rxdesk2024 [Telegram: @RxDesk2024] part 1, text/plain\n"},
        {TEXT "Content-Transfer-Encoding: base64\n\nQ2FsbCArNDQgMjAgNzE4MyA4NzUwCg==\n",
         "phone +442071838750 [+44 20 7183 8750] part 1, text/plain\n"},
        /* a partner's id in a link, in both kinds of text */
        {TEXT "\norder: http://rx-orders.net/?aff_id=4418273\n",
         "affiliate rx-orders.net|aff|4418273 [http://rx-orders.net/?aff_id=4418273] part 1, "
         "text/plain\n"},
        {HTML "\n<a href=\"http://rx-orders.net/?aff_id=4418273\">x</a>\n",
         "affiliate rx-orders.net|aff|4418273 [http://rx-orders.net/?aff_id=4418273] part 1, "
         "text/html\n"},
        /* split by markup, and in an attribute */
        {HTML "\n<p>Telegram: @Rx<b>Desk</b>2024</p><a href='https://wa.me/447183920561'>x</a>",
         "telegram rxdesk2024 [Telegram: @Rx<b>Desk</b>2024] part 1, text/html\n"
         "whatsapp +447183920561 [https://wa.me/447183920561] part 1, text/html\n"},
        /* two parts, and a mail in a mail */
        {"Content-Type: multipart/mixed; boundary=b\n\n--b\n" TEXT "\n+44 20 7183 8750\n--b\n"
         "Content-Type: message/rfc822\n\nSubject: in\n\nTelegram: @RxDesk2024\n--b--\n",
         "phone +442071838750 [+44 20 7183 8750] part 1, text/plain\n"
         "telegram rxdesk2024 [Telegram: @RxDesk2024] part 3, text/plain\n"},
        /* what it is sent and drawn with */
        {"Received: from a.example [203.0.113.7] Telegram: @RxDesk2024\nX-Phone: +44 20 7183 8750\n"
         "\nhello\n",
         ""},
        {HTML "\n<style>.rxp{}</style><!-- made by hand here --><form><input name=rx_cc></form>"
              "<img src=http://cdn.pills-host.net/a.png>visa paypal",
         ""},
        /* a checksum that fails, a placeholder */
        {TEXT "\n1BoatSLRHtKNngkdXEeobR76b53LETtpyX\n212-555-0187\nsomeone@example.com\n", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rx_buf marks = marks_of(t->x, rows[i].mail);
        if (!rx_str_eq(rx_buf_str(&marks), rx_str(rows[i].marks)))
            fail_msg("row %zu: %s", i, marks.p ? marks.p : "(nothing)");
        rx_buf_free(&marks);
    }
}

/* Without tables there are its URLs only. */
static void test_no_tables(void **state)
{
    (void)state;
    struct rx_buf marks = marks_of(NULL, "Subject: x\n\nCall +44 20 7183 8750 now\n");
    assert_int_equal(marks.n, 0);
    rx_buf_free(&marks);
}

/* A long one is searched as far as a mail may say things, and its end is told by nobody's crash. */
static void test_bounds(void **state)
{
    const struct tools *t = *state;
    struct rx_buf mail = RX_BUF(MAIL_BYTES_MAX), finds = RX_BUF(FINDS_MAX);
    struct rx_err err = {0};
    assert_int_equal(rx_buf_add(&mail, RX_STR("Subject: many\n\n")), 0);
    for (unsigned i = 0; i < 60000; i++)
        assert_int_equal(
            rx_buf_addf(&mail, "+4420718%05u http://s%u.example/?aff_id=%u\n", i, i, 100000 + i),
            0);
    assert_int_equal(reading_mail(&finds, t->x, rx_buf_str(&mail), &err), 0);
    struct rx_str rest = rx_buf_str(&finds);
    struct find f;
    size_t marks = 0;
    while (finds_next(&f, &rest) > 0)
        marks += f.kind == FIND_MARK;
    assert_in_range(marks, 20, 1000);
    rx_buf_free(&mail);
    rx_buf_free(&finds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks),
                                       cmocka_unit_test(test_no_tables),
                                       cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, start, tools_teardown);
}
