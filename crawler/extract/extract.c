/* extract.c - the door of extract/ (extract.h): the order in which a page's families are read.
 *
 *   doc --> sheets --> signature table --+
 *       `-> inline tags left out --^     +--> collect --> marks
 *       `-> disguises taken off ---^     |
 *       `-> structural families ---------+
 *       `-> signs ----------------------------------------> roles
 *
 * The order is the rank: when a page has more marks than are kept, identifiers stay and names of
 * style sheets go; what stands in the open is taken before what is hidden. */
#include "crawler/extract/extract.h"

#include "base/digest.h"
#include "crawler/extract/coin.h"
#include "crawler/extract/common.h"
#include "crawler/extract/disguise.h"
#include "crawler/extract/families.h"
#include "crawler/extract/inline.h"
#include "crawler/extract/island.h"
#include "crawler/extract/language.h"
#include "crawler/extract/lexicon.h"
#include "crawler/extract/match.h"
#include "crawler/extract/prices.h"
#include "crawler/extract/prove.h"
#include "crawler/extract/seals.h"
#include "crawler/extract/signs.h"
#include "crawler/extract/sitefile.h"

#include <stdlib.h>

#define TABLE(name)                                                                                \
    extern const unsigned char extract_data_##name[];                                              \
    extern const size_t extract_data_##name##_bytes;
TABLE(signatures)
TABLE(common)
TABLE(disposable)
TABLE(exchange)
TABLE(lexicon)
TABLE(seals)
TABLE(languages)
#undef TABLE
#define TEXT_OF(name) rx_strn((const char *)extract_data_##name, extract_data_##name##_bytes)

struct extractor {
    const struct rx_psl *psl; /* borrowed */
    struct signatures *signatures;
    struct common *common;
    struct lexicon *lexicon;
    struct seals *seals;
    struct languages *languages;
    char tables[RX_SHA256_HEX + 1];
};

int extract_tables(char hex[RX_SHA256_HEX + 1], const struct extract_own *own, struct rx_err *err)
{
    struct rx_sha256_ctx *ctx = rx_sha256_new();
    if (!ctx)
        return rx_fail(err, RX_ENOMEM, "no memory for a digest");
    rx_sha256_add(ctx, rx_classes_text());
    rx_sha256_add(ctx, TEXT_OF(signatures));
    rx_sha256_add(ctx, TEXT_OF(common));
    rx_sha256_add(ctx, TEXT_OF(disposable));
    rx_sha256_add(ctx, TEXT_OF(exchange));
    rx_sha256_add(ctx, TEXT_OF(lexicon));
    rx_sha256_add(ctx, TEXT_OF(seals));
    rx_sha256_add(ctx, TEXT_OF(languages));
    if (own)
        rx_sha256_add(ctx, own->text);
    struct rx_sha256 digest = rx_sha256_end(ctx);
    rx_sha256_hex(hex, &digest);
    return 0;
}

int extract_own_classes(const struct extract_own *own, struct rx_err *err)
{
    return signatures_own_classes(&(struct signature_text){own->text, own->name, true}, err);
}

static int load_signatures(struct extractor *x, const struct extract_own *own, struct rx_err *err)
{
    const bool more = own && own->text.n > 0;
    const struct signature_text texts[] = {
        {TEXT_OF(signatures), "signatures.tsv", false},
        {more ? own->text : RX_STR(""), more ? own->name : "", true},
    };
    int rc = signatures_new(&x->signatures, texts, more ? 2 : 1, err);
    return rc ? rc : prove_own(&(struct prove){x->signatures, x->common, x->psl}, err);
}

int extractor_new(struct extractor **out, const struct rx_psl *psl, const struct extract_own *own,
                  struct rx_err *err)
{
    struct extractor *x = calloc(1, sizeof *x);
    if (!x)
        return rx_fail(err, RX_ENOMEM, "no memory for the extractor");
    x->psl = psl;
    int rc = common_new(&x->common, TEXT_OF(common), err);
    if (rc == 0)
        rc = load_signatures(x, own, err);
    if (rc == 0)
        rc = lexicon_new(&x->lexicon, TEXT_OF(lexicon), err);
    if (rc == 0)
        rc = seals_new(&x->seals, TEXT_OF(seals), err);
    if (rc == 0)
        rc = languages_new(&x->languages, TEXT_OF(languages), err);
    if (rc == 0)
        rc = extract_tables(x->tables, own, err);
    /* Some digests load code at first use, which the jail would refuse later. */
    if (rc == 0)
        (void)coin_valid(RX_STR("DOT"), RX_STR("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"));
    if (rc < 0) {
        extractor_free(x);
        return rc;
    }
    *out = x;
    return 0;
}

void extractor_free(struct extractor *x)
{
    if (!x)
        return;
    languages_free(x->languages);
    seals_free(x->seals);
    lexicon_free(x->lexicon);
    signatures_free(x->signatures);
    common_free(x->common);
    free(x);
}

const char *extractor_tables(const struct extractor *x)
{
    return x->tables;
}

bool lexicon_hit(const struct extractor *x, struct rx_str text)
{
    return lexicon_is_trade(x->lexicon, text);
}

/* The visible sheets in the order of how plainly their text is the site's own word. */
static const enum sheet_kind order[] = {SHEET_TEXT,   SHEET_FIELD, SHEET_META,
                                        SHEET_URL,    SHEET_ATTR,  SHEET_SCRIPT,
                                        SHEET_HEADER, SHEET_STYLE, SHEET_COMMENT};
enum { ORDER_COUNT = sizeof order / sizeof order[0] };

static int run_signatures(struct collect *c, struct sheet *sheets, const struct extractor *x)
{
    struct match *m;
    struct sheet inlined, unseen, islands[ISLAND_SHEETS], bare[DISGUISE_SHEETS];
    int rc = match_new(&m, x->signatures, c);
    if (rc < 0)
        return rc;
    rc = inline_sheet(&inlined, c);
    for (size_t i = 0; i < ORDER_COUNT && rc == 0; i++) {
        rc = match_sheet(m, &sheets[order[i]]);
        if (rc == 0 && order[i] == SHEET_TEXT)
            rc = match_sheet(m, &inlined);
    }
    if (rc == 0)
        rc = island_sheets(islands, c);
    for (size_t i = 0; i < ISLAND_SHEETS && rc == 0; i++)
        rc = match_sheet(m, &islands[i]);
    if (rc == 0)
        rc = sheet_unseen(&unseen, c);
    if (rc == 0)
        rc = match_sheet(m, &unseen);
    if (rc == 0)
        rc = disguise_sheets(bare, c, &sheets[SHEET_TEXT], &inlined);
    for (size_t i = 0; i < DISGUISE_SHEETS && rc == 0; i++)
        rc = match_sheet(m, &bare[i]);
    match_free(m);
    return rc;
}

static int build_sheets(struct sheet *sheets, struct collect *c)
{
    int rc = 0;
    for (int kind = 0; kind < SHEET_KINDS && rc == 0; kind++)
        rc = sheet_build(&sheets[kind], c, (enum sheet_kind)kind);
    /* Code is commented out as it is; in a file of lines there is no telling text from code. */
    sheets[SHEET_COMMENT].also = 1u << SHEET_SCRIPT | 1u << SHEET_URL;
    const bool lines = c->doc->kind != DOC_PAGE && c->doc->kind != DOC_SCRIPT;
    for (int kind = 0; kind < SHEET_KINDS && lines; kind++)
        if (kind != SHEET_HEADER && kind != SHEET_URL)
            sheets[kind].also = SHEET_ANYTHING;
    return rc;
}

/* A family is one row. The order is the rank: what comes first is kept when a page is full. */
static void (*const families[])(const struct family_page *p) = {
    hosts_collect,        affiliate_collect, forms_collect,   globals_collect, paths_collect,
    hosts_collect_assets, assets_collect,    headers_collect, subid_collect,
};

/* What the page says of its trade: hints, so they come last. */
static void (*const says[])(const struct family_page *p) = {
    seals_collect, claims_collect, inventory_collect, language_collect, same_collect};

static void run_families(struct collect *c, const struct sheet *sheets, const struct extractor *x)
{
    struct targets targets;
    struct lexicon_text words;
    struct prices prices;
    targets_of(&targets, c);
    c->rc = c->rc ? c->rc : lexicon_read(&words, c->arena, x->lexicon, sheets[SHEET_TEXT].text);
    c->rc = c->rc ? c->rc : prices_read(&prices, c->arena, sheets[SHEET_TEXT].text);
    if (c->rc)
        return;
    const struct family_page page = {.c = c,
                                     .targets = &targets,
                                     .sheets = sheets,
                                     .lex = x->lexicon,
                                     .words = &words,
                                     .prices = &prices,
                                     .seals = x->seals,
                                     .languages = x->languages};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        families[i](&page);
    signs_of(&c->out->signs, &page);
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
        says[i](&page);
}

int extract_marks(struct marks *out, struct rx_arena *arena, const struct extractor *x,
                  const struct doc *doc, struct rx_str head, struct rx_err *err)
{
    struct collect c;
    struct sheet sheets[SHEET_KINDS];
    struct marks marks;
    int rc = collect_init(&c, &marks, arena, doc, head);
    if (rc == 0) {
        c.psl = x->psl;
        c.common = x->common;
        c.host = target_host(doc->url);
        c.site = rx_site_key(x->psl, c.host);
        rc = build_sheets(sheets, &c);
    }
    if (rc == 0)
        rc = run_signatures(&c, sheets, x);
    if (rc == 0) {
        if (doc->kind == DOC_PAGE)
            run_families(&c, sheets, x);
        else
            sitefile_collect(&c);
        collect_rejects(&c);
        rc = c.rc;
        if (rc == 0 && lexicon_failed(x->lexicon))
            rc = RX_ENOMEM;
    }
    if (rc < 0)
        return rx_fail(err, rc, "the page's identifiers need more than %zu bytes of memory",
                       arena->max);
    *out = marks;
    return 0;
}
