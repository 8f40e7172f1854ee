/* cmd_config.c - rxmap config: each setting, its value, and which layer it comes from. */
#include "cli/cli.h"

#include "base/escape.h"
#include "cli/json.h"

#include <limits.h>
#include <string.h>

static const char *const layers[] = {
    [RX_CONF_DEFAULT] = "default",
    [RX_CONF_FILE] = "rxmap.ini",
    [RX_CONF_ENV] = "environment",
    [RX_CONF_FLAG] = "flag",
};

static int print_json(const struct cli *cli, const struct rx_conf_key *key)
{
    struct json j;
    json_open(&j, "setting");
    json_text(&j, "key", rx_str(key->name));
    json_text(&j, "value", rx_str(rx_conf_text(cli->conf, key->name)));
    json_text(&j, "from", rx_str(layers[rx_conf_layer(cli->conf, key->name)]));
    json_text(&j, "default", rx_str(key->fallback));
    if (key->choices)
        json_text(&j, "choices", rx_str(key->choices));
    json_text(&j, "reason", rx_str(key->reason));
    return json_print(&j);
}

static int print_line(const struct cli *cli, const struct rx_conf_key *key)
{
    struct rx_buf value = RX_BUF(1 << 16);
    int rc = rx_esc_terminal(&value, rx_str(rx_conf_text(cli->conf, key->name)));
    if (rc)
        return rc;
    (void)printf("%-26s %-24s %s\n", key->name, value.p ? value.p : "",
                 layers[rx_conf_layer(cli->conf, key->name)]);
    if (cli->verbose)
        (void)printf("%-26s   %s%s%s%s\n", "", key->reason, key->choices ? " (" : "",
                     key->choices ? key->choices : "", key->choices ? ")" : "");
    rx_buf_free(&value);
    return 0;
}

/* A prefix ("crawl" or "crawl.host_delay") narrows the list. */
static bool wanted(const struct cli *cli, const char *key)
{
    bool any = cli->argc == 0;
    for (int i = 0; i < cli->argc; i++) {
        size_t n = strlen(cli->argv[i]);
        any = any || (strncmp(key, cli->argv[i], n) == 0 && (key[n] == '\0' || key[n] == '.'));
    }
    return any;
}

/* Outside a case there is no rxmap.ini, and that is fine here. */
static int load_case(struct cli *cli)
{
    struct rx_buf dir = RX_BUF(PATH_MAX);
    struct rx_err err = {0};
    int rc = store_find(&dir, cli->case_dir, &err);
    int code = 0;
    if (!rc)
        code = cli_find(cli, &dir);
    else if (rc != RX_ENOCASE || cli->case_dir)
        code = cli_fail(cli, &err);
    rx_buf_free(&dir);
    return code;
}

static int run(struct cli *cli)
{
    size_t shown = 0;
    int code = load_case(cli);
    if (code)
        return code;
    for (size_t i = 0; i < rx_conf_count(); i++) {
        const struct rx_conf_key *key = rx_conf_at(i);
        if (!wanted(cli, key->name))
            continue;
        shown++;
        if (cli->json ? print_json(cli, key) : print_line(cli, key))
            return EXIT_FAILED;
    }
    if (shown)
        return EXIT_DONE;
    const char *names[256] = {0};
    for (size_t i = 0; i < rx_conf_count() && i < 255; i++)
        names[i] = rx_conf_at(i)->name;
    const char *near = rx_nearest(rx_str(cli->argv[0]), names);
    return cli_usage(
        cli, near ? "no setting is called %s; did you mean %s?" : "no setting is called %s%s",
        cli->argv[0], near ? near : "");
}

const struct cmd cmd_config = {
    .name = "config",
    .args = "[KEY..]",
    .summary = "each setting, its value and where it comes from; -v: why that default",
    .examples = "rxmap config\nrxmap config -v crawl\nrxmap config --json crawl.host_delay\n",
    .flags = NULL,
    .run = run,
};
