/* reading_cites.h - whether the bytes that sightings cite stand where they say, and say what they
 * are cited for. For reading.c. */
#ifndef RX_CRAWLER_READING_CITES_H
#define RX_CRAWLER_READING_CITES_H

#include "crawler/jail/reading.h"

/* Fills r->cites and r->status. body is the decoded body. RX_EDAMAGE: job->cites is malformed. */
RX_MUST int reading_cites(struct reading *r, struct rx_arena *arena, const struct read_job *job,
                          struct rx_str body, struct rx_err *err);

/* Settles the verdicts READ_CITE_MUTE by what reading the page again gave (NULL: it was not). True:
 * some still stand. */
bool reading_cites_settle(struct reading *r, const struct read_job *job, const struct marks *marks);

#endif
