/* vocab.h - the words that rows are written in: what crawler writes and graph reads.
 *
 * The two halves meet only in the store; these enumerations are what they agree on. Numbers are
 * stored, so a number never changes its meaning: add at the end. */
#ifndef RX_BASE_VOCAB_H
#define RX_BASE_VOCAB_H

#include "base/str.h"

/* How one URL leads to another. */
enum rx_link {
    RX_LINK_A = 1,
    RX_LINK_AREA,
    RX_LINK_FORM,   /* never fetched */
    RX_LINK_IFRAME, /* iframe and frame */
    RX_LINK_IMG,
    RX_LINK_SCRIPT,
    RX_LINK_STYLE, /* link rel=stylesheet, icon and other assets */
    RX_LINK_CANONICAL,
    RX_LINK_ALTERNATE,
    RX_LINK_META_REFRESH,
    RX_LINK_JS, /* location assigned in an inline script */
    RX_LINK_HEADER_REFRESH,
    RX_LINK_R301,
    RX_LINK_R302,
    RX_LINK_R303,
    RX_LINK_R307,
    RX_LINK_R308,
    RX_LINK_SALVAGED, /* found by the linear scan of a page that could not be read */
    RX_LINK_SEED,
    RX_LINK_SITEMAP,  /* a page that a sitemap names */
    RX_LINK_FILE,     /* a file that sites keep at a known place, or that another of them names */
    RX_LINK_ICON,     /* link rel=icon; a STYLE as well */
    RX_LINK_MANIFEST, /* link rel=manifest; a STYLE as well */
    RX_LINK_LOGO,     /* the first image that says it is a logo, an IMG as well; or og:image */
    RX_LINK_COUNT
};

/* What kind of site it is, as its pages say (crawler/extract/role.c). */
enum rx_role {
    RX_ROLE_UNKNOWN = 0,
    RX_ROLE_STOREFRONT,
    RX_ROLE_DOORWAY,
    RX_ROLE_REDIRECTOR,
    RX_ROLE_CHECKOUT,
    RX_ROLE_PAYMENT,
    RX_ROLE_CDN,
    RX_ROLE_SOCIAL,
    RX_ROLE_ADVERTISEMENT,
    RX_ROLE_LICENSED,
    RX_ROLE_BENIGN,
    RX_ROLE_COUNT
};

/* What became of one attempt to fetch, or why there was none. */
enum rx_outcome {
    RX_OUT_OK = 1,    /* a whole response, whatever its status code */
    RX_OUT_TRUNCATED, /* a response cut at a cap of ours; see rx_cut */
    RX_OUT_ROBOTS,    /* refused by robots.txt */
    RX_OUT_ROBOTS_UNREACHABLE,
    RX_OUT_NXDOMAIN,
    RX_OUT_DNS,             /* no address, SERVFAIL, time-out of the resolver */
    RX_OUT_BLOCKED_ADDRESS, /* private, loopback, metadata... */
    RX_OUT_BLOCKED_PORT,
    RX_OUT_CONNECT, /* refused, unreachable */
    RX_OUT_TIMEOUT,
    RX_OUT_TLS, /* no handshake at all; a bad certificate is RX_OUT_OK with its finding */
    RX_OUT_DISCONNECT,
    RX_OUT_PROTOCOL, /* not HTTP, header caps */
    RX_OUT_PROXY,
    RX_OUT_PARSE_FAILED, /* fetched, but no reader survived it */
    RX_OUT_TRAP,
    RX_OUT_BUDGET, /* pages per site, sites per run, hosts per domain */
    RX_OUT_DEPTH,
    RX_OUT_SCOPE,
    RX_OUT_ACTS, /* a GET of it would act: add-to-cart, logout */
    RX_OUT_REDIRECT_LIMIT,
    RX_OUT_INFRASTRUCTURE, /* on a list of giants and shared services */
    RX_OUT_COUNT
};

/* Why a stored response is not whole (WARC-Truncated). */
enum rx_cut { RX_CUT_NONE = 0, RX_CUT_LENGTH, RX_CUT_TIME, RX_CUT_DISCONNECT };

/* Where in a capture a mark was read. */
enum rx_place {
    RX_PLACE_TEXT = 1, /* visible text */
    RX_PLACE_ATTR,     /* attribute value */
    RX_PLACE_SCRIPT,   /* inline script text, JSON islands included */
    RX_PLACE_COMMENT,
    RX_PLACE_URL,  /* a link's URL, as resolved */
    RX_PLACE_FORM, /* names of forms and fields */
    RX_PLACE_STYLE,
    RX_PLACE_HEADER, /* response header; cookies included */
    RX_PLACE_HOST,   /* DNS, TLS: host facts */
    RX_PLACE_COUNT
};

/* Why text that looked like an identifier is none. */
enum rx_reject {
    RX_REJECT_FORM = 1,    /* no value can be made of it, or a longer one than is kept */
    RX_REJECT_CHECK,       /* its checksum, length or alphabet is wrong, or it is another thing */
    RX_REJECT_PLACEHOLDER, /* a documented example, a test key, everybody's value */
    RX_REJECT_FILLER,      /* "12345678", "XXXX" */
    RX_REJECT_COUNT
};

/* What a seed was taken out of. */
enum rx_origin {
    RX_ORIGIN_LIST = 1, /* lines of text */
    RX_ORIGIN_CSV,
    RX_ORIGIN_JSONL,
    RX_ORIGIN_MAIL,
    RX_ORIGIN_WARC,
    RX_ORIGIN_STIX,
    RX_ORIGIN_MISP,
    RX_ORIGIN_ARGUMENT, /* the command line */
    RX_ORIGIN_REPLAY,   /* a list in evidence that does not say more */
    RX_ORIGIN_COUNT
};

/* Why somebody holds what a seed was taken out of. */
enum rx_purpose {
    RX_PURPOSE_UNKNOWN = 0,
    RX_PURPOSE_AD,
    RX_PURPOSE_SPAM,
    RX_PURPOSE_COMPLAINT,
    RX_PURPOSE_REPORT,
    RX_PURPOSE_COUNT
};

/* Lower-case names as they appear in exports, JSON and the database. Unknown numbers: "?". */
const char *rx_link_name(enum rx_link kind);
const char *rx_role_name(enum rx_role role);
const char *rx_outcome_name(enum rx_outcome outcome);
const char *rx_cut_name(enum rx_cut cut); /* WARC-Truncated's words; "" for none */
const char *rx_place_name(enum rx_place place);
const char *rx_reject_name(enum rx_reject reason);
const char *rx_origin_name(enum rx_origin kind);
const char *rx_purpose_name(enum rx_purpose purpose);
/* 0 for a word that is none; "unknown" is RX_PURPOSE_UNKNOWN, which is 0 too. */
enum rx_origin rx_origin_parse(struct rx_str name);
enum rx_purpose rx_purpose_parse(struct rx_str name);
/* 0 (RX_ROLE_UNKNOWN) for a word that is none. */
enum rx_role rx_role_parse(struct rx_str name);

/* The redirect that an HTTP status makes (301, 302, 303, 307, 308); 0: none. */
enum rx_link rx_link_of_status(int status);
static inline bool rx_link_is_redirect(enum rx_link k)
{
    return k == RX_LINK_META_REFRESH || k == RX_LINK_JS || k == RX_LINK_HEADER_REFRESH ||
           (k >= RX_LINK_R301 && k <= RX_LINK_R308);
}
/* Does it lead to a part of the site that is no page of it: a script, one of the site's files? */
static inline bool rx_link_is_part(enum rx_link k)
{
    return k == RX_LINK_SCRIPT || k == RX_LINK_FILE || k == RX_LINK_ICON || k == RX_LINK_MANIFEST ||
           k == RX_LINK_LOGO;
}

#endif
