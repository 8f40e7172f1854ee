/* audit.c - audit.log: who did what to the case, in a chain that shows any change.
 *
 * One JSON object a line:
 *   {"seq":N,"when":T,"who":W,"event":E,"detail":{...},"prev":"H1","hash":"H2"}
 * H2 is the SHA-256 of the line's bytes before ,"hash": and H1 is the H2 of the line before (zeros
 * for the first). A line's own hash finds a change in the last line, which has no successor.
 *
 * The number and hash of the last line also go into the database (meta "audit_head"), so that lines
 * cut off the end are missed: by verify, and by the next writer, who then adds nothing. The file is
 * written and synced first: after a crash it may be ahead of the database, never behind it. A crash
 * within the write leaves half a line, which was never acknowledged: the next line cuts it off and
 * says so. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/who.h"
#include "store/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 256 * 1024 };

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* ---- one line -------------------------------------------------------------------------------- */

/* ,"prev":"<64>","hash":"<64>"} is how each line ends. */
static const char prev_mark[] = ",\"prev\":\"";
static const char hash_mark[] = "\",\"hash\":\"";
static const char line_end[] = "\"}";

struct line {
    uint64_t seq;
    struct rx_str prev, hash;
};

/* Takes a line (without its newline) apart and checks its own hash. */
static bool parse_line(struct line *out, struct rx_str text)
{
    struct rx_str seq_mark = RX_STR("{\"seq\":");
    struct rx_str head;
    struct rx_str rest;
    size_t tail = sizeof prev_mark - 1 + RX_SHA256_HEX + sizeof hash_mark - 1 + RX_SHA256_HEX +
                  sizeof line_end - 1;
    if (!rx_str_starts(text, seq_mark) || text.n < seq_mark.n + tail)
        return false;
    (void)rx_str_cut(rx_str_sub(text, seq_mark.n, text.n), ',', &head, &rest);
    size_t at = text.n - tail;
    bool fits = rx_str_u64(head, &out->seq) &&
                rx_str_starts(rx_str_sub(text, at, text.n), rx_str(prev_mark));
    at += sizeof prev_mark - 1;
    out->prev = rx_str_sub(text, at, at + RX_SHA256_HEX);
    at += RX_SHA256_HEX;
    fits = fits && rx_str_starts(rx_str_sub(text, at, text.n), rx_str(hash_mark));
    size_t hashed = at + 1; /* the quote that ends prev belongs to what is hashed */
    at += sizeof hash_mark - 1;
    out->hash = rx_str_sub(text, at, at + RX_SHA256_HEX);
    if (!fits || !rx_str_ends(text, rx_str(line_end)))
        return false;
    struct rx_sha256 digest = rx_sha256(rx_str_sub(text, 0, hashed));
    char hex[RX_SHA256_HEX + 1];
    rx_sha256_hex(hex, &digest);
    return rx_str_eq(out->hash, rx_str(hex));
}

static int add_who(struct rx_buf *out)
{
    struct rx_buf who = RX_BUF(1024);
    int rc = rx_who(&who);
    if (!rc)
        rc = rx_esc_json(out, rx_buf_str(&who));
    rx_buf_free(&who);
    return rc;
}

/* Writes the whole line with its newline to out, its hash to head. */
static int make_line(struct rx_buf *out, char head[RX_SHA256_HEX + 1], uint64_t seq,
                     const char *prev, const char *event, struct rx_str detail)
{
    char when[RX_TIME_TEXT];
    rx_time_text(when, rx_wall_ms(), true);
    int rc =
        rx_buf_addf(out, "{\"seq\":%llu,\"when\":\"%s\",\"who\":", (unsigned long long)seq, when);
    if (!rc)
        rc = add_who(out);
    if (!rc)
        rc = rx_buf_add(out, RX_STR(",\"event\":"));
    if (!rc)
        rc = rx_esc_json(out, rx_str(event));
    if (!rc)
        rc = rx_buf_add(out, RX_STR(",\"detail\":"));
    if (!rc)
        rc = rx_buf_add(out, detail.n ? detail : RX_STR("{}"));
    if (!rc)
        rc = rx_buf_addf(out, "%s%s\"", prev_mark, prev);
    if (rc)
        return rc;
    struct rx_sha256 digest = rx_sha256(rx_buf_str(out));
    rx_sha256_hex(head, &digest);
    return rx_buf_addf(out, "%s%s%s\n", hash_mark + 1, head, line_end);
}

/* ---- the walk -------------------------------------------------------------------------------- */

static int log_fail(const struct store *st, struct rx_err *err, const char *what)
{
    return rx_fail_errno(err, RX_EIO, errno, "%s/audit.log: cannot %s", st->dir, what);
}

struct walk {
    struct store *st;
    struct rx_err *err;
    uint64_t lines;
    size_t torn; /* bytes of half a line at the end */
    char head[RX_SHA256_HEX + 1];
    uint64_t anchor_seq; /* 0: the database names no line */
    struct rx_str anchor_hash;
};

static int walk_line(struct walk *w, struct rx_str text)
{
    struct line line;
    const char *dir = w->st->dir;
    unsigned long long number = w->lines + 1;
    if (!parse_line(&line, text))
        return rx_fail(w->err, RX_EDAMAGE, "%s/audit.log: line %llu was changed", dir, number);
    if (line.seq != number || !rx_str_eq(line.prev, rx_str(w->head)))
        return rx_fail(w->err, RX_EDAMAGE,
                       "%s/audit.log: line %llu does not follow the line before it", dir, number);
    if (number == w->anchor_seq && !rx_str_eq(line.hash, w->anchor_hash))
        return rx_fail(w->err, RX_EDAMAGE,
                       "%s/audit.log: line %llu is not the one that case.db remembers", dir,
                       number);
    w->lines = number;
    (void)snprintf(w->head, sizeof w->head, "%.*s", RX_FMT(line.hash));
    return 0;
}

static int walk_lines(struct walk *w, FILE *file)
{
    char *text = NULL;
    size_t room = 0;
    int rc = 0;
    ssize_t got;
    while (!rc && (got = getline(&text, &room, file)) > 0) {
        if (text[got - 1] == '\n')
            rc = walk_line(w, rx_strn(text, (size_t)got - 1));
        else
            w->torn = (size_t)got;
    }
    if (!rc && ferror(file))
        rc = log_fail(w->st, w->err, "read");
    free(text);
    return rc;
}

static int read_anchor(struct walk *w, struct rx_buf *text)
{
    struct rx_str number;
    int rc = store_meta_get(w->st, "audit_head", text);
    if (rc)
        return state_fail(w->st, rc, w->err);
    (void)rx_str_cut(rx_buf_str(text), ' ', &number, &w->anchor_hash);
    if (number.n && !rx_str_u64(number, &w->anchor_seq))
        return rx_fail(w->err, RX_EDAMAGE, "%s/case.db: audit_head is no line of audit.log",
                       w->st->dir);
    return 0;
}

static int walk_file(struct walk *w)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", w->st->audit_fd);
    FILE *file = fopen(path, "re"); /* an offset of its own */
    if (!file)
        return log_fail(w->st, w->err, "open");
    int rc = walk_lines(w, file);
    (void)fclose(file);
    return rc;
}

/* Checks every line and that none is missing of those that the database knows of. The database is
 * asked first: a log that grows meanwhile is ahead of it. */
static int walk_log(struct walk *w)
{
    struct rx_buf anchor = RX_BUF(STATE_ANCHOR_BYTES);
    (void)snprintf(w->head, sizeof w->head, "%s", ZEROS);
    int rc = read_anchor(w, &anchor);
    if (!rc)
        rc = walk_file(w);
    if (!rc && w->lines < w->anchor_seq)
        rc = rx_fail(w->err, RX_EDAMAGE, "%s/audit.log: has %llu lines where case.db knows of %llu",
                     w->st->dir, (unsigned long long)w->lines, (unsigned long long)w->anchor_seq);
    w->anchor_hash = RX_STR("");
    rx_buf_free(&anchor);
    return rc;
}

int store_audit_verify(struct store *st, char head[RX_SHA256_HEX + 1], uint64_t *lines,
                       struct rx_err *err)
{
    struct walk w = {.st = st, .err = err};
    int rc = walk_log(&w);
    if (!rc && w.torn)
        rc = rx_fail(err, RX_EDAMAGE, "%s/audit.log: ends within line %llu", st->dir,
                     (unsigned long long)w.lines + 1);
    if (rc)
        return rc;
    memcpy(head, w.head, sizeof w.head);
    *lines = w.lines;
    return 0;
}

/* ---- the file's end -------------------------------------------------------------------------- */

static int append(struct store *st, struct rx_str line, struct rx_err *err)
{
    if (rx_fd_write(st->audit_fd, line))
        return log_fail(st, err, "add a line");
    return fdatasync(st->audit_fd) == 0 ? 0 : log_fail(st, err, "sync");
}

static int add_event(struct store *st, const char *event, struct rx_str detail, struct rx_err *err)
{
    struct rx_buf line = RX_BUF(LINE_MAX_BYTES);
    char head[RX_SHA256_HEX + 1];
    int rc = make_line(&line, head, st->audit_seq + 1, st->audit_head, event, detail);
    if (rc)
        (void)rx_fail(err, rc, "%s/audit.log: the line for %s is too long", st->dir, event);
    else
        rc = append(st, rx_buf_str(&line), err);
    rx_buf_free(&line);
    st->audit_known = !rc; /* after a failed write the end must be looked at again */
    if (rc)
        return rc;
    st->audit_seq++;
    memcpy(st->audit_head, head, sizeof head);
    return 0;
}

/* Walks the file once per handle, and cuts off half a line. A log that was changed or cut is not
 * added to: one more line would raise what the database remembers past the gap. */
static int find_end(struct store *st, struct rx_err *err)
{
    struct rx_err why = {0};
    struct walk w = {.st = st, .err = &why};
    struct stat about;
    char detail[64];
    if (st->audit_known)
        return 0;
    int rc = walk_log(&w);
    if (rc == RX_EDAMAGE)
        return rx_fail(err, rc, "%s; nothing was added: keep the file and run rxmap verify",
                       why.text);
    if (rc)
        return rx_fail(err, rc, "%s", why.text);
    st->audit_seq = w.lines;
    memcpy(st->audit_head, w.head, sizeof w.head);
    if (!w.torn)
        return 0;
    if (fstat(st->audit_fd, &about) != 0 ||
        ftruncate(st->audit_fd, about.st_size - (off_t)w.torn) != 0)
        return log_fail(st, err, "cut off half a line");
    (void)snprintf(detail, sizeof detail, "{\"bytes\":%zu}", w.torn);
    return add_event(st, "audit.torn", rx_str(detail), err);
}

int store_audit(struct store *st, const char *event, struct rx_str detail, struct rx_err *err)
{
    if (st->mode != STORE_WRITE)
        return rx_fail(err, RX_EINVAL, "%s/audit.log: the case is open for reading", st->dir);
    if (rx_str_chr(detail, '\n', 0) >= 0)
        return rx_fail(err, RX_EINVAL, "%s/audit.log: a detail is one line", st->dir);
    int rc = find_end(st, err);
    if (!rc)
        rc = add_event(st, event, detail, err);
    if (rc)
        return rc;
    st->anchor_due = true;
    if (db_in_transaction(st->db))
        return 0; /* goes with the commit, or after the rollback */
    rc = audit_anchor(st);
    return rc ? state_fail(st, rc, err) : 0;
}

int audit_anchor(struct store *st)
{
    char text[STATE_ANCHOR_BYTES];
    if (!st->anchor_due)
        return 0;
    (void)snprintf(text, sizeof text, "%llu %s", (unsigned long long)st->audit_seq, st->audit_head);
    int rc = store_meta_put(st, "audit_head", rx_str(text));
    st->anchor_due = rc != 0;
    return rc;
}
