/* graph_partition.c - what of the contracted graph becomes one network: parts and edges made by
 * hand. */
#include "graph/partition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PARTS_MOST = 4, EDGES_MOST = 4 };

struct row {
    const char *what;
    uint32_t sizes[PARTS_MOST]; /* 0: no more */
    struct contract_edge edges[EDGES_MOST];
    const char *networks; /* by part: parts with the same letter are one */
};

static const struct row rows[] = {
    {"one site shows marks of two groups: it goes with the better",
     {6, 6, 1},
     {{0, 2, .99}, {1, 2, .93}},
     "aba"},
    {"two sites do", {6, 6, 1, 1}, {{0, 2, .99}, {1, 2, .93}, {0, 3, .99}, {1, 3, .93}}, "aaaa"},
    {"the groups speak for themselves", {6, 6}, {{0, 1, .93}}, "aa"},
    {"one of them is too small to stand alone", {6, 2, 1}, {{0, 2, .99}, {1, 2, .93}}, "aaa"},
    {"the second becomes a group only by a weaker edge",
     {6, 4, 2, 1},
     {{0, 3, .99}, {1, 3, .97}, {1, 2, .93}},
     "abba"},
    {"by a weaker edge of another site",
     {6, 4, 1, 1},
     {{0, 2, .99}, {1, 2, .97}, {1, 3, .93}},
     "abab"},
    {"a site between two sites", {1, 1, 1}, {{0, 2, .99}, {1, 2, .93}}, "aaa"},
};

static void make_model(struct model *m, struct contract *c, const struct row *row)
{
    static uint32_t part_of[64];
    static struct contract_part parts[PARTS_MOST];
    assert_int_equal(model_init(m), 0);
    *c = (struct contract){.part_of = part_of, .parts = parts};
    for (uint32_t p = 0; p < PARTS_MOST && row->sizes[p]; p++) {
        parts[p] = (struct contract_part){
            .least = (uint32_t)m->site_count, .size = row->sizes[p], .family = MODEL_NONE};
        for (uint32_t s = 0; s < row->sizes[p]; s++) {
            char name[32];
            (void)snprintf(name, sizeof name, "s%u-%u.example", p, s);
            int64_t at = model_site(m, rx_str(name));
            assert_true(at >= 0);
            m->sites[at].role = RX_ROLE_STOREFRONT;
            part_of[at] = p;
        }
        c->part_count = p + 1;
    }
    while (c->edge_count < EDGES_MOST && row->edges[c->edge_count].score > 0)
        c->edge_count++;
}

static void test_rows(void **state)
{
    (void)state;
    struct constants k;
    constants_load(&k, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct contract_edge edges[EDGES_MOST];
        struct partition p;
        struct contract c;
        struct model m;
        struct rx_err err = {0};
        make_model(&m, &c, &rows[i]);
        memcpy(edges, rows[i].edges, sizeof edges);
        c.edges = edges;
        assert_int_equal(partition_find(&p, &m, &c, &k, &err), 0);
        for (uint32_t a = 0; a < c.part_count; a++)
            for (uint32_t b = 0; b < a; b++) {
                bool one = p.group[c.parts[a].least] == p.group[c.parts[b].least];
                if (one != (rows[i].networks[a] == rows[i].networks[b]))
                    fail_msg("%s: parts %u and %u", rows[i].what, b, a);
            }
        partition_done(&p);
        model_done(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
