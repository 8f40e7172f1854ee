/* jail_door.c - the crawl_jail_* functions of crawl.h: the jail as cli knows it. */
#include "crawler/jail/jail_door.h"

#include <stdlib.h>

static const struct {
    enum jail_layer layer;
    const char *name, *without, *fix;
} layers[] = {
    {JAIL_PROCESS, "process", "pages are read in the program itself", "nothing: this cannot be"},
    {JAIL_NO_NEW_PRIVS, "no_new_privs", "a reader could gain rights from a set-user-ID program",
     "needs Linux 3.5"},
    {JAIL_RLIMIT, "rlimit", "a page can use up memory, CPU or file handles",
     "something outside refuses setrlimit(); look at the container's own filter"},
    {JAIL_SECCOMP, "seccomp", "a reader can make any system call",
     "needs a kernel with CONFIG_SECCOMP_FILTER; a container must allow the seccomp call"},
    {JAIL_LANDLOCK, "landlock", "a reader's files are guarded by seccomp alone",
     "needs Linux 5.13 with landlock among its security modules (lsm=landlock,...); a container "
     "must allow the landlock calls"},
};
enum { ARENA_BYTES = 128 << 20, WATCHDOG_MS = 2000, SLOW = 10 };

int crawl_jail_start(struct crawl_jail **out, const struct rx_conf *conf,
                     const struct crawl_tables *tables, struct rx_err *err)
{
    struct crawl_jail *jail = calloc(1, sizeof *jail);
    if (!jail)
        return rx_fail(err, RX_ENOMEM, "no memory for the jail");
    jail->opts = (struct jail_opts){.workers = (unsigned)rx_conf_int(conf, "crawl.workers"),
                                    .watchdog_ms = WATCHDOG_MS,
                                    .memory_bytes = (size_t)512 << 20,
                                    .arena_bytes = ARENA_BYTES,
                                    .require = rx_conf_bool(conf, "crawl.require_jail")};
#ifdef RXMAP_SANITIZED
    jail->opts.watchdog_ms *= SLOW; /* sanitizers make a page that much dearer */
#endif
    if (tables)
        jail->own = tables->own;
    int rc = extract_tables(jail->tables, &jail->own, err);
    jail->opts.own = jail->own;
    jail->opts.tables = jail->tables;
    if (rc == 0)
        rc = jail_zygote_start(&jail->zygote, &jail->opts, err);
    if (rc == 0 && jail->opts.require) {
        struct rx_buf lines = RX_BUF(4096);
        rc = crawl_jail_report(jail, &lines, err);
        rx_buf_free(&lines);
    }
    if (rc) {
        crawl_jail_stop(jail);
        return rc;
    }
    *out = jail;
    return 0;
}

void crawl_jail_stop(struct crawl_jail *jail)
{
    if (!jail)
        return;
    jail_zygote_stop(jail->zygote);
    free(jail);
}

static int add_layers(struct rx_buf *out, unsigned held, const char **missing)
{
    int rc = 0;
    for (size_t i = 0; i < sizeof layers / sizeof *layers && rc == 0; i++) {
        if (held & layers[i].layer) {
            rc = rx_buf_addf(out, "%s: active\n", layers[i].name);
        } else {
            rc = rx_buf_addf(out, "%s: missing: %s (%s)\n", layers[i].name, layers[i].without,
                             layers[i].fix);
            *missing = layers[i].name;
        }
    }
    return rc;
}

static int add_escapes(struct rx_buf *out, unsigned escapes)
{
    static const struct {
        enum jail_escape way;
        const char *words;
    } ways[] = {{JAIL_CAN_OPEN, "open a file"},
                {JAIL_CAN_CONNECT, "make a socket"},
                {JAIL_CAN_FORK, "start a process"},
                {JAIL_CAN_EXEC, "run a program"}};
    int rc = 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && rc == 0; i++)
        rc = rx_buf_addf(out, "a reader can %s: %s\n", ways[i].words,
                         escapes & ways[i].way ? "yes" : "no");
    return rc;
}

int crawl_jail_report(struct crawl_jail *jail, struct rx_buf *out, struct rx_err *err)
{
    unsigned held = 0;
    const char *missing = NULL;
    int escapes = jail_probe(jail->zygote, &held, err);
    if (escapes < 0)
        return escapes;
    if (add_layers(out, held, &missing) || add_escapes(out, (unsigned)escapes))
        return rx_fail(err, RX_ENOMEM, "no memory for the jail's report");
    if (missing)
        return rx_fail(err, RX_ESANDBOX, "a layer of the jail is missing: %s (see rxmap doctor)",
                       missing);
    if (escapes)
        return rx_fail(err, RX_ESANDBOX, "a reader can leave the jail (see rxmap doctor)");
    return 0;
}
