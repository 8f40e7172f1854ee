/* graph_keys.c - what a shared key joins. A key, its certificate and the names in it are one
 * observation, and a key that lawful sites are served with is a service's. */
#include "tests/unit/graph_case.h"

struct mark {
    const char *cls, *value;
    unsigned left, right; /* shops of each side that carry it, from 0 on */
    unsigned skip;        /* of either side before them */
};

struct row {
    const char *what;
    unsigned shops; /* of each side; a telephone of its own holds it together */
    struct mark marks[4];
    const char *lodger; /* a site served with key k1, which does not name it; or NULL */
    enum rx_role role;  /* of the lodger */
    bool one;           /* both sides are one network */
};

static const struct row rows[] = {
    {"a key on a shop of each", 6, {{"tls.spki", "k1", 1, 1, 0}}, NULL, 0, false},
    {"a key and its certificate on a shop of each",
     6,
     {{"tls.spki", "k1", 1, 1, 0}, {"tls.cert", "c1", 1, 1, 0}},
     NULL,
     0,
     false},
    {"a key with two certificates, one of them with names",
     6,
     {{"tls.spki", "k1", 2, 2, 0},
      {"tls.cert", "c1", 1, 1, 0},
      {"tls.cert", "c2", 1, 1, 1},
      {"tls.san", "elsewhere.example", 1, 1, 0}},
     NULL,
     0,
     false},
    {"a key of many, and a certificate of half of each",
     13,
     {{"tls.spki", "k1", 13, 12, 0}, {"tls.cert", "c1", 7, 7, 0}},
     NULL,
     0,
     true},
    {"a key of many, and a certificate on a shop of each",
     13,
     {{"tls.spki", "k1", 13, 12, 0}, {"tls.cert", "c1", 1, 1, 0}},
     NULL,
     0,
     false},
    {"two keys, each on a shop of each",
     6,
     {{"tls.spki", "k1", 1, 1, 0}, {"tls.spki", "k2", 1, 1, 1}},
     NULL,
     0,
     true},
    {"a key and its certificate on half of each",
     6,
     {{"tls.spki", "k1", 3, 3, 0}, {"tls.cert", "c1", 3, 3, 0}},
     NULL,
     0,
     true},
    {"a key and a chat, which somebody put there besides",
     6,
     {{"tls.spki", "k1", 1, 1, 0}, {"jivosite", "Ab12Cd34Ef", 1, 1, 0}},
     NULL,
     0,
     true},
    {"a key on two lone shops", 1, {{"tls.spki", "k1", 1, 1, 0}}, NULL, 0, true},
    {"a key on a shop of each of two small parts",
     2,
     {{"tls.spki", "k1", 1, 1, 0}},
     NULL,
     0,
     false},
    {"a key on two shops of each", 2, {{"tls.spki", "k1", 2, 2, 0}}, NULL, 0, true},
    {"the same, and a lawful site lodges with it",
     2,
     {{"tls.spki", "k1", 2, 2, 0}},
     "dentist.example",
     RX_ROLE_BENIGN,
     false},
    {"the same, and a licensed shop lodges with it",
     2,
     {{"tls.spki", "k1", 2, 2, 0}},
     "chemist.example",
     RX_ROLE_LICENSED,
     false},
    {"the same, and a doorway lodges with it",
     2,
     {{"tls.spki", "k1", 2, 2, 0}},
     "doorway.example",
     RX_ROLE_DOORWAY,
     true},
    {"a lawful site lodges with another key",
     2,
     {{"tls.spki", "k9", 2, 2, 0}},
     "dentist.example",
     RX_ROLE_BENIGN,
     true},
};

static void shop_name(char name[40], char side, unsigned i)
{
    (void)snprintf(name, 40, "%c%02u-shop.example", side, i);
}

static void draft_row(struct draft *d, const struct row *row)
{
    static const char *const phones[] = {"+18005550111", "+18005550122"};
    char name[40];
    for (unsigned side = 0; side < 2; side++) {
        for (unsigned i = 0; i < row->shops; i++) {
            shop_name(name, side ? 'r' : 'l', i);
            draft_add(d, name, "phone.tollfree", phones[side]);
        }
        for (const struct mark *k = row->marks; k < row->marks + 4 && k->cls; k++)
            for (unsigned i = 0; i < (side ? k->right : k->left); i++) {
                shop_name(name, side ? 'r' : 'l', k->skip + i);
                draft_add(d, name, k->cls, k->value);
            }
    }
    if (row->lodger) {
        draft_add(d, row->lodger, "tls.default", "k1");
        draft_role(d, row->lodger, row->role);
    }
}

static void test_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draft d = {0};
        struct frame f;
        struct result r = {0};
        char left[40], right[40];
        draft_row(&d, &rows[i]);
        draft_solve(&f, &r, &d);
        shop_name(left, 'l', 0);
        shop_name(right, 'r', 0);
        const char *n = network_of(&f, &r, left);
        if (!*n || (strcmp(n, network_of(&f, &r, right)) == 0) != rows[i].one)
            fail_msg("%s: \"%s\" and \"%s\"", rows[i].what, n, network_of(&f, &r, right));
        for (unsigned s = 1; s < rows[i].shops; s++) { /* the sides themselves stay whole */
            shop_name(left, 'l', s);
            assert_string_equal(n, network_of(&f, &r, left));
        }
        result_done(&r);
        frame_done(&f);
        draft_done(&d);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
