/* jail_lock.c - a process gives up what it does not need to read a page: nearly everything.
 *
 * Order matters: the user first (needs calls that seccomp then refuses), no_new_privs, Landlock
 * (needs it, and a file handle, which the limits then refuse), the limits, seccomp last. A layer
 * that this kernel or container refuses is left out and reported, the others still hold. Sanitizers
 * need more memory and more calls, so their builds leave out RLIMIT_AS, and what the list does not
 * allow fails instead of killing. */
#include "crawler/jail/jail_proto.h"

#include <errno.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef RXMAP_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { NOBODY = 65534, STACK_BYTES = 16 << 20, CPU_SECONDS = 120 };

/* ---- limits ---------------------------------------------------------------------------------- */

static bool limit(int resource, rlim_t value)
{
    struct rlimit l = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &l) == 0;
}

static bool set_limits(const struct jail_opts *opts)
{
    bool ok = limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CPU, CPU_SECONDS) &&
              limit(RLIMIT_STACK, STACK_BYTES) && limit(RLIMIT_NPROC, 0);
    if (!SANITIZED)
        ok = ok && limit(RLIMIT_AS, opts->memory_bytes);
    return ok && limit(RLIMIT_NOFILE, 0);
}

static void drop_root(void)
{
    /* Root that is not mapped to others (a user namespace) cannot drop; the layers hold it. */
    if (geteuid() == 0 && setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0)
        (void)!setresuid(NOBODY, NOBODY, NOBODY);
}

/* ---- Landlock (kernel.org, userspace-api/landlock) ----------------------------------------------
 */

/* The distribution's header knows ABI 2; this is ABI 6's. */
struct landlock_rules {
    uint64_t fs, net, scoped;
};
enum { LANDLOCK_VERSION = 1, CREATE_RULESET = 444, RESTRICT_SELF = 446 };

static bool landlock(void)
{
    long abi = syscall(CREATE_RULESET, NULL, 0, LANDLOCK_VERSION);
    if (abi < 1)
        return false;
    unsigned fs_rights = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
    struct landlock_rules rules = {.fs = (1ULL << fs_rights) - 1,
                                   .net = abi >= 4 ? 3 : 0,     /* TCP bind and connect */
                                   .scoped = abi >= 6 ? 3 : 0}; /* abstract sockets, signals */
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    long fd = syscall(CREATE_RULESET, &rules, size, 0);
    if (fd < 0)
        return false;
    bool ok = syscall(RESTRICT_SELF, fd, 0) == 0;
    (void)close((int)fd);
    return ok;
}

/* ---- seccomp -----------------------------------------------------------------------------------
 */

static const int allowed[] = {
    SCMP_SYS(read),       SCMP_SYS(write),          SCMP_SYS(close),
    SCMP_SYS(munmap),     SCMP_SYS(mremap),         SCMP_SYS(brk),
    SCMP_SYS(madvise),    SCMP_SYS(futex),          SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),   SCMP_SYS(getpid),
    SCMP_SYS(gettid),     SCMP_SYS(rt_sigprocmask), SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),  SCMP_SYS(gettimeofday),
};
/* What sanitizer runtimes do besides; none opens, connects or starts anything. */
static const int allowed_sanitizers[] = {
    SCMP_SYS(mprotect),  SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(sched_yield),
    SCMP_SYS(getrusage), SCMP_SYS(sysinfo),     SCMP_SYS(prlimit64),    SCMP_SYS(sched_getaffinity),
};

static bool add_rules(scmp_filter_ctx filter)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        ok &= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    for (size_t i = 0; SANITIZED && i < sizeof allowed_sanitizers / sizeof *allowed_sanitizers; i++)
        ok &= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_sanitizers[i], 0) == 0;
    /* Memory, never to be executed; and abort(), of ourselves only. */
    ok &= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    ok &= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                           SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) == 0;
    return ok;
}

static bool filter_calls(void)
{
    scmp_filter_ctx filter =
        seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return false;
    bool ok = add_rules(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok;
}

unsigned jail_lock(const struct jail_opts *opts)
{
    unsigned layers = JAIL_PROCESS;
    drop_root();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user has cleared it */
    (void)prctl(PR_SET_DUMPABLE, 0);
    bool no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (no_new_privs)
        layers |= JAIL_NO_NEW_PRIVS;
    if (no_new_privs && landlock())
        layers |= JAIL_LANDLOCK;
    if (set_limits(opts))
        layers |= JAIL_RLIMIT;
    if (no_new_privs && filter_calls())
        layers |= JAIL_SECCOMP;
    return layers;
}
