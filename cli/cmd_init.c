/* cmd_init.c - rxmap init: a new case. */
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/next.h"

static const struct cli_flag flags[] = {
    {"--title", "TEXT", NULL, "what the case is called in reports"},
    {"--operator", "TEXT", NULL, "who answers for it; goes into each WARC file"},
    {"--authority", "TEXT", NULL, "its legal basis; needed by crawl --robots record"},
    {NULL, NULL, NULL, NULL},
};

static struct rx_str text_of(const struct cli *cli, const char *flag)
{
    const char *value = cli_flag(cli, flag);
    return rx_str(value ? value : "");
}

static int say(const struct cli *cli, const char *dir, const struct store_case_info *info)
{
    struct json j;
    struct rx_buf word = RX_BUF(1 << 16);
    if (!cli->quiet && next_word(&word, dir) == RX_OK)
        rx_log(RX_LOG_INFO, "made the case; next: rxmap -C %s seed add FILE", word.p);
    rx_buf_free(&word);
    if (!cli->json)
        return EXIT_DONE;
    json_open(&j, "init");
    json_text(&j, "case", rx_str(dir));
    json_text(&j, "title", info->title);
    json_text(&j, "operator", info->operator_name);
    json_text(&j, "authority", info->authority);
    return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct cli *cli)
{
    struct store *st = NULL;
    struct rx_err err = {0};
    struct store_case_info info = {.title = text_of(cli, "--title"),
                                   .operator_name = text_of(cli, "--operator"),
                                   .authority = text_of(cli, "--authority")};
    if (cli->argc > 1 || (cli->argc == 0 && !cli->case_dir))
        return cli_usage(cli, "init wants one directory");
    const char *dir = cli->argc ? cli->argv[0] : cli->case_dir;
    int rc = store_create(dir, &info, &err);
    if (rc == RX_EINVAL)
        return cli_usage(cli, "%s", err.text);
    if (rc)
        return cli_fail(cli, &err);
    int code = cli_open(cli, dir, STORE_WRITE, &st);
    if (!code)
        code = cli_audit(cli, st, "init");
    store_close(st);
    return code ? code : say(cli, dir, &info);
}

const struct cmd cmd_init = {
    .name = "init",
    .args = "DIR [--title TEXT] [--operator TEXT] [--authority TEXT]",
    .summary = "make a new case",
    .examples = "rxmap init pills\n"
                "rxmap init pills --title \"Operation Placebo\" --operator \"A. Meyer\"\n",
    .flags = flags,
    .run = run,
};
