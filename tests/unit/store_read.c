/* What graph and exports read: order, folding, and that neither depends on the order of writing. */
#include "base/clock.h"
#include "tests/unit/tmp_case.h"

/* One captured page of the little web below. */
struct page {
    const char *host, *path, *body, *tables;
    int64_t at_ms;
    int run; /* 0: the first run, 1: the second */
    struct {
        const char *cls, *value;
        bool hidden;
    } sightings[3];
    struct {
        const char *host, *path;
        enum rx_link kind;
    } links[3];
};

/* a and b share a GA account; a's home was captured twice, unchanged, and its /x was read again by
 * later tables, which no longer see the phone; c only has the account in a comment. */
static const struct page web[] = {
    {"a.example",
     "/",
     "A",
     "t1",
     1000,
     0,
     {{"ga", "UA-1", false}, {"mail", "x@a", false}},
     {{"b.example", "/buy", RX_LINK_A}, {"a.example", "/x", RX_LINK_A}}},
    {"www.a.example",
     "/x",
     "AX",
     "t1",
     1500,
     0,
     {{"ga", "UA-1", true}, {"phone", "+1", false}},
     {{"b.example", "/", RX_LINK_A}, {"c.example", "/", RX_LINK_IFRAME}}},
    {"b.example",
     "/",
     "B",
     "t1",
     1200,
     0,
     {{"ga", "UA-1", false}},
     {{"a.example", "/", RX_LINK_A}}},
    {"c.example", "/", "C", "t1", 1300, 0, {{"ga", "UA-1", true}}, {{0}}},
    {"a.example", "/", "A", "t1", 9000, 1, {{0}}, {{0}}},
    {"b.example", "/", "B2", "t1", 9500, 1, {{"ga", "UA-2", false}}, {{0}}},
    {"www.a.example", "/x", "AX", "t2", 9600, 1, {{"ga", "UA-1", true}}, {{0}}},
};
enum { PAGES = sizeof web / sizeof *web };

static struct rx_str site_of(const char *host)
{
    return rx_str(strncmp(host, "www.", 4) == 0 ? host + 4 : host);
}

static int64_t url_of(struct store *st, const char *host, const char *path)
{
    char url[128];
    int64_t id = 0;
    (void)snprintf(url, sizeof url, "http://%s%s", host, path);
    assert_int_equal(store_url_put(st, rx_str(url), rx_str(host), site_of(host), &id), 0);
    return id;
}

static void put_page(struct store *st, int64_t run, int64_t file, const struct page *p)
{
    bool is_new = false;
    struct store_content c = {
        .url_id = url_of(st, p->host, p->path),
        .sha256 = rx_sha256(rx_str(p->body)),
        .reader = RX_STR("tree/1"),
        .tables = rx_str(p->tables),
        .title = rx_str(p->body),
        .signs = strcmp(p->body, "B2") ? RX_STR("words=9")
                                       : RX_STR(STORE_MARKS_CUT "," STORE_LINKS_CUT "7,words=9")};
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    for (uint32_t i = 0; is_new && i < 3 && p->sightings[i].cls; i++) {
        struct store_sighting s = {.cls = rx_str(p->sightings[i].cls),
                                   .value = rx_str(p->sightings[i].value),
                                   .raw = RX_STR("raw text"),
                                   .place = RX_PLACE_TEXT,
                                   .offset = 10 * i,
                                   .length = 8,
                                   .hidden = p->sightings[i].hidden};
        assert_int_equal(store_sighting_put(st, c.id, &s), 0);
    }
    const struct store_sketch sketch = {.shingles.bin = {(uint16_t)p->body[0], 0xfffe},
                                        .qgrams.bin = {[1] = (uint16_t)p->at_ms},
                                        .paths.bin = {[RX_MINHASH_BINS - 1] = 7},
                                        .words = (uint32_t)p->at_ms,
                                        .elements = 5,
                                        .dom_hash = {[15] = 0xfe}};
    if (is_new)
        assert_int_equal(store_sketch_put(st, c.id, &sketch), 0);
    for (uint32_t i = 0; is_new && i < 3 && p->links[i].host; i++) {
        struct store_link link = {.to_url_id = url_of(st, p->links[i].host, p->links[i].path),
                                  .kind = p->links[i].kind,
                                  .text = RX_STR("buy")};
        assert_int_equal(store_link_put(st, c.id, i, &link), 0);
    }
    struct store_fetch f = {.run = run,
                            .url_id = c.url_id,
                            .content_id = c.id,
                            .started_ms = p->at_ms,
                            .outcome = RX_OUT_OK,
                            .status = 200,
                            .response = {file, (uint64_t)p->at_ms, 10}};
    assert_int_equal(store_fetch_put(st, &f), 0);
    struct rx_sha256 member = rx_sha256(RX_STR("m"));
    assert_int_equal(store_warc_record_put(st, f.response, RX_STR("response"), &member), 0);
}

/* Writes the web; backwards: each run's pages in the reverse order, so that every id differs. */
static struct store *make_web(char dir[64], char path[96], bool backwards, bool close_last)
{
    struct store *st = tmp_case_new(dir, path);
    assert_int_equal(store_begin(st, NULL), 0);
    for (int r = 0; r < 2; r++) {
        int64_t run = 0;
        int64_t file = 0;
        char name[32];
        (void)snprintf(name, sizeof name, "rxmap-%d-1.warc.gz", r + 1);
        assert_int_equal(store_run_start(st, RX_STR("r"), RX_STR("{}"), 1, &run), 0);
        assert_int_equal(store_warc_add(st, run, rx_str(name), &file), 0);
        for (int i = 0; i < PAGES; i++) {
            const struct page *p = &web[backwards ? PAGES - 1 - i : i];
            if (p->run == r)
                put_page(st, run, file, p);
        }
        static const char *const sites[] = {"a.example", "b.example", "c.example"};
        for (int i = 0; i < 3 - r; i++) {
            struct store_site_state state = {.run = run,
                                             .site = rx_str(sites[backwards ? 2 - r - i : i]),
                                             .role = RX_ROLE_STOREFRONT,
                                             .state = RX_STR("live"),
                                             .pages = (uint32_t)(r + 1)};
            assert_int_equal(store_site_state_put(st, &state), 0);
        }
        assert_int_equal(store_warc_set(st, file, 10000, true), 0);
        if (r == 0 || close_last)
            assert_int_equal(store_run_close(st, run, false, 2), 0);
    }
    bool is_new;
    struct store_seed seed = {.url = RX_STR("http://b.example/"), .site = RX_STR("b.example")};
    assert_int_equal(store_seed_put(st, &seed, &is_new), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    return st;
}

/* ---- each scan as text ----------------------------------------------------------------------- */

#define ADD(...) assert_int_equal(rx_buf_addf(ctx, __VA_ARGS__), 0)

static int on_shared(void *ctx, const struct store_shared *s)
{
    ADD("%.*s %.*s %.*s %u %u %lld %lld\n", RX_FMT(s->cls), RX_FMT(s->value), RX_FMT(s->site),
        s->pages, s->hidden, (long long)s->first_ms, (long long)s->last_ms);
    return 0;
}

static int on_site_link(void *ctx, const struct store_site_link *l)
{
    ADD("%.*s > %.*s %s %llu %.*s %.*s %lld %lld %.*s@%llu\n", RX_FMT(l->from), RX_FMT(l->to),
        rx_link_name(l->kind), (unsigned long long)l->count, RX_FMT(l->sample_url),
        RX_FMT(l->sample_to), (long long)l->first_ms, (long long)l->last_ms, RX_FMT(l->warc_name),
        (unsigned long long)l->warc_offset);
    return 0;
}

static int on_evidence(void *ctx, const struct store_evidence *e)
{
    ADD("%.*s %.*s %.*s %.*s '%.*s' %u %d run %lld %lld %.*s@%llu\n", RX_FMT(e->sighting.cls),
        RX_FMT(e->sighting.value), RX_FMT(e->site), RX_FMT(e->url), RX_FMT(e->sighting.raw),
        e->sighting.offset, e->sighting.hidden, (long long)e->run, (long long)e->seen_ms,
        RX_FMT(e->warc_name), (unsigned long long)e->warc.offset);
    return 0;
}

static int on_sketch(void *ctx, const struct store_sketch *s)
{
    char hex[RX_SHA256_HEX + 1];
    rx_sha256_hex(hex, &s->sha256);
    assert_true(s->elements == 5);
    assert_true(s->shingles.bin[1] == 0xfffe && s->paths.bin[RX_MINHASH_BINS - 1] == 7 &&
                s->dom_hash[15] == 0xfe);
    assert_int_equal(s->qgrams.bin[1], s->words);
    ADD("%.*s %.*s %.4s %c %u seen %lld-%lld %.*s@%llu\n", RX_FMT(s->site), RX_FMT(s->url), hex,
        s->shingles.bin[0], s->words, (long long)s->first_ms, (long long)s->last_ms,
        RX_FMT(s->warc_name), (unsigned long long)s->warc.offset);
    return 0;
}

static int on_url_link(void *ctx, const struct store_url_link *l)
{
    ADD("%.*s > %.*s %d '%.*s'\n", RX_FMT(l->from_url), RX_FMT(l->to_url), l->status,
        RX_FMT(l->text));
    return 0;
}

static int on_page(void *ctx, const struct store_page *p)
{
    ADD("%lld %.*s %.*s %d %.*s%s", (long long)p->fetch.started_ms, RX_FMT(p->url), RX_FMT(p->site),
        p->fetch.status, RX_FMT(p->title), p->marks_cut ? " cut" : "");
    if (p->links_cut > 0)
        ADD(" %llu links cut", (unsigned long long)p->links_cut);
    ADD("\n");
    return 0;
}

static int on_state(void *ctx, const struct store_site_state *s)
{
    ADD("%.*s run %lld %s %u%s\n", RX_FMT(s->site), (long long)s->run, rx_role_name(s->role),
        s->pages, s->is_seed ? " seed" : "");
    return 0;
}

static void dump(struct store *st, int64_t upto, struct rx_buf *out)
{
    struct store_evidence_filter all = {.upto_run = upto};
    rx_buf_clear(out);
    assert_int_equal(store_shared_scan(st, upto, on_shared, out), 0);
    assert_int_equal(store_site_link_scan(st, upto, on_site_link, out), 0);
    assert_int_equal(store_evidence_scan(st, &all, on_evidence, out), 0);
    assert_int_equal(store_url_link_scan(st, upto, on_url_link, out), 0);
    assert_int_equal(store_page_scan(st, upto, RX_STR(""), on_page, out), 0);
    assert_int_equal(store_site_state_scan(st, upto, on_state, out), 0);
}

static void shared_values_fold_by_site(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_buf out = RX_BUF(1 << 16);
    struct store *st = make_web(dir, path, false, true);
    assert_int_equal(store_shared_scan(st, 0, on_shared, &out), 0);
    assert_string_equal(out.p, "ga UA-1 a.example 2 1 1000 9600\n"
                               "ga UA-1 b.example 1 0 1200 1200\n"
                               "ga UA-1 c.example 1 1 1300 1300\n"
                               "ga UA-2 b.example 1 0 9500 9500\n"
                               "mail x@a a.example 1 0 1000 9000\n");
    rx_buf_clear(&out);
    /* As the first run knew it: times stop there. The newest reading counts all the same. */
    assert_int_equal(store_shared_scan(st, 1, on_shared, &out), 0);
    assert_string_equal(out.p, "ga UA-1 a.example 2 1 1000 1500\n"
                               "ga UA-1 b.example 1 0 1200 1200\n"
                               "ga UA-1 c.example 1 1 1300 1300\n"
                               "mail x@a a.example 1 0 1000 1000\n");
    rx_buf_free(&out);
    tmp_case_free(st, dir);
}

static void links_between_sites_fold(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_buf out = RX_BUF(1 << 16);
    struct store *st = make_web(dir, path, false, true);
    assert_int_equal(store_site_link_scan(st, 0, on_site_link, &out), 0);
    assert_string_equal(
        out.p, "a.example > b.example a 1 http://a.example/ http://b.example/buy 1000 9000 "
               "rxmap-1-1.warc.gz@1000\n"
               "b.example > a.example a 1 http://b.example/ http://a.example/ 1200 1200 "
               "rxmap-1-1.warc.gz@1200\n");
    rx_buf_free(&out);
    tmp_case_free(st, dir);
}

/* One a body, of its newest reading, seen when it was first captured. */
static void sketches_by_site(void **state)
{
    (void)state;
    static const struct {
        struct rx_str site;
        int64_t upto_run;
        const char *want;
    } cases[] = {
        {{"", 0},
         0,
         "a.example http://a.example/ 559a A 1000 seen 1000-9000 rxmap-1-1.warc.gz@1000\n"
         "a.example http://www.a.example/x bbe9 A 9600 seen 1500-9600 rxmap-1-1.warc.gz@1500\n"
         "b.example http://b.example/ abdb B 9500 seen 9500-9500 rxmap-2-1.warc.gz@9500\n"
         "c.example http://c.example/ 6b23 C 1300 seen 1300-1300 rxmap-1-1.warc.gz@1300\n"},
        {{"", 0},
         1,
         "a.example http://a.example/ 559a A 1000 seen 1000-1000 rxmap-1-1.warc.gz@1000\n"
         "a.example http://www.a.example/x bbe9 A 9600 seen 1500-1500 rxmap-1-1.warc.gz@1500\n"
         "b.example http://b.example/ df7e B 1200 seen 1200-1200 rxmap-1-1.warc.gz@1200\n"
         "c.example http://c.example/ 6b23 C 1300 seen 1300-1300 rxmap-1-1.warc.gz@1300\n"},
        {{"a.example", 9},
         0,
         "a.example http://a.example/ 559a A 1000 seen 1000-9000 rxmap-1-1.warc.gz@1000\n"
         "a.example http://www.a.example/x bbe9 A 9600 seen 1500-9600 rxmap-1-1.warc.gz@1500\n"},
        {{"nowhere.example", 15}, 0, ""},
    };
    char dir[64];
    char path[96];
    struct rx_buf out = RX_BUF(1 << 16);
    for (int backwards = 0; backwards < 2; backwards++) {
        struct store *st = make_web(dir, path, backwards, true);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            rx_buf_clear(&out);
            assert_int_equal(
                store_sketch_scan(st, cases[i].site, cases[i].upto_run, on_sketch, &out), 0);
            assert_string_equal(out.n ? out.p : "", cases[i].want);
        }
        tmp_case_free(st, dir);
    }
    rx_buf_free(&out);
}

static void evidence_by_filter(void **state)
{
    (void)state;
    static const struct {
        struct store_evidence_filter filter;
        const char *want;
    } cases[] = {
        {{.site = {"a.example", 9}, .cls = {"ga", 2}},
         "ga UA-1 a.example http://a.example/ 'raw text' 0 0 run 1 1000 rxmap-1-1.warc.gz@1000\n"
         "ga UA-1 a.example http://www.a.example/x 'raw text' 0 1 run 1 1500 "
         "rxmap-1-1.warc.gz@1500\n"},
        {{.cls = {"ga", 2}, .value = {"UA-2", 4}},
         "ga UA-2 b.example http://b.example/ 'raw text' 0 0 run 2 9500 rxmap-2-1.warc.gz@9500\n"},
        {{.cls = {"mail", 4}},
         "mail x@a a.example http://a.example/ 'raw text' 10 0 run 1 1000 "
         "rxmap-1-1.warc.gz@1000\n"},
        {{.cls = {"ga", 2}, .value = {"UA-2", 4}, .upto_run = 1}, ""},
        {{.site = {"a.example", 9}, .cls = {"ga", 2}, .value = {"UA-1", 4}},
         "ga UA-1 a.example http://a.example/ 'raw text' 0 0 run 1 1000 rxmap-1-1.warc.gz@1000\n"
         "ga UA-1 a.example http://www.a.example/x 'raw text' 0 1 run 1 1500 "
         "rxmap-1-1.warc.gz@1500\n"},
        {{.site = {"b.example", 9}, .cls = {"ga", 2}, .value = {"UA-1", 4}},
         "ga UA-1 b.example http://b.example/ 'raw text' 0 0 run 1 1200 rxmap-1-1.warc.gz@1200\n"},
        {{.site = {"a.example", 9}, .cls = {"mail", 4}, .value = {"UA-1", 4}}, ""},
        {{.site = {"nowhere.example", 15}}, ""},
        {{.cls = {"phone", 5}}, ""}, /* an older reading saw it; the newest does not */
    };
    char dir[64];
    char path[96];
    struct rx_buf out = RX_BUF(1 << 16);
    for (int closed = 0; closed < 2; closed++) { /* without and with the index over sightings */
        struct store *st = make_web(dir, path, false, closed);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            rx_buf_clear(&out);
            assert_int_equal(store_evidence_scan(st, &cases[i].filter, on_evidence, &out), 0);
            assert_string_equal(out.n ? out.p : "", cases[i].want);
        }
        tmp_case_free(st, dir);
    }
    rx_buf_free(&out);
}

static void order_of_writing_does_not_show(void **state)
{
    (void)state;
    struct rx_buf first = RX_BUF(1 << 16);
    struct rx_buf second = RX_BUF(1 << 16);
    for (int64_t upto = 0; upto < 3; upto++) {
        for (int variant = 0; variant < 4; variant++) { /* closed or open: with and without index */
            char dir[64];
            char path[96];
            struct store *st = make_web(dir, path, variant & 1, variant & 2);
            dump(st, upto, variant ? &second : &first);
            if (variant)
                assert_string_equal(first.p, second.p);
            tmp_case_free(st, dir);
        }
    }
    rx_buf_free(&first);
    rx_buf_free(&second);
}

static void pages_and_states(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    struct rx_buf out = RX_BUF(1 << 16);
    struct store *st = make_web(dir, path, true, true);
    assert_int_equal(store_page_scan(st, 0, RX_STR("http://b.example/"), on_page, &out), 0);
    assert_string_equal(out.p, "1200 http://b.example/ b.example 200 B\n"
                               "9500 http://b.example/ b.example 200 B2 cut 7 links cut\n");
    rx_buf_clear(&out);
    assert_int_equal(store_page_scan(st, 0, RX_STR("http://b.example/none"), on_page, &out), 0);
    assert_int_equal(out.n, 0);
    assert_int_equal(store_site_state_scan(st, 0, on_state, &out), 0);
    assert_string_equal(out.p, "a.example run 2 storefront 2\n"
                               "b.example run 2 storefront 2 seed\n"
                               "c.example run 1 storefront 1\n");
    rx_buf_free(&out);
    tmp_case_free(st, dir);
}

/* ---- stops and scans within scans ------------------------------------------------------------ */

struct nested {
    struct store *st;
    int inner;
};

static int count_inner(void *ctx, const struct store_site_state *s)
{
    (void)s;
    ((struct nested *)ctx)->inner++;
    return 0;
}

static int scan_again(void *ctx, const struct store_site_state *s)
{
    (void)s;
    struct nested *n = ctx;
    return store_site_state_scan(n->st, 0, count_inner, n);
}

static int stop_at_once(void *ctx, const struct store_shared *s)
{
    (void)s;
    ++*(int *)ctx;
    return 42;
}

static void scans_nest_and_stop(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int rows = 0;
    struct store *st = make_web(dir, path, false, true);
    struct nested n = {.st = st};
    assert_int_equal(store_site_state_scan(st, 0, scan_again, &n), 0);
    assert_int_equal(n.inner, 9);
    assert_int_equal(store_shared_scan(st, 0, stop_at_once, &rows), 42);
    assert_int_equal(rows, 1);
    assert_int_equal(store_begin(st, NULL), 0); /* the snapshot was given back */
    assert_int_equal(store_shared_scan(st, 0, stop_at_once, &rows), 42);
    assert_int_equal(store_meta_put(st, "k", RX_STR("v")), 0);
    assert_int_equal(store_commit(st, NULL), 0); /* a scan within a transaction leaves it open */
    tmp_case_free(st, dir);
}

/* ---- a damaged file -------------------------------------------------------------------------- */

static void spoil(const char *from, const char *to, struct rx_rand *rand)
{
    static char bytes[1 << 20];
    FILE *in = fopen(from, "rb");
    assert_non_null(in);
    size_t n = fread(bytes, 1, sizeof bytes, in);
    (void)fclose(in);
    for (uint64_t flips = 1 + rx_rand_below(rand, 8); flips; flips--)
        bytes[100 + rx_rand_below(rand, n - 100)] = (char)rx_rand_next(rand);
    FILE *out = fopen(to, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    (void)fclose(out);
}

static void ignore_finding(void *ctx, const char *finding)
{
    (void)ctx;
    (void)finding;
}

/* Whatever a damaged or hostile file says, the answer is an error or rows: never a crash, and no
 * memory that the file's size does not justify. */
static void damaged_files_do_no_harm(void **state)
{
    (void)state;
    enum { ROUNDS = 150 };
    char dir[64];
    char path[96];
    char db[128];
    char good[128];
    int opened = 0;
    int refused = 0;
    struct rx_rand rand = {7};
    struct rx_buf out = RX_BUF(1 << 24);
    store_close(make_web(dir, path, false, true));
    (void)snprintf(db, sizeof db, "%s/case.db", path);
    (void)snprintf(good, sizeof good, "%s/good.db", dir);
    assert_int_equal(rename(db, good), 0);
    for (int i = 0; i < ROUNDS; i++) {
        struct store *st = NULL;
        struct store_counts counts;
        struct store_evidence_filter all = {0};
        spoil(good, db, &rand);
        if (store_open(&st, path, i % 2 ? STORE_READ : STORE_WRITE, NULL)) {
            refused++;
            continue;
        }
        opened++;
        rx_buf_clear(&out);
        (void)store_shared_scan(st, 0, on_shared, &out);
        (void)store_site_link_scan(st, 0, on_site_link, &out);
        (void)store_evidence_scan(st, &all, on_evidence, &out);
        (void)store_url_link_scan(st, 0, on_url_link, &out);
        (void)store_page_scan(st, 0, RX_STR(""), on_page, &out);
        (void)store_site_state_scan(st, 0, on_state, &out);
        (void)!store_counts(st, 1, &counts);
        (void)store_check(st, ignore_finding, NULL);
        store_close(st);
    }
    assert_true(opened > 0 && refused > 0); /* else the test looks at one half only */
    rx_buf_free(&out);
    tmp_case_remove(dir);
}

/* ---- analyses -------------------------------------------------------------------------------- */

static int on_member(void *ctx, const struct store_member *m)
{
    ADD("%.*s %.*s %.*s %.2f %d\n", RX_FMT(m->network), RX_FMT(m->site), RX_FMT(m->role),
        m->confidence, m->core);
    return 0;
}

static void put_analysis(struct store *st, int64_t upto, const char *site, int64_t *id)
{
    struct store_analysis a = {.upto_run = upto,
                               .made_ms = 5,
                               .method = RX_STR("evidence"),
                               .conf_sha256 = RX_STR("ff"),
                               .background = RX_STR("bg")};
    struct store_network n = {.id = RX_STR("N-0001"), .kind = RX_STR("programme"), .sites = 1};
    struct store_member m = {.network = n.id,
                             .site = rx_str(site),
                             .role = RX_STR("member"),
                             .confidence = 0.25,
                             .core = true};
    struct store_bridge b = {.cls = RX_STR("ga"), .value = RX_STR("x"), .reason = RX_STR("rare")};
    assert_int_equal(store_analysis_put(st, &a), 0);
    assert_int_equal(store_network_put(st, a.id, &n), 0);
    assert_int_equal(store_member_put(st, a.id, &m), 0);
    assert_int_equal(store_bridge_put(st, a.id, &b), 0);
    *id = a.id;
}

static void an_analysis_is_replaced_whole(void **state)
{
    (void)state;
    char dir[64];
    char path[96];
    int64_t id = 0;
    struct rx_buf out = RX_BUF(4096);
    struct rx_buf text = RX_BUF(4096);
    struct store_analysis last;
    struct store *st = make_web(dir, path, false, true);
    assert_int_equal(store_analysis_last(st, "evidence", &last, &text), RX_ENOENT);
    assert_int_equal(store_begin(st, NULL), 0);
    put_analysis(st, 2, "old.example", &id);
    put_analysis(st, 2, "new.example", &id);
    assert_int_equal(store_commit(st, NULL), 0);
    assert_int_equal(store_analysis_last(st, "evidence", &last, &text), 0);
    assert_int_equal(last.id, id);
    assert_true(rx_str_eq(last.conf_sha256, RX_STR("ff")));
    assert_true(rx_str_eq(last.background, RX_STR("bg")));
    assert_int_equal(store_member_scan(st, last.id, on_member, &out), 0);
    assert_string_equal(out.p, "N-0001 new.example member 0.25 1\n");
    assert_int_equal(store_analysis_last(st, "louvain", &last, &text), RX_ENOENT);
    rx_buf_free(&out);
    rx_buf_free(&text);
    tmp_case_free(st, dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_values_fold_by_site),
        cmocka_unit_test(links_between_sites_fold),
        cmocka_unit_test(evidence_by_filter),
        cmocka_unit_test(sketches_by_site),
        cmocka_unit_test(order_of_writing_does_not_show),
        cmocka_unit_test(pages_and_states),
        cmocka_unit_test(scans_nest_and_stop),
        cmocka_unit_test(damaged_files_do_no_harm),
        cmocka_unit_test(an_analysis_is_replaced_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
