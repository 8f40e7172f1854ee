/* mail.c - fuzzes mails: what comes out of one can be read again, and is a URL that begins as such.
 */
#include "crawler/lists/mail.h"
#include "crawler/lists/finds.h"
#include "crawler/parse/parse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    struct rx_buf out = RX_BUF(FINDS_MAX);
    struct rx_err err = {0};
    struct find f;
    if (!ready && parse_init(&err))
        abort();
    if (!ready)
        mail_init();
    ready = true;
    const int rc = mail_read(&out, rx_strn((const char *)data, size), NULL, NULL, &err);
    if (rc && rc != RX_EFULL)
        abort();
    struct rx_str rest = rx_buf_str(&out);
    int more;
    while ((more = finds_next(&f, &rest)) > 0)
        if (f.kind == FIND_SEED && (f.text.n == 0 || rx_lower(f.text.p[0]) != 'h'))
            abort();
    if (more < 0)
        abort();
    rx_buf_free(&out);
    return 0;
}
