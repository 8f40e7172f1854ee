/* db.h - one SQLite database behind a small door: statements, rows, errors, transactions.
 *
 * Only db.c sees sqlite3.h. Statements are prepared once and kept by the address of their SQL,
 * which is always a literal; a statement that is asked for while it is being stepped (a scan inside
 * a scan's callback) is prepared a second time. A statement that could not be prepared is returned
 * all the same: binding does nothing, stepping gives the error. So callers check in one place.
 *
 *     struct db_stmt *q = db_sql(db, "SELECT id FROM site WHERE name = ?");
 *     db_text(q, name);                       binds the next parameter
 *     int rc = db_step(q);                    1: a row, 0: no further row, < 0: RX_E*
 *     if (rc > 0) id = db_col_int(q, 0);
 *     db_done(q);                             always; row texts die here
 *
 * Not thread-safe: the handle belongs to whoever holds the store. */
#ifndef RX_STORE_DB_H
#define RX_STORE_DB_H

#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

struct db;
struct db_stmt;

enum db_mode { DB_READ, DB_WRITE, DB_CREATE, DB_MEMORY };

/* Opens path (ignored for DB_MEMORY). RX_EDAMAGE: not a database. Does not look at its schema. */
RX_MUST int db_open(struct db **out, const char *path, enum db_mode mode, struct rx_err *err);
void db_close(struct db *db); /* rolls back; NULL is fine */
/* The sentence for the last failure. */
const char *db_error(const struct db *db);
/* Notes a failure that was found by a caller of db; returns code. */
int db_fail(struct db *db, int code, const char *fmt, ...) RX_PRINTF(3, 4);

struct db_stmt *db_sql(struct db *db, const char *sql_literal);
void db_int(struct db_stmt *q, int64_t value);
void db_real(struct db_stmt *q, double value);
void db_text(struct db_stmt *q, struct rx_str value); /* must live until db_done() */
void db_blob(struct db_stmt *q, struct rx_str value);
void db_sha256(struct db_stmt *q, const struct rx_sha256 *value); /* NULL: no bytes */
void db_null(struct db_stmt *q);
RX_MUST int db_step(struct db_stmt *q);
void db_done(struct db_stmt *q);
/* Steps to the end and is done. */
RX_MUST int db_run(struct db_stmt *q);
int64_t db_col_int(struct db_stmt *q, int column);
double db_col_real(struct db_stmt *q, int column);
struct rx_str db_col_text(struct db_stmt *q, int column);      /* bytes of a text or blob */
struct rx_sha256 db_col_sha256(struct db_stmt *q, int column); /* zero if it is none */
bool db_col_null(struct db_stmt *q, int column);
int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db); /* rows of the last write */

/* A script of several statements, from the program's own text only. */
RX_MUST int db_script(struct db *db, const char *script);
/* The one number that the statement gives. */
RX_MUST int db_number(struct db *db, const char *sql_literal, int64_t *value);

RX_MUST int db_begin(struct db *db);      /* takes the write lock at once */
RX_MUST int db_begin_read(struct db *db); /* one snapshot for several statements */
RX_MUST int db_commit(struct db *db);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

#endif
