/* content.h - a reading as rows of the store: content, sightings, refused values, and its signs as
 * text; and back, to what pages say of their site. For all that read captures: crawl, replay,
 * extract. */
#ifndef RX_CRAWLER_CONTENT_H
#define RX_CRAWLER_CONTENT_H

#include "crawler/jail/reading.h"
#include "store/store.h"

enum { CONTENT_REASONS_MAX = 2000 };

struct content_rows {
    const struct reading *reading;
    struct rx_str tables; /* their hash */
    int64_t url_id;
    bool is_part;       /* there is more of the page than what was read */
    uint64_t links_cut; /* links of it that are not kept */
    int64_t renews;     /* the content whose body was read again; 0: whatever is there stays */
};
/* Inside a transaction. Links are the caller's; of a content that renews, those of the one before.
 * *is_new is false if this reading of the body is there already. */
RX_MUST int content_write(struct store *st, const struct content_rows *rows, int64_t *id,
                          bool *is_new, struct rx_err *err);
/* outcome: of the request that brought it. */
bool content_is_part(const struct reading *r, enum rx_outcome outcome);

/* What the text of a content's signs says; the rest of it, that is what was cut, comes beside. */
struct content_signs {
    struct signs signs;
    bool is_part;
    uint64_t links_cut;
};
void content_signs_read(struct content_signs *out, struct rx_str text);
/* Does an answer of that status count as a page of its site? What comes with an error does only if
 * it trades by itself: a shop is one whatever status it answers with, and what a site says of a
 * missing page is not what the site is for. */
bool content_counts(const struct signs *page, int status);
/* The role of a site from its pages, is_part if not all of one was read. */
enum rx_role content_role(const struct signs *site, uint32_t pages, bool is_part,
                          struct rx_buf *reasons);

#endif
