/* jail_zygote.c - the process that all workers are forked from.
 *
 * Forked from main before any thread exists, it loads the tables once, then only forks, kills and
 * reaps; so each worker starts in a known state with the tables in place, and the threaded parent
 * never forks. It reads no hostile byte. It ends when its control socket closes. */
#include "crawler/jail/jail_proto.h"

#include "crawler/lists/list_json.h"
#include "crawler/lists/mail.h"
#include "crawler/parse/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKER_FD = 3 };

/* ---- messages
 * ------------------------------------------------------------------------------------ */

int jail_ask(struct jail_zygote *z, enum jail_ask_op op, uint32_t id)
{
    struct jail_ask ask = {.op = op, .id = id};
    ssize_t n;
    do
        n = send(z->control, &ask, sizeof ask, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == sizeof ask ? 0 : RX_EIO;
}

union rights {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
};

int jail_hear(struct jail_zygote *z, struct jail_tell *tell, int *fd, bool block)
{
    union rights rights = {0};
    struct iovec iov = {tell, sizeof *tell};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = rights.bytes,
                         .msg_controllen = sizeof rights.bytes};
    ssize_t n;
    do
        n = recvmsg(z->control, &msg, MSG_CMSG_CLOEXEC | (block ? 0 : MSG_DONTWAIT));
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return RX_ENOENT;
    if (n != sizeof *tell)
        return RX_EIO;
    *fd = -1;
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(c), sizeof *fd);
    return 0;
}

static void tell(int control, const struct jail_tell *what, int fd)
{
    union rights rights = {0};
    struct iovec iov = {(void *)(uintptr_t)what, sizeof *what};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fd >= 0) {
        msg.msg_control = rights.bytes;
        msg.msg_controllen = sizeof rights.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    while (sendmsg(control, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
        ;
}

/* ---- the zygote
 * ------------------------------------------------------------------------------------ */

struct child {
    uint32_t id;
    pid_t pid;
};

struct nursery {
    int control;
    const struct jail_opts *opts;
    struct rx_psl *psl;
    struct extractor *x;
    struct child children[JAIL_WORKERS_MAX];
    unsigned count;
};

/* Keeps fd as WORKER_FD and nothing else. Sanitizer builds keep stderr for their reports. */
static void close_all_but(int fd)
{
    if (fd != WORKER_FD)
        (void)dup3(fd, WORKER_FD, O_CLOEXEC);
    (void)close_range(WORKER_FD + 1, ~0U, 0);
#ifdef RXMAP_SANITIZED
    (void)close_range(0, 1, 0);
#else
    (void)close_range(0, 2, 0);
#endif
}

static _Noreturn void become_worker(struct nursery *n, int fd, pid_t zygote)
{
    (void)prctl(PR_SET_NAME, "rxmap-reader");
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != zygote) /* it died before the line above */
        _exit(0);
    close_all_but(fd);
    jail_worker(WORKER_FD, n->x, n->opts);
}

/* Forks a worker; its socket's other end in *fd. 0 or an errno. */
static int fork_worker(struct nursery *n, pid_t *pid, int *fd)
{
    int pair[2];
    pid_t self = getpid();
    if (n->count == JAIL_WORKERS_MAX)
        return EAGAIN;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return errno;
    *pid = _Fork(); /* no atfork handlers: a library's would close our descriptors */
    int why = errno;
    if (*pid == 0) {
        (void)close(pair[0]);
        become_worker(n, pair[1], self);
    }
    (void)close(pair[1]);
    if (*pid < 0) {
        (void)close(pair[0]);
        return why;
    }
    *fd = pair[0];
    return 0;
}

static void spawn(struct nursery *n, uint32_t id)
{
    struct jail_tell reply = {.op = JAIL_TELL_SPAWNED, .id = id};
    pid_t pid = -1;
    int fd = -1;
    reply.status = fork_worker(n, &pid, &fd);
    reply.pid = pid;
    if (pid > 0)
        n->children[n->count++] = (struct child){id, pid};
    tell(n->control, &reply, fd);
    if (fd >= 0)
        (void)close(fd);
}

static int reap(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void end(struct nursery *n, uint32_t id)
{
    struct jail_tell reply = {.op = JAIL_TELL_ENDED, .id = id};
    for (unsigned i = 0; i < n->count; i++) {
        if (n->children[i].id != id)
            continue;
        (void)kill(n->children[i].pid, SIGKILL); /* a dead one keeps its own status */
        reply.status = reap(n->children[i].pid);
        n->children[i] = n->children[--n->count];
        break;
    }
    tell(n->control, &reply, -1);
}

static int load(struct nursery *n, struct rx_err *err)
{
    int rc = parse_init(err);
    mail_init();
    list_json_init();
    if (rc == 0)
        rc = rx_psl_load(&n->psl, n->opts->psl_path, err);
    if (rc == 0)
        rc = extractor_new(&n->x, n->psl, &n->opts->own, err);
    return rc;
}

/* Handlers of main's have no business here; only the sanitizers' make useful reports. */
static void forget_handlers(void)
{
#ifndef RXMAP_SANITIZED
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL); /* two of them refuse, rightly */
#endif
}

static void leave_terminal(int control)
{
    /* Ctrl-C goes to the whole process group; main decides what it means. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDIN_FILENO);
        (void)dup2(null, STDOUT_FILENO);
    }
    int kept = dup3(control, WORKER_FD, O_CLOEXEC);
    if (control != WORKER_FD && kept < 0)
        _exit(1);
    (void)close_range(WORKER_FD + 1, ~0U, 0);
}

static _Noreturn void become_zygote(int control, pid_t parent, const struct jail_opts *opts)
{
    (void)prctl(PR_SET_NAME, "rxmap-zygote");
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    forget_handlers();
    leave_terminal(control);
    struct nursery n = {.control = WORKER_FD, .opts = opts};
    struct jail_tell ready = {.op = JAIL_TELL_READY, .error = {0}};
    ready.status = load(&n, &ready.error);
    if (ready.status == 0)
        memcpy(ready.tables, extractor_tables(n.x), sizeof ready.tables);
    tell(n.control, &ready, -1);
    struct jail_ask ask;
    for (;;) {
        ssize_t got = recv(n.control, &ask, sizeof ask, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != sizeof ask)
            break;
        if (ask.op == JAIL_ASK_SPAWN)
            spawn(&n, ask.id);
        else if (ask.op == JAIL_ASK_END)
            end(&n, ask.id);
    }
    for (unsigned i = 0; i < n.count; i++) {
        (void)kill(n.children[i].pid, SIGKILL);
        (void)reap(n.children[i].pid);
    }
    _exit(0);
}

/* ---- the parent's side
 * ------------------------------------------------------------------------------- */

int jail_zygote_start(struct jail_zygote **out, const struct jail_opts *opts, struct rx_err *err)
{
    int pair[2];
    struct jail_zygote *z = calloc(1, sizeof *z);
    if (!z)
        return rx_fail(err, RX_ENOMEM, "no memory for the jail");
    z->opts = *opts;
    z->next_id = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        free(z);
        return rx_fail_errno(err, RX_EIO, errno, "cannot make the jail's socket");
    }
    pid_t self = getpid();
    (void)signal(SIGPIPE, SIG_IGN); /* a dead worker's socket must not end the program */
    z->pid = fork();
    if (z->pid == 0) {
        (void)close(pair[0]);
        become_zygote(pair[1], self, &z->opts);
    }
    (void)close(pair[1]);
    z->control = pair[0];
    if (z->pid < 0) {
        int why = errno;
        (void)close(pair[0]);
        free(z);
        return rx_fail_errno(err, RX_EIO, why, "cannot fork the jail's zygote");
    }
    struct jail_tell ready;
    int fd, rc = jail_hear(z, &ready, &fd, true);
    if (rc)
        rc = rx_fail(err, RX_EIO, "the jail's zygote died while it loaded its tables");
    else if (ready.status == RX_EUSAGE)
        rc = rx_fail(err, RX_EUSAGE, "%s", ready.error.text); /* a row of the case's */
    else if (ready.status)
        rc = rx_fail(err, ready.status, "the jail cannot start: %s", ready.error.text);
    else if (opts->tables && strcmp(opts->tables, ready.tables) != 0)
        /* Marks cross the socket with the numbers of their classes. */
        rc = rx_fail(err, RX_EIO, "the jail's readers hold other tables than this program");
    if (rc) {
        jail_zygote_stop(z);
        return rc;
    }
    *out = z;
    return 0;
}

void jail_zygote_stop(struct jail_zygote *z)
{
    if (!z)
        return;
    (void)close(z->control);
    (void)reap(z->pid);
    free(z);
}
