/* cmd_doctor.c - rxmap doctor: is this machine fit to crawl, and what to do where it is not.
 *
 * One line a check: ok, a warning, or bad; behind the last two, what it means and the fix. Nothing
 * is written and nothing is asked of any other machine. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/escape.h"
#include "base/site.h"
#include "cli/json.h"
#include "crawler/crawl.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

enum { TEXT_MAX = 1024, FILE_MAX = 4 << 20, FILES_SPARE = 128, OLD_LIST_DAYS = 730 };
#define PSL_FILE "/usr/share/publicsuffix/public_suffix_list.dat"
#define CA_FILE "/etc/ssl/certs/ca-certificates.crt"
#define RESOLV_CONF "/etc/resolv.conf"

enum state { STATE_OK, STATE_WARNING, STATE_BAD };
static const char *const state_names[] = {"ok", "warning", "bad"};

struct doctor {
    const struct cli *cli;
    const char *dir; /* of the case, or "." */
    bool bad, printed_badly;
};

/* ---- output ---------------------------------------------------------------------------------- */

static void print_json(struct doctor *d, enum state state, const char *name, const char *value,
                       const char *fix)
{
    struct json j;
    json_open(&j, "check");
    json_text(&j, "name", rx_str(name));
    json_text(&j, "state", rx_str(state_names[state]));
    json_text(&j, "value", rx_str(value));
    if (fix)
        json_text(&j, "fix", rx_str(fix));
    else
        json_null(&j, "fix");
    d->printed_badly |= json_print(&j) != 0;
}

static void print_line(struct doctor *d, enum state state, const char *name, const char *value,
                       const char *fix)
{
    struct rx_buf line = RX_BUF((size_t)16 * TEXT_MAX);
    int rc = rx_buf_addf(&line, "%-8s %s: ", state_names[state], name);
    if (rc == 0)
        rc = rx_esc_terminal(&line, rx_str(value));
    if (rc == 0 && fix)
        rc = rx_buf_addf(&line, "\n         fix: %s", fix);
    if (rc == 0)
        (void)printf("%.*s\n", RX_FMT(rx_buf_str(&line)));
    d->printed_badly |= rc != 0;
    rx_buf_free(&line);
}

/* fix is printed only where something is wrong. */
static void check(struct doctor *d, enum state state, const char *name, const char *value,
                  const char *fix)
{
    d->bad |= state == STATE_BAD;
    if (state == STATE_OK)
        fix = NULL;
    if (d->cli->json)
        print_json(d, state, name, value, fix);
    else
        print_line(d, state, name, value, fix);
}

/* False: the file is not there, cannot be read or is too long. */
static bool load_file(const char *path, struct rx_buf *out)
{
    FILE *f = fopen(path, "rb");
    bool ok = f != NULL;
    while (ok && !feof(f)) {
        char *p = rx_buf_room(out, 4096);
        ok = p != NULL;
        if (ok)
            out->n += fread(p, 1, 4096, f);
        ok = ok && !ferror(f);
    }
    if (f)
        (void)fclose(f);
    return ok;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static void check_libraries(struct doctor *d)
{
    check(d, STATE_OK, "version", "rxmap " RXMAP_VERSION, NULL);
    check(d, STATE_OK, "libraries", RXMAP_LIBRARIES, NULL);
}

/* One line of the jail's report: "landlock: missing: ...", "a reader can fork: no". */
static void check_jail_line(struct doctor *d, struct rx_str line)
{
    struct rx_str name, value;
    char name_text[TEXT_MAX], value_text[TEXT_MAX];
    if (!rx_str_cut(line, ':', &name, &value))
        return;
    value = rx_str_trim(value);
    bool good = rx_str_eq(value, RX_STR("active")) || rx_str_eq(value, RX_STR("no"));
    (void)snprintf(name_text, sizeof name_text, "jail, %.*s", RX_FMT(name));
    (void)snprintf(value_text, sizeof value_text, "%.*s", RX_FMT(value));
    check(d, good ? STATE_OK : STATE_WARNING, name_text, value_text,
          "the other layers still hold; --require-jail makes a run refuse to start like this");
}

/* True: every layer is there and nothing gets out. */
static bool check_jail(struct doctor *d)
{
    struct crawl_jail *jail = NULL;
    struct rx_err err = {0};
    struct rx_buf report = RX_BUF(1 << 16);
    if (crawl_jail_start(&jail, d->cli->conf, d->cli->tables, &err)) {
        check(d, STATE_BAD, "jail", err.text, "pages cannot be read on this machine");
        return false;
    }
    int rc = crawl_jail_report(jail, &report, &err);
    crawl_jail_stop(jail);
    if (rc && rc != RX_ESANDBOX)
        check(d, STATE_BAD, "jail", err.text, "pages cannot be read on this machine");
    for (struct rx_str line, rest = rx_buf_str(&report); rest.n;) {
        (void)rx_str_cut(rest, '\n', &line, &rest);
        check_jail_line(d, line);
    }
    rx_buf_free(&report);
    return rc == 0;
}

static void check_files(struct doctor *d)
{
    struct rlimit limit;
    char value[TEXT_MAX], fix[TEXT_MAX];
    uint64_t need = rx_conf_int(d->cli->conf, "crawl.concurrency") + FILES_SPARE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    (void)snprintf(value, sizeof value, "%llu open files, %llu needed for crawl.concurrency",
                   (unsigned long long)limit.rlim_cur, (unsigned long long)need);
    (void)snprintf(fix, sizeof fix, "ulimit -n %llu, or a lower --concurrency",
                   (unsigned long long)need);
    check(d, limit.rlim_cur >= need ? STATE_OK : STATE_WARNING, "open files", value, fix);
}

static void check_disk(struct doctor *d)
{
    struct statvfs fs;
    char value[TEXT_MAX];
    if (statvfs(d->dir, &fs) != 0) {
        check(d, STATE_BAD, "free disk", "the folder of the case cannot be asked",
              "look at its permissions");
        return;
    }
    uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    uint64_t low = (uint64_t)fs.f_blocks * fs.f_frsize / 10;
    uint64_t wanted = rx_conf_int(d->cli->conf, "crawl.free_disk");
    if (wanted < low)
        low = wanted;
    (void)snprintf(value, sizeof value, "%.1f GB free, a run pauses below %.1f GB",
                   (double)free_bytes / 1e9, (double)low / 1e9);
    check(d, free_bytes > low ? STATE_OK : STATE_BAD, "free disk", value,
          "make room, or set crawl.free_disk lower");
}

static void check_clock(struct doctor *d)
{
    enum { EARLIEST_S = 1704067200 }; /* 2024-01-01: the program is younger */
    struct timex t = {0};
    char now[RX_TIME_TEXT];
    int64_t wall_ms = rx_wall_ms();
    rx_time_text(now, wall_ms, false);
    if (wall_ms / 1000 < EARLIEST_S) {
        check(d, STATE_BAD, "clock", now, "set the clock: every capture carries its time");
        return;
    }
    bool synchronised = adjtimex(&t) >= 0 && !(t.status & STA_UNSYNC);
    check(d, synchronised ? STATE_OK : STATE_WARNING, "clock", now,
          "the kernel does not call the clock synchronised: run an NTP client, or note the "
          "difference to a known clock in the case");
}

static void check_resolver(struct doctor *d)
{
    const char *own = rx_conf_text(d->cli->conf, "crawl.resolver");
    const char *proxy = rx_conf_text(d->cli->conf, "crawl.proxy");
    struct rx_buf text = RX_BUF(FILE_MAX);
    char value[TEXT_MAX] = "no name server is set";
    unsigned servers = 0;
    if (*proxy) {
        (void)snprintf(value, sizeof value, "names go through the proxy");
        servers = 1;
    } else if (*own) {
        (void)snprintf(value, sizeof value, "%s, by crawl.resolver", own);
        servers = 1;
    } else if (load_file(RESOLV_CONF, &text)) {
        for (struct rx_str line, rest = rx_buf_str(&text); rest.n;) {
            (void)rx_str_cut(rest, '\n', &line, &rest);
            if (!rx_str_starts(line, RX_STR("nameserver")))
                continue;
            if (servers++ == 0)
                (void)snprintf(value, sizeof value, "%.*s, by " RESOLV_CONF,
                               RX_FMT(rx_str_trim(rx_str_sub(line, 10, line.n))));
        }
    }
    rx_buf_free(&text);
    check(d, servers ? STATE_OK : STATE_BAD, "resolver", value,
          "name a server in " RESOLV_CONF " or with --resolver ADDR");
}

static void check_suffixes(struct doctor *d)
{
    struct rx_psl *psl = NULL;
    struct rx_err err = {0};
    struct stat st;
    char value[TEXT_MAX], date[RX_TIME_TEXT] = "built into libpsl";
    bool old = true;
    if (rx_psl_load(&psl, NULL, &err)) {
        check(d, STATE_BAD, "public suffix list", err.text, "install the package publicsuffix");
        return;
    }
    if (stat(PSL_FILE, &st) == 0) {
        rx_time_text(date, (int64_t)st.st_mtime * 1000, false);
        old = rx_wall_ms() / 1000 - (int64_t)st.st_mtime > (int64_t)OLD_LIST_DAYS * 86400;
    }
    (void)snprintf(value, sizeof value, "of %s, sha256 %.16s...", date, rx_psl_sha256(psl));
    rx_psl_free(psl);
    check(d, old ? STATE_WARNING : STATE_OK, "public suffix list", value,
          "install a newer package publicsuffix: what counts as one site depends on it");
}

static void check_authorities(struct doctor *d)
{
    struct rx_buf text = RX_BUF(FILE_MAX);
    char value[TEXT_MAX];
    unsigned count = 0;
    if (load_file(CA_FILE, &text))
        for (ptrdiff_t at = 0;
             (at = rx_str_find(rx_buf_str(&text), RX_STR("BEGIN CERT"), (size_t)at)) >= 0; at++)
            count++;
    rx_buf_free(&text);
    (void)snprintf(value, sizeof value, "%u in " CA_FILE, count);
    check(d, count ? STATE_OK : STATE_WARNING, "certificate authorities", value,
          "install the package ca-certificates: without it every certificate is recorded as "
          "unknown");
}

/* ---- the command -------------------------------------------------------------------------------
 */

static int run_checks(struct cli *cli, const char *dir)
{
    struct rx_err err = {0};
    struct doctor d = {.cli = cli, .dir = dir};
    bool require = cli_flag(cli, "--require-jail") || rx_conf_bool(cli->conf, "crawl.require_jail");
    /* The jail must come up as it can, so that each missing layer is named. */
    if (rx_conf_set(cli->conf, "crawl.require_jail", RX_STR("false"), RX_CONF_FLAG, &err))
        return cli_fail(cli, &err);
    bool jailed = check_jail(&d); /* first: it forks, so nothing else may run yet */
    check_libraries(&d);
    check_files(&d);
    check_disk(&d);
    check_clock(&d);
    check_resolver(&d);
    check_suffixes(&d);
    check_authorities(&d);
    if (require && !jailed)
        return EXIT_SANDBOX;
    return d.printed_badly ? EXIT_FAILED : d.bad ? EXIT_FINDINGS : EXIT_DONE;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(4096);
    struct rx_err err = {0};
    int code = 0;
    if (cli->argc)
        return cli_usage(cli, "doctor takes no argument");
    /* A case is not needed; if one is here, its settings count. */
    if (cli->case_dir || store_find(&dir, NULL, &err) == 0) {
        rx_buf_clear(&dir);
        code = cli_find(cli, &dir);
    }
    if (code == 0)
        code = run_checks(cli, dir.n ? dir.p : ".");
    rx_buf_free(&dir);
    return code;
}

static const struct cli_flag flags[] = {
    {"--require-jail", NULL, NULL, "exit 77 if a layer of the jail is missing"},
    {NULL, NULL, NULL, NULL}};

const struct cmd cmd_doctor = {
    .name = "doctor",
    .args = "[--require-jail]",
    .summary = "check this machine: jail, limits, disk, clock, resolver, lists",
    .examples = "rxmap doctor\nrxmap doctor --require-jail\nrxmap doctor --json\n",
    .flags = flags,
    .run = run,
};
