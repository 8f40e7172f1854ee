/* verify_say.c - how verify tells what it found, and how it names files. See verify_priv.h. */
#include "crawler/verify_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

void verify_found(struct verify *v, const char *fmt, ...)
{
    char sentence[VERIFY_PATH_BYTES + RX_ERR_TEXT_BYTES];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    v->report->findings++;
    v->finding(v->ctx, sentence);
}

int verify_path(char out[VERIFY_PATH_BYTES], const struct verify *v, struct rx_str name, bool open)
{
    int n = snprintf(out, VERIFY_PATH_BYTES, "%s/warc/%.*s%s", store_dir(v->st), RX_FMT(name),
                     open ? ".open" : "");
    return n < 0 || n >= VERIFY_PATH_BYTES ? RX_EFULL : 0;
}

/* Names of WARC files come of the database, which may be a stranger's: only those that we give lead
 * to a file, and so to none outside the case. */
static bool is_name(struct rx_str name)
{
    struct rx_str lead = RX_STR("rxmap-"), end = RX_STR(".warc.gz");
    if (name.n > VERIFY_NAME_MAX || !rx_str_starts(name, lead) || !rx_str_ends(name, end))
        return false;
    for (size_t i = lead.n; i + end.n < name.n; i++)
        if (!rx_is_digit(name.p[i]) && name.p[i] != '-')
            return false;
    return true;
}

int verify_file(char out[VERIFY_PATH_BYTES], const struct verify *v, struct rx_str name, bool open,
                struct stat *st)
{
    int rc = verify_path(out, v, name, open);
    if (rc)
        return rc;
    if (!is_name(name))
        return RX_EDAMAGE;
    return lstat(out, st) ? RX_ENOENT : S_ISREG(st->st_mode) ? 0 : RX_EDAMAGE;
}
