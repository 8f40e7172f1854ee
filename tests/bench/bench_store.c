/* bench_store.c - the store alone: how fast rows go in, and how fast map's scans come out.
 *
 * usage: bench_store DIR SITES PAGES LINKS SIGHTINGS
 * Writes SITES x PAGES captured pages with LINKS links and SIGHTINGS sightings each into a new case
 * DIR, in transactions of 200 pages, then scans. One link in twenty leaves its site; half of the
 * values are the site's own, half are drawn from a common pool. Deterministic. */
#include "base/clock.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { PAGES_A_COMMIT = 200, URLS_A_SITE = 200, QUEUED_LINKS = 5, CROSSING = 20 };

struct bench {
    struct store *st;
    struct rx_err err;
    struct rx_rand rand;
    int64_t run, file;
    uint64_t sites, pages, links, sightings; /* as asked for */
    uint64_t done;                           /* pages written */
};

static double cpu_seconds(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void must(struct bench *b, int rc)
{
    if (rc == 0)
        return;
    (void)fprintf(stderr, "bench_store: %s\n",
                  b->err.text[0] ? b->err.text
                  : b->st        ? store_error(b->st)
                                 : "failed");
    exit(1);
}

static void put_link(struct bench *b, struct rx_str host, int64_t content, uint32_t ordinal)
{
    char url[128];
    char other[64];
    struct store_link link = {
        .kind = RX_LINK_A, .text = RX_STR("Buy now"), .offset = 100 * ordinal};
    struct rx_str to = host;
    bool is_new;
    (void)snprintf(url, sizeof url, "http://%.*s/category/product-%u.html", RX_FMT(host),
                   (unsigned)rx_rand_below(&b->rand, URLS_A_SITE));
    if (ordinal % CROSSING == CROSSING - 1) {
        (void)snprintf(other, sizeof other, "shop%u-pills.example",
                       (unsigned)rx_rand_below(&b->rand, b->sites));
        (void)snprintf(url, sizeof url, "http://%s/", other);
        to = rx_str(other);
    }
    struct store_job job = {.url = rx_str(url), .host = to, .site = to, .via_kind = RX_LINK_A};
    if (ordinal < QUEUED_LINKS) {
        must(b, store_queue_push(b->st, b->run, &job, &is_new));
        link.to_url_id = job.url_id;
    } else {
        must(b, store_url_put(b->st, job.url, to, to, &link.to_url_id));
    }
    must(b, store_link_put(b->st, content, ordinal, &link));
}

static void put_sighting(struct bench *b, uint64_t site, int64_t content, uint32_t ordinal)
{
    char value[32];
    uint64_t number = ordinal % 2 ? site * 100 + ordinal : rx_rand_below(&b->rand, b->sites * 3);
    (void)snprintf(value, sizeof value, "UA-%u", (unsigned)number);
    struct store_sighting s = {.cls = ordinal % 2 ? RX_STR("ga") : RX_STR("mail"),
                               .value = rx_str(value),
                               .raw = rx_str(value),
                               .place = RX_PLACE_TEXT,
                               .offset = 50 * ordinal,
                               .length = 9};
    must(b, store_sighting_put(b->st, content, &s));
}

static void put_fetch(struct bench *b, const struct store_content *content)
{
    struct store_fetch f = {.run = b->run,
                            .url_id = content->url_id,
                            .content_id = content->id,
                            .started_ms = 1000 + (int64_t)b->done,
                            .outcome = RX_OUT_OK,
                            .status = 200,
                            .response = {b->file, 100 * b->done, 50},
                            .request = {b->file, 100 * b->done + 50, 50}};
    must(b, store_fetch_put(b->st, &f));
    must(b, store_warc_record_put(b->st, f.response, RX_STR("response"), &content->sha256));
    must(b, store_warc_record_put(b->st, f.request, RX_STR("request"), &content->sha256));
}

static void put_page(struct bench *b, uint64_t site, uint64_t page)
{
    char host_text[64];
    char url[128];
    char hash[] = "5f8d1f0b5f8d1f0b5f8d1f0b5f8d1f0b5f8d1f0b5f8d1f0b5f8d1f0b5f8d1f0b";
    bool is_new;
    (void)snprintf(host_text, sizeof host_text, "shop%u-pills.example", (unsigned)site);
    struct rx_str host = rx_str(host_text);
    (void)snprintf(url, sizeof url, "http://%s/category/product-%u.html", host_text,
                   (unsigned)page);
    struct store_content c = {.sha256 = rx_sha256(rx_str(url)),
                              .reader = RX_STR("tree/1"),
                              .tables = rx_str(hash),
                              .media_type = RX_STR("text/html"),
                              .charset = RX_STR("utf-8"),
                              .title = RX_STR("Buy cheap pills online without prescription"),
                              .lang = RX_STR("en")};
    must(b, store_url_put(b->st, rx_str(url), host, host, &c.url_id));
    must(b, store_content_put(b->st, &c, &is_new));
    for (uint32_t i = 0; i < b->links; i++)
        put_link(b, host, c.id, i);
    for (uint32_t i = 0; i < b->sightings; i++)
        put_sighting(b, site, c.id, i);
    put_fetch(b, &c);
    if (++b->done % PAGES_A_COMMIT == 0) {
        must(b, store_commit(b->st, &b->err));
        must(b, store_begin(b->st, &b->err));
    }
}

/* ---- scans ----------------------------------------------------------------------------------- */

static int count_shared(void *ctx, const struct store_shared *row)
{
    (void)row;
    ++*(uint64_t *)ctx;
    return 0;
}

static int count_links(void *ctx, const struct store_site_link *row)
{
    (void)row;
    ++*(uint64_t *)ctx;
    return 0;
}

static int count_evidence(void *ctx, const struct store_evidence *row)
{
    (void)row;
    ++*(uint64_t *)ctx;
    return 0;
}

static void say(const char *what, uint64_t rows, double since)
{
    (void)printf("%-28s %9llu rows %8.3f CPU-s\n", what, (unsigned long long)rows,
                 cpu_seconds() - since);
}

static void scan(struct bench *b)
{
    struct store_evidence_filter all = {0};
    struct store_evidence_filter one = {.site = RX_STR("shop0-pills.example")};
    uint64_t rows = 0;
    double t = cpu_seconds();
    must(b, store_shared_scan(b->st, 0, count_shared, &rows));
    say("shared values (what map loads)", rows, t);
    rows = 0;
    t = cpu_seconds();
    must(b, store_site_link_scan(b->st, 0, count_links, &rows));
    say("links between sites", rows, t);
    rows = 0;
    t = cpu_seconds();
    must(b, store_evidence_scan(b->st, &one, count_evidence, &rows));
    say("evidence of one site", rows, t);
    rows = 0;
    t = cpu_seconds();
    must(b, store_evidence_scan(b->st, &all, count_evidence, &rows));
    say("evidence of all", rows, t);
}

static uint64_t number(const char *text)
{
    uint64_t n = 0;
    if (rx_str_u64(rx_str(text), &n) && n <= 1000000)
        return n;
    (void)fprintf(stderr, "bench_store: not a number below a million: %s\n", text);
    exit(2);
}

static void report_writes(const struct bench *b, double cpu, uint64_t wall_ms)
{
    (void)printf("%llu pages, %llu links, %llu sightings: %.2f CPU-s, %.2f s; %.0f links/CPU-s, "
                 "%.0f us/page\n",
                 (unsigned long long)b->done, (unsigned long long)(b->done * b->links),
                 (unsigned long long)(b->done * b->sightings), cpu, (double)wall_ms / 1000,
                 (double)(b->done * b->links) / cpu, 1e6 * cpu / (double)b->done);
}

int main(int argc, char **argv)
{
    struct bench b = {.rand = {1}};
    struct store_case_info info = {0};
    struct stat about;
    char path[4096];
    if (argc != 6) {
        (void)fputs("usage: bench_store DIR SITES PAGES LINKS SIGHTINGS\n", stderr);
        return 2;
    }
    b.sites = number(argv[2]);
    b.pages = number(argv[3]);
    b.links = number(argv[4]);
    b.sightings = number(argv[5]);
    must(&b, store_create(argv[1], &info, &b.err));
    must(&b, store_open(&b.st, argv[1], STORE_WRITE, &b.err));
    must(&b, store_begin(b.st, &b.err));
    must(&b, store_run_start(b.st, RX_STR("bench"), RX_STR("{}"), 1, &b.run));
    must(&b, store_warc_add(b.st, b.run, RX_STR("rxmap-1-1.warc.gz"), &b.file));
    double cpu = cpu_seconds();
    uint64_t wall = rx_mono_ms();
    for (uint64_t page = 0; page < b.pages; page++)
        for (uint64_t site = 0; site < b.sites; site++)
            put_page(&b, site, page);
    report_writes(&b, cpu_seconds() - cpu, rx_mono_ms() - wall);
    cpu = cpu_seconds();
    must(&b, store_run_close(b.st, b.run, false, 2));
    must(&b, store_commit(b.st, &b.err));
    say("closing the run (late index)", b.done * b.sightings, cpu);
    scan(&b);
    store_close(b.st);
    (void)snprintf(path, sizeof path, "%s/case.db", argv[1]);
    if (stat(path, &about) == 0)
        (void)printf("case.db %.1f MB, %.0f bytes/page\n", (double)about.st_size / 1e6,
                     (double)about.st_size / (double)b.done);
    return 0;
}
