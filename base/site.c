/* site.c - see site.h. The bytes that are hashed are the bytes that libpsl reads: the file is read
 * once, so a list that is replaced meanwhile cannot give a digest of another list. */
#include "base/site.h"

#include "base/digest.h"
#include "base/ip.h"

#include <errno.h>
#include <libpsl.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIST_MAX_BYTES = 16 << 20, HOST_MAX_BYTES = 254 };

struct rx_psl {
    psl_ctx_t *ctx; /* owned; NULL: builtin is used */
    const psl_ctx_t *list;
    char sha256[RX_SHA256_HEX + 1];
};

/* The list as text is preferred: the distribution's two files hold the same rules. */
static const char *const shipped[] = {
    "/usr/share/publicsuffix/public_suffix_list.dat",
    "/usr/share/publicsuffix/public_suffix_list.dafsa",
};

static int read_list(struct rx_buf *bytes, const char *path, struct rx_err *err)
{
    FILE *in = fopen(path, "rbe");
    if (!in)
        return rx_fail_errno(err, errno == ENOENT ? RX_ENOENT : RX_EIO, errno,
                             "cannot open the list of public suffixes %s", path);
    int rc = 0;
    for (size_t n = 1; n && !rc;) {
        char *to = rx_buf_room(bytes, 65536);
        if (!to) {
            rc = rx_fail(err, RX_EFULL, "%s is too large for a list of public suffixes", path);
            break;
        }
        n = fread(to, 1, 65536, in);
        bytes->n += n;
        if (n == 0 && ferror(in))
            rc = rx_fail_errno(err, RX_EIO, errno, "cannot read %s", path);
    }
    (void)fclose(in);
    return rc;
}

static int load_file(struct rx_psl *psl, const char *path, struct rx_err *err)
{
    struct rx_buf bytes = RX_BUF(LIST_MAX_BYTES);
    int rc = read_list(&bytes, path, err);
    if (!rc && bytes.n) {
        FILE *in = fmemopen(bytes.p, bytes.n, "rb");
        if (in) {
            psl->ctx = psl_load_fp(in);
            (void)fclose(in);
        }
    }
    /* libpsl takes any text for a list; one without a rule is none. */
    if (!rc && (!psl->ctx || (psl_suffix_count(psl->ctx) == 0)))
        rc = rx_fail(err, RX_EINVAL, "%s is not a list of public suffixes", path);
    if (!rc) {
        struct rx_sha256 digest = rx_sha256(rx_buf_str(&bytes));
        rx_sha256_hex(psl->sha256, &digest);
        psl->list = psl->ctx;
    }
    rx_buf_free(&bytes);
    return rc;
}

static int load_builtin(struct rx_psl *psl, struct rx_err *err)
{
    psl->list = psl_builtin();
    if (!psl->list)
        return rx_fail(err, RX_ENOENT,
                       "no list of public suffixes: install the package publicsuffix");
    struct rx_sha256 digest = rx_sha256(rx_str(psl_get_version()));
    rx_sha256_hex(psl->sha256, &digest);
    return 0;
}

int rx_psl_load(struct rx_psl **out, const char *path, struct rx_err *err)
{
    struct rx_psl *psl = calloc(1, sizeof *psl);
    if (!psl)
        return rx_fail(err, RX_ENOMEM, "no memory for the list of public suffixes");
    int rc = path ? load_file(psl, path, err) : RX_ENOENT;
    for (size_t i = 0; !path && rc == RX_ENOENT && i < sizeof shipped / sizeof *shipped; i++)
        rc = load_file(psl, shipped[i], err);
    if (!path && rc == RX_ENOENT)
        rc = load_builtin(psl, err);
    if (rc) {
        rx_psl_free(psl);
        return rc;
    }
    *out = psl;
    return 0;
}

void rx_psl_free(struct rx_psl *psl)
{
    if (!psl)
        return;
    psl_free(psl->ctx);
    free(psl);
}

const char *rx_psl_sha256(const struct rx_psl *psl)
{
    return psl->sha256;
}

struct rx_str rx_host_name(struct rx_str host)
{
    return rx_str_ends(host, RX_STR(".")) ? rx_str_sub(host, 0, host.n - 1) : host;
}

/* To libpsl an address is labels like any other: "10.0.0.1" would have the site "0.1". */
static bool is_address(struct rx_str host)
{
    struct rx_ip ip;
    return host.p[0] == '[' || rx_ip_parse(&ip, host) == 0;
}

struct rx_str rx_psl_registrable(const struct rx_psl *psl, struct rx_str host)
{
    const struct rx_str none = {0};
    char copy[HOST_MAX_BYTES + 1];
    host = rx_host_name(host);
    if (host.n == 0 || host.n > HOST_MAX_BYTES || host.p[0] == '.' ||
        rx_str_find(host, RX_STR(".."), 0) >= 0 || memchr(host.p, '\0', host.n) || is_address(host))
        return none;
    for (size_t i = 0; i < host.n; i++)
        copy[i] = rx_lower(host.p[i]);
    copy[host.n] = '\0';
    const char *domain = psl_registrable_domain(psl->list, copy);
    return domain ? rx_str_sub(host, (size_t)(domain - copy), host.n) : none;
}

bool rx_psl_is_listed(const struct rx_psl *psl, struct rx_str ending)
{
    char copy[HOST_MAX_BYTES + 3] = "x.";
    if (ending.n == 0 || ending.n > HOST_MAX_BYTES || memchr(ending.p, '\0', ending.n))
        return false;
    for (size_t i = 0; i < ending.n; i++)
        copy[2 + i] = rx_lower(ending.p[i]);
    /* "*.ck" lists what stands below "ck". */
    enum { LISTED = PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE };
    return psl_is_public_suffix2(psl->list, copy + 2, LISTED) ||
           psl_is_public_suffix2(psl->list, copy, LISTED);
}

struct rx_str rx_site_key(const struct rx_psl *psl, struct rx_str host)
{
    struct rx_str domain = rx_psl_registrable(psl, host);
    return domain.n ? domain : rx_host_name(host);
}
