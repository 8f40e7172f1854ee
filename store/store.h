/* store.h - the case on disk: directory, lock, database, audit log. The only door to them.
 *
 * One engine stands behind it (db.c and its neighbours); no other folder contains SQL, so a
 * second engine needs no change elsewhere.
 *
 * Words: a *run* is one crawl, open or closed, and never changes once closed. A *queue* row is a
 * URL's fate in one run. A *fetch* is one attempt, with its outcome. A *content* is what one URL
 * once said (URL, SHA-256 of the decoded body, reader, tables); it owns links and sightings, so
 * what is seen again is not stored again. A *sighting* is one indicator read at one place.
 *
 * Thread: a handle belongs to one thread at a time and may be handed over whole. Writes happen
 * between store_begin and store_commit; what was committed survives kill -9 and a power cut
 * (WAL, synchronous=FULL). Strings given in are copied; strings given to a scan callback live
 * until the callback returns. Ids are positive; 0 means none. Times are wall ms since the epoch. */
#ifndef RX_STORE_STORE_H
#define RX_STORE_STORE_H

#include "base/buf.h"
#include "base/digest.h"
#include "base/minhash.h"
#include "base/vocab.h"
#include "store/origin.h"

/* ---- the case -------------------------------------------------------------------------- */

enum store_mode {
    STORE_READ,  /* many at a time, beside a writer */
    STORE_STILL, /* many at a time and no writer: RX_ELOCKED if one works on the case */
    STORE_WRITE  /* one: takes the lock, RX_ELOCKED if another holds it */
};

struct store_case_info {
    struct rx_str title, operator_name, authority; /* any may be empty */
};

/* Creates dir (its parents must exist) with rxmap.ini, case.db, warc/, audit.log. RX_EEXISTS when
 * it already holds a case or is not empty; nothing is overwritten. */
RX_MUST int store_create(const char *dir, const struct store_case_info *info, struct rx_err *err);
/* Finds the case: explicit_dir, else $RXMAP_CASE, else the nearest parent with rxmap.ini.
 * RX_ENOCASE if there is none. */
RX_MUST int store_find(struct rx_buf *dir, const char *explicit_dir, struct rx_err *err);
/* Checks integrity and the schema's version (migrating an older one in STORE_WRITE mode).
 * RX_EDAMAGE names file and finding; nothing is repaired or overwritten silently. */
RX_MUST int store_open(struct store **out, const char *dir, enum store_mode mode,
                       struct rx_err *err);
void store_close(struct store *st); /* rolls back what was not committed */
const char *store_dir(const struct store *st);

/* Facts about the case as key and value: "title", "authority", "psl_sha256"... get gives an empty
 * buffer when the key is not there. */
RX_MUST int store_meta_get(struct store *st, const char *key, struct rx_buf *value);
RX_MUST int store_meta_put(struct store *st, const char *key, struct rx_str value);

RX_MUST int store_begin(struct store *st, struct rx_err *err);
/* From here to store_rollback() or store_close() every read sees the case as it is now, whatever a
 * crawl writes meanwhile. Nothing can be written. */
RX_MUST int store_begin_read(struct store *st, struct rx_err *err);
RX_MUST int store_commit(struct store *st, struct rx_err *err); /* RX_ENOSPC: rolled back */
void store_rollback(struct store *st);
/* The sentence for the last failure of any call that takes no err. */
const char *store_error(const struct store *st);
/* Full check for `rxmap verify`: calls found once per finding; returns their number or RX_E*. */
int store_check(struct store *st, void (*found)(void *ctx, const char *finding), void *ctx);

/* ---- audit log: append-only, each line carries the hash of the line before --------------- */

/* Adds {when, who, event, detail}; detail is one JSON object's text. Synced before it returns. */
RX_MUST int store_audit(struct store *st, const char *event, struct rx_str detail,
                        struct rx_err *err);
/* Walks the chain. RX_EDAMAGE: err names the line. head gets the last line's hash (hex). */
RX_MUST int store_audit_verify(struct store *st, char head[RX_SHA256_HEX + 1], uint64_t *lines,
                               struct rx_err *err);

/* ---- seeds ------------------------------------------------------------------------------- */

struct store_seed {
    struct rx_str url;    /* normalised */
    struct rx_str site;   /* site key */
    struct rx_str source; /* file name, "-" or "argument" */
    struct rx_str raw;    /* as given */
    uint64_t line;        /* in source, from 1; 0 if not from a file */
    int64_t added_ms;
};
RX_MUST int store_seed_put(struct store *st, const struct store_seed *seed, bool *is_new);
typedef int store_seed_fn(void *ctx, const struct store_seed *seed); /* non-zero stops the scan */
int store_seed_scan(struct store *st, store_seed_fn *fn, void *ctx);

/* ---- runs -------------------------------------------------------------------------------- */

struct store_run {
    int64_t id;
    struct rx_str label;
    int64_t started_ms, ended_ms; /* ended_ms 0: open */
    struct rx_str options;        /* JSON: flags, configuration hash, egress, tool version */
    bool closed;
    bool cut_short; /* closed before its queue was empty */
};
/* The open run; RX_ENOENT if there is none. label and options go into *text (cleared first). */
RX_MUST int store_run_current(struct store *st, struct store_run *run, struct rx_buf *text);
RX_MUST int store_run_start(struct store *st, struct rx_str label, struct rx_str options,
                            int64_t now_ms, int64_t *id);
RX_MUST int store_run_close(struct store *st, int64_t run, bool cut_short, int64_t now_ms);
typedef int store_run_fn(void *ctx, const struct store_run *run);
int store_run_scan(struct store *st, store_run_fn *fn, void *ctx); /* oldest first */

/* ---- sites, hosts, URLs and the queue: the durable half of the frontier -------------------- */

struct store_host {
    int64_t id, site_id;
    struct rx_str name, site;
    int64_t next_ms;   /* wall time before which the host is not asked again */
    uint32_t delay_ms; /* in force; 0: the default */
    uint32_t failures; /* in a row */
    uint32_t clean;    /* clean fetches since the last push-back */
};
/* Finds or adds; fills *host. name and site are borrowed from the arguments. */
RX_MUST int store_host_put(struct store *st, struct rx_str name, struct rx_str site,
                           struct store_host *host);
RX_MUST int store_host_pace(struct store *st, const struct store_host *host); /* by id */
typedef int store_host_fn(void *ctx, const struct store_host *host);
/* Hosts with something left in this run's queue (run 0: all hosts). */
int store_host_scan(struct store *st, int64_t run, store_host_fn *fn, void *ctx);

struct store_job {
    int64_t url_id, host_id;
    struct rx_str url;  /* fetch key (url.h) */
    struct rx_str host; /* name, and its site key: needed by store_queue_push */
    struct rx_str site;
    uint32_t depth;     /* hops inside the site */
    uint32_t hops;      /* sites crossed since a seed */
    uint32_t redirects; /* hops of the redirect chain that led here */
    int64_t priority;   /* smaller first */
    enum rx_link via_kind;
    int64_t via_url_id; /* 0: a seed */
    uint32_t attempts;  /* after which it still waits; by store_queue_peek */
};
/* Adds host, URL and queue row where missing; fills url_id and host_id. *is_new is false when the
 * run already knows the URL (whatever became of it). */
RX_MUST int store_queue_push(struct store *st, int64_t run, struct store_job *job, bool *is_new);
/* The URL leaves the queue. outcome says how; reason (may be empty) is for people. */
RX_MUST int store_queue_done(struct store *st, int64_t run, int64_t url_id, enum rx_outcome outcome,
                             struct rx_str reason);
/* A URL that stays in the queue after a failure: counts the attempt. */
RX_MUST int store_queue_retry(struct store *st, int64_t run, int64_t url_id, uint32_t *attempts);
/* What the newest request for a URL that waits on the host, or for its robots.txt (a URL), came to;
 * reason (cleared) gets its words. RX_ENOENT: none was made. */
struct store_cause {
    enum rx_outcome outcome;
    int status; /* 0: no answer */
    bool of_robots;
};
RX_MUST int store_queue_cause(struct store *st, int64_t run, int64_t host_id, struct rx_str robots,
                              struct store_cause *cause, struct rx_buf *reason);
/* Sites whose URLs left the run's queue without a page: one row a site and outcome, by name. */
struct store_refusal {
    struct rx_str site, reason; /* of one of the URLs */
    enum rx_outcome outcome;
    uint64_t urls;
};
typedef int store_refusal_fn(void *ctx, const struct store_refusal *refusal);
int store_refusal_scan(struct store *st, int64_t run, store_refusal_fn *fn, void *ctx);
typedef int store_job_fn(void *ctx, const struct store_job *job);
/* The first `most` waiting URLs of a host, by priority, then id. */
int store_queue_peek(struct store *st, int64_t run, int64_t host_id, size_t most, store_job_fn *fn,
                     void *ctx);
/* Records a URL that is known but never asked for in this run (scope, trap, budget...). Refused for
 * the same before, it keeps the job that is smaller by priority, depth, hops, with its reason. */
RX_MUST int store_queue_skip(struct store *st, int64_t run, struct store_job *job,
                             enum rx_outcome why, struct rx_str reason);

/* A URL that was refused without being asked (scope, depth, chain of redirects, only a form's
 * target so far) waits after all, in the way that job (url_id included) says. *woken is false if it
 * waits, was asked, or is unknown.
 */
RX_MUST int store_queue_wake(struct store *st, int64_t run, const struct store_job *job,
                             bool *woken);
/* Which refusals are taken back. */
struct store_wake {
    struct rx_str reason; /* those with this one; "": all */
    size_t most;          /* the first of them, by priority and text */
    size_t woken;         /* answer */
};
/* What was refused of a site for its scope waits; fn gets each host of it that has something
 * waiting (id, site_id, names). */
RX_MUST int store_queue_wake_site(struct store *st, int64_t run, struct rx_str site,
                                  struct store_wake *wake, store_host_fn *fn, void *ctx);

/* Finds or adds a URL that is only an end of a link; host and site rows are made too. */
RX_MUST int store_url_put(struct store *st, struct rx_str url, struct rx_str host,
                          struct rx_str site, int64_t *url_id);

/* ---- what was captured --------------------------------------------------------------------- */

RX_MUST int store_warc_add(struct store *st, int64_t run, struct rx_str name, int64_t *file_id);
/* bytes: committed length; closed: renamed from .open and never touched again. */
RX_MUST int store_warc_set(struct store *st, int64_t file_id, uint64_t bytes, bool closed);
RX_MUST int store_warc_record_put(struct store *st, struct store_warc_ref ref, struct rx_str type,
                                  const struct rx_sha256 *member);
struct store_warc {
    int64_t id, run;
    struct rx_str name; /* final name, below warc/ */
    uint64_t bytes;
    bool closed;
};
typedef int store_warc_fn(void *ctx, const struct store_warc *warc);
int store_warc_scan(struct store *st, store_warc_fn *fn, void *ctx);
struct store_warc_record {
    struct store_warc_ref ref;
    struct rx_str type;
    struct rx_sha256 member;
};
typedef int store_warc_record_fn(void *ctx, const struct store_warc_record *record);
int store_warc_record_scan(struct store *st, int64_t file_id, store_warc_record_fn *fn, void *ctx);

#define STORE_PAGE_CUT "page_cut=1"   /* the page, or what came of it, was not read to its end */
#define STORE_MARKS_CUT "marks_cut=1" /* a bound was reached: not all sightings were kept */
#define STORE_LINKS_CUT "links_cut="  /* so many links of the page were not kept */
struct store_content {
    int64_t id, url_id;
    struct rx_sha256 sha256; /* of the decoded body */
    struct rx_str reader;    /* "tree", "salvage", "none"; with its version: "tree/1" */
    struct rx_str tables;    /* hash of the signature tables, hex */
    struct rx_str media_type, charset, title, lang;
    struct rx_str failure; /* why no reader survived it; empty if one did */
    struct rx_str signs;   /* role signs, as "name=count,..."; what was cut before them */
    uint64_t bytes;        /* decoded */
};
/* Finds or adds by (URL, sha256, reader, tables). Links and sightings are put only if *is_new. */
RX_MUST int store_content_put(struct store *st, struct store_content *content, bool *is_new);

struct store_link {
    int64_t to_url_id;
    enum rx_link kind;
    struct rx_str text; /* anchor text, cut at 200 bytes */
    struct rx_str rel;
    struct rx_str raw; /* as found, if it differs from the stored URL; else empty */
    uint32_t offset;   /* in the decoded body */
};
RX_MUST int store_link_put(struct store *st, int64_t content_id, uint32_t ordinal,
                           const struct store_link *link);

struct store_sighting {
    struct rx_str cls, value; /* class name (classes.h) and normalised value */
    struct rx_str raw;        /* the bytes at offset, cut at 240 */
    enum rx_place place;
    uint32_t offset, length; /* in the decoded body; in the response head if place is HEADER */
    bool hidden;             /* was disguised or in a comment */
};
RX_MUST int store_sighting_put(struct store *st, int64_t content_id,
                               const struct store_sighting *sighting);

/* What looked like a value of the class on a page and was refused, and how often. */
struct store_reject {
    struct rx_str cls;
    enum rx_reject reason;
    uint64_t count;
    uint64_t pages; /* filled by scans */
};
RX_MUST int store_reject_put(struct store *st, int64_t content_id,
                             const struct store_reject *reject);
typedef int store_reject_fn(void *ctx, const struct store_reject *reject);
/* Sums of the whole case by class and reason, in this order; of a body that was read in several
 * ways, by its newest reading. */
int store_reject_scan(struct store *st, store_reject_fn *fn, void *ctx);

enum { STORE_DOM_HASH = 16 };
/* What a page of the trade is like (base/minhash.h). */
struct store_sketch {
    struct rx_sketch shingles, qgrams, paths; /* of masked text, of text, of elements */
    uint32_t words, elements;
    uint8_t dom_hash[STORE_DOM_HASH];
    /* Filled by scans: the page, and the first capture of this body. */
    struct rx_str site, url, warc_name;
    struct rx_sha256 sha256;
    int64_t first_ms, last_ms; /* captures of this body */
    struct store_warc_ref warc;
};
RX_MUST int store_sketch_put(struct store *st, int64_t content_id, const struct store_sketch *s);
typedef int store_sketch_fn(void *ctx, const struct store_sketch *s);
/* One a URL: of the bodies captured up to that run (0: any) the one captured last (of such that
 * were captured at once the least digest), its newest reading; by site, then shorter URLs first,
 * then by URL. site: empty: all. */
int store_sketch_scan(struct store *st, struct rx_str site, int64_t upto_run, store_sketch_fn *fn,
                      void *ctx);

struct store_fetch {
    int64_t id, run, url_id;
    int64_t content_id;      /* 0: no content */
    int64_t robots_fetch_id; /* the capture of robots.txt that a refusal cites */
    int64_t started_ms;
    uint32_t took_ms;
    enum rx_outcome outcome;
    int status; /* HTTP status; 0: none */
    enum rx_cut cut;
    struct rx_str reason;                    /* for people */
    struct rx_str ip;                        /* address asked; empty with a proxy */
    uint64_t bytes;                          /* received, head and body */
    struct store_warc_ref response, request; /* the records */
};
RX_MUST int store_fetch_put(struct store *st, struct store_fetch *fetch); /* fills id */

struct store_robots {
    struct rx_str origin; /* "http://host[:port]" */
    int64_t fetched_ms, expires_ms;
    int64_t fetch_id;
    struct rx_str rules; /* compiled rules (crawler/frontier/robots.h) */
};
RX_MUST int store_robots_put(struct store *st, int64_t run, const struct store_robots *robots);
typedef int store_robots_fn(void *ctx, const struct store_robots *robots);
int store_robots_scan(struct store *st, int64_t run, store_robots_fn *fn, void *ctx);

/* What the network says of a host: kind "a", "aaaa", "cname", "cert" (leaf SHA-256), "spki",
 * "cert.issuer", "cert.san", "cert.from", "cert.to", "tls.verify", "server", "ns", "mx"... */
struct store_fact {
    int64_t run, host_id;
    struct rx_str host, site; /* filled by scans */
    struct rx_str kind, value;
    struct rx_str source; /* "dns", "tls", "http" */
    int64_t seen_ms;
    struct store_warc_ref warc;
};
RX_MUST int store_fact_put(struct store *st, const struct store_fact *fact);
typedef int store_fact_fn(void *ctx, const struct store_fact *fact);
int store_fact_scan(struct store *st, int64_t upto_run, store_fact_fn *fn, void *ctx);

struct store_site_state {
    int64_t run, site_id;
    struct rx_str site; /* name; by name if site_id is 0 when put */
    enum rx_role role;
    struct rx_str reasons; /* what decided the role, for people */
    struct rx_str state;   /* "live", "unknown", "nxdomain"... (regrowth) */
    uint32_t pages;        /* read in this run */
    int64_t first_ms, last_ms;
    bool is_seed;     /* filled by scans */
    int64_t read_run; /* filled by scans: the last that read pages, 0: none did */
};
RX_MUST int store_site_state_put(struct store *st, const struct store_site_state *state);
typedef int store_site_state_fn(void *ctx, const struct store_site_state *state);
/* Every site that was asked in a run up to upto_run (0: the last), by name: run and state of the
 * latest that asked; role, reasons, pages and times of the latest that read pages, if any did. */
int store_site_state_scan(struct store *st, int64_t upto_run, store_site_state_fn *fn, void *ctx);

/* ---- read again ------------------------------------------------------------------------------
 */

/* One body that was archived, as its newest reading has it. */
struct store_body {
    int64_t content_id; /* of that reading */
    struct rx_str reader, tables;
    /* store_body_get() only: */
    int64_t url_id;
    struct rx_str url, failure;
    struct rx_str signs; /* as in struct store_content */
    struct rx_sha256 sha256;
    struct rx_str warc_name; /* of its first fetch, as all below */
    struct store_warc_ref warc;
    enum rx_outcome outcome;
    bool is_robots;     /* no page: asked to learn an origin's rules */
    uint64_t sightings; /* of that reading */
};
/* Were these tables the ones with that hash? `hash/N` stands for those that a body was read with
 * for the Nth time, after others. */
static inline bool store_tables_are(struct rx_str tables, struct rx_str hash)
{
    return rx_str_starts(tables, hash) && (tables.n == hash.n || tables.p[hash.n] == '/');
}
typedef int store_body_fn(void *ctx, const struct store_body *body);
/* Every archived body, in the order in which their records stand in the files. */
int store_body_scan(struct store *st, store_body_fn *fn, void *ctx);
struct rx_arena;
/* Texts are copied into arena. RX_ENOENT. */
RX_MUST int store_body_get(struct store *st, int64_t content_id, struct rx_arena *arena,
                           struct store_body *body);
/* A further content of the body of content `before`, which counts from now on even if it was read
 * that way earlier, with others since. Its links are those of `before`: they hang on no table.
 * Fills content->id. */
RX_MUST int store_content_renew(struct store *st, struct store_content *content, int64_t before);
/* Many sightings follow: what must be kept up to date for each is dropped; and made again. */
RX_MUST int store_bulk_begin(struct store *st);
RX_MUST int store_bulk_end(struct store *st);

/* What the newest reading of a page says of its site in a run that asked for it. */
struct store_said {
    int64_t run, site_id;
    struct rx_str site, reader, failure, signs;
    int status;
    enum rx_link first_link; /* of the page; 0: it has none */
};
typedef int store_said_fn(void *ctx, const struct store_said *said);
/* The last answer of each page of a run, by site and run. Parts of sites and what was to be asked
 * again are none. */
int store_said_scan(struct store *st, store_said_fn *fn, void *ctx);
/* The role of a site in a closed run, from later readings. */
struct store_site_view {
    int64_t run, site_id, made_ms;
    enum rx_role role;
    struct rx_str reasons, tables;
};
/* Adds it if it differs from what counted for that site and run so far. */
RX_MUST int store_site_view_put(struct store *st, const struct store_site_view *view, bool *is_new);

/* What a person decided, in the order in which it was. To take one back adds a row that repeats it:
 * rows never change. */
struct store_decision {
    int64_t id, made_ms;
    struct rx_str kind, subject, object, note, who; /* graph/decisions.h has the words */
    int64_t undoes; /* the decision that this row takes back; 0: it is one itself */
};
RX_MUST int store_decision_put(struct store *st, struct store_decision *decision); /* fills id */
typedef int store_decision_fn(void *ctx, const struct store_decision *decision);
int store_decision_scan(struct store *st, store_decision_fn *fn, void *ctx);

/* ---- what graph and the exports read -------------------------------------------------------- */

/* One sighting with everything needed to quote it. */
struct store_evidence {
    struct rx_str site, host, url;
    struct store_sighting sighting;
    struct rx_sha256 sha256;      /* decoded body */
    struct rx_str reader, tables; /* that found it */
    int64_t fetch_id, run, seen_ms;
    struct rx_str warc_name;
    struct store_warc_ref warc; /* the response record */
};
struct store_evidence_filter {
    struct rx_str site, cls, value; /* empty: any */
    int64_t upto_run;               /* 0: the last */
    bool all_readings;              /* also those that a newer one took the place of */
};
typedef int store_evidence_fn(void *ctx, const struct store_evidence *evidence);
/* Ordered by class, value, site, URL, offset; the earliest fetch of a content stands for it. Only
 * the newest reader and tables of each captured body count, unless all_readings says so. */
int store_evidence_scan(struct store *st, const struct store_evidence_filter *filter,
                        store_evidence_fn *fn, void *ctx);
/* The same without quotes: (class, value, site, pages, first, last), ordered likewise. What map
 * loads. */
struct store_shared {
    struct rx_str cls, value, site;
    uint32_t pages;  /* of the site that carry it */
    uint32_t hidden; /* of those, only hidden or in a comment */
    int64_t first_ms, last_ms;
};
typedef int store_shared_fn(void *ctx, const struct store_shared *shared);
int store_shared_scan(struct store *st, int64_t upto_run, store_shared_fn *fn, void *ctx);

/* Links folded to (from site, to site, kind), ordered; links inside a site are left out. */
struct store_site_link {
    struct rx_str from, to;
    enum rx_link kind;
    uint64_t count;
    struct rx_str sample_url; /* least URL of a page that carries it */
    struct rx_str sample_to;  /* least target */
    int64_t first_ms, last_ms;
    struct rx_str warc_name;
    uint64_t warc_offset;
};
typedef int store_site_link_fn(void *ctx, const struct store_site_link *link);
int store_site_link_scan(struct store *st, int64_t upto_run, store_site_link_fn *fn, void *ctx);

/* One row a link, for export jsonl. */
struct store_url_link {
    struct rx_str from_url, to_url, text, rel;
    enum rx_link kind;
    int status; /* of the fetch that carried it */
};
typedef int store_url_link_fn(void *ctx, const struct store_url_link *link);
int store_url_link_scan(struct store *st, int64_t upto_run, store_url_link_fn *fn, void *ctx);

/* One row a fetch, oldest first: status, export jsonl, verify. url empty filter: all. */
struct store_page {
    struct store_fetch fetch;
    struct rx_str url, site, title, lang, media_type, failure, warc_name;
    struct rx_sha256 sha256;
    bool page_cut;      /* it was not read to its end */
    bool marks_cut;     /* the page may show more identifiers than are kept */
    uint64_t links_cut; /* links of it that are not kept */
};
typedef int store_page_fn(void *ctx, const struct store_page *page);
int store_page_scan(struct store *st, int64_t upto_run, struct rx_str url, store_page_fn *fn,
                    void *ctx);

/* Why a URL was or was not fetched in a run. RX_ENOENT: the run does not know it. */
struct store_url_fate {
    bool waiting;
    enum rx_outcome outcome;
    uint32_t depth, hops, attempts;
};
RX_MUST int store_url_fate(struct store *st, int64_t run, struct rx_str url,
                           struct store_url_fate *fate, struct rx_buf *reason);

/* contents: bodies, however often they were read; links and sightings: of their newest readings. */
struct store_counts {
    uint64_t seeds, sites, hosts, urls, waiting, fetches, contents, links, sightings, indicators;
    uint64_t by_outcome[RX_OUT_COUNT]; /* of the run's queue rows that are done */
};
RX_MUST int store_counts(struct store *st, int64_t run, struct store_counts *counts);
/* Contents of which something is missing: of a site, or of all if it is empty. */
struct store_cuts {
    uint64_t pages; /* not read to their end */
    uint64_t marks; /* with more identifiers than are kept */
    uint64_t links; /* with more links than are kept */
};
RX_MUST int store_cuts(struct store *st, struct rx_str site, struct store_cuts *cuts);

/* ---- what graph writes ------------------------------------------------------------------------
 */

struct store_analysis {
    int64_t id, upto_run, made_ms;
    struct rx_str method;                  /* "evidence" or a baseline's name */
    struct rx_str conf_sha256, background; /* its name, N and date */
};
struct store_network {
    struct rx_str id;   /* "N-0001", "A-0001" */
    struct rx_str kind; /* "programme" or "affiliate" */
    uint32_t sites;
    double confidence;
    struct rx_str strongest; /* JSON array of the values that cover it best */
};
struct store_member {
    struct rx_str network, site;
    struct rx_str role; /* "member", or the role of an attached host: "checkout"... */
    double confidence;  /* 0..1 */
    bool core;
};
struct store_bridge {
    struct rx_str cls, value, reason; /* kept apart for review */
    uint32_t sites;
};
/* Replaces the analysis of the same upto_run and method. Must be inside begin/commit. */
RX_MUST int store_analysis_put(struct store *st, struct store_analysis *analysis);
RX_MUST int store_network_put(struct store *st, int64_t analysis, const struct store_network *n);
RX_MUST int store_member_put(struct store *st, int64_t analysis, const struct store_member *m);
RX_MUST int store_bridge_put(struct store *st, int64_t analysis, const struct store_bridge *b);
/* A decision that the analysis knew of, and what became of it. */
struct store_honoured {
    int64_t decision;
    struct rx_str effect; /* "changes", "agrees", "idle" */
    struct rx_str why;    /* of what is idle; for people */
    uint32_t sites;       /* of the smaller side that was joined or parted */
};
RX_MUST int store_honoured_put(struct store *st, int64_t analysis, const struct store_honoured *h);
typedef int store_honoured_fn(void *ctx, const struct store_honoured *h);
int store_honoured_scan(struct store *st, int64_t analysis, store_honoured_fn *fn, void *ctx);
/* The newest analysis of that method; RX_ENOENT. Text goes into *text (cleared first). */
RX_MUST int store_analysis_last(struct store *st, const char *method, struct store_analysis *out,
                                struct rx_buf *text);
typedef int store_network_fn(void *ctx, const struct store_network *n);
typedef int store_member_fn(void *ctx, const struct store_member *m);
typedef int store_bridge_fn(void *ctx, const struct store_bridge *b);
int store_network_scan(struct store *st, int64_t analysis, store_network_fn *fn, void *ctx);
int store_member_scan(struct store *st, int64_t analysis, store_member_fn *fn, void *ctx);
int store_bridge_scan(struct store *st, int64_t analysis, store_bridge_fn *fn, void *ctx);

#endif
