/* mail_marks.c - see mail_marks.h. */
#include "crawler/mail_marks.h"

#include "base/log.h"
#include "crawler/jail/list_jail.h"

enum { MAIL_MAX = 32 << 20 };

int mail_marks_note(struct mail_marks *m)
{
    if (m->reading)
        return 0;
    return store_mail_reading_put(m->st, &m->sha256, rx_str(m->tables), &m->reading);
}

int mail_marks_put(struct mail_marks *m, const struct find *f)
{
    if (f->kind != FIND_MARK || !rx_class_find(f->cls))
        return 0;
    const int rc = mail_marks_note(m);
    const struct store_mail_mark mark = {
        .cls = f->cls, .value = f->value, .raw = f->text, .place = f->place, .hidden = f->hidden};
    return rc ? rc : store_mail_mark_put(m->st, m->reading, &mark);
}

/* One at a time, since a scan must not see its own rows; each behind the last, or those that were
 * read would be passed over again for each. */
struct next_mail {
    struct mail_marks marks;
    bool any;            /* marks.sha256 is the last that was read */
    struct rx_buf bytes; /* owned */
    bool found;
    int rc;
};

static int on_mail(void *ctx, const struct store_mail *mail)
{
    struct next_mail *next = ctx;
    next->marks.sha256 = mail->sha256;
    next->any = next->found = true;
    next->rc = rx_buf_add(&next->bytes, mail->bytes);
    return 1;
}

static int read_mail(struct next_mail *next, struct list_jail *j, struct rx_err *err)
{
    const struct read_job job = {.kind = READ_MAIL, .received = rx_buf_str(&next->bytes)};
    struct rx_str finds = {0};
    struct rx_err why = {0};
    struct find f;
    int rc = list_jail_read(j, &job, &finds, &why);
    if (rc == RX_EINVAL) { /* told when it was given; here it only must not come again */
        rx_log(RX_LOG_INFO, "a mail could not be searched again: %s", why.text);
        rc = 0;
    } else if (rc) {
        return rx_fail(err, rc, "%s", why.text);
    }
    int more = 1; /* what came out of the jail is believed as far as it can be read */
    while (rc == 0 && (more = finds_next(&f, &finds)) > 0)
        rc = mail_marks_put(&next->marks, &f);
    if (more < 0)
        rx_log(RX_LOG_WARN, "a mail: the reader's answer contradicts itself; the rest is left out");
    if (rc == 0)
        rc = mail_marks_note(&next->marks);
    return rc ? rx_fail(err, rc, "%s", store_error(next->marks.st)) : 0;
}

/* 1: one was read; 0: none is due. */
static int read_next(struct next_mail *next, struct list_jail **j, struct crawl_jail *jail,
                     struct rx_err *err)
{
    struct store *st = next->marks.st;
    next->found = false;
    next->marks.reading = 0;
    rx_buf_clear(&next->bytes);
    const struct rx_sha256 last = next->marks.sha256;
    int rc = store_mail_due_scan(st, rx_str(jail->tables), next->any ? &last : NULL, on_mail, next);
    if (rc < 0)
        return rx_fail(err, rc, "the mails cannot be read: %s", store_error(st));
    if (next->rc)
        return rx_fail(err, next->rc, "no memory for a mail");
    if (!next->found)
        return 0;
    rc = *j ? 0 : list_jail_open(j, jail, err);
    if (!rc)
        rc = read_mail(next, *j, err);
    return rc ? rc : 1;
}

int mail_marks_read_due(struct store *st, struct crawl_jail *jail, uint64_t *read,
                        struct rx_err *err)
{
    struct next_mail next = {.marks = {.st = st, .tables = jail->tables},
                             .bytes = RX_BUF(MAIL_MAX)};
    struct list_jail *j = NULL;
    int more = 0;
    int rc = store_begin(st, err);
    if (rc)
        return rc;
    *read = 0;
    while ((more = read_next(&next, &j, jail, err)) > 0)
        ++*read;
    list_jail_close(j);
    rx_buf_free(&next.bytes);
    if (more == 0)
        return store_commit(st, err);
    store_rollback(st);
    return more;
}
