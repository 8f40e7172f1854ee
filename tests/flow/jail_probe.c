/* jail_probe.c - asks a real worker, with the real tables in it, to open a file, make a socket,
 * fork and exec, and fails if it can. Built without sanitizers it proves the jail as it ships:
 * their builds make the same calls fail instead of killing for them. */
#include "crawler/jail/jail.h"

#include <stdio.h>

int main(void)
{
    static const struct {
        unsigned bit;
        const char *name;
    } ways[] = {{JAIL_CAN_OPEN, "open a file"},
                {JAIL_CAN_CONNECT, "make a socket"},
                {JAIL_CAN_FORK, "fork"},
                {JAIL_CAN_EXEC, "exec"}},
      layers[] = {{JAIL_PROCESS, "process"},
                  {JAIL_RLIMIT, "rlimit"},
                  {JAIL_SECCOMP, "seccomp"},
                  {JAIL_LANDLOCK, "landlock"},
                  {JAIL_NO_NEW_PRIVS, "no_new_privs"}};
    struct jail_opts opts = {.workers = 1,
                             .watchdog_ms = 20000,
                             .memory_bytes = (size_t)512 << 20,
                             .arena_bytes = (size_t)128 << 20};
    struct jail_zygote *zygote;
    struct rx_err err = {0};
    unsigned held = 0;
    if (jail_zygote_start(&zygote, &opts, &err)) {
        (void)fprintf(stderr, "jail_probe: %s\n", err.text);
        return 1;
    }
    int escapes = jail_probe(zygote, &held, &err);
    jail_zygote_stop(zygote);
    if (escapes < 0) {
        (void)fprintf(stderr, "jail_probe: %s\n", err.text);
        return 1;
    }
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        (void)printf("layer %s: %s\n", layers[i].name, held & layers[i].bit ? "active" : "missing");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        (void)printf("a worker can %s: %s\n", ways[i].name,
                     (unsigned)escapes & ways[i].bit ? "YES" : "no");
    return escapes ? 1 : 0;
}
