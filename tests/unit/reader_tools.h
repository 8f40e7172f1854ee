/* reader_tools.h - what a test that reads pages needs once: the public suffix list and the compiled
 * signature tables, as the group's state. */
#ifndef RX_TESTS_UNIT_READER_TOOLS_H
#define RX_TESTS_UNIT_READER_TOOLS_H

#include "crawler/extract/extract.h"
#include "crawler/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct tools {
    struct rx_psl *psl;
    struct extractor *x;
    struct signs signs; /* of the page read last, for tests that keep them */
};

static inline int tools_setup(void **state)
{
    static struct tools t;
    struct rx_err err = {0};
    int rc = parse_init(&err);
    if (rc == 0)
        rc = rx_psl_load(&t.psl, NULL, &err);
    if (rc == 0)
        rc = extractor_new(&t.x, t.psl, NULL, &err);
    if (rc < 0)
        print_message("%s\n", err.text);
    *state = &t;
    return rc;
}

static inline int tools_teardown(void **state)
{
    struct tools *t = *state;
    extractor_free(t->x);
    rx_psl_free(t->psl);
    return 0;
}

#endif
