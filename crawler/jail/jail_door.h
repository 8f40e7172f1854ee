/* jail_door.h - what cli holds as an opaque struct crawl_jail (crawl.h), opened for the files of
 * crawler that need the zygote inside it. */
#ifndef RX_CRAWLER_JAIL_DOOR_H
#define RX_CRAWLER_JAIL_DOOR_H

#include "crawler/crawl.h"
#include "crawler/jail/jail.h"
#include "crawler/jail/own_tables.h"

struct crawl_jail {
    struct jail_zygote *zygote; /* owned */
    struct jail_opts opts;
    struct extract_own own;         /* borrowed; text is empty if the case adds no rows */
    char tables[RX_SHA256_HEX + 1]; /* hash of the tables in force */
};

#endif
