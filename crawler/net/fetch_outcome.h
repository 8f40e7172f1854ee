/* fetch_outcome.h - what the library's codes mean for a transfer that brought no response head. For
 * fetch.c. A handle and a code are passed as the void pointer and the int that they are, so that
 * the library's header stays out of here. */
#ifndef RX_CRAWLER_FETCH_OUTCOME_H
#define RX_CRAWLER_FETCH_OUTCOME_H

#include "base/vocab.h"

#include <stdbool.h>

/* Why there is no response; was_sent: some of the request was. */
enum rx_outcome fetch_outcome(void *easy, int code, bool by_proxy, bool was_sent);
/* This machine itself has no way there. */
bool fetch_outcome_has_no_route(void *easy);
/* No connection was made in this transfer. */
bool fetch_outcome_is_unconnected(void *easy);

#endif
