/* cmd_seed.c - rxmap seed add|list: what the crawl starts from. */
#include "cli/cli.h"

#include "base/escape.h"
#include "cli/json.h"
#include "crawler/crawl.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { LIST_MAX_BYTES = 256 << 20, SHOWN = 20 };

static const struct cli_flag flags[] = {
    {"--column", "NAME|N", NULL, "the list is CSV; take this column (a name, or a number from 1)"},
    {"--force", NULL, NULL, "add what can be read of a file that looks like no list of seeds"},
    {NULL, NULL, NULL, NULL},
};

/* ---- add ------------------------------------------------------------------------------------- */

struct bad_lines {
    const struct cli *cli;
    struct rx_str source;
    uint64_t count;
};

static void on_bad(void *ctx, uint64_t line, const char *why)
{
    struct bad_lines *bad = ctx;
    struct rx_buf text = RX_BUF(1 << 16);
    if (bad->count++ >= SHOWN && !bad->cli->verbose)
        return;
    int rc = rx_esc_terminal(&text, bad->source);
    if (!rc)
        rc = rx_buf_addf(&text, ":%llu: ", (unsigned long long)line);
    if (!rc)
        rc = rx_esc_terminal(&text, rx_str(why));
    if (!rc)
        (void)fprintf(stderr, "%s\n", text.p);
    rx_buf_free(&text);
}

static bool is_file(const char *argument)
{
    struct stat about;
    return strcmp(argument, "-") == 0 || (stat(argument, &about) == 0 && !S_ISDIR(about.st_mode));
}

/* A word that can only be meant as a file: it begins like a path, or ends like a list. */
static bool looks_like_file(struct rx_str word)
{
    static const char *const beginnings[] = {"/", "./", "../", "~/"};
    static const char *const endings[] = {".txt",  ".csv",   ".tsv", ".list", ".lst",
                                          ".json", ".jsonl", ".eml", ".mbox", ".log"};
    if (rx_str_find(word, RX_STR("://"), 0) >= 0)
        return false;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (rx_str_starts(word, rx_str(beginnings[i])))
            return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (rx_str_ends(word, rx_str(endings[i])))
            return true;
    return false;
}

/* A word with a blank or a slash is a file's name; "shpos.txt" might be a host's. */
static bool may_be_host(const char *word)
{
    for (const char *c = word; *c; c++)
        if (!rx_is_alnum(*c) && *c != '-' && *c != '.')
            return false;
    return rx_is_alnum(*word);
}

/* A mistyped file name must not become a seed. */
static int check_words(const struct cli *cli)
{
    struct rx_err err = {0};
    for (int i = 1; i < cli->argc; i++) {
        const char *word = cli->argv[i];
        if (is_file(word) || !looks_like_file(rx_str(word)))
            continue;
        if (!may_be_host(word))
            (void)rx_fail(&err, RX_EIO, "there is no file %s", word);
        else
            (void)rx_fail(&err, RX_EIO,
                          "there is no file %s; if it is a host's name, write http://%s/", word,
                          word);
        return cli_fail(cli, &err);
    }
    return 0;
}

static int add_text(struct cli *cli, struct store *st, struct rx_str text, struct rx_str source,
                    const char *column, struct crawl_seed_result *total)
{
    struct bad_lines bad = {.cli = cli, .source = source};
    struct crawl_seed_result now = {0};
    struct rx_err err = {0};
    const struct crawl_seed_list list = {text, source, column, cli_flag(cli, "--force") != NULL};
    int rc = crawl_seed_add(st, &list, on_bad, &bad, &now, &err);
    if (bad.count > SHOWN && !cli->verbose)
        (void)fprintf(stderr, "and %llu more lines (-v: all)\n",
                      (unsigned long long)(bad.count - SHOWN));
    if (rc) {
        const int code = cli_fail(cli, &err);
        return rc == RX_EINVAL ? EXIT_PARTIAL : code;
    }
    total->added += now.added;
    total->duplicates += now.duplicates;
    total->skipped += now.skipped;
    return 0;
}

static int add_file(struct cli *cli, struct store *st, const char *path,
                    struct crawl_seed_result *total)
{
    struct rx_buf text;
    int code = cli_read(cli, path, LIST_MAX_BYTES, &text);
    if (code)
        return code;
    code = add_text(cli, st, rx_buf_str(&text), rx_str(path), cli_flag(cli, "--column"), total);
    rx_buf_free(&text);
    return code;
}

/* URLs on the command line make one list, a line each. */
static int add_urls(struct cli *cli, struct store *st, struct crawl_seed_result *total)
{
    struct rx_buf text = RX_BUF(LIST_MAX_BYTES);
    int rc = 0;
    for (int i = 1; !rc && i < cli->argc; i++) {
        if (is_file(cli->argv[i]))
            continue;
        rc = rx_buf_add(&text, rx_str(cli->argv[i]));
        if (!rc)
            rc = rx_buf_addc(&text, '\n');
    }
    struct rx_err err = {.code = rc, .text = "the command line is too long"};
    int code = rc ? cli_fail(cli, &err) : 0;
    if (!code && text.n)
        code = add_text(cli, st, rx_buf_str(&text), RX_STR("argument"), NULL, total);
    rx_buf_free(&text);
    return code;
}

static int report(const struct cli *cli, const struct crawl_seed_result *total)
{
    if (cli->json) {
        struct json j;
        json_open(&j, "seeds");
        json_int(&j, "added", (int64_t)total->added);
        json_int(&j, "duplicates", (int64_t)total->duplicates);
        json_int(&j, "skipped", (int64_t)total->skipped);
        if (json_print(&j))
            return EXIT_FAILED;
    } else if (!cli->quiet) {
        (void)fprintf(stderr, "rxmap: %llu seed%s added, %llu known already, %llu line%s skipped\n",
                      (unsigned long long)total->added, total->added == 1 ? "" : "s",
                      (unsigned long long)total->duplicates, (unsigned long long)total->skipped,
                      total->skipped == 1 ? "" : "s");
    }
    return total->skipped ? EXIT_PARTIAL : EXIT_DONE;
}

static int add(struct cli *cli, const char *dir)
{
    struct crawl_seed_result total = {0};
    struct store *st = NULL;
    if (cli->argc < 2)
        return cli_usage(cli, "seed add wants a file, - or URLs");
    int code = check_words(cli);
    if (!code)
        code = cli_open(cli, dir, STORE_WRITE, &st);
    if (!code)
        code = cli_audit(cli, st, "seed add");
    for (int i = 1; !code && i < cli->argc; i++)
        if (is_file(cli->argv[i]))
            code = add_file(cli, st, cli->argv[i], &total);
    if (!code)
        code = add_urls(cli, st, &total);
    store_close(st);
    return code ? code : report(cli, &total);
}

/* ---- list ------------------------------------------------------------------------------------ */

static int list_json(const struct store_seed *seed)
{
    struct json j;
    json_open(&j, "seed");
    json_text(&j, "url", seed->url);
    json_text(&j, "site", seed->site);
    json_text(&j, "source", seed->source);
    json_int(&j, "line", (int64_t)seed->line);
    json_text(&j, "raw", seed->raw);
    json_time(&j, "added", seed->added_ms);
    return json_print(&j);
}

static int list_one(void *ctx, const struct store_seed *seed)
{
    const struct cli *cli = ctx;
    if (cli->json)
        return list_json(seed);
    struct rx_buf text = RX_BUF(1 << 16);
    int rc = rx_esc_terminal(&text, seed->url);
    if (!rc && cli->verbose)
        rc = rx_buf_add(&text, RX_STR("\t"));
    if (!rc && cli->verbose)
        rc = rx_esc_terminal(&text, seed->source);
    if (!rc && cli->verbose && seed->line)
        rc = rx_buf_addf(&text, ":%llu", (unsigned long long)seed->line);
    if (!rc)
        (void)printf("%s\n", text.p);
    rx_buf_free(&text);
    return rc;
}

static int list(struct cli *cli, const char *dir)
{
    struct store *st = NULL;
    int code = cli_view(cli, dir, &st);
    if (code)
        return code;
    int rc = store_seed_scan(st, list_one, cli);
    if (rc)
        code = cli_fail_scan(cli, st, rc);
    store_close(st);
    return code;
}

static int run(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    const char *what = cli->argc ? cli->argv[0] : "";
    bool adds = strcmp(what, "add") == 0;
    if (!adds && strcmp(what, "list") != 0) {
        static const char *const words[] = {"add", "list", NULL};
        const char *near = rx_nearest(rx_str(what), words);
        return cli_usage(
            cli, near ? "seed %s is unknown; did you mean seed %s?" : "seed wants add or list%s%s",
            near ? what : "", near ? near : "");
    }
    int code = cli_find(cli, &dir);
    if (!code)
        code = adds ? add(cli, dir.p) : list(cli, dir.p);
    rx_buf_free(&dir);
    return code;
}

const struct cmd cmd_seed = {
    .name = "seed",
    .args = "add [FILE|-|URL..] | list",
    .summary = "add or list what the crawl starts from",
    .examples = "rxmap seed add shops.txt\n"
                "rxmap seed add hxxp://pills[.]example 'shop(dot)example'\n"
                "rxmap seed add --column domain seized.csv      with commas, semicolons or tabs\n"
                "rxmap seed list -v\n",
    .flags = flags,
    .run = run,
};
