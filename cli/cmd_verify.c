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

/* A torn file may give a finding for each of its records: people are shown the first of each file,
 * which the findings come in the order of; all of them are counted. */
enum { SHOWN_OF_FILE = 20 };

struct teller {
    const struct cli *cli;
    struct rx_buf file; /* owned: what the last finding begins with */
    uint64_t count;     /* findings of that file */
};

static void say_line(struct rx_str text)
{
    struct rx_buf line = RX_BUF(1 << 16);
    if (rx_esc_terminal(&line, text) == 0)
        (void)printf("%.*s\n", RX_FMT(rx_buf_str(&line)));
    rx_buf_free(&line);
}

static void end_file(struct teller *t)
{
    if (t->count > SHOWN_OF_FILE && !t->cli->verbose && !t->cli->json) {
        const int rc = rx_buf_addf(&t->file, ": and %llu more findings (-v: all)",
                                   (unsigned long long)(t->count - SHOWN_OF_FILE));
        if (!rc)
            say_line(rx_buf_str(&t->file));
    }
    t->count = 0;
    rx_buf_clear(&t->file);
}

static void on_finding(void *ctx, const char *sentence)
{
    struct teller *t = ctx;
    const struct rx_str text = rx_str(sentence);
    const ptrdiff_t end = rx_str_find(text, RX_STR(": "), 0);
    const struct rx_str file = rx_str_sub(text, 0, end < 0 ? 0 : (size_t)end);
    if (t->cli->json) {
        on_finding_json(sentence);
        return;
    }
    if (!rx_str_eq(file, rx_buf_str(&t->file))) {
        end_file(t);
        if (rx_buf_add(&t->file, file))
            rx_buf_clear(&t->file);
    }
    if (t->count++ < SHOWN_OF_FILE || t->cli->verbose)
        say_line(text);
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
    int code = cli_open(cli, dir, STORE_STILL, &st); /* half a record is no damage */
    if (code)
        return code;
    struct teller teller = {.cli = cli, .file = RX_BUF(1 << 16)};
    const int rc = crawl_verify(st, jail, on_finding, &teller, &r, &err);
    end_file(&teller);
    rx_buf_free(&teller.file);
    if (rc)
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
    if (code == 0 && crawl_jail_start(&jail, cli->conf, cli->tables, &err))
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
    .examples = "rxmap verify\nrxmap -C pills verify --json\nrxmap verify -v       every finding\n",
    .flags = flags,
    .run = run,
};
