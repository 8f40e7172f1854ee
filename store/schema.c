/* schema.c - see schema.h. The DDL itself is schema.sql, embedded at build time; its last parts are
 * marked "-- @late" (indexes built when a run is over) and "-- @bulk" (what drops them). */
#include "store/schema.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

extern const unsigned char store_sql_schema[]; /* followed by a NUL */
extern const size_t store_sql_schema_bytes;

/* Runs the part of schema.sql between two marks; "" is its beginning or end. */
static int run_part(struct db *db, const char *from, const char *to)
{
    struct rx_str all = rx_strn((const char *)store_sql_schema, store_sql_schema_bytes);
    ptrdiff_t start = rx_str_find(all, rx_str(from), 0);
    ptrdiff_t end = *to ? rx_str_find(all, rx_str(to), 0) : (ptrdiff_t)all.n;
    assert(start >= 0 && end >= start);
    char *script = strndup(all.p + start, (size_t)(end - start));
    if (!script)
        return db_fail(db, RX_ENOMEM, "case.db: no memory");
    int rc = db_script(db, script);
    free(script);
    return rc;
}

int schema_build_late(struct db *db)
{
    return run_part(db, "-- @late", "-- @bulk");
}

int schema_drop_late(struct db *db)
{
    return run_part(db, "-- @bulk", "");
}

bool schema_has_late(struct db *db)
{
    int64_t count = 0;
    return !db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'sighting_by_indicator'",
                      &count) &&
           count > 0;
}

static int apply_tables(struct db *db)
{
    return run_part(db, "", "-- @late");
}

/* Part of apply_tables() too: what is there already stays. */
static int apply_guards(struct db *db)
{
    return run_part(db, "-- @guards", "-- @third");
}

static int apply_third(struct db *db)
{
    return run_part(db, "-- @third", "-- @late");
}

static const struct schema_step steps[] = {
    {0, apply_tables},
    {1, apply_guards},
    {2, apply_third},
};

static int set_version(struct db *db, int version)
{
    char script[64];
    (void)snprintf(script, sizeof script, "PRAGMA user_version = %d;", version);
    return db_script(db, script);
}

static int apply_step(struct db *db, const struct schema_step *step)
{
    int rc = db_begin(db);
    if (rc)
        return rc;
    rc = step->apply(db);
    if (!rc)
        rc = set_version(db, step->from + 1);
    if (!rc)
        return db_commit(db);
    db_rollback(db);
    return rc;
}

int schema_migrate(struct db *db, const struct schema_step *table, size_t count, int target)
{
    int64_t version = 0;
    int rc = db_number(db, "PRAGMA user_version", &version);
    for (size_t i = 0; !rc && i < count; i++) {
        if (table[i].from != version)
            continue;
        rc = apply_step(db, &table[i]);
        version++;
    }
    if (!rc && version != target)
        rc = db_fail(db, RX_EDAMAGE, "case.db: no way from schema version %lld to %d",
                     (long long)version, target);
    return rc;
}

int schema_create(struct db *db)
{
    char script[64];
    (void)snprintf(script, sizeof script, "PRAGMA application_id = %d;", SCHEMA_APPLICATION_ID);
    int rc = db_script(db, script);
    return rc ? rc : schema_migrate(db, steps, sizeof steps / sizeof *steps, SCHEMA_VERSION);
}

/* The late index may or may not be there; SQLite's own objects are its business. */
static struct db_stmt *objects(struct db *db)
{
    return db_sql(db, "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' "
                      "ESCAPE '\\' AND name <> 'sighting_by_indicator' ORDER BY type, name");
}

static int object_order(struct db_stmt *a, struct db_stmt *b)
{
    int by_type = rx_str_cmp(db_col_text(a, 0), db_col_text(b, 0));
    return by_type ? by_type : rx_str_cmp(db_col_text(a, 1), db_col_text(b, 1));
}

/* Walks both lists of objects side by side; the first difference is the finding. */
static int compare_objects(struct db *db, struct db_stmt *have, struct db_stmt *want)
{
    for (;;) {
        int a = db_step(have);
        int b = db_step(want);
        if (a < 0 || b < 0)
            return a < 0 ? a : b;
        if (!a && !b)
            return 0;
        int order = !a ? 1 : !b ? -1 : object_order(have, want);
        if (order > 0)
            return db_fail(db, RX_EDAMAGE, "case.db: %.*s is missing from the schema",
                           RX_FMT(db_col_text(want, 1)));
        if (order < 0)
            return db_fail(db, RX_EDAMAGE, "case.db: the schema has a foreign %.*s",
                           RX_FMT(db_col_text(have, 1)));
        if (!rx_str_eq(db_col_text(have, 2), db_col_text(want, 2)))
            return db_fail(db, RX_EDAMAGE, "case.db: the schema differs at %.*s",
                           RX_FMT(db_col_text(have, 1)));
    }
}

/* A case file may come from a stranger: a trigger or view that is not ours would run as ours. */
static int check_objects(struct db *db)
{
    struct db *model = NULL;
    struct rx_err err = {0};
    int rc = db_open(&model, "model", DB_MEMORY, &err);
    if (rc)
        return db_fail(db, rc, "%s", err.text);
    rc = apply_tables(model);
    if (!rc) {
        struct db_stmt *have = objects(db);
        struct db_stmt *want = objects(model);
        rc = compare_objects(db, have, want);
        db_done(have);
        db_done(want);
    }
    db_close(model);
    return rc;
}

int schema_check(struct db *db, bool migrate)
{
    int64_t id = 0;
    int64_t version = 0;
    int rc = db_number(db, "PRAGMA application_id", &id);
    if (!rc)
        rc = db_number(db, "PRAGMA user_version", &version);
    if (rc)
        return rc;
    if (id != SCHEMA_APPLICATION_ID)
        return db_fail(db, RX_EDAMAGE, "case.db: not a database of rxmap (application id %llx)",
                       (unsigned long long)id);
    if (version > SCHEMA_VERSION)
        return db_fail(db, RX_EUSAGE,
                       "case.db: schema version %lld is newer than this program's %d: use a newer "
                       "rxmap",
                       (long long)version, SCHEMA_VERSION);
    if (version < SCHEMA_VERSION && !migrate)
        return db_fail(db, RX_EUSAGE,
                       "case.db: schema version %lld is older than this program's %d: a command "
                       "that writes (rxmap crawl, rxmap map) brings it up to date",
                       (long long)version, SCHEMA_VERSION);
    rc = schema_migrate(db, steps, sizeof steps / sizeof *steps, SCHEMA_VERSION);
    return rc ? rc : check_objects(db);
}
