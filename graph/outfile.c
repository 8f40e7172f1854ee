/* outfile.c - see outfile.h. */
#include "graph/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_stream(struct outfile *f, int fd, struct rx_err *err)
{
    f->out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (f->out)
        return 0;
    int failed = errno;
    if (fd >= 0)
        (void)close(fd);
    outfile_drop(f);
    return rx_fail_errno(err, RX_EIO, failed, "cannot create %s", f->path);
}

static int open_beside(struct outfile *f, struct rx_err *err)
{
    int n = snprintf(f->temp, sizeof f->temp, "%s.XXXXXX", f->path);
    if (n < 0 || (size_t)n >= sizeof f->temp) {
        f->temp[0] = '\0';
        return rx_fail(err, RX_EUSAGE, "the file name is too long: %s", f->path);
    }
    int fd = mkostemp(f->temp, O_CLOEXEC);
    if (fd < 0) {
        f->temp[0] = '\0';
        return rx_fail_errno(err, RX_EIO, errno, "cannot create %s", f->path);
    }
    mode_t mask = umask(0);
    (void)umask(mask);
    if (fchmod(fd, 0666 & ~mask)) {
        int failed = errno;
        (void)close(fd);
        outfile_drop(f);
        return rx_fail_errno(err, RX_EIO, failed, "cannot create %s", f->path);
    }
    return open_stream(f, fd, err);
}

static int open_in_place(struct outfile *f, struct rx_err *err)
{
    return open_stream(f, open(f->path, O_WRONLY | O_CLOEXEC), err);
}

/* Puts the end of a chain of links in the place of their first name. */
static bool follow(struct outfile *f)
{
    char *end = realpath(f->path, NULL);
    int n = end ? snprintf(f->path, sizeof f->path, "%s", end) : -1;
    free(end);
    return n > 0 && (size_t)n < sizeof f->path;
}

int outfile_open(struct outfile *f, const char *path, struct rx_err *err)
{
    struct stat about;
    *f = (struct outfile){0};
    if (!strcmp(path, "-")) {
        f->is_stdout = true;
        f->out = stdout;
        return 0;
    }
    int n = snprintf(f->path, sizeof f->path, "%s", path);
    if (n < 0 || (size_t)n >= sizeof f->path)
        return rx_fail(err, RX_EUSAGE, "the file name is too long: %s", path);
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return rx_fail(err, RX_EIO, "%s is a folder: give the name of a file", path);
    if (lstat(path, &about) != 0 || S_ISREG(about.st_mode))
        return open_beside(f, err);
    if (stat(path, &about) != 0)
        return rx_fail(err, RX_EIO, "%s is a link to nothing: name the file itself", path);
    if (!S_ISREG(about.st_mode))
        return open_in_place(f, err);
    if (!follow(f))
        return rx_fail_errno(err, RX_EIO, errno, "cannot follow the link %s", path);
    return open_beside(f, err);
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

void outfile_drop(struct outfile *f)
{
    if (f->temp[0])
        (void)unlink(f->temp);
    f->temp[0] = '\0';
}

/* A device or a pipe has nothing to sync. */
static int sync_stream(const struct outfile *f, FILE *out)
{
    return fsync(fileno(out)) == 0 || (!f->temp[0] && (errno == EINVAL || errno == EROFS)) ? 0 : -1;
}

int outfile_finish(struct outfile *f, int rc, struct rx_err *err)
{
    FILE *out = f->out;
    f->out = NULL;
    if (!out)
        return rc;
    if (f->is_stdout)
        return rc || !fflush(stdout) ? rc
                                     : rx_fail_errno(err, RX_EIO, errno, "cannot write to stdout");
    if (!rc && (fflush(out) || sync_stream(f, out)))
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot write %s", f->path);
    if (fclose(out) && !rc)
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot write %s", f->path);
    if (rc)
        outfile_drop(f);
    return rc;
}

int outfile_place(struct outfile *f, struct rx_err *err)
{
    int rc = 0;
    if (!f->temp[0])
        return 0;
    if (rename(f->temp, f->path)) {
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot rename the finished file to %s", f->path);
        outfile_drop(f);
    } else if (sync_folder(f->path)) {
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot sync the folder of %s", f->path);
    }
    f->temp[0] = '\0';
    return rc;
}

int outfile_close(struct outfile *f, int rc, struct rx_err *err)
{
    rc = outfile_finish(f, rc, err);
    return rc ? rc : outfile_place(f, err);
}
