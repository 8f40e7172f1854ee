/* sink_facts.c - what the network says of a host: addresses, aliases, certificate, server. Told
 * once a host and run, and again when it changes; archived (text/dns, the certificate chain once
 * per distinct chain) before it is stored. */
#include "crawler/facts/fact_line.h"
#include "crawler/facts/zone.h"
#include "crawler/net/asn.h"
#include "crawler/parse/parse.h"
#include "crawler/sink/sink_priv.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { SAN_MAX = 100 };

/* ---- DNS ----------------------------------------------------------------------------------------
 */

/* What the tables say of an address; the second knows the country if the first does not. */
static int network_lines(struct sink *s, struct rx_buf *lines, struct rx_ip ip)
{
    struct asn_answer a = {0}, other = {0};
    char number[16];
    if (s->opts.asn)
        asn_find(&a, s->opts.asn, ip);
    if (s->opts.country)
        asn_find(&other, s->opts.country, ip);
    (void)snprintf(number, sizeof number, "%u", a.number);
    int rc = a.number ? fact_line_add(lines, "asn", rx_str(number)) : RX_OK;
    if (!rc)
        rc = fact_line_add(lines, "as.name", rx_str(a.name));
    return rc ? rc
              : fact_line_add(lines, "country", rx_str(a.country[0] ? a.country : other.country));
}

static int dns_lines(struct sink *s, struct rx_buf *lines, const struct resolve_answer *dns)
{
    int rc = RX_OK;
    for (size_t i = 0; i < dns->cname_count && !rc; i++)
        rc = fact_line_add(lines, "cname", dns->cnames[i]);
    for (size_t i = 0; i < dns->ip_count && !rc; i++) {
        char text[RX_IP_TEXT];
        rx_ip_text(text, dns->ips[i]);
        rc = fact_line_add(lines, rx_ip_is_v4(dns->ips[i]) ? "a" : "aaaa", rx_str(text));
        if (!rc)
            rc = network_lines(s, lines, dns->ips[i]);
    }
    return rc;
}

/* Zone-file lines (RFC 4501 names such a record dns:HOST). */
static int dns_archive(struct sink *s, const struct sink_page *p, struct store_warc_ref *ref,
                       struct rx_err *err)
{
    const struct resolve_answer *dns = p->dns;
    rx_buf_clear(&s->meta);
    struct rx_str owner = p->job->host;
    int rc = RX_OK;
    for (size_t i = 0; i < dns->cname_count && !rc; i++) {
        rc = rx_buf_addf(&s->meta, "%.*s. %u IN CNAME %.*s.\r\n", RX_FMT(owner), dns->ttl_s,
                         RX_FMT(dns->cnames[i]));
        owner = dns->cnames[i];
    }
    for (size_t i = 0; i < dns->ip_count && !rc; i++) {
        char text[RX_IP_TEXT];
        rx_ip_text(text, dns->ips[i]);
        rc = rx_buf_addf(&s->meta, "%.*s. %u IN %s %s\r\n", RX_FMT(owner), dns->ttl_s,
                         rx_ip_is_v4(dns->ips[i]) ? "A" : "AAAA", text);
    }
    rx_buf_clear(&s->scratch);
    if (!rc)
        rc = rx_buf_addf(&s->scratch, "dns:%.*s", RX_FMT(p->job->host));
    if (rc)
        return rx_fail(err, rc, "no memory for a DNS answer");
    return sink_warc_resource(s, rx_buf_str(&s->scratch), RX_STR("text/dns"), rx_buf_str(&s->meta),
                              p->when_ms, ref, err);
}

/* ---- TLS
 * ------------------------------------------------------------------------------------------ */

static int hex_line(struct rx_buf *lines, const char *kind, struct rx_str bytes)
{
    char hex[RX_SHA256_HEX + 1];
    const struct rx_sha256 digest = rx_sha256(bytes);
    rx_sha256_hex(hex, &digest);
    return fact_line_add(lines, kind, rx_str(hex));
}

static int key_line(struct rx_buf *lines, X509 *cert)
{
    unsigned char *der = NULL;
    const int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
    if (n <= 0)
        return RX_OK;
    const int rc = hex_line(lines, "spki", rx_strn((const char *)der, (size_t)n));
    OPENSSL_free(der);
    return rc;
}

static int issuer_line(struct rx_buf *lines, X509 *cert)
{
    char text[FACT_VALUE_MAX];
    if (!X509_NAME_oneline(X509_get_issuer_name(cert), text, sizeof text))
        return RX_OK;
    return fact_line_add(lines, "cert.issuer", rx_str(text));
}

static int date_line(struct rx_buf *lines, const char *kind, const ASN1_TIME *when)
{
    struct tm tm;
    char text[32];
    if (!when || ASN1_TIME_to_tm(when, &tm) != 1 ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return RX_OK;
    return fact_line_add(lines, kind, rx_str(text));
}

static int san_lines(struct rx_buf *lines, X509 *cert)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    int rc = RX_OK;
    const int count = names ? sk_GENERAL_NAME_num(names) : 0;
    for (int i = 0; i < count && i < SAN_MAX && !rc; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_DNS)
            continue;
        const ASN1_IA5STRING *dns = name->d.dNSName;
        rc = fact_line_add(
            lines, "cert.san",
            rx_strn((const char *)ASN1_STRING_get0_data(dns), (size_t)ASN1_STRING_length(dns)));
    }
    GENERAL_NAMES_free(names);
    return rc;
}

static int tls_lines(struct rx_buf *lines, const struct fetch_tls *tls)
{
    const struct rx_str leaf = rx_buf_str(&tls->chain[0]);
    int rc = hex_line(lines, "cert", leaf);
    const unsigned char *at = (const unsigned char *)leaf.p;
    X509 *cert = d2i_X509(NULL, &at, (long)leaf.n);
    if (cert) {
        if (!rc)
            rc = key_line(lines, cert);
        if (!rc)
            rc = issuer_line(lines, cert);
        if (!rc)
            rc = date_line(lines, "cert.from", X509_get0_notBefore(cert));
        if (!rc)
            rc = date_line(lines, "cert.to", X509_get0_notAfter(cert));
        if (!rc)
            rc = san_lines(lines, cert);
        X509_free(cert);
    }
    ERR_clear_error();
    if (!rc)
        rc = fact_line_add(lines, "tls.verify",
                           tls->verify == 0 ? RX_STR("ok") : rx_str(tls->verify_text));
    if (!rc)
        rc = fact_line_add(lines, "tls.name", tls->name_ok ? RX_STR("ok") : RX_STR("mismatch"));
    return rc;
}

static int add_pem(struct rx_buf *out, struct rx_str der)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return RX_ENOMEM;
    char *text;
    int rc = RX_ENOMEM;
    if (PEM_write_bio(bio, "CERTIFICATE", "", (const unsigned char *)der.p, (long)der.n) > 0) {
        const long n = BIO_get_mem_data(bio, &text);
        rc = rx_buf_add(out, rx_strn(text, (size_t)n));
    }
    BIO_free(bio);
    return rc;
}

static int chain_name(struct rx_buf *out, const struct fetch_tls *tls)
{
    struct rx_sha256_ctx *ctx = rx_sha256_new();
    if (!ctx)
        return RX_ENOMEM;
    for (size_t i = 0; i < tls->chain_count; i++)
        rx_sha256_add(ctx, rx_buf_str(&tls->chain[i]));
    const struct rx_sha256 digest = rx_sha256_end(ctx);
    char hex[RX_SHA256_HEX + 1];
    rx_sha256_hex(hex, &digest);
    rx_buf_clear(out);
    return rx_buf_addf(out, "rxmap:chain:%s", hex);
}

/* s->scratch holds its name. */
static int write_chain(struct sink *s, const struct sink_page *p, struct store_warc_ref *ref,
                       struct rx_err *err)
{
    const struct fetch_tls *tls = &p->result->tls;
    struct rx_buf pem = RX_BUF(2 * 65536 * FETCH_CHAIN_MAX);
    int rc = RX_OK;
    for (size_t i = 0; i < tls->chain_count && !rc; i++)
        rc = add_pem(&pem, rx_buf_str(&tls->chain[i]));
    if (rc)
        rc = rx_fail(err, rc, "no memory for a certificate chain");
    else
        rc = sink_warc_resource(s, rx_buf_str(&s->scratch), RX_STR("application/x-pem-file"),
                                rx_buf_str(&pem), p->result->started_ms, ref, err);
    rx_buf_free(&pem);
    return rc;
}

/* Once per distinct chain: a thousand shops behind one certificate cite one record. */
static int tls_archive(struct sink *s, const struct sink_page *p, struct store_warc_ref *ref,
                       struct rx_err *err)
{
    const struct fetch_tls *tls = &p->result->tls;
    int rc = chain_name(&s->scratch, tls);
    if (rc)
        return rx_fail(err, rc, "no memory for a certificate chain");
    const struct store_warc_ref *known = rx_map_get(s->chains, rx_buf_str(&s->scratch));
    if (known) {
        *ref = *known;
        return RX_OK;
    }
    struct store_warc_ref *kept = malloc(sizeof *kept);
    if (!kept)
        return rx_fail(err, RX_ENOMEM, "no memory for a certificate chain");
    rc = write_chain(s, p, kept, err);
    if (!rc && rx_map_put(s->chains, rx_buf_str(&s->scratch), kept, NULL))
        rc = rx_fail(err, RX_ENOMEM, "no memory for a certificate chain");
    if (rc) {
        free(kept);
        return rc;
    }
    *ref = *kept;
    return RX_OK;
}

/* ---- both
 * -------------------------------------------------------------------------------------------- */

/* Has the host said the same before? Remembers it if not. */
static bool told(struct sink *s, struct rx_str host, struct rx_str lines)
{
    void *hash = (void *)(uintptr_t)(rx_hash64(lines) | 1);
    if (rx_map_get(s->told, host) == hash)
        return true;
    const int rc = rx_map_put(s->told, host, hash, NULL);
    (void)rc; /* forgetting it only tells it again */
    return false;
}

static int capture_lines(struct rx_buf *lines, const struct fetch_result *r)
{
    int rc = RX_OK;
    if (r->tls.used && r->tls.chain_count > 0)
        rc = tls_lines(lines, &r->tls);
    if (!rc && r->head.n > 0)
        rc = fact_line_add(lines, "server", parse_header(rx_buf_str(&r->head), "server"));
    return rc;
}

/* What this answer says of its host, if it is not what was said before. */
static int tell_capture(struct sink *s, const struct sink_page *p, struct rx_buf *lines,
                        struct sink_sources *from, struct rx_err *err)
{
    const struct fetch_result *r = p->result;
    const int rc = capture_lines(lines, r);
    if (rc)
        return rx_fail(err, rc, "too many facts of one host");
    if (lines->n > 0 && told(s, p->job->host, rx_buf_str(lines)))
        rx_buf_clear(lines);
    const bool has_chain = lines->n > 0 && r->tls.used && r->tls.chain_count > 0;
    return has_chain ? tls_archive(s, p, &from->tls, err) : RX_OK;
}

int sink_facts_lines(struct sink *s, const struct sink_page *p, struct rx_buf *lines,
                     struct sink_sources *from, struct rx_err *err)
{
    *from = (struct sink_sources){0};
    rx_buf_clear(lines);
    if (p->facts.n > 0) {
        const int rc = rx_buf_add(lines, p->facts);
        return rc ? rx_fail(err, rc, "too many facts of one host") : RX_OK;
    }
    int rc = p->result ? tell_capture(s, p, lines, from, err) : RX_OK;
    if (rc || !p->dns)
        return rc;
    rc = dns_lines(s, lines, p->dns);
    if (rc)
        return rx_fail(err, rc, "too many facts of one host");
    if (p->dns->ip_count + p->dns->cname_count == 0)
        return RX_OK;
    return dns_archive(s, p, &from->dns, err);
}

/* Where a kind of fact comes from, and the record that shows it. */
static const char *source_of(struct rx_str kind, const struct sink_sources *from,
                             struct store_warc_ref *ref)
{
    if (rx_str_eq(kind, RX_STR("server"))) {
        *ref = from->http;
        return "http";
    }
    if (rx_str_starts(kind, RX_STR("cert")) || rx_str_starts(kind, RX_STR("tls")) ||
        rx_str_eq(kind, RX_STR("spki"))) {
        *ref = from->tls;
        return "tls";
    }
    if (rx_str_starts(kind, RX_STR("rdap."))) {
        *ref = from->rdap;
        return "rdap";
    }
    *ref = from->dns; /* a table is asked for the address that this record shows */
    return rx_str_starts(kind, RX_STR("as")) || rx_str_eq(kind, RX_STR("country")) ? "table"
                                                                                   : "dns";
}

int sink_facts_write(struct sink *s, int64_t host_id, struct rx_str lines,
                     const struct sink_sources *from, int64_t seen_ms, struct rx_err *err)
{
    struct rx_str kind, value;
    while (fact_line_next(&lines, &kind, &value)) {
        struct store_fact fact = {.run = s->opts.run,
                                  .host_id = host_id,
                                  .kind = kind,
                                  .value = value,
                                  .seen_ms = seen_ms};
        fact.source = rx_str(source_of(kind, from, &fact.warc));
        const int rc = store_fact_put(s->opts.store, &fact);
        if (rc)
            return sink_store_fail(s, rc, "cannot keep a fact of a host", err);
    }
    return RX_OK;
}

int sink_facts_domain(struct sink *s, struct rx_str domain, struct rx_str lines,
                      const struct sink_sources *from, int64_t seen_ms, struct rx_err *err)
{
    struct store_host host;
    if (lines.n == 0)
        return RX_OK;
    const struct rx_str site = rx_site_key(s->opts.psl, domain);
    const int rc = store_host_put(s->opts.store, domain, site, &host);
    if (rc)
        return sink_store_fail(s, rc, "cannot keep a host", err);
    return sink_facts_write(s, host.id, lines, from, seen_ms, err);
}

int sink_facts_zone(struct sink *s, struct rx_str domain, struct rx_str text,
                    const struct store_warc_ref *ref, int64_t seen_ms, struct rx_err *err)
{
    const struct sink_sources from = {.dns = *ref};
    rx_buf_clear(&s->facts);
    const int rc = zone_facts(&s->facts, text);
    if (rc)
        return rx_fail(err, rc, "too many facts of one domain");
    return sink_facts_domain(s, domain, rx_buf_str(&s->facts), &from, seen_ms, err);
}
