/* net_fetch_tls.c - what a TLS handshake tells: protocol, chain, verdict. */
#include "tests/unit/fetch_client.h"

static bool has_der(const struct fetch_tls *tls)
{
    const unsigned char *p = (const unsigned char *)tls->chain[0].p;
    X509 *cert = tls->chain_count ? d2i_X509(NULL, &p, (long)tls->chain[0].n) : NULL;
    bool whole = cert && p == (const unsigned char *)tls->chain[0].p + tls->chain[0].n;
    X509_free(cert);
    return whole;
}

/* A bad certificate is a finding and the page is read all the same; the finding stays with kept
 * connections and with resumed sessions, in both versions of TLS. */
static void tls_findings(void **state)
{
    (void)state;
    static const struct {
        const char *cert_name;
        int version;
        bool name_ok;
        const char *protocol;
    } rows[] = {
        {"shop.example", TLS1_3_VERSION, true, "TLSv1.3"},
        {"*.example", TLS1_3_VERSION, false, "TLSv1.3"}, /* a star for a whole top-level domain */
        {"other.example", TLS1_3_VERSION, false, "TLSv1.3"},
        {"shop.example", TLS1_2_VERSION, true, "TLSv1.2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tiny_server *s = serve(rows[i].cert_name);
        (void)SSL_CTX_set_max_proto_version(s->tls, rows[i].version);
        struct client c;
        open_client(&c, defaults());
        static const char *const paths[] = {"/ok", "/close", "/close", "/ok"};
        for (size_t j = 0; j < 4; j++) {
            struct fetch_result *r = get(&c, "https", s->port, paths[j]);
            if (r->outcome != RX_OUT_OK)
                fail_msg("row %zu, %zu: %s", i, j, r->reason);
            assert_true(r->tls.used);
            assert_int_equal(r->tls.verify, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
            assert_true(r->tls.verify_text[0] != '\0');
            assert_int_equal(r->tls.name_ok, rows[i].name_ok);
            assert_string_equal(r->tls.protocol, rows[i].protocol);
            assert_true(strncmp(r->tls.cipher, "TLS_", 4) == 0);
            assert_int_equal(r->tls.chain_count, 1);
            assert_true(has_der(&r->tls));
        }
        assert_int_equal(atomic_load(&s->connections), 3); /* /ok left its own to /close */
        assert_true(SSL_CTX_sess_hits(s->tls) > 0);        /* and some were resumed */
        close_client(&c);
        unserve(s);
    }
}

/* With the certificate among the trusted ones nothing is found. */
static void tls_good(void **state)
{
    (void)state;
    struct tiny_server *s = serve("shop.example");
    char path[] = "/tmp/rxcaXXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, SSL_CTX_get0_certificate(s->tls)), 1);
    assert_int_equal(fclose(f), 0);
    struct client c;
    struct fetch_opts o = defaults();
    o.ca_file = path;
    open_client(&c, o);
    struct fetch_result *r = get(&c, "https", s->port, "/ok");
    assert_int_equal(r->outcome, RX_OUT_OK);
    assert_int_equal(r->tls.verify, X509_V_OK);
    assert_string_equal(r->tls.verify_text, "");
    assert_true(r->tls.name_ok);
    close_client(&c);
    unserve(s);
    (void)unlink(path);
}

static void tls_none(void **state)
{
    (void)state;
    struct tiny_server *s = serve(NULL);
    s->mode = TINY_GREETS;
    struct client c;
    open_client(&c, defaults());
    assert_int_equal(get(&c, "https", s->port, "/ok")->outcome, RX_OUT_TLS);
    assert_false(c.last.tls.used);
    close_client(&c);
    unserve(s);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_findings),
        cmocka_unit_test(tls_good),
        cmocka_unit_test(tls_none),
    };
    return cmocka_run_group_tests_name("fetch_tls", tests, NULL, NULL);
}
