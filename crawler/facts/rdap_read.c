/* rdap_read.c - see rdap_read.h. The library bounds the depth of JSON (2,048); the size is bounded
 * by who fetched it. */
#include "crawler/facts/rdap_read.h"

#include "base/clock.h"
#include "crawler/facts/fact_line.h"

#include <jansson.h>

enum { ENTITIES_MAX = 16, EVENTS_MAX = 32, VCARD_MAX = 64 };

static struct rx_str text_of(const json_t *value)
{
    return json_is_string(value) ? rx_strn(json_string_value(value), json_string_length(value))
                                 : (struct rx_str){0};
}

static const json_t *at_most(const json_t *list, size_t i, size_t most)
{
    return json_is_array(list) && i < most ? json_array_get(list, i) : NULL;
}

/* ---- entities ----------------------------------------------------------------------------------
 */

static bool has_role(const json_t *entity, const char *role)
{
    const json_t *roles = json_object_get(entity, "roles"), *one;
    for (size_t i = 0; (one = at_most(roles, i, ENTITIES_MAX)); i++)
        if (rx_str_ieq(text_of(one), rx_str(role)))
            return true;
    return false;
}

static const json_t *with_role(const json_t *holder, const char *role)
{
    const json_t *list = json_object_get(holder, "entities"), *one;
    for (size_t i = 0; (one = at_most(list, i, ENTITIES_MAX)); i++)
        if (has_role(one, role))
            return one;
    return NULL;
}

/* The text of a vCard's property (RFC 7095): ["fn", {}, "text", "Example Registrar"]. */
static struct rx_str card(const json_t *entity, const char *property)
{
    const json_t *list = json_array_get(json_object_get(entity, "vcardArray"), 1), *one;
    for (size_t i = 0; (one = at_most(list, i, VCARD_MAX)); i++)
        if (rx_str_ieq(text_of(json_array_get(one, 0)), rx_str(property)))
            return text_of(json_array_get(one, 3));
    return (struct rx_str){0};
}

static int add_registrar(struct rx_buf *lines, const json_t *entity)
{
    const json_t *ids = json_object_get(entity, "publicIds"), *one;
    int rc = fact_line_add(lines, "rdap.registrar", card(entity, "fn"));
    for (size_t i = 0; !rc && (one = at_most(ids, i, ENTITIES_MAX)); i++) {
        const struct rx_str id = text_of(json_object_get(one, "identifier"));
        uint64_t number;
        if (rx_str_ieq(text_of(json_object_get(one, "type")), RX_STR("IANA Registrar ID")) &&
            rx_str_u64(id, &number))
            return fact_line_add(lines, "rdap.registrar_id", id);
    }
    return rc;
}

/* ---- privacy -----------------------------------------------------------------------------------
 */

/* Words of services that stand in for a registrant, and of registries that leave him out. Chosen by
 * hand, November 2026. */
static const char *const privacy_words[] = {
    "privacy",           "redacted", "whoisguard",    "proxy",       "data protected",
    "not disclosed",     "withheld", "private by",    "whois agent", "identity protect",
    "domain protection", "anonymi",  "1337 services", "njalla",      "statutory masking",
};

static bool speaks_of_privacy(struct rx_str text)
{
    for (size_t i = 0; i < sizeof privacy_words / sizeof *privacy_words; i++)
        if (rx_str_ifind(text, rx_str(privacy_words[i]), 0) >= 0)
            return true;
    return false;
}

static bool is_hidden(const json_t *root)
{
    const json_t *registrant = with_role(root, "registrant");
    const json_t *remarks = json_object_get(registrant, "remarks"), *one;
    if (json_array_size(json_object_get(root, "redacted")) > 0) /* RFC 9537 */
        return true;
    for (size_t i = 0; (one = at_most(remarks, i, ENTITIES_MAX)); i++)
        if (speaks_of_privacy(text_of(json_object_get(one, "title"))))
            return true;
    return speaks_of_privacy(card(registrant, "fn")) || speaks_of_privacy(card(registrant, "org"));
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

static int add_event(struct rx_buf *lines, const json_t *event)
{
    static const struct {
        const char *action, *kind;
    } events[] = {{"registration", "rdap.created"},
                  {"last changed", "rdap.updated"},
                  {"expiration", "rdap.expires"}};
    char text[RX_TIME_TEXT];
    int64_t when;
    if (rx_time_parse(&when, text_of(json_object_get(event, "eventDate"))))
        return RX_OK;
    rx_time_text(text, when, false);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (rx_str_ieq(text_of(json_object_get(event, "eventAction")), rx_str(events[i].action)))
            return fact_line_add(lines, events[i].kind, rx_str(text));
    return RX_OK;
}

static int add_lists(struct rx_buf *lines, const json_t *root)
{
    const json_t *events = json_object_get(root, "events"), *one;
    const json_t *statuses = json_object_get(root, "status");
    int rc = RX_OK;
    for (size_t i = 0; !rc && (one = at_most(events, i, EVENTS_MAX)); i++)
        rc = add_event(lines, one);
    for (size_t i = 0; !rc && (one = at_most(statuses, i, RDAP_STATUSES_MAX)); i++)
        rc = fact_line_add(lines, "rdap.status", text_of(one));
    return rc;
}

static int add_all(struct rx_buf *lines, const json_t *root)
{
    const json_t *registrar = with_role(root, "registrar");
    const json_t *abuse = with_role(registrar, "abuse");
    int rc = registrar ? add_registrar(lines, registrar) : RX_OK;
    if (!rc)
        rc = add_lists(lines, root);
    if (!rc && (with_role(root, "registrant") || json_object_get(root, "redacted")))
        rc = fact_line_add(lines, "rdap.privacy", is_hidden(root) ? RX_STR("yes") : RX_STR("no"));
    if (!rc)
        rc = fact_line_add(lines, "rdap.abuse",
                           card(abuse ? abuse : with_role(root, "abuse"), "email"));
    return rc;
}

static int judge(struct rx_buf *lines, const json_t *root, struct rx_str domain, struct rx_err *err)
{
    struct rx_str name = text_of(json_object_get(root, "ldhName"));
    if (name.n > 0 && name.p[name.n - 1] == '.')
        name.n--;
    if (!rx_str_ieq(text_of(json_object_get(root, "objectClassName")), RX_STR("domain")) ||
        name.n == 0)
        return rx_fail(err, RX_EINVAL, "the answer describes no domain");
    if (!rx_str_ieq(name, domain))
        return rx_fail(err, RX_EINVAL, "the answer is about another domain");
    const size_t before = lines->n;
    const int rc = add_all(lines, root);
    if (rc)
        return rx_fail(err, rc, "the answer says more than a domain has to say");
    return lines->n > before ? RX_OK : rx_fail(err, RX_EINVAL, "the answer says nothing");
}

int rdap_read(struct rx_buf *lines, struct rx_str json, struct rx_str domain, struct rx_err *err)
{
    json_error_t why;
    const size_t before = lines->n;
    json_t *root = json_loadb(json.n > 0 ? json.p : "", json.n, 0, &why);
    if (!root)
        return rx_fail(err, RX_EINVAL, "the answer is no JSON");
    const int rc = judge(lines, root, domain, err);
    json_decref(root);
    if (rc)
        lines->n = before;
    return rc;
}

bool rdap_read_fits(struct rx_str lines)
{
    static const char *const kinds[] = {"rdap.registrar", "rdap.registrar_id", "rdap.created",
                                        "rdap.updated",   "rdap.expires",      "rdap.status",
                                        "rdap.privacy",   "rdap.abuse"};
    struct rx_str kind, value, rest = lines;
    size_t ends = 0, facts = 0;
    for (size_t i = 0; i < lines.n; i++)
        ends += lines.p[i] == '\n';
    while (fact_line_next(&rest, &kind, &value)) {
        bool known = false;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            known = known || rx_str_eq(kind, rx_str(kinds[i]));
        for (size_t i = 0; i < value.n; i++)
            known = known && (unsigned char)value.p[i] >= ' ';
        if (!known || value.n == 0 || value.n > FACT_VALUE_MAX)
            return false;
        facts++;
    }
    return facts == ends && lines.n <= RDAP_LINES_MAX && (lines.n == 0 || facts > 0);
}
