/* class_row.h - one row of the catalogue of classes, as text and as a struct. For classes.c. */
#ifndef RX_BASE_CLASS_ROW_H
#define RX_BASE_CLASS_ROW_H

#include "base/classes.h"

/* The class of one line; its strings are made inside line, whose separators become NULs, and line
 * must outlive it. RX_EINVAL with pos and the reason. */
RX_MUST int class_row_read(struct rx_class *out, char *line, size_t n, const char *pos,
                           struct rx_err *err);

#endif
