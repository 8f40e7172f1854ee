/* verify_files.c - the WARC files: each record that the database knows stands where it says, alone
 * in its member, with its digests; and nothing stands between, before or behind them.
 *
 * The reader alone would not do: gunzip misses a flip in a member's header, and a digest field that
 * is gone checks nothing. So each member's own SHA-256 is kept in the database. */
#include "crawler/evidence/warc.h"
#include "crawler/verify/verify_priv.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
    BLOCK_MAX = 64 << 20,
    NAME_MAX_BYTES = 128,
    FILES_MAX = 1 << 20,
    RECORDS_MAX = 1 << 26,
    TYPE_BYTES = 32
};

struct file {
    int64_t id, run;
    char name[NAME_MAX_BYTES];
    uint64_t bytes;
    bool closed;
};

struct record {
    uint64_t offset, bytes;
    struct rx_sha256 member;
    char type[TYPE_BYTES];
};

struct list {
    void *items; /* owned */
    size_t count, cap, item_bytes, max;
    int rc;
};

static void *list_add(struct list *l)
{
    if (l->count == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        void *items = cap <= l->max ? realloc(l->items, cap * l->item_bytes) : NULL;
        if (!items) {
            l->rc = cap <= l->max ? RX_ENOMEM : RX_EFULL;
            return NULL;
        }
        l->items = items;
        l->cap = cap;
    }
    return (char *)l->items + l->item_bytes * l->count++;
}

static int on_file(void *ctx, const struct store_warc *warc)
{
    struct list *l = ctx;
    struct file *f = list_add(l);
    if (!f)
        return l->rc;
    *f = (struct file){
        .id = warc->id, .run = warc->run, .bytes = warc->bytes, .closed = warc->closed};
    (void)snprintf(f->name, sizeof f->name, "%.*s", RX_FMT(warc->name));
    return 0;
}

static int on_record(void *ctx, const struct store_warc_record *record)
{
    struct list *l = ctx;
    struct record *r = list_add(l);
    if (!r)
        return l->rc;
    *r = (struct record){
        .offset = record->ref.offset, .bytes = record->ref.bytes, .member = record->member};
    (void)snprintf(r->type, sizeof r->type, "%.*s", RX_FMT(record->type));
    return 0;
}

static int by_offset(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

/* ---- one file ------------------------------------------------------------------------------- */

/* Where the next record must begin; findings for what is between or twice. */
static void check_place(struct verify *v, const char *path, const struct record *r, uint64_t end)
{
    if (r->offset > end)
        verify_found(
            v, "%s: offset %" PRIu64 ": %" PRIu64 " bytes that belong to no record of the database",
            path, end, r->offset - end);
    else if (r->offset < end)
        verify_found(v,
                     "%s: offset %" PRIu64 ": the database has two records that share these bytes",
                     path, r->offset);
}

static bool has_payload_digest(const struct record *r)
{
    return strcmp(r->type, "response") == 0 || strcmp(r->type, "resource") == 0;
}

/* What is wrong with the digests inside the record. Files of other tools may lack them, and digest
 * payloads by their own rules. */
static const char *bad_digest(const struct record *want, const struct warc_record *have, bool ours)
{
    if (have->block_digest == 0)
        return "the block is not what WARC-Block-Digest says";
    if (ours && have->block_digest < 0)
        return "the record has no WARC-Block-Digest";
    if (ours && has_payload_digest(want) && have->payload_digest != 1)
        return have->payload_digest ? "the record has no WARC-Payload-Digest"
                                    : "the payload is not what WARC-Payload-Digest says";
    return NULL;
}

/* One finding a record, the most telling one. */
static void check_record(struct verify *v, const char *path, const struct record *want,
                         const struct warc_record *have, bool ours)
{
    const char *what = bad_digest(want, have, ours);
    if (have->ref.bytes != want->bytes)
        what = "the record has another length than the database says";
    else if (!what && !rx_str_eq(rx_str_sub(have->type, 0, TYPE_BYTES - 1), rx_str(want->type)))
        what = "the record has another type than the database says";
    else if (!what && memcmp(&have->ref.member, &want->member, sizeof want->member) != 0)
        what = "the compressed record is not what was written (SHA-256)";
    if (what)
        verify_found(v, "%s: offset %" PRIu64 ": %s", path, want->offset, what);
}

static int check_records(struct verify *v, const struct file *f, const char *path,
                         struct warc_reader *reader, const struct list *records, struct rx_err *err)
{
    const struct record *all = records->items;
    uint64_t end = 0;
    bool ours = true; /* as long as its warcinfo does not say otherwise */
    for (size_t i = 0; i < records->count; i++) {
        struct warc_record have;
        struct rx_err why = {0};
        check_place(v, path, &all[i], end);
        int rc = warc_reader_at(reader, all[i].offset, &have, &why);
        if (rc == 1 && i == 0)
            ours = rx_str_find(have.block, RX_STR("software: rxmap"), 0) >= 0;
        if (rc == 1)
            check_record(v, path, &all[i], &have, ours);
        else if (rc == RX_EDAMAGE)
            verify_found(v, "%s", why.text);
        else
            return rx_fail(err, rc, "%s", why.text);
        end = all[i].offset + all[i].bytes;
        v->report->records++;
    }
    if (end != f->bytes)
        verify_found(
            v, "%s: offset %" PRIu64 ": the last record ends here, the database says %" PRIu64,
            path, end, f->bytes);
    return 0;
}

/* A crash may fall between renaming a file and telling the database: both names are looked for. */
static int find_file(struct verify *v, const struct file *f, char path[ARCHIVE_PATH_BYTES],
                     struct stat *st)
{
    int rc = RX_ENOENT;
    for (int i = 0; i < 2 && rc == RX_ENOENT; i++)
        rc = archive_file(path, v->st, rx_str(f->name), i == 0 && !f->closed, st);
    return rc;
}

static int check_file(struct verify *v, const struct file *f, struct rx_err *err)
{
    char path[ARCHIVE_PATH_BYTES];
    struct stat st;
    struct list records = {.item_bytes = sizeof(struct record), .max = RECORDS_MAX};
    struct warc_reader *reader = NULL;
    struct rx_err why = {0};
    int rc = find_file(v, f, path, &st);
    if (rc) {
        verify_found(v, "%s: %s", path,
                     rc == RX_EDAMAGE ? "is no WARC file of a case, and is not opened"
                                      : "the file that the database cites is not there");
        return 0;
    }
    if ((uint64_t)st.st_size != f->bytes && (f->closed || (uint64_t)st.st_size < f->bytes))
        verify_found(v, "%s: offset %" PRIu64 ": the file ends at %lld", path, f->bytes,
                     (long long)st.st_size);
    rc = store_warc_record_scan(v->st, f->id, on_record, &records);
    if (rc) {
        rc = rx_fail(err, rc, "%s: the list of its records cannot be read: %s", path,
                     store_error(v->st));
    } else if (warc_reader_open(&reader, path, BLOCK_MAX, &why)) {
        verify_found(v, "%s", why.text);
    } else {
        if (records.count)
            qsort(records.items, records.count, sizeof(struct record), by_offset);
        rc = check_records(v, f, path, reader, &records, err);
    }
    warc_reader_close(reader);
    free(records.items);
    v->report->files++;
    return rc;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static bool is_known(const struct list *files, const char *name)
{
    const struct file *all = files->items;
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(all[i].name, name) == 0)
            return true;
    return false;
}

/* A finished file that nobody cites was put there by someone else. */
static int check_folder(struct verify *v, const struct list *files, struct rx_err *err)
{
    char path[ARCHIVE_PATH_BYTES];
    int rc = archive_path(path, v->st, (struct rx_str){0}, false);
    if (rc)
        return rx_fail(err, rc, "%s: the path is too long", store_dir(v->st));
    DIR *dir = opendir(path);
    if (!dir)
        return rx_fail_errno(err, RX_EIO, errno, "%s: cannot list the folder", path);
    for (struct dirent *e; (e = readdir(dir));) {
        struct rx_str name = rx_str(e->d_name);
        if (rx_str_ends(name, RX_STR(".warc.gz")) && !is_known(files, e->d_name))
            verify_found(v, "%s%s: the database knows no such file", path, e->d_name);
    }
    (void)closedir(dir);
    return 0;
}

/* The run that files may still be open of; 0: none. */
static int open_run(const struct verify *v, int64_t *run)
{
    struct store_run current;
    struct rx_buf text = RX_BUF(1 << 20);
    const int rc = store_run_current(v->st, &current, &text);
    *run = rc ? 0 : current.id;
    rx_buf_free(&text);
    return rc == RX_ENOENT ? 0 : rc;
}

int verify_files(struct verify *v, struct rx_err *err)
{
    struct list files = {.item_bytes = sizeof(struct file), .max = FILES_MAX};
    int64_t run = 0;
    int rc = open_run(v, &run);
    if (rc == 0)
        rc = store_warc_scan(v->st, on_file, &files);
    if (rc)
        rc = rx_fail(err, rc, "the list of WARC files cannot be read: %s", store_error(v->st));
    const struct file *all = files.items;
    for (size_t i = 0; i < files.count && rc == 0; i++) {
        if (!all[i].closed && all[i].run != run)
            verify_found(v,
                         "%s/warc/%s: the file was never closed, but its run is: "
                         "'rxmap crawl --finish' closes it",
                         store_dir(v->st), all[i].name);
        rc = check_file(v, &all[i], err);
    }
    if (rc == 0)
        rc = check_folder(v, &files, err);
    free(files.items);
    return rc;
}
