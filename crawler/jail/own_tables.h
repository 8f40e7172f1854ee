/* own_tables.h - the rows that a case adds to the program's tables (crawl.h), opened for the files
 * of crawler that start the jail and keep the evidence. */
#ifndef RX_CRAWLER_OWN_TABLES_H
#define RX_CRAWLER_OWN_TABLES_H

#include "crawler/crawl.h"
#include "crawler/extract/extract.h"

struct crawl_tables {
    struct extract_own own; /* views into the two below */
    struct rx_buf text;     /* owned */
    char *path;             /* owned */
};

#endif
