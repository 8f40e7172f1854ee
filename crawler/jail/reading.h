/* reading.h - what comes back from the jail for one response: the page's links, marks and signs,
 * or a robots.txt's rules; packed for the socket pair and unpacked without trust.
 *
 * A worker may be in an attacker's hands, so reading_unpack() believes no length, count, kind or
 * offset: anything out of range makes the whole frame RX_EDAMAGE. */
#ifndef RX_CRAWLER_READING_H
#define RX_CRAWLER_READING_H

#include "base/digest.h"
#include "crawler/extract/extract.h"

enum read_kind {
    READ_PAGE = 1,
    READ_ROBOTS,
    READ_SALVAGE,
    READ_CITES,
    READ_MAIL,
    READ_LIST,
    READ_RDAP
};

enum read_status {
    READ_OK = 1,   /* a page, or a redirect that needs no page: marks then come of the head */
    READ_NOT_HTML, /* decoded and hashed; only the head is read */
    READ_FAILED    /* reason says why; links may be salvaged */
};

/* What the parent asks. Views must live until the answer. */
struct read_job {
    enum read_kind kind;
    struct rx_str url;      /* document URL, serialised */
    struct rx_str head;     /* response head as received */
    struct rx_str received; /* body as received: chunks and codings included */
    struct rx_str agent;    /* READ_ROBOTS: product token; READ_LIST: "jsonl", "stix" or "misp";
                               READ_RDAP: the domain that was asked for */
    struct rx_str cites;    /* READ_CITES: citations, packed by reading_cite_pack */
};

struct read_link {
    enum rx_link kind;
    struct rx_str url, text;
    struct rx_str raw; /* as written, cut at 240; empty if equal to url */
    uint8_t rel;
    uint32_t offset; /* in the decoded body */
    bool trade;      /* lexicon hit in text or URL */
};

/* What a link costs to keep: its texts, and as much again as its rows and the queue's take. */
enum { READ_LINK_ROW_BYTES = 128 };
static inline size_t read_link_bytes(const struct read_link *l)
{
    return READ_LINK_ROW_BYTES + l->url.n + l->text.n + l->raw.n;
}
/* Does the link send its visitor on, or take his order? Filler before it must not hide it. */
static inline bool read_link_tells(enum rx_link kind)
{
    return kind == RX_LINK_FORM || kind == RX_LINK_IFRAME || rx_link_is_redirect(kind);
}

struct reading {
    enum read_status status;
    struct rx_str reason;
    struct rx_str reader;    /* "tree/2", "scan/2", "salvage/1", "none/1" */
    struct rx_sha256 sha256; /* decoded body */
    uint64_t decoded_bytes;
    bool decoded_cut;
    bool page_cut; /* the page is longer, deeper or richer than what of it was read */
    struct rx_str media_type, charset, title, lang;
    struct read_link *links;
    size_t link_count;
    uint32_t links_cut; /* links over READING_LINK_BYTES: counted, not kept */
    struct marks marks;
    struct rx_str robots; /* READ_ROBOTS: compiled rules (robots.h) */
    struct rx_str cites;  /* READ_CITES: an enum read_verdict a citation, in order */
    struct rx_str finds; /* READ_MAIL, READ_LIST: what they say (lists/finds.h); READ_RDAP: facts */
};

/* What a sighting claims: these bytes (as UTF-8, cut by extract_raw()) stand there and say this
 * value; with length 0, that the page says it without any bytes of its own. */
struct read_cite {
    enum rx_place place;
    uint32_t offset, length; /* in the decoded body, or in the head (RX_PLACE_HEADER) */
    struct rx_str raw;
    struct rx_str cls, value; /* empty: only the bytes are asked for */
};
enum read_verdict {
    READ_CITE_MISSING, /* other bytes stand there */
    READ_CITE_HOLDS,
    READ_CITE_MUTE /* the bytes stand there, but do not say the value */
};
enum { READ_CITES_MAX = 4096 };
RX_MUST int reading_cite_pack(struct rx_buf *cites, const struct read_cite *c);

/* Does the whole job in this process: what a worker runs, and what tests and fuzzers call. */
RX_MUST int reading_make(struct reading *out, struct rx_arena *arena, const struct extractor *x,
                         const struct read_job *job, struct rx_err *err);

RX_MUST int reading_job_pack(struct rx_buf *frame, const struct read_job *job);
RX_MUST int reading_job_unpack(struct read_job *job, struct rx_str frame); /* views into frame */
RX_MUST int reading_pack(struct rx_buf *frame, const struct reading *r);
RX_MUST int reading_unpack(struct reading *r, struct rx_arena *arena, struct rx_str frame,
                           struct rx_err *err);

#endif
