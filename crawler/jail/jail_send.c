/* jail_send.c - see jail_send.h. */
#include "crawler/jail/jail_send.h"

#include "crawler/jail/jail_proto.h"

#include <stdlib.h>
#include <uv.h>

struct sending {
    uv_write_t req;
    struct rx_buf frame;
};

static void on_written(uv_write_t *req, int status)
{
    struct sending *s = req->data;
    (void)status;
    rx_buf_free(&s->frame);
    free(s);
}

int jail_send(struct uv_stream_s *to, const struct read_job *job)
{
    struct sending *s = calloc(1, sizeof *s);
    char head[JAIL_FRAME_HEAD] = {0};
    if (!s)
        return RX_ENOMEM;
    s->frame = RX_BUF(READING_FRAME_MAX);
    s->req.data = s;
    int rc = rx_buf_add(&s->frame, rx_strn(head, sizeof head));
    if (rc == 0)
        rc = reading_job_pack(&s->frame, job);
    if (rc == 0) {
        jail_frame_head(s->frame.p, JAIL_JOB, s->frame.n - JAIL_FRAME_HEAD);
        uv_buf_t buf = uv_buf_init(s->frame.p, (unsigned)s->frame.n);
        rc = uv_write(&s->req, to, &buf, 1, on_written) ? RX_EIO : 0;
    }
    if (rc) {
        rx_buf_free(&s->frame);
        free(s);
    }
    return rc;
}
