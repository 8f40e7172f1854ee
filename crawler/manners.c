/* manners.c - see manners.h. */
#include "crawler/manners.h"

#include "base/escape.h"

static const struct manner {
    const char *key, *flag;
} manners[] = {{"crawl.host_delay", "--host-delay"},
               {"crawl.address_delay", "--address-delay"},
               {"crawl.robots", "--robots"}};

const char *manners_flag(const char *key)
{
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
        if (strcmp(manners[i].key, key) == 0)
            return manners[i].flag;
    return NULL;
}

int manners_lower(bool *out, const struct rx_conf *conf, const char *key)
{
    struct rx_conf *usual = rx_conf_new();
    if (!usual)
        return RX_ENOMEM;
    *out = strcmp(key, "crawl.robots") == 0
               ? strcmp(rx_conf_text(conf, key), rx_conf_text(usual, key)) != 0
               : rx_conf_int(conf, key) < rx_conf_int(usual, key);
    rx_conf_free(usual);
    return RX_OK;
}

int manners_add(struct rx_buf *out, const struct rx_conf *conf, bool of_file)
{
    int rc = RX_OK;
    if (rx_conf_bool(conf, "crawl.test_network") || rx_conf_text(conf, "crawl.connect_to")[0])
        return RX_OK;
    for (size_t i = 0; i < sizeof manners / sizeof *manners && !rc; i++) {
        bool lowers = false;
        const enum rx_conf_layer layer = rx_conf_layer(conf, manners[i].key);
        if (of_file ? layer != RX_CONF_FILE : layer < RX_CONF_ENV)
            continue;
        rc = manners_lower(&lowers, conf, manners[i].key);
        if (!rc && lowers)
            rc = rx_buf_addf(out, " %s ", manners[i].flag);
        if (!rc && lowers)
            rc = rx_esc_shell(out, rx_str(rx_conf_text(conf, manners[i].key)));
    }
    return rc;
}
