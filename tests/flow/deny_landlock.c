/* deny_landlock.c - runs a program on a kernel that seems to have no Landlock: what an old kernel
 * or a strict container looks like. Usage: deny_landlock PROGRAM ARGUMENTS.. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    enum { LANDLOCK_CREATE_RULESET = 444 };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (argc < 2 || !filter ||
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), LANDLOCK_CREATE_RULESET, 0) != 0 ||
        seccomp_load(filter) != 0)
        return 125;
    (void)execv(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
