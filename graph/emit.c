/* emit.c - see emit.h. */
#include "graph/emit.h"

#include "base/clock.h"
#include "base/escape.h"

#include <errno.h>
#include <stdarg.h>

enum { FLUSH_BYTES = 64 << 10, BUFFER_MAX = 16 << 20 };

void emit_init(struct emit *e, FILE *out)
{
    *e = (struct emit){.out = out, .buf = RX_BUF(BUFFER_MAX), .first = true};
}

static void flush(struct emit *e)
{
    if (e->buf.n && fwrite(e->buf.p, 1, e->buf.n, e->out) != e->buf.n && !e->rc)
        e->rc = errno == ENOSPC || errno == EDQUOT ? RX_ENOSPC : RX_EIO;
    rx_buf_clear(&e->buf);
}

static void keep(struct emit *e, int rc)
{
    if (rc && !e->rc)
        e->rc = rc;
    if (!e->rc && e->buf.n >= FLUSH_BYTES)
        flush(e);
}

int emit_done(struct emit *e)
{
    if (!e->rc)
        flush(e);
    if (!e->rc && fflush(e->out))
        e->rc = errno == ENOSPC || errno == EDQUOT ? RX_ENOSPC : RX_EIO;
    rx_buf_free(&e->buf);
    return e->rc;
}

void emit_f(struct emit *e, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (e->rc)
        return;
    keep(e, n < 0 || (size_t)n >= sizeof text ? RX_EFULL
                                              : rx_buf_add(&e->buf, rx_strn(text, (size_t)n)));
}

void emit_raw(struct emit *e, struct rx_str s)
{
    if (!e->rc)
        keep(e, rx_buf_add(&e->buf, s));
}

void emit_term(struct emit *e, struct rx_str s)
{
    if (!e->rc)
        keep(e, rx_esc_terminal(&e->buf, s));
}

/* Where a text that is too long is cut: after a whole word if one ends in the last two thirds of
 * what is shown, else before a character. */
static size_t cut_of(struct rx_str s, size_t max)
{
    for (size_t i = max; i > max / 3; i--)
        if (s.p[i] == ' ' || s.p[i] == ',')
            return i;
    while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
        max--;
    return max;
}

void emit_brief(struct emit *e, struct rx_str s, size_t max)
{
    if (s.n <= max) {
        emit_term(e, s);
        return;
    }
    const size_t cut = cut_of(s, max);
    emit_term(e, rx_str_sub(s, 0, cut));
    emit_f(e, "%s...", s.p[cut] == ' ' || s.p[cut] == ',' ? " " : "");
}

void emit_confidence(struct emit *e, double confidence)
{
    const double rounded_up = .995;
    if (confidence < rounded_up)
        emit_f(e, "%.2f", confidence);
    else
        emit_f(e, ">.99");
}

void emit_caveat(struct emit *e)
{
    emit_f(e, "\nconfidence: how well the shared evidence holds when pages are left out; a score, "
              "not a calibrated probability, and no finding of guilt\n");
}

void emit_style(struct emit *e, enum emit_style style)
{
    static const char *const codes[] = {"\x1b[0m", "\x1b[1m", "\x1b[2m"};
    if (e->color)
        emit_raw(e, rx_str(codes[style]));
}

void emit_xml(struct emit *e, struct rx_str s)
{
    if (!e->rc)
        keep(e, rx_esc_xml(&e->buf, s));
}

void emit_csv(struct emit *e, struct rx_str s)
{
    if (!e->rc)
        keep(e, rx_esc_csv(&e->buf, s, true));
}

void emit_json(struct emit *e, struct rx_str s)
{
    if (!e->rc)
        keep(e, rx_esc_json(&e->buf, s));
}

void emit_open(struct emit *e, const char *type)
{
    emit_f(e, "{\"schema\":\"rxmap/1\",\"type\":\"%s\"", type);
    e->first = false;
}

void emit_key(struct emit *e, const char *key)
{
    emit_f(e, "%s\"%s\":", e->first ? "" : ",", key);
    e->first = false;
}

void emit_text(struct emit *e, const char *key, struct rx_str value)
{
    emit_key(e, key);
    emit_json(e, value);
}

void emit_id(struct emit *e, const char *key, const char *prefix, struct rx_str value)
{
    struct rx_buf id = RX_BUF(1 << 20);
    int rc = rx_buf_add(&id, rx_str(prefix));
    if (!rc)
        rc = rx_buf_add(&id, value);
    emit_text(e, key, rx_buf_str(&id));
    rx_buf_free(&id);
    if (rc && !e->rc)
        e->rc = rc;
}

void emit_int(struct emit *e, const char *key, int64_t value)
{
    emit_key(e, key);
    emit_f(e, "%lld", (long long)value);
}

void emit_real(struct emit *e, const char *key, double value, int decimals)
{
    emit_key(e, key);
    emit_f(e, "%.*f", decimals, value);
}

void emit_bool(struct emit *e, const char *key, bool value)
{
    emit_key(e, key);
    emit_f(e, "%s", value ? "true" : "false");
}

void emit_null(struct emit *e, const char *key)
{
    emit_key(e, key);
    emit_f(e, "null");
}

void emit_time(struct emit *e, const char *key, int64_t wall_ms)
{
    char text[RX_TIME_TEXT];
    if (!wall_ms) {
        emit_null(e, key);
        return;
    }
    rx_time_text(text, wall_ms, false);
    emit_text(e, key, rx_str(text));
}

void emit_begin(struct emit *e, char bracket)
{
    emit_f(e, "%c", bracket);
    e->first = true;
}

void emit_end(struct emit *e, char bracket)
{
    emit_f(e, "%c", bracket);
    e->first = false;
}

void emit_item(struct emit *e)
{
    if (!e->first)
        emit_f(e, ",");
    e->first = false;
}

void emit_line(struct emit *e)
{
    emit_f(e, "}\n");
    e->first = true;
}
