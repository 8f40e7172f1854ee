/* jail_send.h - a job on its way to a worker. For jail*.c only. */
#ifndef RX_CRAWLER_JAIL_SEND_H
#define RX_CRAWLER_JAIL_SEND_H

#include "crawler/jail/reading_wire.h"

struct uv_stream_s;

/* Packs the job and writes it; what becomes of the write shows in what is read from the worker. */
RX_MUST int jail_send(struct uv_stream_s *to, const struct read_job *job);

#endif
