/* cmd_seed.c - rxmap seed add|list: what the crawl starts from. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/escape.h"
#include "cli/json.h"
#include "crawler/crawl.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LIST_MAX_BYTES = 256 << 20, SHOWN = 20, HEAD_BYTES = 65536 };

static const struct cli_flag flags[] = {
    {"--column", "NAME|N", NULL, "the list is CSV; take this column (a name, or a number from 1)"},
    {"--from", "FORMAT", NULL, "auto (default), text, csv, jsonl, mbox, eml, warc, stix or misp"},
    {"--kind", "WORD", NULL, "what it is: ad, spam, complaint or report"},
    {"--origin", "URL", NULL, "the advertisement or profile that all of it stood in"},
    {"--note", "TEXT", NULL, "with withdraw: why; kept and listed"},
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
    if (!rc && line)
        rc = rx_buf_addf(&text, ":%llu", (unsigned long long)line);
    if (!rc)
        rc = rx_buf_add(&text, RX_STR(": "));
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

static bool is_directory(const char *argument)
{
    struct stat about;
    return stat(argument, &about) == 0 && S_ISDIR(about.st_mode);
}

/* A word that can only be meant as a file: it begins like a path, or ends like a list. */
static bool looks_like_file(struct rx_str word)
{
    static const char *const beginnings[] = {"/", "./", "../", "~/"};
    static const char *const endings[] = {".txt",   ".csv", ".tsv",  ".list", ".lst",  ".json",
                                          ".jsonl", ".eml", ".mbox", ".log",  ".warc", ".gz"};
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

/* A mistyped file name must not become a seed, nor a folder's that happens to stand here. */
static int check_words(const struct cli *cli)
{
    struct rx_err err = {0};
    for (int i = 1; i < cli->argc; i++) {
        const char *word = cli->argv[i];
        const bool directory = is_directory(word);
        if (!directory && (is_file(word) || !looks_like_file(rx_str(word))))
            continue;
        const bool host = may_be_host(word) && strchr(word, '.');
        (void)rx_fail(&err, RX_EIO,
                      directory ? "%s is a directory: name the files in it%s%s%s"
                                : "there is no file %s%s%s%s",
                      word, host ? "; if it is a host's name, write http://" : "", host ? word : "",
                      host ? "/" : "");
        return cli_fail(cli, &err);
    }
    return 0;
}

/* One list on the command line: a file, or all URLs. */
struct input {
    struct crawl_seed_list list;
    struct rx_buf text; /* owned */
};

struct inputs {
    struct input *items; /* owned */
    size_t count;
    bool hostile; /* some need the jail */
};

static void free_inputs(struct inputs *in)
{
    for (size_t i = 0; i < in->count; i++)
        rx_buf_free(&in->items[i].text);
    free(in->items);
}

static bool is_regular(const char *path)
{
    struct stat about;
    return strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* The first bytes of a file that can be read again: a WARC file may be larger than any list. */
static int peek(const struct cli *cli, const char *path, struct rx_buf *head)
{
    struct rx_err err = {0};
    FILE *in = fopen(path, "rbe");
    char *room = in ? rx_buf_room(head, HEAD_BYTES) : NULL;
    if (room)
        head->n = fread(room, 1, HEAD_BYTES, in);
    const bool failed = !room || ferror(in);
    if (failed)
        (void)rx_fail_errno(&err, RX_EIO, errno, "cannot read %s", path);
    if (in)
        (void)fclose(in);
    return failed ? cli_fail(cli, &err) : 0;
}

/* What it is, and its text unless that is a WARC file's. */
static int read_input(struct cli *cli, const char *path, struct input *in)
{
    struct rx_buf head = RX_BUF(HEAD_BYTES);
    struct rx_err err = {0};
    const char *from = cli_flag(cli, "--from");
    int code = is_regular(path) ? peek(cli, path, &head) : 0;
    if (!code && crawl_seed_format(&in->list, from, rx_buf_str(&head), &err))
        code = cli_fail(cli, &err);
    rx_buf_free(&head);
    if (code || (in->list.format == RX_ORIGIN_WARC && is_regular(path)))
        return code;
    code = cli_read(cli, path, LIST_MAX_BYTES, &in->text);
    in->list.text = rx_buf_str(&in->text);
    if (!code && !is_regular(path) && crawl_seed_format(&in->list, from, in->list.text, &err))
        code = cli_fail(cli, &err);
    if (!code && in->list.format == RX_ORIGIN_WARC)
        code = cli_usage(cli, "a WARC must be a file: save it, and name it");
    return code;
}

/* URLs on the command line make one list, a line each. */
static int read_words(struct cli *cli, struct input *in)
{
    int rc = 0;
    for (int i = 1; !rc && i < cli->argc; i++) {
        if (is_file(cli->argv[i]))
            continue;
        rc = rx_buf_add(&in->text, rx_str(cli->argv[i]));
        if (!rc)
            rc = rx_buf_addc(&in->text, '\n');
    }
    const struct rx_err err = {.code = rc, .text = "the command line is too long"};
    in->list.format = RX_ORIGIN_ARGUMENT;
    in->list.text = rx_buf_str(&in->text);
    return rc ? cli_fail(cli, &err) : 0;
}

static int read_inputs(struct cli *cli, struct inputs *in)
{
    const char *kind = cli_flag(cli, "--kind"), *origin = cli_flag(cli, "--origin");
    const enum rx_purpose purpose = kind ? rx_purpose_parse(rx_str(kind)) : RX_PURPOSE_UNKNOWN;
    if (kind && !purpose)
        return cli_usage(cli, "--kind is ad, spam, complaint or report");
    in->items = calloc((size_t)cli->argc, sizeof *in->items);
    if (!in->items)
        return cli_fail(cli, &(struct rx_err){.code = RX_ENOMEM, .text = "no memory"});
    int code = 0;
    for (int i = 1; !code && i <= cli->argc; i++) { /* the last: what is no file */
        const bool words = i == cli->argc;
        if (!words && !is_file(cli->argv[i]))
            continue;
        struct input *it = &in->items[in->count++];
        it->text = RX_BUF(LIST_MAX_BYTES);
        it->list =
            (struct crawl_seed_list){.source = words ? RX_STR("argument") : rx_str(cli->argv[i]),
                                     .path = words ? NULL : cli->argv[i],
                                     .column = words ? NULL : cli_flag(cli, "--column"),
                                     .force = cli_flag(cli, "--force") != NULL,
                                     .purpose = purpose,
                                     .origin = rx_str(origin)};
        code = words ? read_words(cli, it) : read_input(cli, cli->argv[i], it);
        in->hostile = in->hostile || crawl_seed_is_hostile(it->list.format);
    }
    return code;
}

static int add_input(struct cli *cli, struct store *st, struct crawl_jail *jail,
                     const struct crawl_seed_list *list, struct crawl_seed_result *total)
{
    struct bad_lines bad = {.cli = cli, .source = list->source};
    struct crawl_seed_result now = {0};
    struct rx_err err = {0};
    int rc = crawl_seed_add(st, jail, list, on_bad, &bad, &now, &err);
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
    total->left_out += now.left_out;
    return 0;
}

static int report(const struct cli *cli, const struct crawl_seed_result *total)
{
    if (cli->json) {
        struct json j;
        json_open(&j, "seeds");
        json_int(&j, "added", (int64_t)total->added);
        json_int(&j, "duplicates", (int64_t)total->duplicates);
        json_int(&j, "skipped", (int64_t)total->skipped);
        json_int(&j, "left_out", (int64_t)total->left_out);
        if (json_print(&j))
            return EXIT_FAILED;
    } else if (!cli->quiet) {
        (void)fprintf(stderr, "rxmap: %llu seed%s added, %llu known already, %llu line%s skipped\n",
                      (unsigned long long)total->added, total->added == 1 ? "" : "s",
                      (unsigned long long)total->duplicates, (unsigned long long)total->skipped,
                      total->skipped == 1 ? "" : "s");
        if (total->left_out)
            (void)fprintf(stderr,
                          "rxmap: %llu link%s to shared services (search, social networks, "
                          "trackers...) left out; name those that are meant\n",
                          (unsigned long long)total->left_out, total->left_out == 1 ? "" : "s");
    }
    return total->skipped ? EXIT_PARTIAL : EXIT_DONE;
}

static int add_inputs(struct cli *cli, const char *dir, struct crawl_jail *jail,
                      const struct inputs *in)
{
    struct crawl_seed_result total = {0};
    struct store *st = NULL;
    int code = cli_open(cli, dir, STORE_WRITE, &st);
    if (!code)
        code = cli_audit(cli, st, "seed add");
    for (size_t i = 0; !code && i < in->count; i++)
        if (in->items[i].list.text.n || in->items[i].list.path)
            code = add_input(cli, st, jail, &in->items[i].list, &total);
    store_close(st);
    return code ? code : report(cli, &total);
}

static int add(struct cli *cli, const char *dir)
{
    struct inputs in = {0};
    struct crawl_jail *jail = NULL;
    struct rx_err err = {0};
    if (cli->argc < 2)
        return cli_usage(cli, "seed add wants a file, - or URLs");
    int code = check_words(cli);
    if (!code)
        code = read_inputs(cli, &in);
    if (!code && in.hostile && crawl_jail_start(&jail, cli->conf, cli->tables, &err))
        code = cli_fail(cli, &err);
    if (!code)
        code = add_inputs(cli, dir, jail, &in);
    crawl_jail_stop(jail);
    free_inputs(&in);
    return code;
}

/* ---- withdraw -------------------------------------------------------------------------------- */

static int say_withdrawn(const struct cli *cli, struct store *st, uint64_t count)
{
    struct store_run run;
    struct rx_buf text = RX_BUF(1 << 20);
    const bool open = store_run_current(st, &run, &text) == 0;
    rx_buf_free(&text);
    if (cli->json) {
        struct json j;
        json_open(&j, "withdrawn");
        json_int(&j, "seeds", (int64_t)count);
        return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
    }
    if (cli->quiet)
        return EXIT_DONE;
    (void)fprintf(stderr,
                  "rxmap: %llu seed%s withdrawn; what was fetched stays, and seed add undoes it\n",
                  (unsigned long long)count, count == 1 ? "" : "s");
    if (open)
        (void)fprintf(stderr,
                      "rxmap: run %lld is open and goes on with what it took up; rxmap crawl "
                      "--finish closes it\n",
                      (long long)run.id);
    return EXIT_DONE;
}

static int withdraw(struct cli *cli, const char *dir)
{
    const char *note = cli_flag(cli, "--note");
    struct store *st = NULL;
    struct rx_err err = {0};
    uint64_t count = 0;
    if (cli->argc < 2)
        return cli_usage(cli, "seed withdraw wants URLs or host names");
    int code = cli_open(cli, dir, STORE_WRITE, &st);
    if (!code)
        code = cli_audit(cli, st, "seed withdraw");
    if (!code && crawl_seed_withdraw(st, (const char *const *)cli->argv + 1, (size_t)cli->argc - 1,
                                     rx_str(note), &count, &err))
        code = cli_fail(cli, &err);
    if (!code)
        code = say_withdrawn(cli, st, count);
    store_close(st);
    return code;
}

/* ---- list ------------------------------------------------------------------------------------ */

static int seed_json(void *ctx, const struct store_seed *seed)
{
    const struct crawl_withdrawal *gone = crawl_withdrawn_find(ctx, seed->url);
    struct json j;
    json_open(&j, "seed");
    json_text(&j, "url", seed->url);
    json_text(&j, "site", seed->site);
    json_text(&j, "source", seed->source);
    json_int(&j, "line", (int64_t)seed->line);
    json_text(&j, "raw", seed->raw);
    json_time(&j, "added", seed->added_ms);
    if (gone)
        json_time(&j, "withdrawn", gone->made_ms);
    else
        json_null(&j, "withdrawn");
    return json_print(&j);
}

static int origin_json(void *ctx, const struct store_seed_origin *from)
{
    char hex[RX_SHA256_HEX + 1];
    struct json j;
    (void)ctx;
    json_open(&j, "seed_origin");
    json_text(&j, "url", from->url);
    json_text(&j, "site", from->site);
    json_text(&j, "kind", rx_str(rx_origin_name(from->origin.kind)));
    json_text(&j, "purpose", rx_str(rx_purpose_name(from->origin.purpose)));
    json_text(&j, "source", from->origin.name);
    json_text(&j, "title", from->origin.title);
    rx_sha256_hex(hex, &from->origin.sha256);
    json_text(&j, "sha256", from->origin.has_digest ? rx_str(hex) : (struct rx_str){0});
    json_int(&j, "line", (int64_t)from->line);
    json_text(&j, "place", from->place);
    json_text(&j, "raw", from->raw);
    json_time(&j, "added", from->origin.added_ms);
    return json_print(&j);
}

/* "<TAB>withdrawn 2026-07-31T12:00:00Z: a chemist's"; nothing of a seed that stands. */
static int add_withdrawal(struct rx_buf *text, const struct crawl_withdrawn *w, struct rx_str url)
{
    const struct crawl_withdrawal *gone = crawl_withdrawn_find(w, url);
    char when[RX_TIME_TEXT];
    if (!gone)
        return 0;
    rx_time_text(when, gone->made_ms, false);
    const int rc = rx_buf_addf(text, "\twithdrawn %s%s", when, gone->note[0] ? ": " : "");
    return rc ? rc : rx_esc_terminal(text, rx_str(gone->note));
}

static int list_url(void *ctx, const struct store_seed *seed)
{
    struct rx_buf text = RX_BUF(1 << 16);
    int rc = rx_esc_terminal(&text, seed->url);
    if (!rc)
        rc = add_withdrawal(&text, ctx, seed->url);
    if (!rc)
        (void)printf("%s\n", text.p);
    rx_buf_free(&text);
    return rc;
}

/* What a plain list does not say: "spam, a mail: Cheap pills, part 2, text/html". */
static int add_remark(struct rx_buf *text, const struct store_seed_origin *from)
{
    int rc = rx_buf_addc(text, '\t');
    if (!rc && from->origin.purpose)
        rc = rx_buf_addf(text, "%s, ", rx_purpose_name(from->origin.purpose));
    if (!rc)
        rc = rx_buf_addf(text, "%s", rx_origin_name(from->origin.kind));
    if (!rc && from->origin.title.n)
        rc = rx_buf_add(text, RX_STR(": "));
    if (!rc)
        rc = rx_esc_terminal(text, from->origin.title);
    if (!rc && from->place.n)
        rc = rx_buf_add(text, RX_STR(", "));
    return rc ? rc : rx_esc_terminal(text, from->place);
}

/* A line for each origin of each seed. */
static int list_origin(void *ctx, const struct store_seed_origin *from)
{
    struct rx_buf text = RX_BUF(1 << 16);
    const bool plain = !from->origin.purpose && !from->place.n && !from->origin.title.n;
    int rc = rx_esc_terminal(&text, from->url);
    if (!rc)
        rc = rx_buf_addc(&text, '\t');
    if (!rc)
        rc = rx_esc_terminal(&text, from->origin.name);
    if (!rc && from->line)
        rc = rx_buf_addf(&text, ":%llu", (unsigned long long)from->line);
    if (!rc && !plain)
        rc = add_remark(&text, from);
    if (!rc)
        rc = add_withdrawal(&text, ctx, from->url);
    if (!rc)
        (void)printf("%s\n", text.p);
    rx_buf_free(&text);
    return rc;
}

static int list(struct cli *cli, const char *dir)
{
    struct crawl_withdrawn *gone = NULL;
    struct store *st = NULL;
    struct rx_err err = {0};
    int code = cli_view(cli, dir, &st);
    if (code)
        return code;
    int rc = crawl_withdrawn_load(&gone, st, &err);
    if (rc)
        code = cli_fail(cli, &err);
    else if (cli->json || !cli->verbose)
        rc = store_seed_scan(st, cli->json ? seed_json : list_url, gone);
    if (!rc && (cli->json || cli->verbose))
        rc = store_seed_origin_scan(st, (struct rx_str){0}, cli->json ? origin_json : list_origin,
                                    gone);
    if (rc && !code)
        code = cli_fail_scan(cli, st, rc);
    crawl_withdrawn_free(gone);
    store_close(st);
    return code;
}

static int run(struct cli *cli)
{
    static const char *const words[] = {"add", "list", "withdraw", NULL};
    static int (*const doing[])(struct cli *, const char *dir) = {add, list, withdraw};
    struct rx_buf dir = RX_BUF(PATH_MAX);
    const char *what = cli->argc ? cli->argv[0] : "";
    size_t at = 0;
    while (words[at] && strcmp(what, words[at]) != 0)
        at++;
    if (!words[at]) {
        const char *near = rx_nearest(rx_str(what), words);
        return near ? cli_usage(cli, "seed %s is unknown; did you mean seed %s?", what, near)
                    : cli_usage(cli, "seed wants add, list or withdraw");
    }
    int code = cli_find(cli, &dir);
    if (!code)
        code = doing[at](cli, dir.p);
    rx_buf_free(&dir);
    return code;
}

const struct cmd cmd_seed = {
    .name = "seed",
    .args = "add [FILE|-|URL..] | list | withdraw URL|HOST..",
    .summary = "add, list or withdraw what the crawl starts from",
    .examples =
        "rxmap seed add shops.txt\n"
        "rxmap seed add hxxp://pills[.]example 'shop(dot)example'\n"
        "rxmap seed add --column domain seized.csv      with commas, semicolons or tabs\n"
        "rxmap seed add --kind spam inbox.mbox          links of mails, wherever they stand\n"
        "rxmap seed add --kind ad --origin https://social.example/ads/1 shop.example\n"
        "rxmap seed list -v                             with all that each came out of\n"
        "rxmap seed withdraw chemist.example --note 'a licensed pharmacy'\n",
    .flags = flags,
    .run = run,
};
