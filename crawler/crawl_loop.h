/* crawl_loop.h - the loop of a run: its handles, the pump, signals, time and disk. Loop thread only
 * but for crawl_loop_notify(). */
#ifndef RX_CRAWLER_CRAWL_LOOP_H
#define RX_CRAWLER_CRAWL_LOOP_H

#include "crawler/engine.h"

struct crawl_loop; /* opaque */

RX_MUST int crawl_loop_new(struct crawl_loop **out, struct engine *e, const char *case_dir,
                           void (*progress)(void *ctx, const struct crawl_progress *p), void *ctx,
                           struct rx_err *err);
/* For the parts that own handles of their own. */
struct uv_loop_s *crawl_loop_uv(struct crawl_loop *l);
/* The writer has answered; callable from any thread. */
void crawl_loop_notify(void *loop);
/* Runs until nothing is left, a limit, a signal, or engine_fail(). */
RX_MUST int crawl_loop_run(struct crawl_loop *l, enum crawl_end *end, struct rx_err *err);
struct crawl_progress crawl_loop_progress(const struct crawl_loop *l);
/* Closes fetcher, resolver and jail and waits for it; their answers are thrown away. */
void crawl_loop_close_parts(struct crawl_loop *l);
/* Drops what the writer answered and nobody took. Call when the writer has ended. */
void crawl_loop_drop_items(struct crawl_loop *l);
void crawl_loop_free(struct crawl_loop *l); /* NULL is allowed */

#endif
