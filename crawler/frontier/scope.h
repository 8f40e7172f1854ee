/* scope.h - how far a crawl goes: which links are followed, which are only noted, and why not.
 *
 * Under `linked` a site that is no seed is a *candidate* when a page redirects to it, or when a
 * seed or a promoted site posts a form to it, sends to its checkout, links to it with words of the
 * trade or a partner's number, or when two promoted sites link to it. A page of the trade has few
 * *ways out*, and they are what it exists for: its first SCOPE_WAYS_MAX plain links to different
 * sites count too, and those of a page that names many prescription drugs, or says next to nothing,
 * if there are no more than SCOPE_WAYS_FEW. Victims and mazes are linked to as well: each costs one
 * request.
 *
 * A candidate's home page is asked once (its *probe*, and the targets of redirects, which are what
 * a visitor sees); only if a page of it is a storefront's, a doorway's or a reviewer's, or promises
 * to be a storefront's (role_promising()), is it *promoted* and crawled like a seed. A candidate
 * whose home page says nothing (an error, a redirect, a handful of words) is *mute*: a distributor
 * of traffic shows its face only to those who come by a whole link, so the links that led there are
 * asked as they stand: SCOPE_JUMPS of them, and all once one has sent its visitor on to another
 * site. (Which are the first is the one thing here that depends on the order of pages.)
 *
 * The rules are chosen to give the same set of pages in whatever order answers come. Each looks at
 * one page and at what is known from the start; what depends on a site's state (promoted, mute)
 * only ever turns from no to yes, and what was refused before the turn is taken up after it: links
 * to the site by the queue's rows, links from it by scope_hold().
 *
 * What is known of a site is packed as text, so that a crawl goes on in another process with the
 * decisions of the first. Pure. Thread: the sink's. */
#ifndef RX_CRAWLER_SCOPE_H
#define RX_CRAWLER_SCOPE_H

#include "base/url.h"
#include "base/vocab.h"
#include "crawler/extract/extract.h"
#include "crawler/frontier/trap.h"

enum scope_mode { SCOPE_SEEDS, SCOPE_LINKED, SCOPE_ALL };

struct scope_opts {
    enum scope_mode mode;
    uint32_t depth, hops, redirects; /* 3, 20, 10 */
    uint32_t hosts_per_site;         /* 64 at most */
    uint32_t probes_per_site;        /* candidates that one site may bring in */
    uint64_t max_pages;              /* of a site; 0: no limit */
    uint64_t max_sites;              /* of a run */
    bool spare_seeds;                /* max_sites bounds what is found beside the seeds */
    bool parts;                      /* scripts and files of a site are asked as well */
    bool shared; /* the lists of shared services are crawled as well (`all` on a test network) */
};

enum {
    SCOPE_HOSTS_MAX = 64,
    SCOPE_LINKERS_MAX = 2,
    SCOPE_WAYS_MAX = 8, /* plain links that a page of the trade may bring in */
    SCOPE_WAYS_FEW = 2,
    SCOPE_JUMPS = 3,
    SCOPE_FRAMES_MAX = 3,  /* frames that a page of nothing else is followed into */
    SCOPE_BARE_WORDS = 60, /* a page with fewer says next to nothing */
    SCOPE_LADEN_DRUGS = 3, /* prescription drugs that a page names */
    SCOPE_HELD_MAX = 64,   /* links that wait for a site's promotion */
    SCOPE_HELD_BYTES = 16384,
    /* Bytes of links that are kept of a site, a page asked of it; and so many pages ahead. An
     * average page of the trade has a tenth of that. */
    SCOPE_LINK_BYTES = 128 * 1024,
    SCOPE_LINK_PAGES = 16,
    /* Parts of a site that are asked beside its pages, in a run. */
    SCOPE_SCRIPTS_MAX = 8,
    SCOPE_FILES_MAX = 8,
    SCOPE_ICONS_MAX = 1,
    SCOPE_LOGOS_MAX = 1,
    SCOPE_PART_BYTES = 512 * 1024, /* of each; more is cut off */
    SCOPE_PART_PRIORITY = 1000,    /* after every page: theirs are below 300 + depth */
    SCOPE_NAMES_MAX = 16384        /* sites held in memory of which nothing was queued */
};

/* Why a URL waits until its site is mute: the queue's rows are found again by this sentence. */
#define SCOPE_WAITS_FOR_HOME "asked only if the home page says nothing and others like it lead on"

/* A link of a site that is not promoted, which will count when it is. */
struct scope_held {
    enum rx_link kind;
    bool trade, pays, way_out;
    uint32_t depth, hops, redirects; /* of the page that it stands on */
    int64_t via_url_id;
    char url[];
};

/* Parts of a site that are counted apart; what is neither is a file. New ones go last: their order
 * is that of the packed text. */
enum scope_part {
    SCOPE_PART_SCRIPT,
    SCOPE_PART_FILE,
    SCOPE_PART_ICON,
    SCOPE_PART_LOGO,
    SCOPE_PART_KINDS
};

struct scope_site {
    struct rx_str name;
    bool is_seed;
    bool admitted; /* something of it was queued: counts against max_sites */
    bool promoted;
    bool reached; /* some page was answered with no error */
    bool erred;   /* a page, or robots.txt so that no page was asked, was answered with one */
    bool silent;  /* a request had no answer, for which nobody between is known to be the reason */
    bool nowhere; /* its name does not exist */
    bool mute;    /* a home page of it said nothing */
    bool leads;   /* another page of it sent its visitor on to another site */
    bool cut;     /* a page of it was not read to its end */
    bool dirty;   /* changed since scope_pack() */
    enum rx_role role;
    struct signs signs;
    uint32_t pages; /* read in this run */
    uint32_t asked; /* pages that left the queue by a request: counts against max_pages */
    uint32_t parts[SCOPE_PART_KINDS]; /* that were let in */
    bool files_named;                 /* its well-known files were (wellknown.c) */
    uint32_t probes;                  /* candidates that it brought in */
    uint32_t jumps;                   /* whole links let in because it is mute */
    uint64_t link_bytes;              /* of its links that were kept: see scope_link_room() */
    int64_t first_ms, last_ms;
    uint64_t *hosts; /* owned; hashes of the names that were let in */
    uint32_t host_count;
    uint64_t linkers[SCOPE_LINKERS_MAX]; /* storefronts with a plain link here */
    uint32_t linker_count;
    struct scope_held **held; /* owned */
    size_t held_count, held_bytes;
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
/* Between two batches, when no site is in anybody's hands and nothing is dirty: over
 * SCOPE_NAMES_MAX, sites of which nothing was queued leave the memory. What is known of them was
 * packed when it changed. */
void scope_forget(struct scope *s);
size_t scope_held_sites(const struct scope *s);
/* Bytes of links that the page about to be asked, or just asked, may still bring. */
uint64_t scope_link_room(const struct scope_site *site);

/* What a page says by itself, whatever else its site says. */
struct scope_page {
    bool trades; /* as a storefront, a doorway or a reviewer of them does */
    bool laden;  /* names SCOPE_LADEN_DRUGS */
    bool bare;   /* under SCOPE_BARE_WORDS */
    bool home;   /* of its host */
};

/* The page that a link stands on. */
struct scope_from {
    struct scope_site *site;
    uint32_t depth, hops, redirects;
    struct scope_page page;
};

struct scope_link {
    enum rx_link kind;
    const struct rx_url *url;
    struct rx_str text; /* anchor text */
    bool trade;         /* lexicon hit */
    bool pays;          /* a partner's number */
    bool way_out;       /* one of those that scope_ways_out() lets in */
    uint32_t frame;     /* of a frame: how many stand before it on its page */
};

struct scope_verdict {
    bool note;           /* only an edge: not even a row of the queue (images, scripts) */
    enum rx_outcome why; /* 0: fetch it */
    const char *reason;  /* static; "" if why is 0 */
    bool probe;          /* also ask the host's home page */
    bool hold;           /* refused, but to be judged again when from->site is promoted */
    uint32_t depth, hops, redirects;
    int32_t priority;
};

/* What becomes of a link from `from` to a URL of site `to` (from->site itself included). May mark
 * both sites as changed (probes, linkers, variants of templates). */
struct scope_verdict scope_judge(struct scope *s, const struct scope_from *from,
                                 struct scope_site *to, const struct scope_link *link);
/* Is the link one of its page's ways out, in the sense of the head of this file? */
bool scope_is_way_out(const struct scope *s, const struct scope_from *from,
                      const struct scope_site *to, const struct scope_link *link);
/* How many of them count, from the first, if they lead to so many different sites. */
size_t scope_ways_out(const struct scope_page *page, size_t found);
/* Keeps a link for the promotion of the site that it stands on (held->url is not looked at); over
 * the caps it is forgotten. RX_ENOMEM. */
RX_MUST int scope_hold(struct scope *s, struct scope_site *site, const struct scope_held *held,
                       struct rx_str url);
/* The next of them, to be freed by the caller; NULL: none is left. */
RX_MUST struct scope_held *scope_take_held(struct scope *s, struct scope_site *site);

/* Room for a URL of this host in site and run? Counts it. 0 or RX_OUT_BUDGET. */
enum rx_outcome scope_admit(struct scope *s, struct scope_site *site, struct rx_str host,
                            const char **reason);
/* The same for a part of a site that something was let in of: it takes no page's place. */
enum rx_outcome scope_admit_part(struct scope *s, struct scope_site *site, struct rx_str host,
                                 const char **reason);
/* Room for one more part of that kind? And: one was let in. */
bool scope_has_part_room(const struct scope_site *site, enum rx_link kind);
void scope_part_let_in(struct scope *s, struct scope_site *site, enum rx_link kind);
/* Is everything of the site asked: a seed's, or promoted? */
bool scope_is_whole(const struct scope *s, const struct scope_site *site);
/* A page of the site was read: page_role is what this page alone looks like, promising what
 * role_promising() says of it. True: the site has just been promoted, and what was refused before
 * may be taken up. */
bool scope_page_read(struct scope *s, struct scope_site *site, enum rx_role page_role,
                     bool promising);
/* Was this the link by which the site first turned out to send visitors on to others? */
bool scope_leads(struct scope *s, const struct scope_from *from, const struct scope_site *to,
                 const struct scope_link *link);
/* The home page of one of the site's hosts said nothing. True: the site has just become mute. */
bool scope_home_mute(struct scope *s, struct scope_site *site);

/* Smaller first: home, then pages that tell who is behind a shop, then words of the trade. */
int32_t scope_priority(const struct rx_url *url, enum rx_link kind, struct rx_str text, bool trade,
                       uint32_t depth);

#endif
