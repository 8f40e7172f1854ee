/* vocab.c - see vocab.h. */
#include "base/vocab.h"

static const char *const link_names[RX_LINK_COUNT] = {
    [RX_LINK_A] = "a",
    [RX_LINK_AREA] = "area",
    [RX_LINK_FORM] = "form",
    [RX_LINK_IFRAME] = "iframe",
    [RX_LINK_IMG] = "img",
    [RX_LINK_SCRIPT] = "script",
    [RX_LINK_STYLE] = "style",
    [RX_LINK_CANONICAL] = "canonical",
    [RX_LINK_ALTERNATE] = "alternate",
    [RX_LINK_META_REFRESH] = "meta-refresh",
    [RX_LINK_JS] = "js",
    [RX_LINK_HEADER_REFRESH] = "refresh",
    [RX_LINK_R301] = "301",
    [RX_LINK_R302] = "302",
    [RX_LINK_R303] = "303",
    [RX_LINK_R307] = "307",
    [RX_LINK_R308] = "308",
    [RX_LINK_SALVAGED] = "salvaged",
    [RX_LINK_SEED] = "seed",
    [RX_LINK_SITEMAP] = "sitemap",
    [RX_LINK_FILE] = "file",
    [RX_LINK_ICON] = "icon",
    [RX_LINK_MANIFEST] = "manifest",
    [RX_LINK_LOGO] = "logo",
};

static const char *const role_names[RX_ROLE_COUNT] = {
    [RX_ROLE_UNKNOWN] = "unknown",
    [RX_ROLE_STOREFRONT] = "storefront",
    [RX_ROLE_DOORWAY] = "doorway",
    [RX_ROLE_REDIRECTOR] = "redirector",
    [RX_ROLE_CHECKOUT] = "checkout",
    [RX_ROLE_PAYMENT] = "payment",
    [RX_ROLE_CDN] = "cdn",
    [RX_ROLE_SOCIAL] = "social",
    [RX_ROLE_ADVERTISEMENT] = "advertisement",
    [RX_ROLE_LICENSED] = "licensed",
    [RX_ROLE_BENIGN] = "benign",
};

static const char *const outcome_names[RX_OUT_COUNT] = {
    [RX_OUT_OK] = "ok",
    [RX_OUT_TRUNCATED] = "truncated",
    [RX_OUT_ROBOTS] = "robots",
    [RX_OUT_ROBOTS_UNREACHABLE] = "robots_unreachable",
    [RX_OUT_NXDOMAIN] = "nxdomain",
    [RX_OUT_DNS] = "dns",
    [RX_OUT_BLOCKED_ADDRESS] = "blocked_address",
    [RX_OUT_BLOCKED_PORT] = "blocked_port",
    [RX_OUT_CONNECT] = "connect",
    [RX_OUT_TIMEOUT] = "timeout",
    [RX_OUT_TLS] = "tls",
    [RX_OUT_DISCONNECT] = "disconnect",
    [RX_OUT_PROTOCOL] = "protocol",
    [RX_OUT_PROXY] = "proxy",
    [RX_OUT_PARSE_FAILED] = "parse_failed",
    [RX_OUT_TRAP] = "trap",
    [RX_OUT_BUDGET] = "budget",
    [RX_OUT_DEPTH] = "depth",
    [RX_OUT_SCOPE] = "scope",
    [RX_OUT_ACTS] = "acts",
    [RX_OUT_REDIRECT_LIMIT] = "redirect_limit",
    [RX_OUT_INFRASTRUCTURE] = "infrastructure",
};

static const char *const cut_names[] = {
    [RX_CUT_NONE] = "",
    [RX_CUT_LENGTH] = "length",
    [RX_CUT_TIME] = "time",
    [RX_CUT_DISCONNECT] = "disconnect",
};

static const char *const place_names[RX_PLACE_COUNT] = {
    [RX_PLACE_TEXT] = "text",       [RX_PLACE_ATTR] = "attribute", [RX_PLACE_SCRIPT] = "script",
    [RX_PLACE_COMMENT] = "comment", [RX_PLACE_URL] = "url",        [RX_PLACE_FORM] = "form",
    [RX_PLACE_STYLE] = "style",     [RX_PLACE_HEADER] = "header",  [RX_PLACE_HOST] = "host",
};

static const char *const origin_names[RX_ORIGIN_COUNT] = {
    [RX_ORIGIN_LIST] = "list", [RX_ORIGIN_CSV] = "csv",           [RX_ORIGIN_JSONL] = "jsonl",
    [RX_ORIGIN_MAIL] = "mail", [RX_ORIGIN_WARC] = "warc",         [RX_ORIGIN_STIX] = "stix",
    [RX_ORIGIN_MISP] = "misp", [RX_ORIGIN_ARGUMENT] = "argument", [RX_ORIGIN_REPLAY] = "replay",
};

static const char *const purpose_names[RX_PURPOSE_COUNT] = {
    [RX_PURPOSE_UNKNOWN] = "unknown", [RX_PURPOSE_AD] = "ad",
    [RX_PURPOSE_SPAM] = "spam",       [RX_PURPOSE_COMPLAINT] = "complaint",
    [RX_PURPOSE_REPORT] = "report",
};

#define LOOK_UP(table, i)                                                                          \
    ((size_t)(i) < sizeof(table) / sizeof *(table) && (table)[i] ? (table)[i] : "?")

const char *rx_link_name(enum rx_link kind)
{
    return LOOK_UP(link_names, kind);
}

const char *rx_role_name(enum rx_role role)
{
    return LOOK_UP(role_names, role);
}

const char *rx_outcome_name(enum rx_outcome outcome)
{
    return LOOK_UP(outcome_names, outcome);
}

const char *rx_cut_name(enum rx_cut cut)
{
    return LOOK_UP(cut_names, cut);
}

const char *rx_reject_name(enum rx_reject reason)
{
    static const char *const names[RX_REJECT_COUNT] = {[RX_REJECT_FORM] = "form",
                                                       [RX_REJECT_CHECK] = "check",
                                                       [RX_REJECT_PLACEHOLDER] = "placeholder",
                                                       [RX_REJECT_FILLER] = "filler"};
    return LOOK_UP(names, reason);
}

const char *rx_place_name(enum rx_place place)
{
    return LOOK_UP(place_names, place);
}

enum rx_role rx_role_parse(struct rx_str name)
{
    for (int i = 0; i < RX_ROLE_COUNT; i++)
        if (rx_str_eq(name, rx_str(role_names[i])))
            return (enum rx_role)i;
    return RX_ROLE_UNKNOWN;
}

const char *rx_origin_name(enum rx_origin kind)
{
    return LOOK_UP(origin_names, kind);
}

const char *rx_purpose_name(enum rx_purpose purpose)
{
    return LOOK_UP(purpose_names, purpose);
}

enum rx_origin rx_origin_parse(struct rx_str name)
{
    for (int i = 1; i < RX_ORIGIN_COUNT; i++)
        if (rx_str_eq(name, rx_str(origin_names[i])))
            return (enum rx_origin)i;
    return (enum rx_origin)0;
}

enum rx_purpose rx_purpose_parse(struct rx_str name)
{
    for (int i = 0; i < RX_PURPOSE_COUNT; i++)
        if (rx_str_eq(name, rx_str(purpose_names[i])))
            return (enum rx_purpose)i;
    return RX_PURPOSE_UNKNOWN;
}

enum rx_link rx_link_of_status(int status)
{
    switch (status) {
    case 301:
        return RX_LINK_R301;
    case 302:
        return RX_LINK_R302;
    case 303:
        return RX_LINK_R303;
    case 307:
        return RX_LINK_R307;
    case 308:
        return RX_LINK_R308;
    default:
        return (enum rx_link)0;
    }
}
