/* sink_priv.h - what the writer's files share: sink.c (thread, batches), sink_seeds.c, sink_warc.c
 * (evidence), sink_facts.c (DNS, TLS), sink_rows.c (rows of a page), sink_links.c (links: rows,
 * scope, queue), sink_scope.c (what is known of sites). */
#ifndef RX_CRAWLER_SINK_PRIV_H
#define RX_CRAWLER_SINK_PRIV_H

#include "base/map.h"
#include "crawler/evidence/warc.h"
#include "crawler/sink/sink.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    SINK_BATCH_ITEMS = 256,   /* most items of one transaction */
    SINK_META_MAX = 65536,    /* a site's packed state, a page's metadata */
    SINK_SCHEDULED_MAX = 500, /* URLs that one page may bring into the queue */
    SINK_SEEN_SLOTS = 65536   /* recent URLs whose place in the queue is known */
};

/* A URL that the run's queue knows: why 0 if it waits or was asked, else why it was refused. */
struct sink_seen {
    int64_t url_id;
    enum rx_outcome why;
    int64_t priority;
};

struct sink {
    struct sink_opts opts;
    char *warc_info; /* owned */
    struct scope *scope;
    struct warc_writer *warc;
    int64_t warc_file;      /* its row */
    struct sink_seen *seen; /* owned; by the low bits of the URL's id */
    struct rx_map *told;    /* host -> hash of the facts last stored */
    struct rx_map *chains;  /* SHA-256 of a certificate chain -> owned struct store_warc_ref */
    struct rx_buf meta, scratch, key, facts; /* of the writer's thread */
    struct rx_err err;                       /* why it stopped; read after failed */

    pthread_t thread;
    bool started, locks;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    struct sink_item *first, *last;           /* put */
    struct sink_item *done_first, *done_last; /* answered */
    size_t waiting_bytes;
    bool stopping, failed;
    uint64_t sites;
};

/* sink_scope.c: the files below stand on it. Fails the batch with the store's own sentence. */
int sink_store_fail(struct sink *s, int rc, const char *what, struct rx_err *err);

/* The site's state, from memory or from what another process left; made if there is none. */
RX_MUST int sink_site(struct sink *s, struct rx_str name, struct scope_site **site,
                      struct rx_err *err);

RX_MUST int sink_load_scope(struct sink *s, struct rx_err *err);
/* The scope's memory, with every site that changed in this batch. */
RX_MUST int sink_save_scope(struct sink *s, struct rx_err *err);

/* sink_warc.c: NAME is kept by the database before a record in it is cited. */
RX_MUST int sink_warc_open(struct sink *s, struct rx_err *err);
RX_MUST int sink_warc_sync(struct sink *s, struct rx_err *err);
RX_MUST int sink_warc_close(struct sink *s, struct rx_err *err);
/* Writes the capture, or the note of a failure. facts: lines for its metadata. response and
 * request: file_id stays 0 where there is none. */
RX_MUST int sink_warc_page(struct sink *s, const struct sink_page *p, struct rx_str facts,
                           struct store_warc_ref *response, struct store_warc_ref *request,
                           struct rx_err *err);
RX_MUST int sink_warc_resource(struct sink *s, struct rx_str uri, struct rx_str media_type,
                               struct rx_str payload, int64_t when_ms, struct store_warc_ref *ref,
                               struct rx_err *err);

/* sink_facts.c: what the network says of a host, once: archived, added to *lines as
 * "fact-KIND: VALUE" for the metadata record (from which replay reads them), and stored as rows
 * that cite the record they come from. */
struct sink_sources {
    struct store_warc_ref dns, tls, http, rdap;
};
RX_MUST int sink_facts_lines(struct sink *s, const struct sink_page *p, struct rx_buf *lines,
                             struct sink_sources *from, struct rx_err *err);
RX_MUST int sink_facts_write(struct sink *s, int64_t host_id, struct rx_str lines,
                             const struct sink_sources *from, int64_t seen_ms, struct rx_err *err);
/* The same of a registrable domain, whether a page of that very host was asked for or not. */
RX_MUST int sink_facts_domain(struct sink *s, struct rx_str domain, struct rx_str lines,
                              const struct sink_sources *from, int64_t seen_ms, struct rx_err *err);
/* What an archived text/dns record says of its domain (zone.h). */
RX_MUST int sink_facts_zone(struct sink *s, struct rx_str domain, struct rx_str text,
                            const struct store_warc_ref *ref, int64_t seen_ms, struct rx_err *err);

/* sink_seeds.c: a record of replay is kept as it is; a list of seeds is taken in. */
RX_MUST int sink_resource_write(struct sink *s, const struct sink_item *item, struct rx_err *err);
/* sink_rdap.c: a registry's answer about a domain: its exchange, then the facts that cite it. */
RX_MUST int sink_rdap_write(struct sink *s, const struct sink_item *item, struct rx_err *err);
/* sink_rows.c */
RX_MUST int sink_page_write(struct sink *s, struct sink_item *item, struct rx_err *err);

/* wellknown.c: a page of the site was read: its well-known files are queued, once a run. */
RX_MUST int wellknown_ask(struct sink *s, struct sink_item *item, int64_t url_id,
                          const struct rx_url *page, struct scope_site *site, struct rx_err *err);

/* sink_links.c */
/* How many of the reading's links do not fit into room, of a page or of its site. */
uint32_t sink_links_cut(const struct reading *r, uint64_t room);
RX_MUST int sink_links_write(struct sink *s, struct sink_item *item, int64_t url_id,
                             int64_t content_id, bool content_is_new, struct scope_site *site,
                             struct rx_err *err);
/* Queues one URL that scope let in, if the run has room; adds a job to the answer if it is new. */
RX_MUST int sink_push(struct sink *s, struct sink_item *item, struct store_job *job,
                      const struct rx_url *url, struct scope_site *site, struct rx_err *err);
/* The home page of the host of url, found in the same way as from. */
RX_MUST int sink_push_home(struct sink *s, struct sink_item *item, const struct store_job *from,
                           const struct rx_url *url, struct scope_site *site, struct rx_err *err);
/* Notes why a URL is not asked. */
RX_MUST int sink_skip(struct sink *s, struct store_job *job, enum rx_outcome why,
                      const char *reason, struct rx_err *err);
/* Gives a job its place: by priority, and among equals by its URL. */
void sink_rank(struct store_job *job, int32_t priority);
/* What was refused of a site for its scope waits now, as far as wake says. */
RX_MUST int sink_wake_site(struct sink *s, struct sink_item *item, const struct scope_site *site,
                           struct store_wake *wake, struct rx_err *err);
/* The site was promoted: its links that waited for that are judged again. */
RX_MUST int sink_links_held(struct sink *s, struct sink_item *item, struct scope_site *site,
                            struct rx_err *err);
/* Adds a copy of job to the answer. */
RX_MUST int sink_answer(struct sink_item *item, const struct store_job *job, struct rx_err *err);

/* sink_origins.c: what the seeds were taken out of, and mails that no record holds yet; and out of
 * a record again. Inside a transaction of the store. */
RX_MUST int sink_archive_origins(struct sink *s, int64_t now_ms, struct rx_err *err);
RX_MUST int sink_archive_mails(struct sink *s, int64_t now_ms, struct rx_err *err);
RX_MUST int sink_restore_origin(struct sink *s, struct rx_str uri, struct rx_str payload,
                                struct store_warc_ref ref, struct rx_err *err);

#endif
