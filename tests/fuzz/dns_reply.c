/* dns_reply.c - any bytes as a DNS message: no more than the caps comes out, every name ends. */
#include "crawler/net/resolve_reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct resolve_reply reply;
    if (resolve_reply_read(&reply, rx_strn((const char *)data, size), "a.example"))
        return 0;
    if (reply.chain_count > RESOLVE_REPLY_LINKS || reply.ip_count > RESOLVE_REPLY_ADDRESSES)
        abort();
    for (size_t i = 0; i < reply.chain_count; i++)
        if (!memchr(reply.chain[i], '\0', RESOLVE_NAME_BYTES))
            abort();
    return 0;
}
