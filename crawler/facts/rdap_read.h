/* rdap_read.h - a registry's answer about a domain (RDAP, RFC 9083) as facts. Pure; run in the
 * jail, because a server may send anything. */
#ifndef RX_CRAWLER_RDAP_READ_H
#define RX_CRAWLER_RDAP_READ_H

#include "base/buf.h"

enum { RDAP_LINES_MAX = 8192, RDAP_STATUSES_MAX = 16 };

/* Adds lines (fact_line.h): rdap.registrar, rdap.registrar_id (IANA's number), rdap.created,
 * .updated, .expires (ISO 8601, UTC), rdap.status, rdap.privacy ("yes": the registrant is hidden),
 * rdap.abuse. Of the registrant nothing else is kept: it is no shop's identifier, but a person's
 * name. RX_EINVAL with a sentence: no JSON, no domain, or another domain than was asked for. */
RX_MUST int rdap_read(struct rx_buf *lines, struct rx_str json, struct rx_str domain,
                      struct rx_err *err);
/* Could rdap_read() have written these lines? They come out of the jail. */
bool rdap_read_fits(struct rx_str lines);

#endif
