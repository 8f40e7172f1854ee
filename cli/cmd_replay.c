/* cmd_replay.c - rxmap replay: the same pipeline from WARC files, without network. */
#include "cli/jailed.h"
#include "cli/json.h"
#include "cli/next.h"
#include "crawler/crawl.h"

static const struct cli_flag flags[] = {
    {NULL, NULL, NULL, NULL},
};

static int say(const struct cli *cli, const struct crawl_replay_report *r)
{
    if (cli->json) {
        struct json j;
        json_open(&j, "replay");
        json_int(&j, "files", (int64_t)r->files);
        json_int(&j, "records", (int64_t)r->records);
        json_int(&j, "pages", (int64_t)r->pages);
        json_int(&j, "failed", (int64_t)r->failed);
        json_int(&j, "skipped", (int64_t)r->skipped);
        return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
    }
    if (cli->quiet)
        return EXIT_DONE;
    (void)printf("Replayed %llu files: %llu records, %llu pages (%llu that no reader "
                 "survived), %llu records of no use here.\npages %llu\n",
                 (unsigned long long)r->files, (unsigned long long)r->records,
                 (unsigned long long)r->pages, (unsigned long long)r->failed,
                 (unsigned long long)r->skipped, (unsigned long long)r->pages);
    next_say(stdout, cli, "Next: ", "map");
    return EXIT_DONE;
}

static int replay(struct cli *cli, struct store *st, struct crawl_jail *jail)
{
    struct crawl_replay_report report;
    struct rx_err err = {0};
    if (crawl_replay(st, jail, cli->conf, (const char *const *)cli->argv, (size_t)cli->argc,
                     &report, &err))
        return cli_fail(cli, &err);
    return say(cli, &report);
}

static int run(struct cli *cli)
{
    if (cli->argc == 0)
        return cli_usage(cli, "replay needs the WARC files to read");
    for (int i = 0; i < cli->argc; i++)
        if (strcmp(cli->argv[i], "-") == 0)
            return cli_usage(cli, "replay reads a file more than once: save it, and name it");
    return jailed_case(cli, "replay", replay);
}

const struct cmd cmd_replay = {
    .name = "replay",
    .args = "WARC..",
    .summary = "read WARC files (of any tool) as if they were being crawled, without network",
    .examples = "rxmap replay crawl.warc.gz           what another tool captured\n"
                "rxmap -C new replay old/warc/*.gz    a case again from its evidence\n",
    .flags = flags,
    .run = run,
};
