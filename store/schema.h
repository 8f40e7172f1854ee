/* schema.h - the schema's version and the steps that lead to it. For case.c and its test. */
#ifndef RX_STORE_SCHEMA_H
#define RX_STORE_SCHEMA_H

#include "store/db.h"

enum { SCHEMA_APPLICATION_ID = 0x72786d70 /* "rxmp" */, SCHEMA_VERSION = 3 };

/* One step of a migration: what turns version `from` into `from + 1`. */
struct schema_step {
    int from;
    int (*apply)(struct db *db);
};

/* Makes a new, empty database ours, at the current version. */
RX_MUST int schema_create(struct db *db);
/* Checks application id, version and the text of every table, index and trigger. migrate: an older
 * version is brought up step by step, each in one transaction. A newer one, or an older one
 * without migrate, is RX_EUSAGE; anything foreign is RX_EDAMAGE. The sentence is in db_error(). */
RX_MUST int schema_check(struct db *db, bool migrate);
/* The same steps from a table of the caller's. */
RX_MUST int schema_migrate(struct db *db, const struct schema_step *steps, size_t count,
                           int target);

/* The index that turns sightings round: built when a run closes, dropped when one starts. */
RX_MUST int schema_build_late(struct db *db);
RX_MUST int schema_drop_late(struct db *db);
bool schema_has_late(struct db *db);

#endif
