/* trap.h - URLs that lead nowhere, or do something: shapes that only machines make, templates that
 * give endless variants or nothing new, and requests whose GET acts. Pure. */
#ifndef RX_CRAWLER_TRAP_H
#define RX_CRAWLER_TRAP_H

#include "base/url.h"

enum {
    TRAP_SEGMENTS = 20,     /* more path segments than this */
    TRAP_RUN = 4,           /* a run of up to so many segments... */
    TRAP_REPEATS = 3,       /* ...repeated so often */
    TRAP_VARIANTS = 200,    /* queries of one path template */
    TRAP_TRIAL = 50,        /* fetches before a template is judged */
    TRAP_FRESH_PERCENT = 2, /* of them must have brought something new */
    TRAP_TEMPLATES = 256,   /* watched per site */
    TRAP_BODIES = 512       /* remembered per site */
};

/* Why the shape of this URL is a trap's, in words; NULL if it is none. */
const char *trap_shape(const struct rx_url *url);

/* Why a GET of this URL would act ("add-to-cart", "logout"...): the word that says so; NULL if it
 * would not, as far as its words tell. */
const char *trap_acts(const struct rx_url *url);

/* The template of a URL: path with numbers and long tokens taken out, and names of its query. */
uint64_t trap_template(const struct rx_url *url);

/* What is known of one site's templates in one run. Zero-initialise. */
struct trap_template {
    uint64_t hash;
    uint16_t variants; /* URLs with a query that were let in */
    uint16_t fetched, fresh;
};
struct trap_site {
    struct trap_template *templates; /* owned */
    size_t template_count, template_cap;
    uint64_t *bodies; /* owned; first 8 bytes of the SHA-256 of what was read */
    size_t body_count, body_cap;
};
void trap_site_free(struct trap_site *t);

/* Why a URL of this template is no longer let in, in words; NULL: it may. A site with more than
 * TRAP_TEMPLATES templates is not watched beyond them: the page budget bounds it. */
const char *trap_refuses(const struct trap_site *t, const struct rx_url *url);
/* Counts a URL that was let in for the first time. */
void trap_let_in(struct trap_site *t, const struct rx_url *url);
/* Counts what a fetch brought; body: a fingerprint of the content. */
void trap_fetched(struct trap_site *t, const struct rx_url *url, uint64_t body, bool new_site);
/* As text ("templates ...") and back, for a crawl that goes on in another process. */
RX_MUST int trap_pack(struct rx_buf *out, const struct trap_site *t);
RX_MUST int trap_unpack(struct trap_site *t, struct rx_str text);

#endif
