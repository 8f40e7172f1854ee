/* reading_wire.c - jobs and readings as bytes. Numbers are little-endian, strings a 32-bit length
 * and their bytes, lists a 32-bit count and their items.
 *
 * A job goes from the parent to a worker, which may trust it; a reading comes from a process that
 * may be an attacker's, so its reader checks each field against what an honest worker could have
 * sent and gives up at the first that is out of range. */
#include "crawler/jail/reading_wire.h"

#include "base/url.h"
#include "crawler/frontier/robots.h"
#include "crawler/lists/finds.h"

enum { MAGIC = 0x33525852 }; /* "RXR3" */
enum { CUT_DECODED = 1, CUT_PAGE = 2 };

static const char *const readers[] = {READER_NONE,   READER_TREE, READER_SCAN, READER_SALVAGE,
                                      READER_SCRIPT, READER_FILE, READER_IMAGE};

bool reading_is_reader(struct rx_str name)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (rx_str_eq(name, rx_str(readers[i])))
            return true;
    return false;
}

/* ---- writing ------------------------------------------------------------------------------- */

struct writer {
    struct rx_buf *out;
    int rc;
};

static void put_number(struct writer *w, uint64_t value, unsigned bytes)
{
    char raw[8];
    for (unsigned i = 0; i < bytes; i++)
        raw[i] = (char)(uint8_t)(value >> (8 * i));
    if (w->rc == 0)
        w->rc = rx_buf_add(w->out, rx_strn(raw, bytes));
}

static void put_str(struct writer *w, struct rx_str s)
{
    put_number(w, s.n, 4);
    if (w->rc == 0)
        w->rc = rx_buf_add(w->out, s);
}

int reading_job_pack(struct rx_buf *frame, const struct read_job *job)
{
    struct writer w = {.out = frame};
    size_t before = frame->n;
    put_number(&w, MAGIC, 4);
    put_number(&w, job->kind, 1);
    put_str(&w, job->url);
    put_str(&w, job->head);
    put_str(&w, job->received);
    put_str(&w, job->agent);
    put_str(&w, job->cites);
    if (w.rc)
        frame->n = before;
    return w.rc;
}

static uint32_t at_most(uint32_t value, uint32_t max)
{
    return value < max ? value : max;
}

static unsigned reader_number(struct rx_str reader)
{
    for (unsigned i = 0; i < sizeof readers / sizeof *readers; i++)
        if (rx_str_eq(reader, rx_str(readers[i])))
            return i;
    return 0;
}

static void put_link(struct writer *w, const struct read_link *l)
{
    put_number(w, l->kind, 1);
    put_number(w, l->rel, 1);
    put_number(w, l->trade, 1);
    put_number(w, l->offset, 4);
    put_str(w, l->url);
    put_str(w, rx_str_sub(l->text, 0, READING_TEXT_MAX));
    put_str(w, rx_str_sub(l->raw, 0, READING_RAW_MAX));
}

static void put_mark(struct writer *w, const struct mark *m)
{
    put_number(w, rx_class_id(m->cls), 2);
    put_number(w, m->place, 1);
    put_number(w, m->hidden, 1);
    put_number(w, m->offset, 4);
    put_number(w, m->length, 4);
    put_str(w, rx_str_sub(m->value, 0, EXTRACT_VALUE_MAX));
    put_str(w, rx_str_sub(m->raw, 0, EXTRACT_RAW_MAX));
}

static void put_rejects(struct writer *w, const struct marks *marks)
{
    put_number(w, marks->reject_count, 4);
    for (size_t i = 0; i < marks->reject_count; i++) {
        const struct reject *r = &marks->rejects[i];
        put_number(w, rx_class_id(r->cls), 2);
        put_number(w, r->reason, 1);
        put_number(w, at_most(r->count, READING_REJECTS_MAX), 4);
    }
}

static void put_sketch(struct writer *w, const struct rx_sketch *s)
{
    unsigned char raw[RX_MINHASH_BYTES];
    rx_sketch_write(raw, s);
    if (w->rc == 0)
        w->rc = rx_buf_add(w->out, rx_strn((const char *)raw, sizeof raw));
}

static void put_same(struct writer *w, const struct same *same)
{
    put_number(w, same != NULL, 1);
    if (!same)
        return;
    put_number(w, same->words, 4);
    put_number(w, same->elements, 4);
    put_sketch(w, &same->shingles);
    put_sketch(w, &same->qgrams);
    put_sketch(w, &same->paths);
    if (w->rc == 0)
        w->rc = rx_buf_add(w->out, rx_strn((const char *)same->dom_hash, SAME_HASH_BYTES));
}

int reading_pack(struct rx_buf *frame, const struct reading *r)
{
    struct writer w = {.out = frame};
    size_t before = frame->n;
    put_number(&w, MAGIC, 4);
    put_number(&w, r->status, 1);
    put_number(&w, reader_number(r->reader), 1);
    put_number(&w, (r->decoded_cut ? CUT_DECODED : 0U) | (r->page_cut ? CUT_PAGE : 0U), 1);
    put_number(&w, r->decoded_bytes, 8);
    put_str(&w, rx_strn((const char *)r->sha256.b, sizeof r->sha256.b));
    put_str(&w, rx_str_sub(r->reason, 0, READING_REASON_MAX));
    put_str(&w, rx_str_sub(r->media_type, 0, READING_TYPE_MAX));
    put_str(&w, rx_str_sub(r->charset, 0, READING_CHARSET_MAX));
    put_str(&w, rx_str_sub(r->title, 0, READING_TITLE_MAX));
    put_str(&w, rx_str_sub(r->lang, 0, READING_LANG_MAX));
    put_str(&w, r->robots);
    put_number(&w, r->link_count, 4);
    for (size_t i = 0; i < r->link_count; i++)
        put_link(&w, &r->links[i]);
    put_number(&w, r->links_cut, 4);
    put_number(&w, r->marks.cut, 1);
    for (size_t i = 0; i < SIGN_COUNT; i++)
        put_number(&w, at_most(r->marks.signs.n[i], READING_SIGN_MAX), 4);
    put_number(&w, r->marks.count, 4);
    for (size_t i = 0; i < r->marks.count; i++)
        put_mark(&w, &r->marks.items[i]);
    put_rejects(&w, &r->marks);
    put_same(&w, r->marks.same);
    put_str(&w, r->cites);
    put_str(&w, r->finds);
    if (w.rc)
        frame->n = before;
    return w.rc;
}

/* ---- reading ------------------------------------------------------------------------------- */

struct reader {
    struct rx_str in;
    size_t at;
    struct rx_arena *arena;
    uint64_t decoded_bytes; /* bound of offsets */
    bool bad, full;
};

/* 0 and r->bad when there are no such bytes left, or the value is over max. */
static uint64_t get_number(struct reader *r, unsigned bytes, uint64_t max)
{
    uint64_t value = 0;
    if (r->bad || r->in.n - r->at < bytes) {
        r->bad = true;
        return 0;
    }
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)(uint8_t)r->in.p[r->at + i] << (8 * i);
    r->at += bytes;
    if (value > max) {
        r->bad = true;
        return 0;
    }
    return value;
}

static struct rx_str get_view(struct reader *r, size_t max)
{
    size_t n = (size_t)get_number(r, 4, max);
    if (r->bad || r->in.n - r->at < n) {
        r->bad = true;
        return (struct rx_str){0};
    }
    struct rx_str view = rx_strn(r->in.p + r->at, n);
    r->at += n;
    return view;
}

static struct rx_str get_str(struct reader *r, size_t max)
{
    struct rx_str view = get_view(r, max);
    if (r->bad || view.n == 0)
        return (struct rx_str){0};
    struct rx_str copy = rx_arena_dup(r->arena, view);
    r->full |= copy.p == NULL;
    return copy;
}

/* A list's count: no more than max, nor than could stand in what is left of the frame. */
static size_t get_count(struct reader *r, size_t max, size_t least_bytes)
{
    size_t count = (size_t)get_number(r, 4, max);
    if (count > (r->in.n - r->at) / least_bytes)
        r->bad = true;
    return r->bad ? 0 : count;
}

static bool is_printable(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return true;
}

static bool is_web_url(struct rx_str s)
{
    return (rx_str_starts(s, RX_STR("http://")) || rx_str_starts(s, RX_STR("https://"))) &&
           is_printable(s);
}

int reading_job_unpack(struct read_job *job, struct rx_str frame)
{
    struct reader r = {.in = frame};
    struct read_job got = {0};
    r.bad = get_number(&r, 4, UINT32_MAX) != MAGIC;
    got.kind = (enum read_kind)get_number(&r, 1, READ_RDAP);
    got.url = get_view(&r, READING_FRAME_MAX);
    got.head = get_view(&r, READING_FRAME_MAX);
    got.received = get_view(&r, READING_FRAME_MAX);
    got.agent = get_view(&r, READING_FRAME_MAX);
    got.cites = get_view(&r, READING_FRAME_MAX);
    if (r.bad || got.kind < READ_PAGE || r.at != frame.n)
        return RX_EDAMAGE;
    *job = got;
    return 0;
}

/* Kinds that a page can hold; redirects and seeds are the crawler's own to say. */
static bool is_page_link(enum rx_link kind)
{
    return (kind >= RX_LINK_A && kind <= RX_LINK_HEADER_REFRESH) || kind == RX_LINK_SALVAGED ||
           (kind >= RX_LINK_SITEMAP && kind <= RX_LINK_LOGO);
}

static void get_link(struct reader *r, struct read_link *l)
{
    l->kind = (enum rx_link)get_number(r, 1, RX_LINK_COUNT - 1);
    l->rel = (uint8_t)get_number(r, 1, DOC_REL_NOFOLLOW | DOC_REL_SPONSORED | DOC_REL_UGC);
    l->trade = get_number(r, 1, 1) != 0;
    l->offset = (uint32_t)get_number(r, 4, r->decoded_bytes);
    l->url = get_str(r, RX_URL_MAX);
    l->text = get_str(r, READING_TEXT_MAX);
    l->raw = get_str(r, READING_RAW_MAX);
    r->bad |= !r->full && (!is_page_link(l->kind) || !is_web_url(l->url));
}

static void get_links(struct reader *r, struct reading *out)
{
    out->link_count = get_count(r, READING_LINKS_MAX, 19);
    out->links = rx_arena_zalloc(r->arena, out->link_count + 1, sizeof *out->links);
    r->full |= out->links == NULL;
    size_t bytes = 0;
    for (size_t i = 0; i < out->link_count && !r->bad && !r->full; i++) {
        get_link(r, &out->links[i]);
        bytes += read_link_bytes(&out->links[i]);
        r->bad |= bytes > READING_LINK_BYTES;
    }
    out->links_cut = (uint32_t)get_number(r, 4, READING_LINKS_MAX);
}

static void get_mark(struct reader *r, struct mark *m)
{
    size_t cls = (size_t)get_number(r, 2, rx_class_count() - 1);
    m->cls = rx_class_at(cls);
    m->place = (enum rx_place)get_number(r, 1, RX_PLACE_HEADER);
    m->hidden = get_number(r, 1, 1) != 0;
    uint64_t room = m->place == RX_PLACE_HEADER ? READING_HEAD_MAX : r->decoded_bytes;
    m->offset = (uint32_t)get_number(r, 4, room);
    m->length = (uint32_t)get_number(r, 4, room - (r->bad ? 0 : m->offset));
    m->value = get_str(r, EXTRACT_VALUE_MAX);
    m->raw = get_str(r, EXTRACT_RAW_MAX);
    r->bad |= !r->full && (m->place < RX_PLACE_TEXT || m->value.n == 0);
}

/* In order, none twice: so they are no more than there are classes and reasons. */
static void get_rejects(struct reader *r, struct marks *out)
{
    out->reject_count = get_count(r, rx_class_count() * RX_REJECT_COUNT, 7);
    out->rejects = rx_arena_zalloc(r->arena, out->reject_count + 1, sizeof *out->rejects);
    r->full |= out->rejects == NULL;
    uint64_t before = 0;
    for (size_t i = 0; i < out->reject_count && !r->bad && !r->full; i++) {
        const uint64_t cls = get_number(r, 2, rx_class_count() - 1);
        const uint64_t reason = get_number(r, 1, RX_REJECT_COUNT - 1);
        const uint64_t place = cls * RX_REJECT_COUNT + reason;
        out->rejects[i] = (struct reject){rx_class_at((size_t)cls), (enum rx_reject)reason,
                                          (uint32_t)get_number(r, 4, READING_REJECTS_MAX)};
        r->bad |= reason == 0 || out->rejects[i].count == 0 || place <= before;
        before = place;
    }
}

/* The next bytes, whatever they are; NULL: there are not so many. */
static const unsigned char *get_bytes(struct reader *r, size_t n)
{
    if (r->bad || r->in.n - r->at < n) {
        r->bad = true;
        return NULL;
    }
    r->at += n;
    return (const unsigned char *)r->in.p + r->at - n;
}

static void get_sketch(struct reader *r, struct rx_sketch *out)
{
    const unsigned char *bytes = get_bytes(r, RX_MINHASH_BYTES);
    if (bytes)
        rx_sketch_read(out, bytes);
}

/* Words and elements are at least a byte each of the page. */
static void get_same(struct reader *r, struct marks *out)
{
    if (get_number(r, 1, 1) == 0)
        return;
    struct same *same = rx_arena_zalloc(r->arena, 1, sizeof *same);
    if (!same) {
        r->full = true;
        return;
    }
    same->words = (uint32_t)get_number(r, 4, r->decoded_bytes);
    same->elements = (uint32_t)get_number(r, 4, r->decoded_bytes);
    get_sketch(r, &same->shingles);
    get_sketch(r, &same->qgrams);
    get_sketch(r, &same->paths);
    const unsigned char *hash = get_bytes(r, SAME_HASH_BYTES);
    if (hash)
        memcpy(same->dom_hash, hash, SAME_HASH_BYTES);
    out->same = same;
}

static void get_marks(struct reader *r, struct marks *out)
{
    out->cut = get_number(r, 1, 1) != 0;
    for (size_t i = 0; i < SIGN_COUNT; i++)
        out->signs.n[i] = (uint32_t)get_number(r, 4, READING_SIGN_MAX);
    out->count = get_count(r, EXTRACT_MARKS_MAX, 20);
    out->items = rx_arena_zalloc(r->arena, out->count + 1, sizeof *out->items);
    r->full |= out->items == NULL;
    for (size_t i = 0; i < out->count && !r->bad && !r->full; i++)
        get_mark(r, &out->items[i]);
    get_rejects(r, out);
    get_same(r, out);
}

static void get_digest(struct reader *r, struct rx_sha256 *out)
{
    struct rx_str bytes = get_view(r, sizeof out->b);
    if (bytes.n == sizeof out->b)
        memcpy(out->b, bytes.p, sizeof out->b);
    else
        r->bad = true;
}

static void get_reading(struct reader *r, struct reading *out)
{
    r->bad = get_number(r, 4, UINT32_MAX) != MAGIC;
    out->status = (enum read_status)get_number(r, 1, READ_FAILED);
    out->reader = rx_str(readers[get_number(r, 1, sizeof readers / sizeof *readers - 1)]);
    const uint64_t cut = get_number(r, 1, CUT_DECODED | CUT_PAGE);
    out->decoded_cut = cut & CUT_DECODED;
    out->page_cut = cut & CUT_PAGE;
    out->decoded_bytes = r->decoded_bytes = get_number(r, 8, UINT32_MAX);
    get_digest(r, &out->sha256);
    out->reason = get_str(r, READING_REASON_MAX);
    out->media_type = get_str(r, READING_TYPE_MAX);
    out->charset = get_str(r, READING_CHARSET_MAX);
    out->title = get_str(r, READING_TITLE_MAX);
    out->lang = get_str(r, READING_LANG_MAX);
    out->robots = get_str(r, READING_ROBOTS_MAX);
    get_links(r, out);
    get_marks(r, &out->marks);
    out->cites = get_str(r, READ_CITES_MAX);
    out->finds = get_str(r, FINDS_MAX);
    r->bad |= out->status < READ_OK || r->at != r->in.n || !is_printable(out->charset) ||
              (out->robots.n && robots_check(out->robots));
}

int reading_unpack(struct reading *r, struct rx_arena *arena, struct rx_str frame,
                   struct rx_err *err)
{
    struct reader in = {.in = frame, .arena = arena};
    struct reading got = {0};
    get_reading(&in, &got);
    if (in.full)
        return rx_fail(err, RX_EFULL, "a reading needs more than %zu bytes", arena->max);
    if (in.bad)
        return rx_fail(err, RX_EDAMAGE, "the reader's answer contradicts itself at byte %zu of %zu",
                       in.at, frame.n);
    *r = got;
    return 0;
}
