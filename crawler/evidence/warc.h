/* warc.h - WARC 1.1 (ISO 28500:2017): one gzip member per record, written append-only, read from
 * any tool's files. Writer: the sink's thread. Reader: any one thread. Pure but for its files. */
#ifndef RX_CRAWLER_EVIDENCE_WARC_H
#define RX_CRAWLER_EVIDENCE_WARC_H

#include "base/buf.h"
#include "base/digest.h"
#include "base/vocab.h"

/* The longest HTTP message that is captured, and of which a replay or a verification reads as much:
 * the settings may allow no more (crawl_opts.c), a record and a job of the jail take it whole. */
enum { WARC_MESSAGE_MAX = 32 << 20 };

struct warc_writer;

struct warc_ref {
    uint64_t offset, bytes; /* of the gzip member in its file */
    struct rx_sha256 member;
};

struct warc_writer_opts {
    const char *dir; /* the case's warc/ */
    int64_t run;
    uint32_t first_seq;    /* next sequence number of this run */
    uint64_t rotate_bytes; /* 1 GiB */
    struct rx_str info;    /* warcinfo payload: "software: ...\r\n..." */
};

/* A file is opened as NAME.open and renamed when it is closed or rotated. opened() tells the
 * caller, so that the database knows the file before it cites it; a non-zero answer of either
 * callback ends the call with it. Files rotate only between captures, before the first record of
 * the next one: after a write, warc_writer_name() is where its refs point into. */
typedef int warc_opened_fn(void *ctx, struct rx_str name, struct warc_ref info);
typedef int warc_closed_fn(void *ctx, struct rx_str name, uint64_t bytes);
/* first_seq must be new to the database. A NAME.open of that number that a crash left behind was
 * never cited and is emptied; a finished NAME is never touched, its number is passed over. */
RX_MUST int warc_writer_new(struct warc_writer **out, const struct warc_writer_opts *opts,
                            warc_opened_fn *opened, warc_closed_fn *closed, void *ctx,
                            struct rx_err *err);
/* Goes on in NAME.open, cut to bytes first (what the database vouches for). *cut_bytes tells how
 * much torn tail was dropped. RX_EDAMAGE if the file is shorter than bytes or gone. opts->first_seq
 * is the number of the next file. opened() is not called for this one. */
RX_MUST int warc_writer_resume(struct warc_writer **out, const struct warc_writer_opts *opts,
                               struct rx_str name, uint64_t bytes, uint64_t *cut_bytes,
                               warc_opened_fn *opened, warc_closed_fn *closed, void *ctx,
                               struct rx_err *err);
/* Closes and renames; NULL is allowed. */
RX_MUST int warc_writer_free(struct warc_writer *w, struct rx_err *err);
/* Lets go of the file as it stands, open for whoever goes on with it: what the caller's database
 * knows of it was rolled back. NULL is allowed. */
void warc_writer_abandon(struct warc_writer *w);
/* A failed write (RX_ENOSPC, RX_EIO) leaves the file as it was before the call. */

/* One HTTP exchange: request, response and metadata records that share a WARC-Date. */
struct warc_capture {
    struct rx_str url;
    int64_t started_ms;
    struct rx_str request, head, body; /* as sent and as received */
    enum rx_cut cut;
    struct rx_str ip, tls_protocol, tls_cipher; /* empty if none */
    struct rx_str metadata; /* "key: value\r\n" lines; empty: no metadata record */
};
struct warc_capture_refs {
    struct warc_ref response, request, metadata;
};
RX_MUST int warc_write_capture(struct warc_writer *w, const struct warc_capture *c,
                               struct warc_capture_refs *refs, struct rx_err *err);
/* A resource record: DNS answers (text/dns), certificate chains (application/x-pem-file). */
RX_MUST int warc_write_resource(struct warc_writer *w, struct rx_str uri, struct rx_str media_type,
                                struct rx_str payload, int64_t when_ms, struct warc_ref *ref,
                                struct rx_err *err);
/* fdatasync: everything written so far is on disk. */
RX_MUST int warc_sync(struct warc_writer *w, struct rx_err *err);
struct rx_str warc_writer_name(const struct warc_writer *w);
uint64_t warc_writer_bytes(const struct warc_writer *w);

/* ---- reading ------------------------------------------------------------------------------ */

struct warc_reader;

struct warc_record {
    struct warc_ref ref; /* bytes 0, member zero: the member holds other records too */
    struct rx_str type, uri, date, id, concurrent_to; /* header values; empty if absent */
    struct rx_str header;                             /* whole WARC header */
    struct rx_str block;                              /* whole block, at most the reader's cap */
    bool cut;                                         /* block was longer than the cap */
    int block_digest, payload_digest; /* 1 matches, 0 differs, -1 absent or unknown algorithm */
};

/* Plain .warc and .warc.gz (one member a record, or several); max_block caps memory. A block
 * longer than that is read to its end for its digest, but a record may not claim more than
 * WARC_CLAIM_MAX. In a plain file ref is the record's own bytes. */
#define WARC_CLAIM_MAX (UINT64_C(8) << 30)
/* Records longer than any message of use that unpack to more than WARC_BLOW_RATIO times what they
 * take may come to so much in a file; more is damage: 4 MB of it would be 4 GiB to walk through,
 * and nothing but walking finds the next record for sure. */
#define WARC_BLOWN_MAX (UINT64_C(256) << 20)
enum { WARC_BLOW_RATIO = 200 };
RX_MUST int warc_reader_open(struct warc_reader **out, const char *path, size_t max_block,
                             struct rx_err *err);
/* 1: a record (valid until the next call), 0: clean end, RX_EDAMAGE: err names file and offset. */
RX_MUST int warc_reader_next(struct warc_reader *r, struct warc_record *record, struct rx_err *err);
/* Reads the one record that starts at offset (a member's, in a gzip file); warc_reader_next goes on
 * behind it. */
RX_MUST int warc_reader_at(struct warc_reader *r, uint64_t offset, struct warc_record *record,
                           struct rx_err *err);
void warc_reader_close(struct warc_reader *r);
/* Splits an HTTP message block into head (with its blank line) and body. */
void warc_http_split(struct rx_str block, struct rx_str *head, struct rx_str *body);

#endif
