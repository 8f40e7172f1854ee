/* db.c - see db.h.
 *
 * Invariants: synchronous=FULL with WAL, so that a commit that returned survives kill -9 and a
 * power cut; the schema is never trusted to call functions (a case file may come from a
 * stranger); every failure leaves its sentence in db->error. */
#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

enum {
    STMT_SLOTS = 512, /* power of two, several times the number of statements in store/ */
    BUSY_WAIT_MS = 10000
};

struct db_stmt {
    struct db *db;
    const char *sql; /* borrowed literal; the key */
    sqlite3_stmt *s; /* owned; NULL: could not be prepared */
    int bound;       /* parameters bound so far */
    int rc;          /* RX_E* of preparing or binding */
    bool busy;
    bool kept;    /* in the table */
    bool passing; /* freed by db_done() */
};

struct db {
    sqlite3 *h;
    char error[RX_ERR_TEXT_BYTES];
    struct db_stmt *dead; /* owned; stands for a statement when there is no memory for one */
    struct db_stmt *kept[STMT_SLOTS];
};

static int code_of(sqlite3 *h, int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
        return 0;
    case SQLITE_FULL:
        return RX_ENOSPC;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: {
        int why = h ? sqlite3_system_errno(h) : 0;
        return why == ENOSPC || why == EDQUOT ? RX_ENOSPC : RX_EIO;
    }
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return RX_EDAMAGE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return RX_ELOCKED;
    case SQLITE_NOMEM:
        return RX_ENOMEM;
    case SQLITE_CONSTRAINT:
        return RX_EINVAL;
    default:
        return RX_EIO;
    }
}

/* Notes SQLite's own sentence and turns its code into ours. */
static int fail_sqlite(struct db *db, int rc)
{
    int code = code_of(db->h, rc);
    const char *advice = "";
    if (code == RX_EDAMAGE)
        advice = " (damaged; nothing was overwritten: restore a copy, or run rxmap verify)";
    else if (code == RX_ENOSPC)
        advice = " (no room: free some disk and run the command again)";
    (void)snprintf(db->error, sizeof db->error, "case.db: %s%s",
                   db->h ? sqlite3_errmsg(db->h) : sqlite3_errstr(rc), advice);
    return code;
}

int db_fail(struct db *db, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(db->error, sizeof db->error, fmt, ap);
    va_end(ap);
    return code;
}

const char *db_error(const struct db *db)
{
    return db->error;
}

/* Some file systems cannot share memory, and SQLite then stays with another journal, which is no
 * failure of the statement but of what this file promises. */
static int begin_wal(struct db *db)
{
    struct db_stmt *q = db_sql(db, "PRAGMA journal_mode = WAL");
    int rc = db_step(q);
    if (rc > 0)
        rc = rx_str_eq(db_col_text(q, 0), RX_STR("wal"))
                 ? 0
                 : db_fail(db, RX_EIO, "case.db: this file system cannot keep a write-ahead log");
    db_done(q);
    return rc;
}

static int set_up(struct db *db, enum db_mode mode)
{
    int defensive = 0;
    (void)sqlite3_extended_result_codes(db->h, 1);
    (void)sqlite3_busy_timeout(db->h, BUSY_WAIT_MS);
    (void)sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, &defensive);
    (void)sqlite3_db_config(db->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &defensive);
    (void)sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
    int rc = db_script(db, "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
                           "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
                           "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;");
    if (rc)
        return rc;
    if (mode == DB_CREATE)
        return begin_wal(db);
    if (mode == DB_READ) {
        /* The last one out would empty the log into the file: a reader changes nothing. */
        (void)sqlite3_db_config(db->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &defensive);
        return db_script(db, "PRAGMA query_only = ON; PRAGMA cache_size = -65536;");
    }
    return 0;
}

/* Nobody asks SQLite how much memory it has; counting takes a lock at every row. */
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* too late: it counts */
}

int db_open(struct db **out, const char *path, enum db_mode mode, struct rx_err *err)
{
    static once_flag configured = ONCE_FLAG_INIT;
    call_once(&configured, count_no_memory);
    struct db *db = calloc(1, sizeof *db);
    struct db_stmt *dead = calloc(1, sizeof *dead);
    if (!db || !dead) {
        free(db);
        free(dead);
        return rx_fail(err, RX_ENOMEM, "no memory to open %s", path);
    }
    dead->db = db;
    db->dead = dead;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    if (mode == DB_CREATE || mode == DB_MEMORY)
        flags |= SQLITE_OPEN_CREATE;
    if (mode != DB_MEMORY)
        flags |= SQLITE_OPEN_NOFOLLOW;
    int rc = sqlite3_open_v2(mode == DB_MEMORY ? ":memory:" : path, &db->h, flags, NULL);
    int code = rc == SQLITE_OK ? set_up(db, mode) : fail_sqlite(db, rc);
    if (code) {
        (void)rx_fail(err, code, "%s: %s", path, db->error);
        db_close(db);
        return code;
    }
    *out = db;
    return 0;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < STMT_SLOTS; i++) {
        if (db->kept[i])
            (void)sqlite3_finalize(db->kept[i]->s);
        free(db->kept[i]);
    }
    (void)sqlite3_close_v2(db->h);
    free(db->dead);
    free(db);
}

static struct db_stmt *prepare(struct db *db, const char *sql)
{
    struct db_stmt *q = calloc(1, sizeof *q);
    if (!q) {
        db->dead->rc = db_fail(db, RX_ENOMEM, "case.db: no memory");
        return db->dead;
    }
    q->db = db;
    q->sql = sql;
    q->passing = true;
    int rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->s, NULL);
    if (rc != SQLITE_OK)
        q->rc = fail_sqlite(db, rc);
    return q;
}

struct db_stmt *db_sql(struct db *db, const char *sql_literal)
{
    size_t at = ((uintptr_t)sql_literal * UINT64_C(0x9E3779B97F4A7C15)) >> 55;
    size_t tries = 0;
    while (db->kept[at] && db->kept[at]->sql != sql_literal && tries++ < STMT_SLOTS)
        at = (at + 1) % STMT_SLOTS;
    struct db_stmt *q = db->kept[at];
    if (!q || q->sql != sql_literal || q->busy) {
        bool keep = !q;
        q = prepare(db, sql_literal);
        if (keep && q->s) {
            q->kept = true;
            q->passing = false;
            db->kept[at] = q;
        }
    }
    q->busy = true;
    q->bound = 0;
    if (q->s)
        q->rc = 0;
    return q;
}

/* A bind can only fail for memory or by our own mistake; the first failure is what stepping gives.
 */
static void bound(struct db_stmt *q, int rc)
{
    if (rc != SQLITE_OK && !q->rc)
        q->rc = fail_sqlite(q->db, rc);
}

void db_int(struct db_stmt *q, int64_t value)
{
    if (q->s)
        bound(q, sqlite3_bind_int64(q->s, ++q->bound, value));
}

void db_real(struct db_stmt *q, double value)
{
    if (q->s)
        bound(q, sqlite3_bind_double(q->s, ++q->bound, value));
}

void db_text(struct db_stmt *q, struct rx_str value)
{
    if (q->s)
        bound(q, sqlite3_bind_text64(q->s, ++q->bound, value.p ? value.p : "", value.n,
                                     SQLITE_STATIC, SQLITE_UTF8));
}

void db_blob(struct db_stmt *q, struct rx_str value)
{
    if (q->s)
        bound(q, sqlite3_bind_blob64(q->s, ++q->bound, value.p ? value.p : "", value.n,
                                     SQLITE_STATIC));
}

void db_sha256(struct db_stmt *q, const struct rx_sha256 *value)
{
    db_blob(q, value ? rx_strn((const char *)value->b, sizeof value->b) : RX_STR(""));
}

void db_null(struct db_stmt *q)
{
    if (q->s)
        bound(q, sqlite3_bind_null(q->s, ++q->bound));
}

int db_step(struct db_stmt *q)
{
    if (q->rc || !q->s)
        return q->rc ? q->rc : RX_EIO;
    int rc = sqlite3_step(q->s);
    if (rc == SQLITE_ROW)
        return 1;
    return rc == SQLITE_DONE ? 0 : fail_sqlite(q->db, rc);
}

void db_done(struct db_stmt *q)
{
    q->busy = false;
    if (q->kept) {
        (void)sqlite3_reset(q->s);
    } else if (q->passing) {
        (void)sqlite3_finalize(q->s);
        free(q);
    }
}

int db_run(struct db_stmt *q)
{
    int rc = db_step(q);
    while (rc > 0)
        rc = db_step(q);
    db_done(q);
    return rc;
}

int64_t db_col_int(struct db_stmt *q, int column)
{
    return sqlite3_column_int64(q->s, column);
}

double db_col_real(struct db_stmt *q, int column)
{
    return sqlite3_column_double(q->s, column);
}

struct rx_str db_col_text(struct db_stmt *q, int column)
{
    const char *p = sqlite3_column_blob(q->s, column); /* blob: never converts, keeps NUL bytes */
    int n = sqlite3_column_bytes(q->s, column);
    return p && n > 0 ? rx_strn(p, (size_t)n) : RX_STR("");
}

struct rx_sha256 db_col_sha256(struct db_stmt *q, int column)
{
    struct rx_sha256 digest = {0};
    const struct rx_str bytes = db_col_text(q, column);
    if (bytes.n == sizeof digest.b)
        memcpy(digest.b, bytes.p, sizeof digest.b);
    return digest;
}

bool db_col_null(struct db_stmt *q, int column)
{
    return sqlite3_column_type(q->s, column) == SQLITE_NULL;
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->h);
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->h);
}

int db_script(struct db *db, const char *script)
{
    int rc = sqlite3_exec(db->h, script, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : fail_sqlite(db, rc);
}

int db_number(struct db *db, const char *sql_literal, int64_t *value)
{
    struct db_stmt *q = db_sql(db, sql_literal);
    int rc = db_step(q);
    if (rc > 0)
        *value = db_col_int(q, 0);
    db_done(q);
    return rc > 0 ? 0 : rc ? rc : db_fail(db, RX_ENOENT, "case.db: no row");
}

int db_begin(struct db *db)
{
    return db_run(db_sql(db, "BEGIN IMMEDIATE"));
}

int db_begin_read(struct db *db)
{
    return db_run(db_sql(db, "BEGIN DEFERRED"));
}

int db_commit(struct db *db)
{
    int rc = db_run(db_sql(db, "COMMIT"));
    if (rc)
        db_rollback(db);
    return rc;
}

/* SQLite may have rolled back by itself after a full disk; then there is nothing left to do. The
 * sentence of the failure that led here is kept. */
void db_rollback(struct db *db)
{
    if (db_in_transaction(db))
        (void)sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
}

bool db_in_transaction(const struct db *db)
{
    return !sqlite3_get_autocommit(db->h);
}
