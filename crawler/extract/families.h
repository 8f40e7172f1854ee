/* families.h - the structural families: what a page's forms, hosts, paths and scripts give away.
 * Each is one file that walks the doc and puts marks; none fails (collect.h: errors are sticky). */
#ifndef RX_CRAWLER_EXTRACT_FAMILIES_H
#define RX_CRAWLER_EXTRACT_FAMILIES_H

#include "base/vendors.h"
#include "crawler/extract/sheet.h"

/* A link of the page with its URL taken apart: views into doc's serialised URL. */
struct target {
    const struct doc_link *link; /* NULL: the document's own URL */
    struct rx_str host, path, query, fragment;
    struct rx_str site; /* registrable domain, else the host */
    bool own;           /* of the page's own site */
    enum rx_vendor vendor;
    struct rx_str in_head; /* the header value that it was read from; empty: link->raw has it */
};

struct lexicon;
struct lexicon_text;
struct prices;
struct seals;
struct languages;

struct targets {
    struct target *items; /* in the arena; the first is the document's own URL, the last may be
                             that of a Location header */
    size_t count;
};

/* target.c */
void targets_of(struct targets *out, struct collect *c); /* empty when the arena is full */
void target_split(struct target *out, struct rx_str url);
struct rx_str target_host(struct rx_str url);
/* Where the page names it, whatever kind of link it is. */
struct sight target_sight(const struct collect *c, const struct target *t);
/* Is it a link off the site that the page says it does not answer for: a visitor's (ugc), or one
 * not to be followed? Guest books and comments are full of them. */
bool target_is_strangers(const struct target *t);
/* Does host or path speak of paying: checkout, billing, order, payment, cart, secure? */
bool target_is_checkout(const struct target *t);
/* Is item i a link or a redirect to a checkout? A redirect is one also when what was asked for
 * speaks of paying: "/checkout" sends its buyer to the till, whatever that is called. */
bool target_leads_to_checkout(const struct targets *t, size_t i);
/* Does a form ask a question (a search, a mailing list)? It is sent by GET or asks for a mail
 * address, and has one or two fields. A button that buys sends as few, but by POST and hidden. */
bool target_form_asks(const struct doc *d, const struct doc_form *form);
/* The first host off the site and no shared service, that forms go to or checkout links and
 * redirects lead to; empty: none on this page. */
struct rx_str target_checkout(const struct targets *t, const struct collect *c);

/* Does a query carry a parameter, with a value, that only partners' links have (affiliate.c)? */
bool affiliate_pays(struct rx_str query);

/* What a family sees: the page, its links and sheets (by enum sheet_kind), the trade's words. */
struct family_page {
    struct collect *c;
    const struct targets *targets;
    const struct sheet *sheets;
    const struct lexicon *lex;
    const struct lexicon_text *words; /* of the sheet of text: the trade's words */
    const struct prices *prices;      /* and its prices */
    const struct seals *seals;
    const struct languages *languages;
};

/* hosts.c: form.action.host, checkout.host, script.host, frame.host, redirect.host; asset.host */
void hosts_collect(const struct family_page *p);
void hosts_collect_assets(const struct family_page *p);
void affiliate_collect(const struct family_page *p); /* affiliate.c: affiliate */
void subid_collect(const struct family_page *p);     /* subid.c: subid */
void forms_collect(const struct family_page *p);     /* forms.c: form.fields, form.field */
void globals_collect(const struct family_page *p);   /* globals.c: js.global */
void paths_collect(const struct family_page *p);     /* paths.c: path.schema */
void assets_collect(const struct family_page *p);    /* assets.c: asset.name, html.comment */
void headers_collect(const struct family_page *p);   /* headers.c: header.x, etag */
/* What a shop says, read after its signs were counted (out->signs): */
void inventory_collect(const struct family_page *p); /* inventory.c: product, currency */
void language_collect(const struct family_page *p);  /* language.c: language */
void seals_collect(const struct family_page *p);     /* seals.c: seal.verifiable, .unlinked... */
void same_collect(const struct family_page *p);      /* same.c: out->same */
void claims_collect(const struct family_page *p); /* claims.c: claim, carrier, delivery.days... */

#endif
