/* scope.h - how far a crawl goes: which links are followed, which are only noted, and why not.
 *
 * Under `linked` a site that is no seed is a *candidate* when a seed or a storefront redirects to
 * it, posts a form to it, sends to its checkout, or links to it with words of the trade, or when
 * two storefronts link to it. A candidate's home page is asked once (its *probe*, and the targets
 * of redirects, which are what a visitor sees); only if a page of it is a storefront's, a
 * doorway's or a reviewer's, or promises to be a storefront's (role_promising()), is it *promoted*
 * and crawled like a seed. One storefront's plain link is no reason: victims and mazes are linked
 * to as well.
 *
 * The rules are chosen to give the same set of pages in whatever order answers come: promotion
 * looks at single pages, and links that were refused before it are taken up after it.
 *
 * What is known of a site is packed as text, so that a crawl goes on in another process with the
 * decisions of the first. Pure. Thread: the sink's. */
#ifndef RX_CRAWLER_SCOPE_H
#define RX_CRAWLER_SCOPE_H

#include "base/url.h"
#include "base/vocab.h"
#include "crawler/extract/extract.h"
#include "crawler/trap.h"

enum scope_mode { SCOPE_SEEDS, SCOPE_LINKED, SCOPE_ALL };

struct scope_opts {
    enum scope_mode mode;
    uint32_t depth, hops, redirects; /* 3, 20, 10 */
    uint32_t hosts_per_site;         /* 64 at most */
    uint32_t probes_per_site;        /* candidates that one site may bring in */
    uint64_t max_pages;              /* of a site; 0: no limit */
    uint64_t max_sites;              /* of a run */
    bool spare_seeds;                /* max_sites bounds what is found beside the seeds */
    bool shared; /* the lists of shared services are crawled as well (`all` on a test network) */
};

enum { SCOPE_HOSTS_MAX = 64, SCOPE_LINKERS_MAX = 2 };

struct scope_site {
    struct rx_str name;
    bool is_seed;
    bool admitted; /* something of it was queued: counts against max_sites */
    bool promoted;
    bool reached; /* some page was answered */
    bool nowhere; /* its name does not exist */
    bool dirty;   /* changed since scope_pack() */
    enum rx_role role;
    struct signs signs;
    uint32_t pages;  /* read in this run */
    uint32_t asked;  /* URLs that left the queue by a request: counts against max_pages */
    uint32_t probes; /* candidates that it brought in */
    int64_t first_ms, last_ms;
    uint64_t *hosts; /* owned; hashes of the names that were let in */
    uint32_t host_count;
    uint64_t linkers[SCOPE_LINKERS_MAX]; /* storefronts with a plain link here */
    uint32_t linker_count;
    struct trap_site traps;
    struct scope_site *dirty_next; /* the scope's list */
    char bytes[];
};

struct scope; /* opaque */

RX_MUST struct scope *scope_new(const struct scope_opts *opts);
void scope_free(struct scope *s);
/* Sites admitted in this run, and how many of them are seeds'. */
uint64_t scope_sites(const struct scope *s, uint64_t *seeds);
void scope_set_sites(struct scope *s, uint64_t admitted, uint64_t seeds);
const struct scope_opts *scope_options(const struct scope *s);

/* NULL: not in memory (which says nothing: it may have been packed by another process). */
struct scope_site *scope_find(const struct scope *s, struct rx_str name);
/* Adds a site, from its packed text if that is not empty. RX_EDAMAGE: the text is broken. */
RX_MUST int scope_add(struct scope_site **out, struct scope *s, struct rx_str name,
                      struct rx_str packed);
RX_MUST int scope_pack(struct rx_buf *out, const struct scope_site *site); /* clears out */
/* The next site that changed, which is then taken as unchanged; NULL: none. */
struct scope_site *scope_dirty(struct scope *s);
void scope_touch(struct scope *s, struct scope_site *site); /* marks it as changed */

/* The page that a link stands on. */
struct scope_from {
    struct scope_site *site;
    uint32_t depth, hops, redirects;
};

struct scope_link {
    enum rx_link kind;
    const struct rx_url *url;
    struct rx_str text; /* anchor text */
    bool trade;         /* lexicon hit */
};

struct scope_verdict {
    bool note;           /* only an edge: not even a row of the queue (images, scripts) */
    enum rx_outcome why; /* 0: fetch it */
    const char *reason;  /* static; "" if why is 0 */
    bool probe;          /* also ask the host's home page */
    uint32_t depth, hops, redirects;
    int32_t priority;
};

/* What becomes of a link from `from` to a URL of site `to` (from->site itself included). May mark
 * both sites as changed (probes, linkers, variants of templates). */
struct scope_verdict scope_judge(struct scope *s, const struct scope_from *from,
                                 struct scope_site *to, const struct scope_link *link);
/* Room for a URL of this host in site and run? Counts it. 0 or RX_OUT_BUDGET. */
enum rx_outcome scope_admit(struct scope *s, struct scope_site *site, struct rx_str host,
                            const char **reason);
/* A page of the site was read: page_role is what this page alone looks like, promising what
 * role_promising() says of it. True: the site has just been promoted, and what was refused before
 * may be taken up. */
bool scope_page_read(struct scope *s, struct scope_site *site, enum rx_role page_role,
                     bool promising);

/* Smaller first: home, then pages that tell who is behind a shop, then words of the trade. */
int32_t scope_priority(const struct rx_url *url, enum rx_link kind, struct rx_str text, bool trade,
                       uint32_t depth);

#endif
