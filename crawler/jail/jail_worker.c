/* jail_worker.c - a worker: reads jobs, answers readings, one at a time, until its socket closes.
 * Everything in this process may be an attacker's from the first job on, so nothing here is relied
 * upon by the parent. */
#include "crawler/jail/jail_proto.h"

#include "base/fd.h"

#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

enum {
    /* Past this much of its life a worker ends itself between two jobs and is replaced, long before
     * the limit of CPU time would end it inside one. */
    RETIRE_SECONDS = 60,
    KEEP_BYTES = 8 << 20 /* larger buffers are given back after the job */
};

/* ---- frames ------------------------------------------------------------------------------------
 */

void jail_frame_head(char head[JAIL_FRAME_HEAD], enum jail_frame kind, size_t n)
{
    uint32_t length = (uint32_t)n + 1;
    memcpy(head, &length, sizeof length);
    head[sizeof length] = (char)kind;
}

static int read_all(int fd, char *p, size_t n)
{
    while (n) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return RX_EIO;
        p += got;
        n -= (size_t)got;
    }
    return 0;
}

int jail_frame_write(int fd, enum jail_frame kind, struct rx_str payload)
{
    char head[JAIL_FRAME_HEAD];
    jail_frame_head(head, kind, payload.n);
    int rc = rx_fd_write(fd, rx_strn(head, sizeof head));
    return rc ? rc : rx_fd_write(fd, payload);
}

int jail_frame_read(int fd, enum jail_frame *kind, struct rx_buf *payload)
{
    char head[JAIL_FRAME_HEAD];
    uint32_t length;
    int rc = read_all(fd, head, sizeof head);
    if (rc)
        return rc;
    memcpy(&length, head, sizeof length);
    if (length == 0 || length > READING_FRAME_MAX)
        return RX_EDAMAGE;
    rx_buf_clear(payload);
    char *p = rx_buf_room(payload, length - 1);
    if (!p)
        return RX_ENOMEM;
    rc = read_all(fd, p, length - 1);
    if (rc)
        return rc;
    payload->n = length - 1;
    *kind = (enum jail_frame)head[JAIL_FRAME_HEAD - 1];
    return 0;
}

/* ---- jobs
 * ---------------------------------------------------------------------------------------- */

static int answer(int fd, const struct extractor *x, const struct jail_opts *opts,
                  struct rx_str payload, struct rx_buf *frame)
{
    struct read_job job;
    struct rx_err err = {0};
    struct reading reading;
    struct rx_arena arena = RX_ARENA(opts->arena_bytes);
    if (reading_job_unpack(&job, payload))
        return RX_EDAMAGE; /* our parent's bug; it sees us end */
    rx_buf_clear(frame);
    int rc = reading_make(&reading, &arena, x, &job, &err);
    if (rc == 0)
        rc = reading_pack(frame, &reading);
    rx_arena_free(&arena);
    if (rc)
        return jail_frame_write(fd, JAIL_SORRY, rx_str(err.text));
    return jail_frame_write(fd, JAIL_READING, rx_buf_str(frame));
}

static bool is_old(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0 && t.tv_sec >= RETIRE_SECONDS;
}

static void trim(struct rx_buf *b)
{
    if (b->cap > KEEP_BYTES)
        rx_buf_free(b);
}

static void serve(int fd, const struct extractor *x, const struct jail_opts *opts)
{
    struct rx_buf in = RX_BUF(READING_FRAME_MAX), out = RX_BUF(READING_FRAME_MAX);
    enum jail_frame kind;
    while (!is_old() && jail_frame_read(fd, &kind, &in) == 0) {
        int rc = RX_EDAMAGE;
        if (kind == JAIL_JOB) {
            rc = answer(fd, x, opts, rx_buf_str(&in), &out);
        } else if (kind == JAIL_TRY && in.n == 1) {
            char could = jail_try((enum jail_escape)in.p[0]) ? 1 : 0;
            rc = jail_frame_write(fd, JAIL_TRIED, rx_strn(&could, 1));
        }
        if (rc)
            break;
        trim(&in);
        trim(&out);
    }
}

_Noreturn void jail_worker(int fd, const struct extractor *x, const struct jail_opts *opts)
{
    /* A page's memory is taken and given back as a whole: keep it instead of asking the kernel for
     * fresh pages each time. */
    (void)mallopt(M_MMAP_THRESHOLD, 64 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 2 * KEEP_BYTES);
    uint32_t layers = jail_lock(opts);
    if (jail_frame_write(fd, JAIL_HELLO, rx_strn((const char *)&layers, sizeof layers)) == 0)
        serve(fd, x, opts);
    _exit(0);
}

/* ---- the probe's ways out
 * -------------------------------------------------------------------------- */

static bool can_open(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool can_connect(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        return false;
    (void)connect(fd, (const struct sockaddr *)&to, sizeof to);
    return true; /* a socket alone is too much */
}

static bool can_fork(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool can_exec(void)
{
    char name[] = "true";
    char *const argv[] = {name, NULL}, *const env[] = {NULL};
    (void)execve("/bin/true", argv, env);
    return false; /* success does not return: the parent sees the program's end */
}

bool jail_try(enum jail_escape way)
{
    switch (way) {
    case JAIL_CAN_OPEN:
        return can_open();
    case JAIL_CAN_CONNECT:
        return can_connect();
    case JAIL_CAN_FORK:
        return can_fork();
    case JAIL_CAN_EXEC:
        return can_exec();
    }
    return false;
}
