/* sink_origins.c - where seeds come from, into the evidence of a run and out of it again in replay.
 *
 * A mail is a record of its own, once a case: its bytes as they were given. What seeds were taken
 * out of is a table in every run that queues some ("rxmap:seed-origins", tabs between the columns
 * of origin_line(); '\\' before what would end a field), because a run's files must stand alone. */
#include "crawler/sink/sink_priv.h"

#include <stdio.h>
#include <stdlib.h>

enum { TABLE_MAX = 256 * 1024 * 1024, RECORD_MAX = 1024 * 1024, COLUMNS = 10 };
#define MAIL_URI "rxmap:mail:"

/* ---- into the evidence ----------------------------------------------------------------------- */

static int add_field(struct rx_buf *out, struct rx_str s)
{
    int rc = out->n && out->p[out->n - 1] != '\n' ? rx_buf_addc(out, '\t') : 0;
    for (size_t i = 0; i < s.n && !rc; i++) {
        const char c = s.p[i];
        if (c == '\\' || c == '\t' || c == '\n')
            rc = rx_buf_addc(out, '\\');
        if (!rc)
            rc = rx_buf_addc(out, c == '\t' ? 't' : c == '\n' ? 'n' : c);
    }
    return rc;
}

static int add_number(struct rx_buf *out, uint64_t number)
{
    char text[RX_DECIMAL];
    return add_field(out, rx_decimal(text, number));
}

struct table {
    struct rx_buf text; /* owned */
    int rc;
};

static int origin_line(void *ctx, const struct store_seed_origin *from)
{
    struct table *t = ctx;
    char hex[RX_SHA256_HEX + 1];
    const struct store_origin *o = &from->origin;
    if (o->id == 0)
        return 0;
    rx_sha256_hex(hex, &o->sha256);
    int rc = add_field(&t->text, from->url);
    rc = rc ? rc : add_field(&t->text, rx_str(rx_origin_name(o->kind)));
    rc = rc ? rc : add_field(&t->text, rx_str(rx_purpose_name(o->purpose)));
    rc = rc ? rc : add_field(&t->text, o->has_digest ? rx_str(hex) : RX_STR("-"));
    rc = rc ? rc : add_number(&t->text, (uint64_t)o->added_ms);
    rc = rc ? rc : add_number(&t->text, from->line);
    rc = rc ? rc : add_field(&t->text, o->name);
    rc = rc ? rc : add_field(&t->text, o->title);
    rc = rc ? rc : add_field(&t->text, from->place);
    rc = rc ? rc : add_field(&t->text, from->raw);
    t->rc = rc ? rc : rx_buf_addc(&t->text, '\n');
    return t->rc;
}

static int archive_table(struct sink *s, struct rx_str text, int64_t now_ms, struct rx_err *err)
{
    int rc = RX_OK;
    while (text.n > 0 && !rc) {
        size_t n = text.n < RECORD_MAX ? text.n : RECORD_MAX;
        while (n > 0 && text.p[n - 1] != '\n')
            n--; /* a line is far shorter than a record */
        struct store_warc_ref ref;
        rc =
            sink_warc_resource(s, RX_STR("rxmap:seed-origins"), RX_STR("text/tab-separated-values"),
                               rx_str_sub(text, 0, n), now_ms, &ref, err);
        text = rx_str_sub(text, n, text.n);
    }
    return rc;
}

int sink_archive_origins(struct sink *s, int64_t now_ms, struct rx_err *err)
{
    struct table t = {.text = RX_BUF(TABLE_MAX)};
    int rc = store_seed_origin_scan(s->opts.store, (struct rx_str){0}, origin_line, &t);
    if (t.rc)
        rc = rx_fail(err, t.rc, "too many origins of seeds for one crawl");
    else if (rc)
        rc = sink_store_fail(s, rc, "cannot read the origins of the seeds", err);
    else
        rc = archive_table(s, rx_buf_str(&t.text), now_ms, err);
    rx_buf_free(&t.text);
    return rc;
}

/* One at a time, since a scan must not see its own rows. */
struct next_mail {
    struct rx_sha256 sha256;
    struct rx_buf bytes; /* owned */
    int64_t added_ms;
    bool found;
    int rc;
};

static int on_mail(void *ctx, const struct store_mail *mail)
{
    struct next_mail *next = ctx;
    next->sha256 = mail->sha256;
    next->added_ms = mail->added_ms;
    next->found = true;
    next->rc = rx_buf_add(&next->bytes, mail->bytes);
    return 1;
}

static int archive_mail(struct sink *s, const struct next_mail *mail, int64_t now_ms,
                        struct rx_err *err)
{
    char uri[sizeof MAIL_URI + RX_SHA256_HEX] = MAIL_URI;
    struct store_warc_ref ref;
    rx_sha256_hex(uri + sizeof MAIL_URI - 1, &mail->sha256);
    int rc = sink_warc_resource(s, rx_str(uri), RX_STR("message/rfc822"), rx_buf_str(&mail->bytes),
                                mail->added_ms ? mail->added_ms : now_ms, &ref, err);
    if (!rc && store_mail_record_put(s->opts.store, &mail->sha256, ref))
        rc = sink_store_fail(s, RX_EIO, "cannot note where a mail is", err);
    return rc;
}

int sink_archive_mails(struct sink *s, int64_t now_ms, struct rx_err *err)
{
    struct next_mail next = {.bytes = RX_BUF(TABLE_MAX), .found = true};
    int rc = 0;
    while (next.found && !rc) {
        next.found = false;
        rx_buf_clear(&next.bytes);
        rc = store_mail_scan(s->opts.store, on_mail, &next);
        if (rc < 0)
            rc = sink_store_fail(s, rc, "cannot read the mails", err);
        else if (next.rc)
            rc = rx_fail(err, next.rc, "no memory for a mail");
        else
            rc = next.found ? archive_mail(s, &next, now_ms, err) : 0;
    }
    rx_buf_free(&next.bytes);
    return rc;
}

/* ---- out of it ------------------------------------------------------------------------------- */

/* The next field of a line, unescaped into its own bytes' copy. */
static int take_field(struct rx_buf *out, struct rx_str *line)
{
    struct rx_str field;
    int rc = 0;
    (void)rx_str_cut(*line, '\t', &field, line);
    rx_buf_clear(out);
    for (size_t i = 0; i < field.n && !rc; i++) {
        char c = field.p[i];
        if (c == '\\' && i + 1 < field.n) {
            c = field.p[++i];
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
        }
        rc = rx_buf_addc(out, c);
    }
    return rc;
}

static bool digest_of(struct rx_sha256 *out, struct rx_str hex)
{
    if (hex.n != RX_SHA256_HEX)
        return false;
    for (size_t i = 0; i < sizeof out->b; i++) {
        const int high = rx_hex(hex.p[2 * i]), low = rx_hex(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out->b[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* A line that is none of ours, or of a seed that is not there, says nothing. */
static int restore_line(struct sink *s, const struct rx_buf f[COLUMNS])
{
    uint64_t added, line;
    struct store_seed_origin from = {.url = rx_buf_str(&f[0]),
                                     .place = rx_buf_str(&f[8]),
                                     .raw = rx_buf_str(&f[9]),
                                     .origin = {.kind = rx_origin_parse(rx_buf_str(&f[1])),
                                                .purpose = rx_purpose_parse(rx_buf_str(&f[2])),
                                                .name = rx_buf_str(&f[6]),
                                                .title = rx_buf_str(&f[7])}};
    from.origin.has_digest = digest_of(&from.origin.sha256, rx_buf_str(&f[3]));
    if (!from.origin.kind || !rx_str_u64(rx_buf_str(&f[4]), &added) || added > INT64_MAX ||
        !rx_str_u64(rx_buf_str(&f[5]), &line) || line > INT64_MAX)
        return 0;
    from.origin.added_ms = (int64_t)added;
    from.line = line;
    int rc = store_origin_put(s->opts.store, &from.origin);
    if (!rc)
        rc = store_seed_origin_put(s->opts.store, &from);
    return rc == RX_ENOENT ? 0 : rc;
}

static int restore_table(struct sink *s, struct rx_str table)
{
    struct rx_buf fields[COLUMNS];
    int rc = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        fields[i] = RX_BUF(RECORD_MAX);
    while (table.n && !rc) {
        struct rx_str line;
        (void)rx_str_cut(table, '\n', &line, &table);
        for (size_t i = 0; i < COLUMNS && !rc; i++)
            rc = take_field(&fields[i], &line);
        if (!rc)
            rc = restore_line(s, fields);
    }
    for (size_t i = 0; i < COLUMNS; i++)
        rx_buf_free(&fields[i]);
    return rc;
}

/* Its digest is that of the bytes, whatever its name says. */
static int restore_mail(struct sink *s, struct rx_str bytes, struct store_warc_ref ref)
{
    const struct rx_sha256 sha256 = rx_sha256(bytes);
    const int rc = store_mail_put(s->opts.store, &sha256, bytes);
    return rc || ref.file_id == 0 ? rc : store_mail_record_put(s->opts.store, &sha256, ref);
}

int sink_restore_origin(struct sink *s, struct rx_str uri, struct rx_str payload,
                        struct store_warc_ref ref, struct rx_err *err)
{
    int rc = 0;
    if (rx_str_eq(uri, RX_STR("rxmap:seed-origins")))
        rc = restore_table(s, payload);
    else if (rx_str_starts(uri, RX_STR(MAIL_URI)))
        rc = restore_mail(s, payload, ref);
    return rc ? sink_store_fail(s, rc, "cannot keep the origin of a seed", err) : 0;
}
