/* outfile.c - see outfile.h. */
#include "graph/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int outfile_open(struct outfile *f, const char *path, struct rx_err *err)
{
    *f = (struct outfile){0};
    if (!strcmp(path, "-")) {
        f->is_stdout = true;
        f->out = stdout;
        return 0;
    }
    int n = snprintf(f->path, sizeof f->path, "%s", path);
    int t = snprintf(f->temp, sizeof f->temp, "%s.XXXXXX", path);
    if (n < 0 || t < 0 || (size_t)t >= sizeof f->temp)
        return rx_fail(err, RX_EUSAGE, "the file name is too long: %s", path);
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return rx_fail(err, RX_EIO, "%s is a folder: give the name of a file", path);
    int fd = mkostemp(f->temp, O_CLOEXEC);
    if (fd < 0)
        return rx_fail_errno(err, RX_EIO, errno, "cannot create %s", path);
    mode_t mask = umask(0);
    (void)umask(mask);
    if (fchmod(fd, 0666 & ~mask) || !(f->out = fdopen(fd, "wb"))) {
        int failed = errno;
        (void)close(fd);
        (void)unlink(f->temp);
        return rx_fail_errno(err, RX_EIO, failed, "cannot create %s", path);
    }
    return 0;
}

/* A rename survives a power cut only once its folder is synced. */
static int sync_folder(const char *path)
{
    char copy[OUTFILE_PATH];
    (void)snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int rc = fsync(fd);
    (void)close(fd);
    return rc;
}

int outfile_close(struct outfile *f, int rc, struct rx_err *err)
{
    if (!f->out)
        return rc;
    if (f->is_stdout)
        return rc || !fflush(stdout) ? rc
                                     : rx_fail_errno(err, RX_EIO, errno, "cannot write to stdout");
    if (!rc && (fflush(f->out) || fsync(fileno(f->out))))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot write %s", f->path);
    if (fclose(f->out) && !rc)
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot write %s", f->path);
    f->out = NULL;
    if (!rc && rename(f->temp, f->path))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot rename the finished file to %s", f->path);
    if (rc)
        (void)unlink(f->temp);
    else if (sync_folder(f->path))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot sync the folder of %s", f->path);
    return rc;
}
