/* cmd_status.c - rxmap status: how far the case is, what failed, why a URL was not fetched. */
#include "cli/status.h"

#include "cli/next.h"

#include <errno.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

enum { WATCH_S = 2 };

static const struct cli_flag flags[] = {
    {"--errors", NULL, NULL, "sites that gave no page, and why"},
    {"--watch", NULL, NULL, "again every two seconds, until no run is open"},
    {"--url", "URL", NULL, "what became of one URL in each run, and why"},
    {NULL, NULL, NULL, NULL},
};

/* ---- the overview ---------------------------------------------------------------------------- */

struct overview {
    const struct cli *cli;
    struct store *st;
    struct store_counts last; /* of the last run shown */
    bool any_open;
    int64_t runs;
    uint64_t read; /* URLs, in all runs */
};

static void outcomes_json(struct json *j, const struct store_counts *counts)
{
    json_object(j, "outcomes");
    for (int o = 1; o < RX_OUT_COUNT; o++)
        if (counts->by_outcome[o])
            json_int(j, rx_outcome_name((enum rx_outcome)o), (int64_t)counts->by_outcome[o]);
    json_object_end(j);
}

static int run_json(const struct store_run *run, const struct store_counts *counts)
{
    struct json j;
    json_open(&j, "run");
    json_int(&j, "id", run->id);
    json_text(&j, "label", run->label);
    json_time(&j, "started", run->started_ms);
    json_time(&j, "ended", run->ended_ms);
    json_bool(&j, "open", !run->closed);
    json_bool(&j, "cut_short", run->cut_short);
    json_int(&j, "waiting", (int64_t)counts->waiting);
    json_int(&j, "fetches", (int64_t)counts->fetches);
    outcomes_json(&j, counts);
    return json_print(&j);
}

static int run_text(const struct store_run *run, const struct store_counts *counts)
{
    char started[RX_TIME_TEXT];
    char ended[RX_TIME_TEXT] = "now";
    struct rx_buf label = RX_BUF(1 << 16);
    int rc = rx_esc_terminal(&label, run->label);
    rx_time_text(started, run->started_ms, false);
    if (run->ended_ms)
        rx_time_text(ended, run->ended_ms, false);
    if (!rc)
        (void)printf("\nrun %lld %s%s%s: %s, %s to %s\n  %llu fetches, %llu URLs left\n",
                     (long long)run->id, label.n ? "(" : "", label.p ? label.p : "",
                     label.n ? ")" : "",
                     !run->closed     ? "open"
                     : run->cut_short ? "closed before its end"
                                      : "closed",
                     started, ended, (unsigned long long)counts->fetches,
                     (unsigned long long)counts->waiting);
    for (int o = 1; !rc && o < RX_OUT_COUNT; o++)
        if (counts->by_outcome[o])
            (void)printf("  %8llu %-20s %s\n", (unsigned long long)counts->by_outcome[o],
                         rx_outcome_name((enum rx_outcome)o), status_why((enum rx_outcome)o));
    rx_buf_free(&label);
    return rc;
}

static int show_run(void *ctx, const struct store_run *run)
{
    struct overview *o = ctx;
    int rc = store_counts(o->st, run->id, &o->last);
    if (rc)
        return rc;
    o->any_open = o->any_open || !run->closed;
    o->runs++;
    o->read += o->last.by_outcome[RX_OUT_OK] + o->last.by_outcome[RX_OUT_TRUNCATED];
    return o->cli->json ? run_json(run, &o->last) : run_text(run, &o->last);
}

static int totals_json(const struct overview *o, const struct store_counts *c,
                       const struct store_cuts *cuts)
{
    struct json j;
    struct rx_buf title = RX_BUF(4096);
    int rc = store_meta_get(o->st, "title", &title);
    if (rc)
        return rc;
    json_open(&j, "case");
    json_text(&j, "title", rx_buf_str(&title));
    rx_buf_free(&title);
    json_int(&j, "seeds", (int64_t)c->seeds);
    json_int(&j, "sites", (int64_t)c->sites);
    json_int(&j, "hosts", (int64_t)c->hosts);
    json_int(&j, "urls", (int64_t)c->urls);
    json_int(&j, "contents", (int64_t)c->contents);
    json_int(&j, "links", (int64_t)c->links);
    json_int(&j, "sightings", (int64_t)c->sightings);
    json_int(&j, "indicators", (int64_t)c->indicators);
    json_int(&j, "pages_cut", (int64_t)cuts->pages);
    json_int(&j, "marks_cut", (int64_t)cuts->marks);
    json_int(&j, "links_cut", (int64_t)cuts->links);
    return json_print(&j);
}

/* What a reader of the case would not miss by himself. */
static void say_cuts(const struct store_cuts *cuts)
{
    const struct {
        uint64_t count;
        const char *what;
    } all[] = {{cuts->pages, "were not read to their end: they are longer than a page may be"},
               {cuts->marks, "may show more identifiers than were kept"},
               {cuts->links, "have more links than were kept"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].count > 0)
            (void)printf("  %llu of the contents %s\n", (unsigned long long)all[i].count,
                         all[i].what);
}

static int totals_text(struct overview *o, const struct store_counts *c,
                       const struct store_cuts *cuts)
{
    struct rx_buf title = RX_BUF(4096);
    struct rx_buf shown = RX_BUF(1 << 16);
    int rc = store_meta_get(o->st, "title", &title);
    if (!rc)
        rc = rx_esc_terminal(&shown, rx_buf_str(&title));
    if (!rc)
        (void)printf("case %s%s%s\n  %llu seeds; %llu sites, %llu hosts, %llu URLs known\n"
                     "  %llu contents captured, %llu links, %llu sightings of %llu indicators\n",
                     store_dir(o->st), shown.n ? ": " : "", shown.p ? shown.p : "",
                     (unsigned long long)c->seeds, (unsigned long long)c->sites,
                     (unsigned long long)c->hosts, (unsigned long long)c->urls,
                     (unsigned long long)c->contents, (unsigned long long)c->links,
                     (unsigned long long)c->sightings, (unsigned long long)c->indicators);
    if (!rc)
        say_cuts(cuts);
    rx_buf_free(&title);
    rx_buf_free(&shown);
    return rc;
}

static const char *next_step(const struct overview *o, const struct store_counts *totals)
{
    struct store_analysis map;
    struct rx_buf text = RX_BUF(1 << 16);
    bool mapped = store_analysis_last(o->st, "evidence", &map, &text) == 0;
    rx_buf_free(&text);
    if (totals->seeds == 0 && !o->runs)
        return "seed add FILE";
    if (!o->runs)
        return "crawl";
    if (o->read == 0)
        return "status --errors";
    return mapped ? "networks" : "map";
}

/* What to type next. */
static void say_next(const struct overview *o, const struct store_counts *totals)
{
    struct rx_buf command = RX_BUF(1 << 18);
    const int rc = o->any_open ? next_crawl_of(&command, o->st, o->cli)
                               : next_command(&command, o->cli, next_step(o, totals));
    if (!rc)
        rx_log(RX_LOG_INFO, o->any_open ? "next, to go on with the open run: %s" : "next: %s",
               command.p);
    rx_buf_free(&command);
}

static int overview(const struct cli *cli, struct store *st, bool *any_open)
{
    struct overview o = {.cli = cli, .st = st};
    struct store_counts totals;
    struct store_cuts cuts;
    int rc = store_counts(st, 0, &totals);
    if (!rc)
        rc = store_cuts(st, RX_STR(""), &cuts);
    if (!rc)
        rc = cli->json ? totals_json(&o, &totals, &cuts) : totals_text(&o, &totals, &cuts);
    if (!rc)
        rc = store_run_scan(st, show_run, &o);
    if (!rc && cli->verbose)
        rc = status_rejects(cli, st);
    *any_open = o.any_open;
    if (fflush(stdout) && !rc) /* before what follows on the other stream */
        rc = errno == ENOSPC || errno == EDQUOT ? RX_ENOSPC : RX_EIO;
    if (!rc && !cli->json && !cli->quiet)
        say_next(&o, &totals);
    return rc;
}

/* The view of the case that the command was opened with stands still: a new one for each look. */
static int look_again(struct store *st, struct rx_err *err)
{
    store_rollback(st);
    return store_begin_read(st, err);
}

static int watch(const struct cli *cli, struct store *st, struct rx_err *err)
{
    const bool terminal = isatty(STDOUT_FILENO) == 1 && !cli->json;
    bool any_open = true;
    int rc = 0;
    while (!rc && any_open) {
        struct timespec pause = {.tv_sec = WATCH_S};
        if (terminal)
            (void)fputs("\x1b[H\x1b[2J", stdout);
        rc = overview(cli, st, &any_open);
        while (!rc && any_open && nanosleep(&pause, &pause) && errno == EINTR)
            ;
        if (!rc && any_open)
            rc = look_again(st, err);
    }
    return rc;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct store *st = NULL;
    const char *url = cli_flag(cli, "--url");
    if (!!url + !!cli_flag(cli, "--errors") + !!cli_flag(cli, "--watch") > 1)
        return cli_usage(cli, "--errors, --url and --watch exclude each other");
    if (cli->argc)
        return cli_usage(cli, "status takes no arguments");
    int code = cli_find(cli, &dir);
    if (!code)
        code = cli_view(cli, dir.p, &st);
    rx_buf_free(&dir);
    if (code)
        return code;
    struct rx_err err = {0};
    bool any_open;
    int rc = url                         ? status_url(cli, st, rx_str(url), &err)
             : cli_flag(cli, "--errors") ? status_errors(cli, st)
             : cli_flag(cli, "--watch")  ? watch(cli, st, &err)
                                         : overview(cli, st, &any_open);
    int failed = rc && err.code ? cli_fail(cli, &err) : rc ? cli_fail_scan(cli, st, rc) : EXIT_DONE;
    store_close(st);
    return failed;
}

const struct cmd cmd_status = {
    .name = "status",
    .args = "[--errors | --url URL | --watch]",
    .summary = "runs, counts, what failed, what is left, why a URL was not fetched",
    .examples = "rxmap status\n"
                "rxmap status -v                      also what looked like an identifier only\n"
                "rxmap status --errors\n"
                "rxmap status --watch                 beside a crawl in another window\n"
                "rxmap status --url http://pills.example/contact\n",
    .flags = flags,
    .run = run,
};
