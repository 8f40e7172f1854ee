/* crawl_lists.c - seeds out of mailboxes, JSON and WARC.
 *
 * A mailbox is cut into mails here, and lines of JSON into stretches, by line ends alone; what they
 * say is read in the jail. The heads of WARC records are read as replay reads them (capture.h). */
#include "crawler/capture.h"
#include "crawler/jail/list_jail.h"
#include "crawler/lists/finds.h"
#include "crawler/lists/list_json.h"
#include "crawler/lists/mail.h"
#include "crawler/mail_marks.h"
#include "crawler/parse/parse.h"
#include "crawler/seeding.h"

#include <inttypes.h>
#include <stdio.h>

enum { STRETCH_BYTES = 4 << 20, HEAD_BYTES = 65536, PLACE_BYTES = 400 };

/* ---- what a list is -------------------------------------------------------------------------- */

static struct rx_str first_line(struct rx_str text)
{
    struct rx_str line, rest;
    (void)rx_str_cut(text, '\n', &line, &rest);
    return rx_str_trim(line);
}

/* A field that mails have and that no list of addresses begins with. */
static bool is_mail_head(struct rx_str line)
{
    static const char *const fields[] = {
        "Return-Path:", "Delivered-To:", "Received:",    "From:",           "To:",
        "Subject:",     "Date:",         "Message-ID:",  "Reply-To:",       "MIME-Version:",
        "X-",           "Content-Type:", "Envelope-To:", "DKIM-Signature:", "ARC-"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (rx_str_istarts(line, rx_str(fields[i])))
            return rx_str_chr(line, ':', 0) > 0;
    return false;
}

/* "From someone  Mon Sep  2 12:29:05 2002": the line before each mail of a mailbox (RFC 4155). */
static bool is_from_line(struct rx_str line)
{
    bool time = false;
    for (size_t i = 2; i + 2 < line.n; i++)
        time |= line.p[i] == ':' && rx_is_digit(line.p[i - 1]) && rx_is_digit(line.p[i + 1]);
    return time && rx_str_starts(line, RX_STR("From "));
}

static bool holds(struct rx_str head, const char *word)
{
    return rx_str_find(rx_str_sub(head, 0, HEAD_BYTES), rx_str(word), 0) >= 0;
}

static void guess(struct crawl_seed_list *list, struct rx_str head)
{
    if (rx_str_starts(head, RX_STR("\xEF\xBB\xBF")))
        head = rx_str_sub(head, 3, head.n);
    const struct rx_str text = rx_str_trim(rx_str_sub(head, 0, HEAD_BYTES));
    const struct rx_str inside = rx_str_trim(rx_str_sub(text, 1, text.n));
    const bool array = rx_str_starts(text, RX_STR("[")) &&
                       (rx_str_starts(inside, RX_STR("{")) || rx_str_starts(inside, RX_STR("\"")));
    const bool json = array || rx_str_starts(text, RX_STR("{"));
    list->format = RX_ORIGIN_LIST;
    if (rx_str_starts(head, RX_STR("\x1F\x8B")) || rx_str_starts(head, RX_STR("WARC/")))
        list->format = RX_ORIGIN_WARC;
    else if (list->column)
        list->format = RX_ORIGIN_CSV;
    else if (json && holds(text, "\"bundle\""))
        list->format = RX_ORIGIN_STIX;
    else if (json && (holds(text, "\"Event\"") || holds(text, "\"Attribute\"")))
        list->format = RX_ORIGIN_MISP;
    else if (json)
        list->format = RX_ORIGIN_JSONL;
    else if (is_from_line(first_line(head)) || is_mail_head(first_line(head)))
        list->format = RX_ORIGIN_MAIL;
    list->is_box = list->format == RX_ORIGIN_MAIL && is_from_line(first_line(head));
}

int crawl_seed_format(struct crawl_seed_list *list, const char *from, struct rx_str head,
                      struct rx_err *err)
{
    static const struct {
        const char *word;
        enum rx_origin format;
    } words[] = {{"text", RX_ORIGIN_LIST}, {"csv", RX_ORIGIN_CSV},  {"jsonl", RX_ORIGIN_JSONL},
                 {"mbox", RX_ORIGIN_MAIL}, {"eml", RX_ORIGIN_MAIL}, {"warc", RX_ORIGIN_WARC},
                 {"stix", RX_ORIGIN_STIX}, {"misp", RX_ORIGIN_MISP}};
    guess(list, head);
    if (!from || strcmp(from, "auto") == 0)
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(from, words[i].word) != 0)
            continue;
        list->format = words[i].format;
        list->is_box = strcmp(from, "mbox") == 0;
        return 0;
    }
    return rx_fail(err, RX_EUSAGE,
                   "--from %s is unknown: auto, text, csv, jsonl, mbox, eml, warc, stix or misp",
                   from);
}

/* ---- finds ----------------------------------------------------------------------------------- */

/* What a job's answer belongs to. */
struct piece {
    struct store_origin *origin;
    struct rx_str prefix; /* of every place: "mail 3"; may be empty */
    uint64_t line;        /* of the list, where the piece begins, less one for what counts lines */
    bool counts_lines, shared;
    struct mail_marks *mail; /* NULL: it is none */
};

/* Its title is known only while the answer lasts, so the mail is put by its first mark. */
static void take_mark(struct seeding *s, const struct piece *p, const struct find *f)
{
    int rc = p->origin->id ? 0 : store_origin_put(s->st, p->origin);
    if (!rc)
        rc = mail_marks_put(p->mail, f);
    if (rc)
        s->rc = rx_fail(s->err, rc, "%s", store_error(s->st));
}

static void take_find(struct seeding *s, const struct piece *p, const struct find *f)
{
    char place[PLACE_BYTES];
    const int n = snprintf(place, sizeof place, "%.*s%s%.*s", RX_FMT(p->prefix),
                           p->prefix.n && f->place.n ? ", " : "", RX_FMT(f->place));
    struct store_origin own = *p->origin;
    struct seeding_place at = {.line = p->counts_lines && f->line ? p->line + f->line : p->line,
                               .place = rx_strn(place, n < 0 ? 0 : strlen(place)),
                               .origin = p->origin,
                               .shared = p->shared};
    if (f->kind == FIND_FAULT) {
        char why[FINDS_WORDS_MAX + 1];
        (void)snprintf(why, sizeof why, "%.*s", RX_FMT(f->text));
        seeding_fault(s, &at, why);
        return;
    }
    if (f->kind == FIND_MARK && p->mail)
        take_mark(s, p, f);
    if (f->kind != FIND_SEED)
        return;
    if (f->origin.n || f->purpose) { /* the line says itself where it comes from */
        own.id = 0;
        own.name = f->origin.n ? f->origin : own.name;
        own.purpose = f->purpose ? f->purpose : own.purpose;
        at.origin = &own;
    }
    seeding_add(s, f->text, &at);
}

static struct rx_str title_of(struct rx_str finds)
{
    struct find f;
    while (finds_next(&f, &finds) > 0)
        if (f.kind == FIND_TITLE)
            return f.text;
    return (struct rx_str){0};
}

/* finds came out of the jail: they are believed only as far as they can be read. */
static void take_finds(struct seeding *s, const struct piece *p, struct rx_str finds)
{
    struct find f;
    int rc;
    if (p->origin->id == 0)
        p->origin->title = title_of(finds);
    while (!s->rc && (rc = finds_next(&f, &finds)) != 0) {
        if (rc < 0) {
            seeding_fault(s, &(struct seeding_place){.line = p->line, .place = p->prefix},
                          "the reader's answer contradicts itself");
            break;
        }
        take_find(s, p, &f);
    }
    p->origin->title = (struct rx_str){0}; /* a view of the answer, which ends */
}

/* Reads one piece. What no reader survives is a fault of that piece. */
static void read_piece(struct seeding *s, struct list_jail *j, const struct piece *p,
                       const struct read_job *job)
{
    struct rx_str finds;
    struct rx_err why = {0};
    const int rc = list_jail_read(j, job, &finds, &why);
    if (rc == RX_EINVAL)
        seeding_fault(s, &(struct seeding_place){.line = p->line, .place = p->prefix}, why.text);
    else if (rc)
        s->rc = rx_fail(s->err, rc, "%s", why.text);
    else
        take_finds(s, p, finds);
}

/* ---- mails ----------------------------------------------------------------------------------- */

/* Bytes of the first mail of a mailbox, and lines in it. */
static size_t mail_bytes(struct rx_str box, uint64_t *lines)
{
    bool blank = false;
    size_t at = 0;
    *lines = 0;
    while (at < box.n) {
        const ptrdiff_t end = rx_str_chr(box, '\n', at);
        const size_t next = end < 0 ? box.n : (size_t)end + 1;
        const struct rx_str line = rx_str_trim(rx_str_sub(box, at, next));
        if (blank && is_from_line(line))
            break;
        blank = line.n == 0;
        at = next;
        ++*lines;
    }
    return at;
}

/* A mail that leads nowhere, by no URL and no identifier, is not kept. */
static int keep_mail(struct seeding *s, const struct store_origin *origin, struct mail_marks *marks,
                     struct rx_str mail)
{
    if (!origin->id)
        return 0;
    int rc = mail_marks_note(marks);
    if (!rc)
        rc = store_mail_put(s->st, &origin->sha256, mail);
    return rc ? rx_fail(s->err, rc, "%s", store_error(s->st)) : 0;
}

static void add_mail(struct seeding *s, struct list_jail *j, struct rx_str mail, uint64_t number,
                     uint64_t line)
{
    char prefix[32] = "";
    struct store_origin origin = s->origin;
    struct piece p = {.origin = &origin, .line = line, .shared = true};
    if (s->list->is_box)
        (void)snprintf(prefix, sizeof prefix, "mail %" PRIu64, number);
    p.prefix = rx_str(prefix);
    if (mail.n > MAIL_BYTES_MAX) {
        mail.n = MAIL_BYTES_MAX;
        seeding_fault(s, &(struct seeding_place){.line = line, .place = p.prefix},
                      "the mail is too long: only its first 16 MiB are read and kept");
    }
    origin.has_digest = true;
    origin.sha256 = rx_sha256(mail);
    struct mail_marks marks = {.st = s->st, .tables = s->jail->tables, .sha256 = origin.sha256};
    p.mail = &marks;
    read_piece(s, j, &p, &(struct read_job){.kind = READ_MAIL, .received = mail});
    if (!s->rc)
        s->rc = keep_mail(s, &origin, &marks, mail);
}

void seeding_mail(struct seeding *s, struct rx_str text, bool is_box)
{
    struct list_jail *j = NULL;
    uint64_t line = 1, lines;
    s->rc = list_jail_open(&j, s->jail, s->err);
    for (uint64_t number = 1; text.n && !s->rc; number++) {
        const size_t n = is_box ? mail_bytes(text, &lines) : text.n;
        add_mail(s, j, rx_str_sub(text, 0, n), number, line);
        text = rx_str_sub(text, n, text.n);
        line += is_box ? lines : 0;
    }
    list_jail_close(j);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static size_t stretch_bytes(struct rx_str text)
{
    if (text.n <= STRETCH_BYTES)
        return text.n;
    size_t n = STRETCH_BYTES;
    while (n > 0 && text.p[n - 1] != '\n')
        n--;
    if (n > 0)
        return n;
    const ptrdiff_t end = rx_str_chr(text, '\n', STRETCH_BYTES); /* a line that is refused */
    return end < 0 ? text.n : (size_t)end + 1;
}

void seeding_json(struct seeding *s, struct rx_str text)
{
    const bool lines = s->list->format == RX_ORIGIN_JSONL;
    struct piece p = {.origin = &s->origin, .counts_lines = true};
    struct list_jail *j = NULL;
    s->rc = list_jail_open(&j, s->jail, s->err);
    while (text.n && !s->rc) {
        const size_t n = lines ? stretch_bytes(text) : text.n;
        const struct rx_str part = rx_str_sub(text, 0, n);
        read_piece(s, j, &p,
                   &(struct read_job){.kind = READ_LIST,
                                      .agent = rx_str(rx_origin_name(s->list->format)),
                                      .received = part});
        for (size_t i = 0; i < part.n; i++)
            p.line += part.p[i] == '\n';
        text = rx_str_sub(text, n, text.n);
    }
    list_jail_close(j);
}

/* ---- WARC ------------------------------------------------------------------------------------ */

/* Pages only: a capture holds more pictures and scripts than pages, which nobody would seed. */
static bool is_page(const struct capture *c)
{
    const struct rx_str type = parse_media_type(rx_buf_str(&c->result.head));
    return c->kind == CAPTURE_EXCHANGE && !c->is_robots && c->result.status == 200 &&
           (rx_str_ieq(type, RX_STR("text/html")) ||
            rx_str_ieq(type, RX_STR("application/xhtml+xml")));
}

void seeding_warc(struct seeding *s, const char *path)
{
    struct capture_reader *r = NULL;
    struct rx_err why = {0};
    char place[64];
    s->rc = capture_open(&r, path, s->err);
    while (!s->rc) {
        struct capture *c = NULL;
        const int rc = capture_next(r, &c, &why);
        if (rc == RX_EDAMAGE) { /* what stands before it was taken */
            seeding_fault(s, &(struct seeding_place){0}, why.text);
            break;
        }
        if (rc < 0)
            s->rc = rx_fail(s->err, rc, "%s", why.text);
        if (rc <= 0)
            break;
        if (is_page(c)) {
            (void)snprintf(place, sizeof place, "offset %" PRIu64, c->response_at);
            seeding_add(s, c->url.href,
                        &(struct seeding_place){.place = rx_str(place), .shared = true});
        }
        capture_free(c);
    }
    capture_close(r);
}
