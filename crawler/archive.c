/* archive.c - see archive.h. */
#include "crawler/archive.h"

#include "crawler/evidence/warc.h"

#include <stdio.h>
#include <sys/stat.h>

int archive_path(char out[ARCHIVE_PATH_BYTES], const struct store *st, struct rx_str name,
                 bool open)
{
    int n = snprintf(out, ARCHIVE_PATH_BYTES, "%s/warc/%.*s%s", store_dir(st), RX_FMT(name),
                     open ? ".open" : "");
    return n < 0 || n >= ARCHIVE_PATH_BYTES ? RX_EFULL : 0;
}

/* Names of WARC files come of the database, which may be a stranger's: only those that we give lead
 * to a file, and so to none outside the case. */
static bool is_name(struct rx_str name)
{
    struct rx_str lead = RX_STR("rxmap-"), end = RX_STR(".warc.gz");
    if (name.n > ARCHIVE_NAME_MAX || !rx_str_starts(name, lead) || !rx_str_ends(name, end))
        return false;
    for (size_t i = lead.n; i + end.n < name.n; i++)
        if (!rx_is_digit(name.p[i]) && name.p[i] != '-')
            return false;
    return true;
}

int archive_file(char out[ARCHIVE_PATH_BYTES], const struct store *st, struct rx_str name,
                 bool open, struct stat *info)
{
    int rc = archive_path(out, st, name, open);
    if (rc)
        return rc;
    if (!is_name(name))
        return RX_EDAMAGE;
    return lstat(out, info) ? RX_ENOENT : S_ISREG(info->st_mode) ? 0 : RX_EDAMAGE;
}

/* A crash may fall between renaming a file and telling the database: both names are looked for. */
static int open_file(struct archive *a, struct rx_str name, struct rx_err *err)
{
    char path[ARCHIVE_PATH_BYTES];
    for (int i = 0; i < 2; i++) {
        struct stat info;
        int rc = archive_file(path, a->st, name, i == 1, &info);
        if (rc == RX_ENOENT)
            continue;
        if (rc)
            return rx_fail(err, rc, "%s/warc/%.*s: is no WARC file of a case", store_dir(a->st),
                           RX_FMT(name));
        if (a->reader && strcmp(path, a->path) == 0)
            return 0;
        struct warc_reader *reader = NULL;
        rc = warc_reader_open(&reader, path, WARC_MESSAGE_MAX, err);
        if (rc)
            return rc;
        warc_reader_close(a->reader);
        a->reader = reader;
        (void)snprintf(a->path, sizeof a->path, "%s", path);
        return 0;
    }
    return rx_fail(err, RX_ENOENT, "%s/warc/%.*s: the file is not there", store_dir(a->st),
                   RX_FMT(name));
}

int archive_block(struct rx_buf *block, struct archive *a, struct rx_str name,
                  struct store_warc_ref ref, struct rx_err *err)
{
    struct warc_record rec = {0};
    if (ref.file_id == 0)
        return rx_fail(err, RX_EDAMAGE, "nothing was archived");
    int rc = open_file(a, name, err);
    if (rc == 0)
        rc = warc_reader_at(a->reader, ref.offset, &rec, err);
    if (rc < 0)
        return rc;
    a->differs = rec.block_digest == 0;
    rc = rx_buf_add(block, rec.block);
    return rc ? rx_fail(err, rc, "no memory for a record of %s", a->path) : 0;
}

void archive_done(struct archive *a)
{
    warc_reader_close(a->reader);
    a->reader = NULL;
}
