/* parse.c - what the reader needs before the jail closes. */
#include "crawler/parse/parse.h"

#include "crawler/parse/charset.h"
#include "crawler/parse/sitemap.h"

int parse_init(struct rx_err *err)
{
    sitemap_init();
    return charset_init(err);
}
