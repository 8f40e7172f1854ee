/* log.h - diagnostics for people, on stderr. Only cli sets the level; libraries report through
 * struct rx_err and use this for progress of long work and for facts that are no errors. Every
 * line passes rx_esc_terminal. Thread-safe. */
#ifndef RX_BASE_LOG_H
#define RX_BASE_LOG_H

#include "base/err.h"

enum rx_log_level { RX_LOG_ERROR, RX_LOG_WARN, RX_LOG_INFO, RX_LOG_DEBUG };

void rx_log_set(enum rx_log_level most);
void rx_log(enum rx_log_level level, const char *fmt, ...) RX_PRINTF(2, 3);

#endif
