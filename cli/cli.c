/* cli.c - what commands share: finding and opening the case, saying what failed, the audit line. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/escape.h"
#include "cli/json.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SENTENCE_MAX = 4096, COMMAND_LINE_MAX = 65536 };

static int exit_of(int code)
{
    switch (code) {
    case RX_OK:
        return EXIT_DONE;
    case RX_EUSAGE:
        return EXIT_USAGE;
    case RX_EDAMAGE:
        return EXIT_DAMAGE;
    case RX_ENOSPC:
        return EXIT_DISK;
    case RX_ENET:
        return EXIT_NET;
    case RX_ELOCKED:
        return EXIT_LOCKED;
    case RX_ENOCASE:
        return EXIT_NO_CASE;
    case RX_ESANDBOX:
        return EXIT_SANDBOX;
    default:
        return EXIT_FAILED;
    }
}

/* Text that a site or a file name may have sent never reaches a terminal as it is. */
static void say(const char *text)
{
    struct rx_buf line = RX_BUF(8 * SENTENCE_MAX);
    int rc = rx_buf_add(&line, RX_STR("rxmap: "));
    if (!rc)
        rc = rx_esc_terminal(&line, rx_str(text));
    if (!rc)
        rc = rx_buf_addc(&line, '\n');
    if (rc)
        (void)fputs("rxmap: failed, and there is no memory to say how\n", stderr);
    else
        (void)fwrite(line.p, 1, line.n, stderr);
    rx_buf_free(&line);
}

int cli_fail(const struct cli *cli, const struct rx_err *err)
{
    (void)cli;
    say(err->text[0] ? err->text : "failed");
    return exit_of(err->code ? err->code : RX_EIO);
}

int cli_fail_scan(const struct cli *cli, struct store *st, int rc)
{
    struct rx_err err = {0};
    if (ferror(stdout))
        (void)rx_fail(&err, rc, "cannot write to standard output%s",
                      rc == RX_ENOSPC ? ": there is no room on its disk" : "");
    else
        (void)rx_fail(&err, rc, "%s/%s", store_dir(st), store_error(st));
    return cli_fail(cli, &err);
}

int cli_usage(const struct cli *cli, const char *fmt, ...)
{
    char text[SENTENCE_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    say(text);
    if (cli->cmd)
        (void)fprintf(stderr, "usage: rxmap %s%s%s\n", cli->cmd->name, *cli->cmd->args ? " " : "",
                      cli->cmd->args);
    else
        (void)fputs("usage: rxmap [flags] COMMAND [flags] [arguments]; see rxmap help\n", stderr);
    return EXIT_USAGE;
}

const struct cmd *cli_command(const struct cli *cli, struct rx_str name)
{
    for (size_t i = 0; cli->commands[i]; i++)
        if (rx_str_eq(name, rx_str(cli->commands[i]->name)))
            return cli->commands[i];
    return NULL;
}

int cli_no_command(const struct cli *cli, const char *word)
{
    const char *names[64] = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names - 1 && cli->commands[i]; i++)
        names[i] = cli->commands[i]->name;
    const char *near = rx_nearest(rx_str(word), names);
    if (near)
        return cli_usage(cli, "no command is called %s; did you mean %s?", word, near);
    return cli_usage(cli, "no command is called %s; rxmap help lists them", word);
}

const char *cli_flag(const struct cli *cli, const char *name)
{
    for (size_t i = 0; cli->cmd && cli->cmd->flags && cli->cmd->flags[i].name; i++)
        if (strcmp(cli->cmd->flags[i].name, name) == 0)
            return cli->flag_values[i];
    return NULL;
}

/* ---- the case -------------------------------------------------------------------------------- */

int cli_find(struct cli *cli, struct rx_buf *dir)
{
    struct rx_err err = {0};
    char path[PATH_MAX];
    int rc = store_find(dir, cli->case_dir, &err);
    if (rc)
        return cli_fail(cli, &err);
    (void)snprintf(path, sizeof path, "%.*s/rxmap.ini", RX_FMT(rx_buf_str(dir)));
    rc = rx_conf_load(cli->conf, path, &err);
    if (!rc && !cli->tables)
        rc = crawl_tables_load(&cli->tables, dir->p, &err);
    return rc ? cli_fail(cli, &err) : 0;
}

int cli_open(struct cli *cli, const char *dir, enum store_mode mode, struct store **st)
{
    struct rx_err err = {0};
    int rc = store_open(st, dir, mode, &err);
    return rc ? cli_fail(cli, &err) : 0;
}

int cli_view(struct cli *cli, const char *dir, struct store **st)
{
    struct rx_err err = {0};
    int code = cli_open(cli, dir, STORE_READ, st);
    if (!code && store_begin_read(*st, &err)) {
        code = cli_fail(cli, &err);
        store_close(*st);
        *st = NULL;
    }
    return code;
}

/* ---- what nothing is written over ------------------------------------------------------------ */

/* By its path in the case's folder. SQLite keeps files of its own beside the database. */
static bool is_evidence(struct rx_str name)
{
    return rx_str_starts(name, RX_STR("case.db")) || rx_str_eq(name, RX_STR("audit.log")) ||
           rx_str_eq(name, RX_STR("rxmap.ini")) || rx_str_eq(name, RX_STR("signatures.tsv")) ||
           rx_str_eq(name, RX_STR("warc")) || rx_str_starts(name, RX_STR("warc/"));
}

/* A link to nothing may lead anywhere by the time it is written through. */
static bool is_dangling(const char *path)
{
    struct stat link, end;
    return lstat(path, &link) == 0 && S_ISLNK(link.st_mode) && stat(path, &end) != 0;
}

/* Without links and dots, also when the file is not there yet. False: its folder is not there
 * either, which the writer says. */
static bool resolve(char out[PATH_MAX], const char *path)
{
    char copy[PATH_MAX], folder[PATH_MAX];
    int n = snprintf(copy, sizeof copy, "%s", path);
    if (realpath(path, out) || n < 0 || (size_t)n >= sizeof copy)
        return n >= 0 && (size_t)n < sizeof copy;
    char *slash = strrchr(copy, '/');
    const char *name = slash ? slash + 1 : copy;
    if (slash)
        *slash = '\0';
    if (!realpath(!slash ? "." : *copy ? copy : "/", folder))
        return false;
    n = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    return n >= 0 && n < PATH_MAX;
}

/* In whichever of the folders above it that is a case. */
static bool lies_in_case(const char *path)
{
    char folder[PATH_MAX], ini[PATH_MAX + 16];
    (void)snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strrchr(folder, '/'); slash; slash = strrchr(folder, '/')) {
        *slash = '\0';
        (void)snprintf(ini, sizeof ini, "%s/rxmap.ini", folder);
        if (is_evidence(rx_str(path + (slash - folder) + 1)) && access(ini, F_OK) == 0)
            return true;
    }
    return false;
}

/* A second name (a hard link) of a file in this folder, which lies in the case as prefix/. */
static bool is_linked(const struct stat *about, const char *dir, const char *prefix)
{
    char path[PATH_MAX], name[PATH_MAX];
    struct stat own;
    bool found = false;
    const struct dirent *entry;
    (void)snprintf(path, sizeof path, "%s/%s", dir, prefix);
    DIR *d = opendir(path);
    while (d && !found && (entry = readdir(d)) != NULL) {
        int n = snprintf(name, sizeof name, "%s%s", prefix, entry->d_name);
        found = n > 0 && (size_t)n < sizeof name && is_evidence(rx_str(name)) &&
                fstatat(dirfd(d), entry->d_name, &own, AT_SYMLINK_NOFOLLOW) == 0 &&
                own.st_dev == about->st_dev && own.st_ino == about->st_ino;
    }
    if (d)
        (void)closedir(d);
    return found;
}

int cli_target(const struct cli *cli, const char *dir, const char *path)
{
    char resolved[PATH_MAX];
    struct stat about;
    struct rx_err err = {0};
    if (!path || strcmp(path, "-") == 0)
        return 0;
    if (is_dangling(path)) {
        (void)rx_fail(&err, RX_EUSAGE, "%s is a link to nothing: name the file itself", path);
        return cli_fail(cli, &err);
    }
    bool is_own = resolve(resolved, path) && lies_in_case(resolved);
    if (!is_own && dir && stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink > 1)
        is_own = is_linked(&about, dir, "") || is_linked(&about, dir, "warc/");
    if (!is_own)
        return 0;
    (void)rx_fail(&err, RX_EUSAGE,
                  "%s belongs to a case and is not written over: name another file", path);
    return cli_fail(cli, &err);
}

/* A URL's user and password are nobody's business who reads the case: a proxy's, mostly. */
static int add_argument(struct rx_buf *out, const char *argument)
{
    struct rx_buf shown = RX_BUF(COMMAND_LINE_MAX);
    const struct rx_str text = rx_str(argument);
    int rc = rx_str_find(text, RX_STR("://"), 0) < 0 ? rx_buf_add(&shown, text)
                                                     : rx_esc_proxy(&shown, text);
    if (!rc)
        rc = rx_esc_json(out, rx_buf_str(&shown));
    rx_buf_free(&shown);
    return rc;
}

int cli_audit(const struct cli *cli, struct store *st, const char *event)
{
    struct rx_buf detail = RX_BUF(COMMAND_LINE_MAX);
    struct rx_err err = {0};
    char conf_hash[RX_SHA256_HEX + 1];
    int rc = rx_buf_add(&detail, RX_STR("{\"command\":["));
    for (int i = 0; !rc && i < cli->full_argc; i++) {
        if (i)
            rc = rx_buf_addc(&detail, ',');
        if (!rc)
            rc = add_argument(&detail, cli->full_argv[i]);
    }
    rx_conf_sha256(cli->conf, conf_hash);
    if (!rc)
        rc = rx_buf_addf(&detail,
                         "],\"conf_sha256\":\"%s\",\"version\":\"%s\",\"libraries\":", conf_hash,
                         RXMAP_VERSION);
    if (!rc)
        rc = rx_esc_json(&detail, RX_STR(RXMAP_LIBRARIES));
    if (!rc)
        rc = rx_buf_addc(&detail, '}');
    if (rc)
        (void)rx_fail(&err, rc, "the command line is too long for audit.log");
    else
        rc = store_audit(st, event, rx_buf_str(&detail), &err);
    rx_buf_free(&detail);
    return rc ? cli_fail(cli, &err) : 0;
}

int cli_read(const struct cli *cli, const char *path, size_t max, struct rx_buf *out)
{
    struct rx_err err = {0};
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int rc = 0;
    *out = RX_BUF(max + 1);
    if (fd < 0)
        rc = rx_fail_errno(&err, RX_EIO, errno, "%s: cannot open it", path);
    while (!rc) {
        enum { CHUNK_BYTES = 65536 };
        size_t want = max + 1 - out->n < CHUNK_BYTES ? max + 1 - out->n : CHUNK_BYTES;
        char *room = rx_buf_room(out, want);
        ssize_t got = room && want ? read(fd, room, want) : 0;
        if (!room)
            rc = rx_fail(&err, RX_ENOMEM, "%s: no memory", path);
        else if (got < 0 && errno != EINTR)
            rc = rx_fail_errno(&err, RX_EIO, errno, "%s: cannot read it", path);
        else if (got > 0)
            out->n += (size_t)got;
        else if (got == 0)
            break;
        if (!rc && out->n > max)
            rc = rx_fail(&err, RX_EFULL, "%s: is over %zu bytes", path, max);
    }
    if (fd >= 0 && !is_stdin)
        (void)close(fd);
    if (!rc)
        return 0;
    rx_buf_free(out);
    return cli_fail(cli, &err);
}
