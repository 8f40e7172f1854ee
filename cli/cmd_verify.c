/* cmd_verify.c - rxmap verify: does the case still say what was captured? */
#include "cli/cli.h"

#include "base/escape.h"
#include "cli/json.h"
#include "crawler/crawl.h"

static const struct cli_flag flags[] = {{NULL, NULL, NULL, NULL}};

static void on_finding_json(const char *sentence)
{
    struct json j;
    json_open(&j, "finding");
    json_text(&j, "text", rx_str(sentence));
    if (json_print(&j))
        (void)fputs("rxmap: a finding could not be printed\n", stderr);
}

static void on_finding(void *ctx, const char *sentence)
{
    const struct cli *cli = ctx;
    struct rx_buf line = RX_BUF(1 << 16);
    if (cli->json) {
        on_finding_json(sentence);
    } else if (rx_esc_terminal(&line, rx_str(sentence)) == 0) {
        (void)printf("%.*s\n", RX_FMT(rx_buf_str(&line)));
    }
    rx_buf_free(&line);
}

static int report_json(const struct crawl_verify_report *r, const char *head)
{
    struct json j;
    json_open(&j, "verify");
    json_int(&j, "files", (int64_t)r->files);
    json_int(&j, "records", (int64_t)r->records);
    json_int(&j, "sightings", (int64_t)r->sightings);
    json_int(&j, "findings", (int64_t)r->findings);
    json_text(&j, "audit_head", rx_str(head));
    return json_print(&j);
}

static int report(const struct cli *cli, struct store *st, const struct crawl_verify_report *r)
{
    char head[RX_SHA256_HEX + 1] = "";
    uint64_t lines = 0;
    struct rx_err err;
    if (store_audit_verify(st, head, &lines, &err))
        head[0] = '\0'; /* it is a finding already */
    if (cli->json)
        return report_json(r, head);
    (void)printf("%llu WARC files, %llu records, %llu cited places: %llu finding%s\n",
                 (unsigned long long)r->files, (unsigned long long)r->records,
                 (unsigned long long)r->sightings, (unsigned long long)r->findings,
                 r->findings == 1 ? "" : "s");
    if (head[0])
        (void)printf("audit.log: %llu lines, head %s\n", (unsigned long long)lines, head);
    return 0;
}

static int verify(struct cli *cli, const char *dir, struct crawl_jail *jail)
{
    struct store *st = NULL;
    struct rx_err err = {0};
    struct crawl_verify_report r = {0};
    int code = cli_open(cli, dir, STORE_READ, &st);
    if (code)
        return code;
    if (crawl_verify(st, jail, on_finding, cli, &r, &err))
        code = cli_fail(cli, &err);
    else if (report(cli, st, &r))
        code = EXIT_FAILED;
    else
        code = r.findings ? EXIT_DAMAGE : EXIT_DONE;
    store_close(st);
    return code;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(4096);
    struct crawl_jail *jail = NULL;
    struct rx_err err = {0};
    if (cli->argc)
        return cli_usage(cli, "verify takes no argument; the case is given with -C");
    int code = cli_find(cli, &dir);
    if (code == 0 && crawl_jail_start(&jail, cli->conf, &err))
        code = cli_fail(cli, &err);
    if (code == 0)
        code = verify(cli, dir.p, jail);
    if (jail)
        crawl_jail_stop(jail);
    rx_buf_free(&dir);
    return code;
}

const struct cmd cmd_verify = {
    .name = "verify",
    .args = "",
    .summary = "check the evidence: WARC, database, audit log, every cited byte",
    .examples = "rxmap verify\nrxmap -C pills verify --json\n",
    .flags = flags,
    .run = run,
};
