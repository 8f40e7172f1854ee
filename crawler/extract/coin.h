/* coin.h - is this string an address of that chain? Checksums decide; an address that fails is
 * dropped, never an indicator. Pure. */
#ifndef RX_CRAWLER_EXTRACT_COIN_H
#define RX_CRAWLER_EXTRACT_COIN_H

#include "base/str.h"

/* chain: "BTC", "ETH", "TRX"... (coin_chains lists them). False for a chain that is not known. */
bool coin_valid(struct rx_str chain, struct rx_str address);
/* 0x and 40 hex digits of which both cases occur and agree with EIP-55. */
bool coin_eth_checked(struct rx_str address);
/* Known chains, NULL at the end. */
extern const char *const coin_chains[];

#endif
