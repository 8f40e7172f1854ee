/* sink_rdap.c - a registry's answer about a domain: the exchange as it came, with what was read of
 * it in its metadata (from which replay reads it), then the facts. Where no request could be made,
 * a record "rdap:DOMAIN" says why. */
#include "crawler/sink/sink_priv.h"

static int write_note(struct sink *s, const struct sink_item *item, struct store_warc_ref *ref,
                      struct rx_err *err)
{
    rx_buf_clear(&s->scratch);
    const int rc = rx_buf_addf(&s->scratch, "rdap:%.*s", RX_FMT(item->rdap_of));
    if (rc)
        return rx_fail(err, rc, "no memory for a record's name");
    return sink_warc_resource(s, rx_buf_str(&s->scratch), RX_STR("application/warc-fields"),
                              item->page.facts, item->when_ms, ref, err);
}

int sink_rdap_write(struct sink *s, const struct sink_item *item, struct rx_err *err)
{
    const struct sink_page *p = &item->page;
    struct sink_sources from = {.rdap = item->stands ? item->place : (struct store_warc_ref){0}};
    struct store_warc_ref request;
    int rc = RX_OK;
    if (!item->stands && p->requested)
        rc = sink_warc_page(s, p, p->facts, &from.rdap, &request, err);
    else if (!item->stands)
        rc = write_note(s, item, &from.rdap, err);
    const int64_t when_ms = p->result ? p->result->started_ms : item->when_ms;
    return rc ? rc : sink_facts_domain(s, item->rdap_of, p->facts, &from, when_ms, err);
}
