/* background_build.c - a background from a case of unrelated benign sites, and a look at one.
 *
 * A value on one site only is kept for hosts, where it tells "seen once among 2,000" from "never
 * seen"; names of lower tiers reach their cap either way. Of contacts, accounts and payments such a
 * value says nothing and belongs to a person, so it stays out of the file. */
#include "graph/background.h"
#include "graph/emit.h"
#include "graph/graph.h"
#include "graph/outfile.h"

struct counter {
    struct emit *e;
    struct rx_buf cls, value; /* the value being counted */
    uint32_t df;
    uint64_t values, sites;
    int rc;
};

static void escape_value(struct emit *e, struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\t' || c == '\n' || c == '\\')
            emit_f(e, "\\%c", c == '\t' ? 't' : c == '\n' ? 'n' : '\\');
        else
            emit_raw(e, rx_strn(&c, 1));
    }
}

static void end_value(struct counter *c)
{
    const struct rx_class *cls = rx_class_find(rx_buf_str(&c->cls));
    if (cls && cls->level != RX_LEVEL_HINT && c->df >= (cls->host_valued ? 1u : 2u)) {
        emit_f(c->e, "%s\t", cls->name);
        escape_value(c->e, rx_buf_str(&c->value));
        emit_f(c->e, "\t%u\n", c->df);
        c->values++;
    }
    c->df = 0;
}

static int on_shared(void *ctx, const struct store_shared *s)
{
    struct counter *c = ctx;
    if (c->df &&
        (!rx_str_eq(s->cls, rx_buf_str(&c->cls)) || !rx_str_eq(s->value, rx_buf_str(&c->value))))
        end_value(c);
    if (!c->df) {
        rx_buf_clear(&c->cls);
        rx_buf_clear(&c->value);
        c->rc = rx_buf_add(&c->cls, s->cls);
        if (!c->rc)
            c->rc = rx_buf_add(&c->value, s->value);
    }
    c->df++;
    return c->rc;
}

static int on_state(void *ctx, const struct store_site_state *s)
{
    struct counter *c = ctx;
    c->sites += s->pages > 0;
    return 0;
}

static int write_table(struct counter *c, struct store *st, struct rx_str origin,
                       struct rx_str date, struct rx_err *err)
{
    int rc = store_site_state_scan(st, 0, on_state, c);
    if (rc < 0)
        return rx_fail(err, rc, "cannot read the sites: %s", store_error(st));
    if (!c->sites)
        return rx_fail(err, RX_ENOENT, "this case has read no site, so it is no background");
    emit_f(c->e, "# rxmap background 1\n# sites %llu\n# origin ", (unsigned long long)c->sites);
    emit_raw(c->e, origin);
    emit_f(c->e, "\n# date ");
    emit_raw(c->e, date);
    emit_f(c->e, "\n");
    rc = store_shared_scan(st, 0, on_shared, c);
    if (c->rc)
        return rx_fail(err, c->rc, "a value does not fit into the background");
    if (rc < 0)
        return rx_fail(err, rc, "cannot read the values: %s", store_error(st));
    if (c->df)
        end_value(c);
    return 0;
}

static bool one_line(struct rx_str s)
{
    return rx_str_chr(s, '\n', 0) < 0 && rx_str_chr(s, '\r', 0) < 0;
}

int graph_background_build(struct store *st, const char *path, struct rx_str origin,
                           struct rx_str date, uint64_t *sites, uint64_t *values,
                           struct rx_err *err)
{
    struct outfile file;
    struct emit e;
    if (!one_line(origin) || !one_line(date))
        return rx_fail(err, RX_EUSAGE, "origin and date of a background are one line each");
    int rc = outfile_open(&file, path, err);
    if (rc)
        return rc;
    emit_init(&e, file.out);
    struct counter c = {.e = &e, .cls = RX_BUF(256), .value = RX_BUF(1 << 16)};
    rc = write_table(&c, st, origin, date, err);
    int written = emit_done(&e);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write %s", path);
    rc = outfile_close(&file, rc, err);
    rx_buf_free(&c.cls);
    rx_buf_free(&c.value);
    if (!rc) {
        *sites = c.sites;
        *values = c.values;
    }
    return rc;
}

int graph_background_show(const struct rx_conf *conf, const struct graph_view *view,
                          struct rx_err *err)
{
    struct background *bg;
    struct emit e;
    int rc = background_load(&bg, rx_conf_text(conf, "map.background"), err);
    if (rc)
        return rc;
    emit_init(&e, view->out);
    if (view->json) {
        emit_open(&e, "background");
        emit_text(&e, "title", rx_str(background_title(bg)));
        emit_text(&e, "origin", rx_str(background_origin(bg)));
        emit_int(&e, "sites", background_size(bg));
        emit_int(&e, "values", (int64_t)background_values(bg));
        emit_line(&e);
    } else {
        emit_f(&e, "background  ");
        emit_term(&e, rx_str(background_title(bg)));
        emit_f(&e, "\norigin      ");
        emit_term(&e, rx_str(background_origin(bg)));
        emit_f(&e, "\nsites       %u\nvalues      %zu\n", background_size(bg),
               background_values(bg));
    }
    int written = emit_done(&e);
    background_free(bg);
    return written ? rx_fail(err, written, "cannot write the answer") : 0;
}
