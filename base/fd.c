/* fd.c - see fd.h. */
#include "base/fd.h"

#include <errno.h>
#include <unistd.h>

int rx_fd_write(int fd, struct rx_str s)
{
    while (s.n) {
        ssize_t put = write(fd, s.p, s.n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return RX_EIO;
        s = rx_str_sub(s, (size_t)put, s.n);
    }
    return 0;
}
