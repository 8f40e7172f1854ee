/* list_jail.c - see list_jail.h. */
#include "crawler/jail/list_jail.h"

#include <stdlib.h>
#include <uv.h>

enum { ARENA_MAX = 48 << 20 };

struct list_jail {
    uv_loop_t loop;
    struct jail *jail;
    struct rx_arena arena;   /* of the last answer */
    struct reading *reading; /* in it */
    bool answered, closed;
};

int list_jail_open(struct list_jail **out, struct crawl_jail *jail, struct rx_err *err)
{
    struct list_jail *j = calloc(1, sizeof *j);
    if (!j || uv_loop_init(&j->loop)) {
        free(j);
        return rx_fail(err, RX_ENOMEM, "no event loop to read lists");
    }
    j->arena = RX_ARENA(ARENA_MAX);
    const int rc = jail_new(&j->jail, jail->zygote, &j->loop, err);
    if (rc) {
        (void)uv_run(&j->loop, UV_RUN_DEFAULT);
        (void)uv_loop_close(&j->loop);
        free(j);
        return rc;
    }
    *out = j;
    return 0;
}

static void on_read(void *ctx, struct reading *r)
{
    struct list_jail *j = ctx;
    j->reading = r;
    j->answered = true;
}

int list_jail_read(struct list_jail *j, const struct read_job *job, struct rx_str *finds,
                   struct rx_err *err)
{
    rx_arena_free(&j->arena);
    j->answered = false;
    j->reading = NULL;
    int rc = jail_submit(j->jail, job, &j->arena, on_read, j);
    if (rc)
        return rx_fail(err, rc == RX_EFULL ? RX_EINVAL : rc, "it is too long to be read");
    while (!j->answered)
        (void)uv_run(&j->loop, UV_RUN_ONCE);
    if (j->reading && j->reading->status == READ_OK) {
        *finds = j->reading->finds;
        return 0;
    }
    rc = jail_state(j->jail, err);
    if (rc)
        return rc;
    const struct rx_str why = j->reading ? j->reading->reason : RX_STR("no memory");
    return rx_fail(err, RX_EINVAL, "it could not be read: %.*s", RX_FMT(why));
}

static void on_closed(void *ctx)
{
    ((struct list_jail *)ctx)->closed = true;
}

void list_jail_close(struct list_jail *j)
{
    if (!j)
        return;
    jail_close(j->jail, on_closed, j);
    while (!j->closed)
        (void)uv_run(&j->loop, UV_RUN_ONCE);
    (void)uv_run(&j->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&j->loop);
    rx_arena_free(&j->arena);
    free(j);
}
