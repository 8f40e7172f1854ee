/* cmd_extract.c - rxmap extract: the tables of today applied to what was captured before. */
#include "cli/jailed.h"
#include "cli/json.h"
#include "cli/next.h"
#include "cli/progress.h"
#include "cli/status.h"
#include "crawler/crawl.h"

enum { LINE_PERIOD_MS = 30000 };

static const struct cli_flag flags[] = {{NULL, NULL, NULL, NULL}};

static int say_json(const struct crawl_extract_report *r)
{
    struct json j;
    json_open(&j, "extract");
    json_text(&j, "end", rx_str(crawl_end_name(r->end)));
    json_text(&j, "tables", rx_str(r->tables));
    json_int(&j, "read", (int64_t)r->read);
    json_int(&j, "unread", (int64_t)r->unread);
    json_int(&j, "damaged", (int64_t)r->damaged);
    json_int(&j, "left", (int64_t)r->left);
    json_int(&j, "sightings", (int64_t)r->sightings);
    json_int(&j, "sightings_before", (int64_t)r->sightings_before);
    json_int(&j, "roles", (int64_t)r->roles);
    json_int(&j, "mails", (int64_t)r->mails);
    return json_print(&j);
}

static void say_text(const struct cli *cli, const struct crawl_extract_report *r)
{
    if (r->end != CRAWL_DONE) {
        (void)printf("Stopped: %llu captures read again, %llu left. ", (unsigned long long)r->read,
                     (unsigned long long)r->left);
        next_say(stdout, cli, "To go on: ", "extract");
        return;
    }
    if (r->read + r->unread + r->damaged + r->roles + r->mails == 0) {
        (void)printf("Nothing to do: all that was captured was last read by the tables of today "
                     "(%.12s).\n",
                     r->tables);
        return;
    }
    (void)printf("%llu captures read again by the tables of today (%.12s): %llu sightings, where "
                 "the tables before found %llu.\n",
                 (unsigned long long)r->read, r->tables, (unsigned long long)r->sightings,
                 (unsigned long long)r->sightings_before);
    if (r->unread > 0)
        (void)printf("%llu could not be read; what was read of them before stands.\n",
                     (unsigned long long)r->unread);
    if (r->roles > 0)
        (void)printf("The roles of %llu sites, or the reasons for them, came out otherwise.\n",
                     (unsigned long long)r->roles);
    if (r->mails > 0)
        (void)printf("%llu mails of seeds were searched again.\n", (unsigned long long)r->mails);
    next_say(stdout, cli, "Next: ", "map");
}

static int exit_code(const struct crawl_extract_report *r)
{
    if (r->end == CRAWL_INTERRUPTED)
        return EXIT_INTERRUPTED;
    if (r->end == CRAWL_TERMINATED)
        return EXIT_TERMINATED;
    return r->unread > 0 ? EXIT_PARTIAL : EXIT_DONE;
}

static int extract(struct cli *cli, struct store *st, struct crawl_jail *jail)
{
    struct progress progress;
    struct crawl_extract_report report;
    struct rx_err err = {0};
    progress_init(&progress, cli, LINE_PERIOD_MS);
    const int rc = crawl_extract(st, jail, progress_tell_extract, &progress, &report, &err);
    progress_end(&progress);
    if (rc && rc != RX_EDAMAGE)
        return cli_fail(cli, &err);
    if (cli->json && say_json(&report))
        return EXIT_FAILED;
    if (!cli->json && !cli->quiet)
        say_text(cli, &report);
    if (cli->verbose && status_rejects(cli, st))
        return EXIT_FAILED;
    return rc ? cli_fail(cli, &err) : exit_code(&report);
}

static int run(struct cli *cli)
{
    if (cli->argc > 0)
        return cli_usage(cli, "extract takes no argument: it reads all that the case has");
    return jailed_case(cli, "extract", extract);
}

const struct cmd cmd_extract = {
    .name = "extract",
    .args = "",
    .summary = "read again what was captured, by the tables of today, without network",
    .examples = "rxmap extract          after rows were added to CASE/signatures.tsv, or with a "
                "newer rxmap;\n"
                "                       how such rows are written: docs/FORMATS.md, \"The case: "
                "signatures.tsv\"\n"
                "rxmap extract -v       also what looked like an identifier and was refused\n",
    .flags = flags,
    .run = run,
};
