/* list_jail.h - what an investigator hands over, read in the jail: one job after the other, because
 * their order is the order of the seeds. Any one thread; owns an event loop of its own. */
#ifndef RX_CRAWLER_LIST_JAIL_H
#define RX_CRAWLER_LIST_JAIL_H

#include "crawler/jail/jail_door.h"

struct list_jail;
RX_MUST int list_jail_open(struct list_jail **out, struct crawl_jail *jail, struct rx_err *err);
/* What the list says (lists/finds.h), valid until the next call. RX_EINVAL: no reader survived it,
 * which says nothing of the next; RX_EIO: there are no readers any more. */
RX_MUST int list_jail_read(struct list_jail *j, const struct read_job *job, struct rx_str *finds,
                           struct rx_err *err);
void list_jail_close(struct list_jail *j); /* NULL is allowed */

#endif
