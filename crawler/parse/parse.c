/* parse.c - what the reader needs before the jail closes. */
#include "crawler/parse/parse.h"

#include "crawler/parse/charset.h"

int parse_init(struct rx_err *err)
{
    return charset_init(err);
}
