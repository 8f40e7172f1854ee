/* fd.h - file descriptors: what a system call does in part, done whole. */
#ifndef RX_BASE_FD_H
#define RX_BASE_FD_H

#include "base/err.h"
#include "base/str.h"

/* Writes all of s to a blocking descriptor. RX_EIO: errno says why; a part may be written. */
RX_MUST int rx_fd_write(int fd, struct rx_str s);

#endif
