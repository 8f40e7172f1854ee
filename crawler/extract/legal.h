/* legal.h - what the law makes a business print: VAT ids, numbers in registers, names, addresses.
 * Pure. Values come squeezed: upper case letters and digits. */
#ifndef RX_CRAWLER_EXTRACT_LEGAL_H
#define RX_CRAWLER_EXTRACT_LEGAL_H

#include "base/str.h"

/* Country (VIES's code, CHE for Switzerland) and number, as that country builds them. */
bool legal_vat(struct rx_str id);
/* register: one of legal_registers. False also for another. */
bool legal_number(struct rx_str reg, struct rx_str number);
/* Known registers, NULL at the end: "SIREN", "INN", "CNPJ"... */
extern const char *const legal_registers[];

enum { LEGAL_TEXT = 200 };
/* A name or an address as it is compared: lower case, no punctuation, one blank between words, and
 * words that are written in two ways in one ("Limited" is "ltd", "Street" is "st"). The number of
 * bytes, at most LEGAL_TEXT; 0: longer. */
size_t legal_words(char out[LEGAL_TEXT], struct rx_str text);

#endif
