/* cmd_replay.c - rxmap replay: the same pipeline from WARC files, without network. */
#include "cli/cli.h"
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

static int with_store(struct cli *cli, const char *dir, struct crawl_jail *jail)
{
    struct store *st;
    struct crawl_replay_report report;
    struct rx_err err = {0};
    int code = cli_open(cli, dir, STORE_WRITE, &st);
    if (code)
        return code;
    code = cli_audit(cli, st, "replay");
    if (!code && crawl_replay(st, jail, cli->conf, (const char *const *)cli->argv,
                              (size_t)cli->argc, &report, &err))
        code = cli_fail(cli, &err);
    store_close(st);
    return code ? code : say(cli, &report);
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(1 << 16);
    struct crawl_jail *jail = NULL;
    struct rx_err err = {0};
    if (cli->argc == 0)
        return cli_usage(cli, "replay needs the WARC files to read");
    for (int i = 0; i < cli->argc; i++)
        if (strcmp(cli->argv[i], "-") == 0)
            return cli_usage(cli, "replay reads a file more than once: save it, and name it");
    int code = cli_find(cli, &dir);
    if (!code && crawl_jail_start(&jail, cli->conf, cli->tables, &err))
        code = cli_fail(cli, &err);
    if (!code)
        code = with_store(cli, dir.p, jail);
    crawl_jail_stop(jail);
    rx_buf_free(&dir);
    return code;
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
