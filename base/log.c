/* log.c - see log.h. A line is put together first and written by one call, so that lines of two
 * threads, or of two processes on one terminal, never mix. */
#include "base/log.h"

#include "base/escape.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 4096 };

static _Atomic int most_level = RX_LOG_INFO;

void rx_log_set(enum rx_log_level most)
{
    atomic_store(&most_level, (int)most);
}

void rx_log(enum rx_log_level level, const char *fmt, ...)
{
    static const char *const prefix[] = {
        [RX_LOG_ERROR] = "rxmap: error: ",
        [RX_LOG_WARN] = "rxmap: warning: ",
        [RX_LOG_INFO] = "rxmap: ",
        [RX_LOG_DEBUG] = "rxmap: debug: ",
    };
    if ((int)level > atomic_load(&most_level))
        return;
    char text[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    /* A byte becomes at most four; over the cap the line ends early, which is better than none. */
    struct rx_buf line = RX_BUF(4 * LINE_MAX_BYTES + 64);
    if (!rx_buf_add(&line, rx_str(prefix[level])) && !rx_esc_terminal(&line, rx_str(text)) &&
        !rx_buf_addc(&line, '\n'))
        (void)fwrite(line.p, 1, line.n, stderr);
    rx_buf_free(&line);
}
