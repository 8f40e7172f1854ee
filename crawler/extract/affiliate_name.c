/* affiliate_name.c - see affiliate_name.h. */
#include "crawler/extract/affiliate_name.h"

#include <string.h>

/* Bytes of a glued prefix, and of the name behind it. */
enum { PREFIX_LEAST = 2, GLUED_LEAST = 3 };

/* Names as affiliate software and networks document them, and as mails of pharmacy programmes spell
 * them ("main2.php?rx=15896" on a dozen hosts of one programme). Never: what is another for every
 * click (clickid), or names a campaign, a place or whatever a partner likes to tell apart (utm_*,
 * cid, kw, subid, aff_sub). */
static const struct parameter parameters[] = {
    {"a_aid", "a_aid", true},
    {"aff", "aff", true},
    {"aff_code", "aff", true},
    {"aff_id", "aff", true},
    {"affcode", "aff", true},
    {"affid", "aff", true},
    {"affiliate", "aff", true},
    {"affiliate_code", "aff", true},
    {"affiliate_id", "aff", true},
    {"affiliatecode", "aff", true},
    {"affiliateid", "aff", true},
    {"aid", "aid", false},
    {"fpr", "fpr", false},
    {"hop", "hop", false},
    {"idaff", "aff", true},
    {"idev_id", "idev", true},
    {"partner", "partner", false},
    {"partner_code", "partner", false},
    {"partner_id", "partner", true},
    {"partnercode", "partner", false},
    {"partnerid", "partner", true},
    {"pid", "pid", false},
    {"pp", "pp", false},
    {"ref", "ref", false},
    {"ref_code", "ref", false},
    {"ref_id", "ref", false},
    {"refc", "refc", false},
    {"refcode", "ref", false},
    {"referral", "ref", false},
    {"referral_code", "ref", false},
    {"referral_id", "ref", true},
    {"referrer_id", "ref", false},
    {"refid", "ref", true},
    {"reseller", "reseller", false},
    {"reseller_id", "reseller", false},
    {"resellerid", "reseller", false},
    {"rfsn", "rfsn", true},
    {"rid", "rid", false},
    {"rx", "rx", false},
    {"saff", "saff", true},
    {"said", "said", false},
    {"sca_ref", "sca_ref", true},
    {"sid", "sid", false},
    {"tap_a", "tap_a", true},
    {"tracker", "track", false},
    {"tracking_id", "track", false},
    {"trackid", "track", false},
    {"webmaster", "wm", true},
    {"webmaster_id", "wm", true},
    {"webmasterid", "wm", true},
    {"wid", "wid", false},
    {"wm", "wm", true},
    {"wm_id", "wm", true},
    {"wmid", "wm", true},
};

const struct parameter *affiliate_name(struct rx_str name)
{
    if (name.n < 2)
        return NULL;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        if (rx_lower(name.p[0]) == parameters[i].name[0] &&
            rx_str_ieq(name, rx_str(parameters[i].name)))
            return &parameters[i];
    return NULL;
}

/* Does a word of a name begin at `at`? */
static bool is_word_start(struct rx_str name, size_t at)
{
    return at == 0 || at == name.n || !rx_is_alnum(name.p[at]) || !rx_is_alnum(name.p[at - 1]) ||
           (rx_lower(name.p[at - 1]) == name.p[at - 1] && rx_lower(name.p[at]) != name.p[at]);
}

const struct parameter *affiliate_name_within(struct rx_str name)
{
    const struct parameter *best = NULL;
    for (size_t at = 0; name.n <= AFFILIATE_NAME_MOST && at < name.n; at++) {
        if (!rx_is_alpha(name.p[at]) || !is_word_start(name, at))
            continue;
        for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
            const struct parameter *p = &parameters[i];
            if (!p->plain || rx_lower(name.p[at]) != p->name[0])
                continue;
            struct rx_str word = rx_str(p->name);
            if (at + word.n <= name.n && is_word_start(name, at + word.n) &&
                rx_str_ieq(rx_str_sub(name, at, at + word.n), word) &&
                rx_str_ifind(name, RX_STR("sub"), at + word.n) < 0 &&
                (!best || word.n > strlen(best->name)))
                best = p;
        }
    }
    return best;
}

const struct parameter *affiliate_name_at_end(struct rx_str name, char mark)
{
    const struct parameter *best = NULL;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        struct rx_str word = rx_str(parameters[i].name);
        if (word.n >= GLUED_LEAST && name.n >= word.n + PREFIX_LEAST &&
            (!mark || name.p[name.n - word.n - 1] == mark) &&
            rx_str_ieq(rx_str_sub(name, name.n - word.n, name.n), word) &&
            (!best || word.n > strlen(best->name)))
            best = &parameters[i];
    }
    return best;
}
