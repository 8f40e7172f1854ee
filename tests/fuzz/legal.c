/* legal.c - VAT ids, numbers in registers, names and addresses: no input is read beyond its end,
 * and what is compared is never longer than what it was made of. */
#include "crawler/extract/legal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const regs[] = {"ABN", "CNPJ", "CVR", "ICO",   "INN",
                                       "KVK", "OGRN", "ORG", "SIREN", "NOSUCH"};
    const struct rx_str text = rx_strn((const char *)data, size);
    char words[LEGAL_TEXT];
    (void)legal_vat(text);
    for (size_t i = 0; i < sizeof regs / sizeof regs[0]; i++)
        (void)legal_number(rx_str(regs[i]), text);
    if (legal_words(words, text) > size)
        abort();
    return 0;
}
