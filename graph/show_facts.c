/* show_facts.c - see show_facts.h. Facts come sorted by host, kind, value and run: what several
 * runs saw is one line, with the time of the last. */
#include "graph/show_facts.h"

#include "base/clock.h"

enum { KEY_BYTES = 4096, VALUE_SHOWN = 90 };

struct lister {
    struct emit *e;
    struct rx_str site;
    bool json, any;
    struct rx_buf key;  /* host, kind and value of the fact that is held back */
    struct rx_buf last; /* its line, written when another one follows */
    int rc;
};

static void write_held(struct lister *l)
{
    if (l->last.n == 0)
        return;
    if (l->json)
        emit_item(l->e);
    emit_raw(l->e, rx_buf_str(&l->last)); /* escaped when it was made */
    rx_buf_clear(&l->last);
}

/* The line is made with an emitter of its own, so that it can be replaced by a later run's. */
static int make_line(struct lister *l, const struct store_fact *f)
{
    struct emit line;
    char seen[RX_TIME_TEXT];
    emit_init(&line, NULL);
    rx_time_text(seen, f->seen_ms, false);
    if (l->json) {
        emit_begin(&line, '{');
        emit_text(&line, "kind", f->kind);
        emit_text(&line, "value", f->value);
        emit_text(&line, "host", f->host);
        emit_text(&line, "source", f->source);
        emit_time(&line, "seen", f->seen_ms);
        emit_int(&line, "run", f->run);
        emit_end(&line, '}');
    } else {
        emit_f(&line, "  ");
        emit_term(&line, f->kind);
        for (size_t n = f->kind.n; n < 18; n++)
            emit_f(&line, " ");
        emit_f(&line, " ");
        emit_brief(&line, f->value, VALUE_SHOWN);
        emit_f(&line, "  (");
        emit_term(&line, f->host);
        emit_f(&line, ", ");
        emit_term(&line, f->source);
        emit_f(&line, ", %s)\n", seen);
    }
    int rc = line.rc;
    if (!rc) {
        rx_buf_clear(&l->last);
        rc = rx_buf_add(&l->last, rx_buf_str(&line.buf));
    }
    rx_buf_free(&line.buf);
    return rc;
}

static int on_fact(void *ctx, const struct store_fact *f)
{
    struct lister *l = ctx;
    struct rx_buf key = RX_BUF(KEY_BYTES);
    if (!rx_str_eq(f->site, l->site))
        return 0;
    l->rc =
        rx_buf_addf(&key, "%.*s\n%.*s\n%.*s", RX_FMT(f->host), RX_FMT(f->kind), RX_FMT(f->value));
    if (!l->rc && !rx_str_eq(rx_buf_str(&key), rx_buf_str(&l->key))) {
        write_held(l);
        if (!l->any && !l->json) {
            emit_style(l->e, EMIT_STRONG);
            emit_f(l->e, "\n  fact               value\n");
            emit_style(l->e, EMIT_PLAIN);
        }
        l->any = true;
        rx_buf_clear(&l->key);
        l->rc = rx_buf_add(&l->key, rx_buf_str(&key));
    }
    rx_buf_free(&key);
    if (!l->rc)
        l->rc = make_line(l, f);
    return l->rc;
}

static int list(struct lister *l, struct store *st, struct rx_err *err)
{
    l->key = RX_BUF(KEY_BYTES);
    l->last = RX_BUF(2 * KEY_BYTES);
    int rc = store_fact_scan(st, 0, on_fact, l);
    write_held(l);
    rx_buf_free(&l->key);
    rx_buf_free(&l->last);
    if (l->rc)
        return rx_fail(err, l->rc, "no memory for a site's facts");
    return rc < 0 ? rx_fail(err, rc, "cannot read the facts: %s", store_error(st)) : RX_OK;
}

int show_facts_say(struct emit *e, struct store *st, struct rx_str site, struct rx_err *err)
{
    struct lister l = {.e = e, .site = site};
    return list(&l, st, err);
}

int show_facts_json(struct emit *e, struct store *st, struct rx_str site, struct rx_err *err)
{
    struct lister l = {.e = e, .site = site, .json = true};
    emit_key(e, "facts");
    emit_begin(e, '[');
    const int rc = list(&l, st, err);
    emit_end(e, ']');
    return rc;
}
