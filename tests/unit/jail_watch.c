/* jail_watch.c - a process that burns its time is told from one that is not given any. */
#include "crawler/jail/jail_watch.h"

#include "base/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t child(bool burns)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    for (volatile unsigned i = 0; burns; i++)
        ;
    for (;;)
        (void)pause();
}

/* Looks until there is a verdict; limits of time are the machine's business, not the test's. */
static enum jail_watch_verdict verdict_on(bool burns, uint64_t limit_ms)
{
    struct jail_watch w;
    uint64_t wait_ms = 0;
    const pid_t pid = child(burns);
    enum jail_watch_verdict v;
    jail_watch_start(&w, pid);
    while ((v = jail_watch_look(&w, limit_ms, &wait_ms)) == JAIL_WATCH_GOES_ON) {
        assert_true(wait_ms > 0);
        const struct timespec t = {0, 5000000};
        (void)nanosleep(&t, NULL);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return v;
}

static void test_verdicts(void **state)
{
    (void)state;
    assert_int_equal(verdict_on(true, 50), JAIL_WATCH_OVERRUN);
    assert_int_equal(verdict_on(false, 10), JAIL_WATCH_STALLED);
}

/* What was used before the job began is not the job's. */
static void test_starts_anew(void **state)
{
    (void)state;
    struct jail_watch w;
    uint64_t wait_ms = 0;
    const pid_t pid = child(true);
    jail_watch_start(&w, pid);
    while (jail_watch_look(&w, 30, &wait_ms) == JAIL_WATCH_GOES_ON)
        ;
    (void)kill(pid, SIGSTOP);
    (void)waitpid(pid, NULL, WUNTRACED);
    jail_watch_start(&w, pid);
    assert_int_equal(jail_watch_look(&w, 1000, &wait_ms), JAIL_WATCH_GOES_ON);
    assert_int_equal(wait_ms, 1000);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    assert_int_equal(jail_watch_look(&w, 1000, &wait_ms), JAIL_WATCH_GOES_ON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_starts_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
