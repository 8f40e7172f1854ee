/* jail_pool.c - the pool against readers that misbehave on command: this test brings its own
 * extractor, which does inside the worker what a word on the page tells it to. */
#include "crawler/jail/jail.h"

#include "crawler/jail/jail_proto.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
#define URL "http://shop.example/"
enum { ANSWER_BYTES = 32 << 20, WORKER_SOCKET = 3, WATCHDOG_MS = 1500 };

/* ---- the extractor of this test ----------------------------------------------------------------
 */

struct extractor {
    int unused;
};

int extractor_new(struct extractor **out, const struct rx_psl *psl, const struct extract_own *own,
                  struct rx_err *err)
{
    static struct extractor x;
    (void)psl;
    (void)own;
    (void)err;
    *out = &x;
    return 0;
}

void extractor_free(struct extractor *x)
{
    (void)x;
}

const char *extractor_tables(const struct extractor *x)
{
    static char none[RX_SHA256_HEX + 1];
    (void)x;
    return none;
}

bool lexicon_hit(const struct extractor *x, struct rx_str text)
{
    (void)x;
    return rx_str_find(text, RX_STR("pill"), 0) >= 0;
}

static void say(const char *bytes, size_t n)
{
    if (write(WORKER_SOCKET, bytes, n) < 0)
        _exit(9);
}

/* Returns only if the word asks for nothing bad. */
static void obey(struct rx_str word, struct rx_arena *arena)
{
    if (rx_str_eq(word, RX_STR("crash")))
        (void)raise(SIGSEGV), __builtin_trap();
    if (rx_str_eq(word, RX_STR("loop")))
        for (volatile unsigned i = 0;; i++)
            ;
    if (rx_str_eq(word, RX_STR("leave")))
        _exit(0);
    if (rx_str_eq(word, RX_STR("fail")))
        _exit(7);
    if (rx_str_eq(word, RX_STR("garbage")))
        say("\x08\x00\x00\x00RgarbageX", 13);
    if (rx_str_eq(word, RX_STR("endless")))
        say("\xff\xff\xff\xffR", 5);
    if (rx_str_eq(word, RX_STR("twice")))
        say("\x05\x00\x00\x00HHHHH", 9);
    if (rx_str_eq(word, RX_STR("open")) && open("/etc/passwd", O_RDONLY) < 0)
        __builtin_trap(); /* where the call only fails: it must not have worked */
    if (rx_str_eq(word, RX_STR("memory")))
        while (rx_arena_alloc(arena, 1 << 20))
            ;
}

int extract_marks(struct marks *out, struct rx_arena *arena, const struct extractor *x,
                  const struct doc *doc, struct rx_str head, struct rx_err *err)
{
    (void)x;
    (void)head;
    obey(doc->title, arena);
    if (arena->full)
        return rx_fail(err, RX_EFULL, "full");
    *out = (struct marks){.signs = {.n = {[SIGN_WORDS] = (uint32_t)doc->text_count}}};
    return 0;
}

/* ---- a jail to test
 * ------------------------------------------------------------------------------ */

static struct jail_zygote *zygote;

static int start(void **state)
{
    (void)state;
    struct rx_err err = {0};
    /* cmocka's handlers would bring a crashing worker back to life inside the test runner. */
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGABRT};
    struct sigaction plain = {.sa_handler = SIG_DFL}, kept[sizeof deadly / sizeof *deadly];
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        (void)sigaction(deadly[i], &plain, &kept[i]);
    struct jail_opts opts = {.workers = 2,
                             .watchdog_ms = WATCHDOG_MS,
                             .memory_bytes = (size_t)512 << 20,
                             .arena_bytes = 64 << 20};
    int rc = jail_zygote_start(&zygote, &opts, &err);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        (void)sigaction(deadly[i], &kept[i], NULL);
    if (rc)
        print_message("%s\n", err.text);
    return rc;
}

static int stop(void **state)
{
    (void)state;
    jail_zygote_stop(zygote);
    zygote = NULL;
    return 0;
}

struct answer {
    struct read_job job;
    struct rx_arena arena;
    struct rx_buf page;
    struct reading *r;
    bool done;
    bool *submitting;
};

struct bench {
    uv_loop_t loop;
    struct jail *jail;
    bool closed, submitting;
};

static void on_answer(void *ctx, struct reading *r)
{
    struct answer *a = ctx;
    assert_false(*a->submitting);
    assert_false(a->done);
    a->done = true;
    a->r = r;
}

static void on_closed(void *ctx)
{
    ((struct bench *)ctx)->closed = true;
}

static void open_bench(struct bench *b)
{
    struct rx_err err;
    *b = (struct bench){0};
    assert_int_equal(uv_loop_init(&b->loop), 0);
    assert_int_equal(jail_new(&b->jail, zygote, &b->loop, &err), 0);
}

static void close_bench(struct bench *b)
{
    jail_close(b->jail, on_closed, b);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_true(b->closed);
    assert_int_equal(uv_loop_close(&b->loop), 0);
}

static void submit(struct bench *b, struct answer *a, const char *title)
{
    *a = (struct answer){.arena = RX_ARENA(ANSWER_BYTES), .page = RX_BUF(1 << 16)};
    a->submitting = &b->submitting;
    assert_int_equal(rx_buf_addf(&a->page,
                                 "<title>%s</title><a href=/pills>x</a><a href='/b?c=1&amp;d'>y</a>"
                                 "<p>some text",
                                 title),
                     0);
    a->job = (struct read_job){.kind = READ_PAGE,
                               .url = RX_STR(URL),
                               .head = RX_STR(HEAD),
                               .received = rx_buf_str(&a->page)};
    b->submitting = true;
    assert_int_equal(jail_submit(b->jail, &a->job, &a->arena, on_answer, a), 0);
    b->submitting = false;
}

static void wait_for(struct bench *b, struct answer *answers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        while (!answers[i].done)
            (void)uv_run(&b->loop, UV_RUN_ONCE);
}

static void discard(struct answer *a)
{
    rx_arena_free(&a->arena);
    rx_buf_free(&a->page);
}

/* ---- tests
 * ------------------------------------------------------------------------------------------ */

static void assert_links(const struct reading *r, enum rx_link kind)
{
    assert_int_equal(r->link_count, 2);
    assert_int_equal(r->links[0].kind, kind);
    assert_true(rx_str_eq(r->links[0].url, RX_STR(URL "pills")));
    assert_true(rx_str_eq(r->links[1].url, RX_STR(URL "b?c=1&d")));
    assert_true(r->links[0].trade);
    assert_false(r->links[1].trade);
}

static void good_pages(void **state)
{
    (void)state;
    enum { PAGES = 300 };
    static struct answer answers[PAGES];
    struct bench b;
    open_bench(&b);
    for (size_t i = 0; i < PAGES; i++)
        submit(&b, &answers[i], "hello");
    assert_int_equal(jail_waiting(b.jail), PAGES);
    wait_for(&b, answers, PAGES);
    assert_int_equal(jail_waiting(b.jail), 0);
    for (size_t i = 0; i < PAGES; i++) {
        const struct reading *r = answers[i].r;
        struct rx_sha256 digest = rx_sha256(rx_buf_str(&answers[i].page));
        assert_non_null(r);
        assert_int_equal(r->status, READ_OK);
        assert_true(rx_str_eq(r->title, RX_STR("hello")));
        assert_true(rx_str_eq(r->reader, RX_STR("tree/2")));
        assert_true(rx_str_eq(r->media_type, RX_STR("text/html")));
        assert_memory_equal(r->sha256.b, digest.b, sizeof digest.b);
        assert_int_equal(r->decoded_bytes, answers[i].page.n);
        assert_int_equal(r->marks.signs.n[SIGN_WORDS], 3);
        assert_links(r, RX_LINK_A);
        discard(&answers[i]);
    }
    assert_int_equal(jail_restarts(b.jail), 0);
    assert_true(jail_layers(b.jail) & JAIL_PROCESS);
    close_bench(&b);
}

static void bad_pages(void **state)
{
    (void)state;
    static const struct {
        const char *title, *reason;
        unsigned restarts;
    } cases[] = {
        {"crash", "signal", 1},
        {"loop", "longer than", 1},
        {"fail", "code 7", 1},
        {"leave", "code 0", 3}, /* tried again, but not for ever */
        {"garbage", "contradicts itself", 1},
        {"endless", "too long", 1},
        {"twice", "out of turn", 1},
        {"open", "signal", 1},
        {"memory", "full", 0}, /* the arena's cap is an error, not a death */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer answers[5];
        struct bench b;
        open_bench(&b);
        for (size_t k = 0; k < 5; k++)
            submit(&b, &answers[k], k == 1 ? cases[i].title : "good");
        wait_for(&b, answers, 5);
        for (size_t k = 0; k < 5; k++) {
            struct reading *r = answers[k].r;
            assert_non_null(r);
            if (k != 1) {
                assert_int_equal(r->status, READ_OK);
                assert_links(r, RX_LINK_A);
                continue;
            }
            assert_int_equal(r->status, READ_FAILED);
            if (rx_str_find(r->reason, rx_str(cases[i].reason), 0) < 0)
                fail_msg("%s: %.*s", cases[i].title, RX_FMT(r->reason));
            assert_links(r, RX_LINK_SALVAGED);
            assert_true(rx_str_eq(r->reader, RX_STR("salvage/1")));
        }
        assert_int_equal(jail_restarts(b.jail), cases[i].restarts);
        for (size_t k = 0; k < 5; k++)
            discard(&answers[k]);
        close_bench(&b);
    }
}

static void robots_and_others(void **state)
{
    (void)state;
    struct answer answers[2];
    struct bench b;
    open_bench(&b);
    submit(&b, &answers[0], "x");
    submit(&b, &answers[1], "x");
    wait_for(&b, answers, 2);
    discard(&answers[0]);
    discard(&answers[1]);
    for (size_t i = 0; i < 2; i++) {
        struct answer *a = &answers[i];
        *a = (struct answer){.arena = RX_ARENA(ANSWER_BYTES), .page = RX_BUF(64)};
        a->submitting = &b.submitting;
    }
    answers[0].job = (struct read_job){.kind = READ_ROBOTS,
                                       .url = RX_STR(URL "robots.txt"),
                                       .head = RX_STR("HTTP/1.1 200 OK\r\n\r\n"),
                                       .received = RX_STR("User-agent: *\nDisallow: /x\n"),
                                       .agent = RX_STR("rxmap")};
    answers[1].job = (struct read_job){.kind = READ_PAGE,
                                       .url = RX_STR(URL "logo.png"),
                                       .head = RX_STR("HTTP/1.1 200 OK\r\nContent-Type: "
                                                      "image/png\r\n\r\n"),
                                       .received = RX_STR("\x89PNG<a href=/x>")};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            jail_submit(b.jail, &answers[i].job, &answers[i].arena, on_answer, &answers[i]), 0);
    wait_for(&b, answers, 2);
    assert_int_equal(answers[0].r->status, READ_NOT_HTML); /* no page: it says nothing of roles */
    assert_true(answers[0].r->robots.n > 0);
    assert_int_equal(answers[1].r->status, READ_NOT_HTML);
    assert_int_equal(answers[1].r->link_count, 0);
    discard(&answers[0]);
    discard(&answers[1]);
    close_bench(&b);
}

/* An answer that does not fit the caller's arena is no reading at all. */
static void small_arena(void **state)
{
    (void)state;
    struct answer a;
    struct bench b;
    open_bench(&b);
    submit(&b, &a, "x");
    a.arena.max = 64;
    wait_for(&b, &a, 1);
    assert_null(a.r);
    discard(&a);
    close_bench(&b);
}

static void closing_forgets_jobs(void **state)
{
    (void)state;
    enum { JOBS = 20 };
    static struct answer answers[JOBS];
    for (int turns = 0; turns < 4; turns++) {
        struct bench b;
        open_bench(&b);
        for (size_t i = 0; i < JOBS; i++)
            submit(&b, &answers[i], i % 2 ? "loop" : "good");
        for (int i = 0; i < turns * 3; i++)
            (void)uv_run(&b.loop, UV_RUN_NOWAIT);
        close_bench(&b);
        for (size_t i = 0; i < JOBS; i++)
            discard(&answers[i]);
    }
}

static void dead_zygote(void **state)
{
    (void)state;
    struct answer answers[4];
    struct bench b;
    open_bench(&b);
    submit(&b, &answers[0], "good");
    wait_for(&b, answers, 1);
    assert_int_equal(kill(zygote->pid, SIGKILL), 0);
    for (size_t i = 1; i < 4; i++)
        submit(&b, &answers[i], "good");
    wait_for(&b, answers, 4);
    /* A worker may still have answered before it died with its zygote. */
    for (size_t i = 1; i < 4; i++) {
        assert_non_null(answers[i].r);
        if (answers[i].r->status != READ_OK)
            assert_true(
                rx_str_find(answers[i].r->reason, RX_STR("starts the readers is gone"), 0) >= 0);
    }
    struct rx_err err = {0};
    while (jail_state(b.jail, &err) == RX_OK)
        (void)uv_run(&b.loop, UV_RUN_ONCE);
    assert_int_equal(err.code, RX_EIO);
    for (size_t i = 0; i < 4; i++)
        discard(&answers[i]);
    close_bench(&b);
}

/* Clock ticks that a process has spent; -1: there is none such. */
static long ticks_of(int pid)
{
    char path[64];
    unsigned long ticks = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "re");
    if (!stat)
        return -1;
    // NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers
    int got = fscanf(stat, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &ticks);
    (void)fclose(stat);
    return got == 1 ? (long)ticks : -1;
}

/* Kills the one worker that has worked most, which is the one with the job. The others live: the
 * job goes to one of them. False: this kernel does not list children. */
static bool kill_busiest_worker(void)
{
    char path[64];
    int pid, busiest = 0;
    long most = -1;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)zygote->pid,
                   (int)zygote->pid);
    FILE *list = fopen(path, "re");
    while (list && fscanf(list, "%d", &pid) == 1) { // NOLINT(cert-err34-c): as above
        long ticks = ticks_of(pid);
        if (ticks > most) {
            most = ticks;
            busiest = pid;
        }
    }
    if (list)
        (void)fclose(list);
    return busiest > 0 && kill(busiest, SIGKILL) == 0;
}

/* A reader that is killed from outside is not the page's doing: the page is read again. */
static void killed_reader(void **state)
{
    (void)state;
    struct answer a;
    struct bench b;
    open_bench(&b);
    submit(&b, &a, "loop");
    for (int i = 0; i < 50; i++) { /* until it has begun, most likely */
        (void)uv_run(&b.loop, UV_RUN_NOWAIT);
        (void)usleep(5000);
    }
    if (!kill_busiest_worker()) {
        print_message("this kernel does not list a process's children\n");
        skip();
    }
    wait_for(&b, &a, 1);
    if (rx_str_find(a.r->reason, RX_STR("longer than"), 0) < 0)
        fail_msg("%.*s", RX_FMT(a.r->reason));
    discard(&a);
    close_bench(&b);
}

static void probe_finds_no_way_out(void **state)
{
    (void)state;
    unsigned layers = 0;
    struct rx_err err = {0};
    int escapes = jail_probe(zygote, &layers, &err);
    if (escapes)
        fail_msg("escapes %d %s", escapes, err.text);
    assert_true(layers & JAIL_PROCESS);
    print_message("layers: %#x\n", layers);
}

/* Marks cross the socket with the numbers of their classes. */
static void other_tables_are_refused(void **state)
{
    (void)state;
    struct jail_zygote *other = NULL;
    struct rx_err err = {0};
    struct jail_opts opts = {.workers = 1,
                             .watchdog_ms = WATCHDOG_MS,
                             .memory_bytes = (size_t)512 << 20,
                             .arena_bytes = 64 << 20,
                             .tables = "another hash"};
    assert_int_equal(jail_zygote_start(&other, &opts, &err), RX_EIO);
    assert_null(other);
    assert_non_null(strstr(err.text, "other tables"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(good_pages, start, stop),
        cmocka_unit_test_setup_teardown(bad_pages, start, stop),
        cmocka_unit_test_setup_teardown(robots_and_others, start, stop),
        cmocka_unit_test_setup_teardown(small_arena, start, stop),
        cmocka_unit_test_setup_teardown(closing_forgets_jobs, start, stop),
        cmocka_unit_test_setup_teardown(killed_reader, start, stop),
        cmocka_unit_test_setup_teardown(dead_zygote, start, stop),
        cmocka_unit_test_setup_teardown(probe_finds_no_way_out, start, stop),
        cmocka_unit_test(other_tables_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
