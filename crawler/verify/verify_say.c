/* verify_say.c - how verify tells what it found. See verify_priv.h. */
#include "crawler/verify/verify_priv.h"

#include <stdarg.h>
#include <stdio.h>

void verify_found(struct verify *v, const char *fmt, ...)
{
    char sentence[ARCHIVE_PATH_BYTES + RX_ERR_TEXT_BYTES];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    v->report->findings++;
    v->finding(v->ctx, sentence);
}
