/* crawl.h - the door of crawler: from seeds to stored facts. */
#ifndef RX_CRAWLER_CRAWL_H
#define RX_CRAWLER_CRAWL_H

#include "base/conf.h"
#include "store/store.h"

/* Rows of the case's own, DIR/signatures.tsv: its classes are in the catalogue from here on, in
 * this process and in all that it forks later. *out is NULL if there is no such file. RX_EUSAGE
 * with file and line: a class is wrong. */
struct crawl_tables;
RX_MUST int crawl_tables_load(struct crawl_tables **out, const char *dir, struct rx_err *err);
void crawl_tables_free(struct crawl_tables *t);

/* The jail must be forked before threads, curl, OpenSSL and SQLite exist: cli calls this first
 * thing in commands that read foreign bytes, before store_open. */
struct crawl_jail;
/* tables: what the case adds to the program's, or NULL; must outlive the jail. RX_EUSAGE with file
 * and line: a row of it is wrong, or its examples say something else than it. */
RX_MUST int crawl_jail_start(struct crawl_jail **out, const struct rx_conf *conf,
                             const struct crawl_tables *tables, struct rx_err *err);
void crawl_jail_stop(struct crawl_jail *jail);
/* Layers in words, one line each, and what a probe inside could do: for doctor. RX_ESANDBOX if a
 * layer is missing. */
RX_MUST int crawl_jail_report(struct crawl_jail *jail, struct rx_buf *out, struct rx_err *err);

/* ---- seeds --------------------------------------------------------------------------------- */

struct crawl_seed_result {
    uint64_t added, duplicates, skipped;
    uint64_t left_out; /* links of mails and captures to shared services, which nobody meant */
};
/* A line that is skipped, or one that only a test network asks. line 0: it has no number. */
typedef void crawl_seed_bad_fn(void *ctx, uint64_t line, const char *why);
struct crawl_seed_list {
    struct rx_str text, source;
    enum rx_origin format; /* crawl_seed_format(); ARGUMENT: the command line */
    bool is_box;           /* MAIL: text is a mailbox, not one mail */
    const char *column;    /* the name or number (from 1) of a CSV column; NULL: the one whose name
                              is that of an address */
    const char *path;      /* WARC: the file, which text does not hold */
    bool force;            /* even if it does not look like a list of seeds */
    enum rx_purpose purpose;
    struct rx_str origin; /* the advertisement or profile that all of it stood in; may be empty */
};
/* What a list is, by its first bytes (of WARC and JSON a few thousand say it). from: "auto" or a
 * format's name ("text", "csv", "jsonl", "mbox", "eml", "warc", "stix", "misp"), which is believed.
 * Fills format and is_box; RX_EUSAGE: from is no such word. */
RX_MUST int crawl_seed_format(struct crawl_seed_list *list, const char *from, struct rx_str head,
                              struct rx_err *err);
/* Do its bytes need the jail? */
static inline bool crawl_seed_is_hostile(enum rx_origin format)
{
    return format == RX_ORIGIN_MAIL || format == RX_ORIGIN_JSONL || format == RX_ORIGIN_STIX ||
           format == RX_ORIGIN_MISP;
}
/* jail may be NULL for what needs none. RX_EINVAL: it looks like no list (UTF-16, NUL bytes, most
 * lines bad) or like one of another kind (seed_shape.h); nothing was added. */
RX_MUST int crawl_seed_add(struct store *st, struct crawl_jail *jail,
                           const struct crawl_seed_list *list, crawl_seed_bad_fn *bad, void *ctx,
                           struct crawl_seed_result *result, struct rx_err *err);

/* Seeds that were a mistake: they stay in the case with what was fetched of them, and later runs do
 * not start from them. Adding one again undoes it. */
struct crawl_withdrawal {
    int64_t decision, made_ms;
    char note[]; /* may be empty */
};
struct crawl_withdrawn; /* which seeds are withdrawn now */
RX_MUST int crawl_withdrawn_load(struct crawl_withdrawn **out, struct store *st,
                                 struct rx_err *err);
void crawl_withdrawn_free(struct crawl_withdrawn *w);
/* url as store_seed has it. NULL: it is not withdrawn. */
const struct crawl_withdrawal *crawl_withdrawn_find(const struct crawl_withdrawn *w,
                                                    struct rx_str url);
/* names: URLs, or host names for all seeds of that host. *count: seeds that were not withdrawn
 * before. RX_ENOENT, RX_EUSAGE: a name is no seed, or no name; nothing was withdrawn. */
RX_MUST int crawl_seed_withdraw(struct store *st, const char *const *names, size_t name_count,
                                struct rx_str note, uint64_t *count, struct rx_err *err);

/* ---- a run --------------------------------------------------------------------------------- */

enum crawl_end { CRAWL_DONE, CRAWL_LIMIT, CRAWL_INTERRUPTED, CRAWL_TERMINATED };
/* "done", "limit", "interrupted", "terminated": in audit.log and in the answers to --json. */
const char *crawl_end_name(enum crawl_end end);

struct crawl_progress {
    uint64_t pages, failed, sites, bytes, waiting, elapsed_ms, in_flight;
    uint64_t nameless; /* hosts whose names lead nowhere */
    uint64_t put_off;  /* URLs that the run ended without because their hosts had backed off */
    uint64_t loop_lag_p99_us; /* how late the loop thread came back to its timers */
};
struct crawl_report {
    enum crawl_end end;
    int64_t run;
    struct crawl_progress total;
    uint64_t worker_restarts;
    char audit_head[RX_SHA256_HEX + 1];
};
/* RX_EUSAGE with a sentence if the settings of conf contradict each other or are none, RX_ENET if a
 * named proxy or fixture has no address. Writes nothing. */
RX_MUST int crawl_check(const struct rx_conf *conf, struct rx_err *err);
/* Adds as " --flag value", ready for a shell, what of conf presses strangers' servers harder than
 * the defaults do, or does not obey robots.txt: what was typed, or (of_file) what rxmap.ini says.
 * On a test network nothing. */
RX_MUST int crawl_manners(struct rx_buf *out, const struct rx_conf *conf, bool of_file);
/* Which run crawl_run() will work on. An open one goes on as it began: its recorded way out, rules
 * and limits are set in conf; RX_EUSAGE with a sentence if conf contradicts them, or if it has what
 * no case may say for itself: then repeat holds the flags that are missing. */
struct crawl_begin {
    int64_t open;         /* the run that is open; 0: a new one begins */
    int64_t last;         /* the newest that is closed; 0: none */
    struct rx_buf repeat; /* " --flag value", ready for a shell; owned, freed also on failure */
};
RX_MUST int crawl_prepare(struct store *st, struct rx_conf *conf, struct crawl_begin *begin,
                          struct rx_err *err);
/* May a new run begin? RX_EUSAGE with a sentence if the newest run that asked a network asked a
 * test's, and conf would now ask the live web: its seeds name sites that nobody meant. */
RX_MUST int crawl_may_begin(struct store *st, const struct rx_conf *conf, struct rx_err *err);
/* Everything else comes from conf (crawl.*). Resumes the open run if there is one. progress may be
 * NULL; it is called about twice a second on the loop thread. Installs handlers for SIGINT and
 * SIGTERM while it runs. Outcomes of pages are rows; an error here means that the run stopped:
 * RX_ENOSPC (resumable), RX_ENET (proxy or resolver dead), RX_EDAMAGE... */
RX_MUST int crawl_run(struct store *st, struct crawl_jail *jail, const struct rx_conf *conf,
                      void (*progress)(void *ctx, const struct crawl_progress *p), void *ctx,
                      struct crawl_report *report, struct rx_err *err);
/* Closes the open run, and every WARC file that a run left open, without fetching: `crawl
 * --finish`. RX_ENOENT if there is neither. */
RX_MUST int crawl_finish(struct store *st, struct rx_err *err);

/* ---- from WARC ------------------------------------------------------------------------------ */

struct crawl_replay_report {
    uint64_t files, records, pages, failed, skipped;
};
/* The same pipeline from WARC files, without network, into a run of its own. Result does not depend
 * on the number of workers. */
RX_MUST int crawl_replay(struct store *st, struct crawl_jail *jail, const struct rx_conf *conf,
                         const char *const *paths, size_t path_count,
                         struct crawl_replay_report *report, struct rx_err *err);

struct crawl_extract_progress {
    uint64_t done, total; /* captured bodies that are to be read again */
    uint64_t elapsed_ms;
};
struct crawl_extract_report {
    enum crawl_end end; /* INTERRUPTED, TERMINATED: the rest is read by the next */
    char tables[RX_SHA256_HEX + 1];
    uint64_t read;    /* bodies that have a reading by these tables now and had none before */
    uint64_t unread;  /* no reader managed: what there was of them stands */
    uint64_t damaged; /* their records are not what they were */
    uint64_t left;    /* not come to */
    uint64_t sightings, sightings_before; /* of those that were read: now, and by the last tables */
    uint64_t roles;                       /* of sites in runs that were decided otherwise */
    uint64_t mails;                       /* seeds' mails, searched again */
};
/* Everything captured, read again by the tables that the jail holds, from the case's WARC files;
 * roles are decided again. Each as a new row beside the old: the newest counts. Nothing happens
 * where these tables read last. RX_EDAMAGE with file and offset: a record is damaged; the others
 * were read all the same (report is filled on any failure). RX_EUSAGE: a run is open. */
RX_MUST int crawl_extract(struct store *st, struct crawl_jail *jail,
                          void (*tell)(void *ctx, const struct crawl_extract_progress *p),
                          void *ctx, struct crawl_extract_report *report, struct rx_err *err);

struct crawl_verify_report {
    uint64_t files, records, sightings, findings;
};
/* Every record of every file of the case: offsets, digests, members, count against the database;
 * every cited byte re-read; audit log; database. Each finding is one sentence with file and offset.
 * A foreign byte is decoded only in the jail. */
RX_MUST int crawl_verify(struct store *st, struct crawl_jail *jail,
                         void (*finding)(void *ctx, const char *sentence), void *ctx,
                         struct crawl_verify_report *report, struct rx_err *err);

#endif
