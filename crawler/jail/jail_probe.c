/* jail_probe.c - is it a jail? A worker for each way out tries it from inside, and the parent says
 * what it could do. Blocking: for doctor and for tests, before a loop runs. */
#include "crawler/jail/jail_proto.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

/* False: nothing came in time, or the worker is gone. */
static bool hear_frame(int fd, enum jail_frame wanted, struct rx_buf *payload)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    enum jail_frame kind;
    return poll(&p, 1, PATIENCE_MS) == 1 && jail_frame_read(fd, &kind, payload) == 0 &&
           kind == wanted;
}

/* Messages about other workers may still be on their way: they are read and forgotten. */
static int hear_of(struct jail_zygote *z, uint32_t id, struct jail_tell *tell, int *fd)
{
    for (;;) {
        int rc = jail_hear(z, tell, fd, true);
        if (rc || tell->id == id)
            return rc;
        if (*fd >= 0)
            (void)close(*fd);
    }
}

static int spawn(struct jail_zygote *z, uint32_t id, int *fd, struct rx_err *err)
{
    struct jail_tell tell;
    int rc = jail_ask(z, JAIL_ASK_SPAWN, id);
    if (rc == 0)
        rc = hear_of(z, id, &tell, fd);
    if (rc)
        return rx_fail(err, rc, "the jail's zygote is gone");
    if (*fd < 0)
        return rx_fail_errno(err, RX_EIO, tell.status, "the jail cannot start a worker");
    return 0;
}

static int end(struct jail_zygote *z, uint32_t id, int *status, struct rx_err *err)
{
    struct jail_tell tell;
    int fd = -1, rc = jail_ask(z, JAIL_ASK_END, id);
    if (rc == 0)
        rc = hear_of(z, id, &tell, &fd);
    if (rc)
        return rx_fail(err, rc, "the jail's zygote is gone");
    *status = tell.status;
    return 0;
}

/* *could: way worked. A worker that is killed for trying could not. */
static int try_way(struct jail_zygote *z, enum jail_escape way, bool *could, unsigned *layers,
                   struct rx_err *err)
{
    uint32_t id = z->next_id++, held = 0;
    struct rx_buf payload = RX_BUF(64);
    char byte = (char)way;
    int fd = -1, status = 0, rc = spawn(z, id, &fd, err);
    if (rc)
        return rc;
    bool hello = hear_frame(fd, JAIL_HELLO, &payload) && payload.n == sizeof held;
    bool answered = false;
    if (hello) {
        memcpy(&held, payload.p, sizeof held);
        answered = jail_frame_write(fd, JAIL_TRY, rx_strn(&byte, 1)) == 0 &&
                   hear_frame(fd, JAIL_TRIED, &payload) && payload.n == 1;
        *could = answered && payload.p[0] != 0;
    }
    (void)close(fd);
    rx_buf_free(&payload);
    rc = end(z, id, &status, err);
    if (rc)
        return rc;
    if (!hello)
        return rx_fail(err, RX_EIO, "a worker of the jail died before its first word (status %d)",
                       status);
    /* It turned into another program, which ended well. */
    if (!answered && way == JAIL_CAN_EXEC && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        *could = true;
    *layers &= held;
    return 0;
}

int jail_probe(struct jail_zygote *z, unsigned *layers, struct rx_err *err)
{
    static const enum jail_escape ways[] = {JAIL_CAN_OPEN, JAIL_CAN_CONNECT, JAIL_CAN_FORK,
                                            JAIL_CAN_EXEC};
    unsigned escapes = 0, held = ~0U;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        bool could = false;
        int rc = try_way(z, ways[i], &could, &held, err);
        if (rc)
            return rc;
        escapes |= could ? ways[i] : 0;
    }
    *layers = held;
    return (int)escapes;
}
