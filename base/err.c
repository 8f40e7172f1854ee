/* err.c - see err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int rx_fail(struct rx_err *err, int code, const char *fmt, ...)
{
    if (!err)
        return code;
    err->code = code;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return code;
}

int rx_fail_errno(struct rx_err *err, int code, int errno_value, const char *fmt, ...)
{
    if (errno_value == ENOSPC || errno_value == EDQUOT)
        code = RX_ENOSPC;
    if (!err)
        return code;
    err->code = code;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    char why[128];
    size_t used = strlen(err->text);
    /* The GNU variant may return a pointer of its own instead of filling why. */
    (void)snprintf(err->text + used, sizeof err->text - used, ": %s",
                   strerror_r(errno_value, why, sizeof why));
    return code;
}
