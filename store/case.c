/* case.c - the case's directory: making, finding, locking, opening it.
 *
 * Invariants: nothing that is there is overwritten; one process writes at a time (a lock on
 * audit.log, which the system drops when its holder dies); a handle exists only for a database
 * whose schema was checked. */
#include "base/conf.h"
#include "base/fd.h"
#include "base/log.h"
#include "store/schema.h"
#include "store/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* What a case holds is evidence, and shops' customers: its owner alone reads it. Whoever shares it
 * gives the rights himself. */
enum { PRIVATE_DIR = 0700, PRIVATE_FILE = 0600 };

/* Up to here the quick check costs a tenth of a second, so it is made at every open. */
static const off_t small_db_bytes = 16L * 1024 * 1024;

void state_forget(struct store *st)
{
    cache_clear(st->urls);
    cache_clear(st->names);
    memset(st->url_sites, 0, STATE_URL_SLOTS * sizeof *st->url_sites);
    st->content = (struct state_content){0};
}

static int path_of(char out[PATH_MAX], const char *dir, const char *name, struct rx_err *err)
{
    int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);
    return n > 0 && n < PATH_MAX ? 0 : rx_fail(err, RX_EINVAL, "%s: the path is too long", dir);
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool is_empty(const char *dir)
{
    DIR *d = opendir(dir);
    bool empty = d != NULL;
    const struct dirent *entry;
    while (empty && (entry = readdir(d)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (d)
        (void)closedir(d);
    return empty;
}

static int make_dir(const char *dir, bool *made, struct rx_err *err)
{
    *made = mkdir(dir, PRIVATE_DIR) == 0;
    if (*made)
        return 0;
    if (errno != EEXIST)
        return rx_fail_errno(err, RX_EIO, errno, "%s: cannot make the directory", dir);
    char ini[PATH_MAX];
    int rc = path_of(ini, dir, "rxmap.ini", err);
    if (rc)
        return rc;
    if (access(ini, F_OK) == 0)
        return rx_fail(
            err, RX_EEXISTS,
            "%s: already holds a case: go on with rxmap -C %s status, or name another directory",
            dir, dir);
    return is_empty(dir) ? 0
                         : rx_fail(err, RX_EEXISTS,
                                   "%s: exists and is not empty: name another directory", dir);
}

/* What can be written behind "key = " and be read back by the INI reader as it is. */
static int check_value(const char *key, struct rx_str value, struct rx_err *err)
{
    enum { VALUE_BYTES = 4096 };
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return rx_fail(err, RX_EINVAL, "--%s: control characters are not allowed", key);
    if (rx_str_find(value, RX_STR(" ;"), 0) >= 0 || rx_str_find(value, RX_STR("  "), 0) >= 0 ||
        rx_str_starts(value, RX_STR(";")) || !rx_str_eq(value, rx_str_trim(value)))
        return rx_fail(err, RX_EINVAL,
                       "--%s: blanks at an end, in a row, or before ';', would not be read back "
                       "from rxmap.ini",
                       key);
    struct rx_buf line = RX_BUF(VALUE_BYTES + 64);
    int rc = rx_conf_write(&line, rx_str(key), value);
    rx_buf_free(&line);
    return rc ? rx_fail(err, RX_EINVAL, "--%s: the text, or a word of it, is too long", key) : 0;
}

static int check_info(const struct store_case_info *info, struct rx_err *err)
{
    int rc = check_value("title", info->title, err);
    if (!rc)
        rc = check_value("operator", info->operator_name, err);
    return rc ? rc : check_value("authority", info->authority, err);
}

static int sync_dir(const char *dir, struct rx_err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && fsync(fd) == 0
                 ? 0
                 : rx_fail_errno(err, RX_EIO, errno, "%s: cannot sync the directory", dir);
    if (fd >= 0)
        (void)close(fd);
    return rc;
}

/* A directory that was just made survives a power cut only when the one above it is synced. */
static int sync_parent(const char *dir, struct rx_err *err)
{
    char above[PATH_MAX];
    int n = snprintf(above, sizeof above, "%s/..", dir);
    if (n < 0 || (size_t)n >= sizeof above)
        return rx_fail(err, RX_EINVAL, "%s: the path is too long", dir);
    return sync_dir(above, err);
}

/* Creates a file that must not exist yet, with its text, on disk. */
static int make_file(const char *path, struct rx_str text, struct rx_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, PRIVATE_FILE);
    if (fd < 0)
        return rx_fail_errno(err, RX_EIO, errno, "%s: cannot create it", path);
    int rc = 0;
    if (rx_fd_write(fd, text) != 0 || fsync(fd) != 0)
        rc = rx_fail_errno(err, RX_EIO, errno, "%s: cannot write it", path);
    if (close(fd) != 0 && !rc)
        rc = rx_fail_errno(err, RX_EIO, errno, "%s: cannot write it", path);
    return rc;
}

/* A key without a value is only shown. */
static int ini_line(struct rx_buf *out, const char *key, struct rx_str value)
{
    return value.n ? rx_conf_write(out, rx_str(key), value) : rx_buf_addf(out, "; %s =\n", key);
}

static int make_ini(const char *dir, const struct store_case_info *info, struct rx_err *err)
{
    char path[PATH_MAX];
    struct rx_buf text = RX_BUF(32768);
    int rc = path_of(path, dir, "rxmap.ini", err);
    if (rc)
        return rc;
    rc = rx_buf_add(&text, RX_STR("; Settings of this case. `rxmap config -v` lists every key, its "
                                  "value,\n; where the value comes from and the reason for the "
                                  "default.\n\n[case]\n"));
    if (!rc)
        rc = ini_line(&text, "title", info->title);
    if (!rc)
        rc = ini_line(&text, "operator", info->operator_name);
    if (!rc)
        rc = ini_line(&text, "authority", info->authority);
    rc = rc ? rx_fail(err, rc, "%s: no memory", path) : make_file(path, rx_buf_str(&text), err);
    rx_buf_free(&text);
    return rc;
}

static int put_info(struct store *st, const struct store_case_info *info)
{
    int rc = store_meta_put(st, "title", info->title);
    if (!rc)
        rc = store_meta_put(st, "operator", info->operator_name);
    return rc ? rc : store_meta_put(st, "authority", info->authority);
}

static int make_db(const char *dir, const struct store_case_info *info, struct rx_err *err)
{
    char path[PATH_MAX];
    struct store st = {.dir = (char *)(uintptr_t)dir};
    int rc = path_of(path, dir, "case.db", err);
    if (!rc)
        rc = make_file(path, RX_STR(""), err); /* SQLite gives its journals the same rights */
    if (!rc)
        rc = db_open(&st.db, path, DB_CREATE, err);
    if (rc)
        return rc;
    rc = schema_create(st.db);
    if (!rc)
        rc = put_info(&st, info);
    if (rc)
        (void)state_fail(&st, rc, err);
    db_close(st.db);
    return rc;
}

/* rxmap.ini comes last: it is what makes the directory a case. */
static int fill(const char *dir, const struct store_case_info *info, struct rx_err *err)
{
    char path[PATH_MAX];
    int rc = path_of(path, dir, "warc", err);
    if (!rc && mkdir(path, PRIVATE_DIR) != 0)
        rc = rx_fail_errno(err, RX_EIO, errno, "%s: cannot make the directory", path);
    if (!rc)
        rc = path_of(path, dir, "audit.log", err);
    if (!rc)
        rc = make_file(path, RX_STR(""), err);
    if (!rc)
        rc = make_db(dir, info, err);
    if (!rc)
        rc = make_ini(dir, info, err);
    return rc ? rc : sync_dir(dir, err);
}

/* The directory was made or found empty, so what is in it now is ours. */
static void clear(const char *dir, bool made)
{
    static const char *const files[] = {"rxmap.ini", "case.db", "case.db-wal", "case.db-shm",
                                        "audit.log"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!path_of(path, dir, files[i], NULL))
            (void)unlink(path);
    if (!path_of(path, dir, "warc", NULL))
        (void)rmdir(path);
    if (made)
        (void)rmdir(dir);
}

int store_create(const char *dir, const struct store_case_info *info, struct rx_err *err)
{
    bool made = false;
    int rc = check_info(info, err);
    if (!rc)
        rc = make_dir(dir, &made, err);
    if (rc)
        return rc;
    rc = fill(dir, info, err);
    if (!rc && made)
        rc = sync_parent(dir, err);
    if (rc)
        clear(dir, made);
    return rc;
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool holds_case(const char *dir)
{
    char path[PATH_MAX];
    return !path_of(path, dir, "rxmap.ini", NULL) && access(path, F_OK) == 0;
}

int store_find(struct rx_buf *dir, const char *explicit_dir, struct rx_err *err)
{
    char path[PATH_MAX];
    const char *named = explicit_dir ? explicit_dir : getenv("RXMAP_CASE");
    rx_buf_clear(dir);
    if (named && *named) {
        errno = 0;
        if (!holds_case(named) && errno == EACCES)
            return rx_fail_errno(err, RX_EIO, errno, "cannot look into the case %s", named);
        if (!holds_case(named))
            return rx_fail(err, RX_ENOCASE, "%s: no case here (no rxmap.ini): rxmap init %s", named,
                           named);
        return rx_buf_add(dir, rx_str(named));
    }
    if (!getcwd(path, sizeof path))
        return rx_fail_errno(err, RX_EIO, errno, "cannot tell the current directory");
    while (!holds_case(path)) {
        char *slash = strrchr(path, '/');
        if (!slash || !path[1])
            return rx_fail(err, RX_ENOCASE,
                           "no case here or above (no rxmap.ini): rxmap init DIR, then -C DIR");
        slash[slash == path] = '\0'; /* "/a" becomes "/" */
    }
    return rx_buf_add(dir, rx_str(path));
}

/* ---- locking --------------------------------------------------------------------------------- */

/* One line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 fe:01:123456 0 EOF". The holder's pid if
 * it is an exclusive flock on that file, else 0. */
static uint64_t holder_in(struct rx_str line, struct rx_str file)
{
    enum { FIELDS = 6, KIND = 1, ACCESS = 3, PID = 4, FILE_ID = 5 };
    struct rx_str fields[FIELDS] = {{0}};
    uint64_t pid = 0;
    for (size_t i = 0; i < FIELDS && line.n; i++) {
        line = rx_str_trim(line);
        (void)rx_str_cut(line, ' ', &fields[i], &line);
    }
    bool ours = rx_str_eq(fields[KIND], RX_STR("FLOCK")) &&
                rx_str_eq(fields[ACCESS], RX_STR("WRITE")) && rx_str_eq(fields[FILE_ID], file);
    return ours && rx_str_u64(fields[PID], &pid) ? pid : 0;
}

/* Who holds the lock; 0 when the system does not tell. */
static uint64_t lock_holder(int fd)
{
    struct stat about;
    FILE *locks = fopen("/proc/locks", "re");
    char file[64];
    char line[256];
    uint64_t pid = 0;
    if (!locks)
        return 0;
    if (fstat(fd, &about) == 0) {
        (void)snprintf(file, sizeof file, "%02x:%02x:%ju", major(about.st_dev), minor(about.st_dev),
                       (uintmax_t)about.st_ino);
        while (!pid && fgets(line, sizeof line, locks))
            pid = holder_in(rx_str(line), rx_str(file));
    }
    (void)fclose(locks);
    return pid;
}

static int take_lock(struct store *st, struct rx_err *err)
{
    if (st->mode == STORE_READ ||
        flock(st->audit_fd, (st->mode == STORE_WRITE ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK)
        return rx_fail_errno(err, RX_EIO, errno, "%s/audit.log: cannot lock it", st->dir);
    uint64_t pid = lock_holder(st->audit_fd);
    if (pid)
        return rx_fail(err, RX_ELOCKED,
                       "%s: process %llu works on this case: wait for it or stop it", st->dir,
                       (unsigned long long)pid);
    return rx_fail(err, RX_ELOCKED,
                   "%s: another process works on this case: wait for it or stop it", st->dir);
}

/* A case may come from a stranger. A link to a file elsewhere is no file of the case either. */
static bool is_regular(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static int open_audit(struct store *st, struct rx_err *err)
{
    char path[PATH_MAX];
    int rc = path_of(path, st->dir, "audit.log", err);
    if (rc)
        return rc;
    int flags = st->mode == STORE_WRITE ? O_RDWR | O_APPEND : O_RDONLY;
    /* Without O_NONBLOCK a FIFO would be waited for. */
    st->audit_fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (st->audit_fd >= 0 && !is_regular(path))
        return rx_fail(err, RX_EDAMAGE, "%s: no regular file", path);
    if (st->audit_fd < 0 && errno == ENOENT)
        return rx_fail(err, RX_EDAMAGE, "%s: is missing from the case", path);
    if (st->audit_fd < 0)
        return rx_fail_errno(err, RX_EIO, errno, "%s: cannot open it", path);
    return take_lock(st, err);
}

/* ---- opening --------------------------------------------------------------------------------- */

static off_t size_of(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 ? about.st_size : -1;
}

/* Walks the b-trees without the indexes' content: finds torn and foreign pages. */
static int quick_check(struct db *db)
{
    struct db_stmt *q = db_sql(db, "PRAGMA quick_check(1)");
    int rc = db_step(q);
    if (rc > 0 && rx_str_eq(db_col_text(q, 0), RX_STR("ok")))
        rc = 0;
    else if (rc > 0)
        rc = db_fail(db, RX_EDAMAGE,
                     "case.db: %.*s (damaged; nothing was overwritten: restore a copy, or run "
                     "rxmap verify)",
                     RX_FMT(db_col_text(q, 0)));
    db_done(q);
    return rc;
}

/* A writer says in the database that it is at work, and takes it back when it closes: the log alone
 * does not tell of a crash, since any other program that opens the file empties it. */
static int was_at_work(struct store *st, bool *at_work)
{
    struct rx_buf value = RX_BUF(16);
    int rc = store_meta_get(st, "writer", &value);
    *at_work = rx_str_eq(rx_buf_str(&value), RX_STR("at work"));
    rx_buf_free(&value);
    return rc;
}

static int open_writer(struct store *st, bool check)
{
    bool at_work = false;
    int rc = was_at_work(st, &at_work);
    if (!rc && (check || at_work))
        rc = quick_check(st->db);
    if (!rc && !at_work)
        rc = store_meta_put(st, "writer", RX_STR("at work"));
    return rc;
}

static int open_db(struct store *st, struct rx_err *err)
{
    char path[PATH_MAX];
    char wal[PATH_MAX];
    int rc = path_of(path, st->dir, "case.db", err);
    if (!rc)
        rc = path_of(wal, st->dir, "case.db-wal", err);
    if (rc)
        return rc;
    off_t size = size_of(path);
    /* The last writer empties the log, unless a reader still needs it: who finds one may follow a
     * crash. */
    bool unclean = st->mode == STORE_WRITE && size_of(wal) > 0;
    if (size <= 0)
        return rx_fail(err, RX_EDAMAGE, "%s: is %s", path,
                       size < 0 ? "missing from the case" : "empty");
    rc = db_open(&st->db, path, st->mode == STORE_WRITE ? DB_WRITE : DB_READ, err);
    if (rc)
        return rc;
    rc = schema_check(st->db, st->mode == STORE_WRITE);
    bool check = unclean || size <= small_db_bytes;
    if (!rc && st->mode == STORE_WRITE)
        rc = open_writer(st, check);
    else if (!rc && check)
        rc = quick_check(st->db);
    if (rc)
        return state_fail(st, rc, err);
    st->whole = true;
    return 0;
}

static struct store *new_store(const char *dir, enum store_mode mode)
{
    struct store *st = calloc(1, sizeof *st);
    if (!st)
        return NULL;
    st->audit_fd = -1;
    st->mode = mode;
    st->dir = strdup(dir);
    st->urls = cache_new(STATE_URL_SLOTS);
    st->names = cache_new(STATE_NAME_SLOTS);
    st->url_sites = calloc(STATE_URL_SLOTS, sizeof *st->url_sites);
    if (st->dir && st->urls && st->names && st->url_sites)
        return st;
    store_close(st);
    return NULL;
}

int store_open(struct store **out, const char *dir, enum store_mode mode, struct rx_err *err)
{
    struct store *st = new_store(dir, mode);
    if (!st)
        return rx_fail(err, RX_ENOMEM, "%s: no memory", dir);
    int rc = open_audit(st, err);
    if (!rc)
        rc = open_db(st, err);
    if (rc) {
        store_close(st);
        return rc;
    }
    *out = st;
    return 0;
}

/* If the mark stays, the next writer only looks more closely than it had to. */
static void leave(struct store *st)
{
    if (st->whole && st->mode == STORE_WRITE && store_meta_put(st, "writer", RX_STR("left")))
        rx_log(RX_LOG_DEBUG, "%s/%s", st->dir, db_error(st->db));
}

void store_close(struct store *st)
{
    if (!st)
        return;
    if (st->db)
        store_rollback(st);
    leave(st);
    db_close(st->db);
    if (st->audit_fd >= 0)
        (void)close(st->audit_fd);
    cache_free(st->urls);
    cache_free(st->names);
    free(st->url_sites);
    free(st->dir);
    free(st);
}

const char *store_dir(const struct store *st)
{
    return st->dir;
}

const char *store_error(const struct store *st)
{
    return db_error(st->db);
}

/* ---- transactions ---------------------------------------------------------------------------- */

int store_begin(struct store *st, struct rx_err *err)
{
    int rc = db_begin(st->db);
    return rc ? state_fail(st, rc, err) : 0;
}

/* The snapshot is taken by the first read, so one is made. */
int store_begin_read(struct store *st, struct rx_err *err)
{
    int64_t runs = 0;
    int rc = db_begin_read(st->db);
    if (!rc)
        rc = db_number(st->db, "SELECT count(*) FROM run", &runs);
    if (!rc)
        return 0;
    (void)state_fail(st, rc, err);
    db_rollback(st->db);
    return rc;
}

int store_commit(struct store *st, struct rx_err *err)
{
    int rc = audit_anchor(st);
    if (!rc)
        rc = db_commit(st->db);
    if (!rc)
        return 0;
    (void)state_fail(st, rc, err);
    store_rollback(st);
    return rc;
}

/* Ids handed out in the transaction are lies now. The audit log stays as it is: what was done was
 * done; if its head cannot be noted now (full disk), the next line's will be. */
void store_rollback(struct store *st)
{
    db_rollback(st->db);
    state_forget(st);
    if (audit_anchor(st))
        st->anchor_due = true;
}
