/* demo_serve.c - see demo_serve.h. */
#include "cli/demo_serve.h"

#include "cli/next.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

enum { STOREFRONTS = 300, PROGRAMMES = 20 };

int demo_number(uint64_t *out, const struct cli *cli, const char *flag, uint64_t fallback,
                uint64_t max)
{
    const char *text = cli_flag(cli, flag);
    *out = fallback;
    if (text && (!rx_str_u64(rx_str(text), out) || *out > max))
        return cli_usage(cli, "%s wants a number of at most %llu", flag, (unsigned long long)max);
    return 0;
}

int demo_web_opts(struct fixture_opts *opts, const struct cli *cli)
{
    uint64_t seed = 0, storefronts = 0, programmes = 0;
    int code = demo_number(&seed, cli, "--seed", 1, UINT64_MAX);
    if (!code)
        code = demo_number(&storefronts, cli, "--storefronts", STOREFRONTS, 100000);
    uint64_t usual = storefronts / 4 < PROGRAMMES ? storefronts / 4 : PROGRAMMES;
    if (!code)
        code = demo_number(&programmes, cli, "--programmes", usual, 200);
    *opts = (struct fixture_opts){.seed = seed,
                                  .storefronts = (unsigned)storefronts,
                                  .programmes = (unsigned)programmes,
                                  .adversarial = cli_flag(cli, "--adversarial") != NULL};
    return code;
}

int demo_write(const char *path, demo_write_fn *write, void *ctx, struct rx_err *err)
{
    char temporary[PATH_MAX];
    if (strcmp(path, "-") == 0) {
        int failed = write(ctx, stdout, err);
        if (!failed && fflush(stdout))
            failed = rx_fail_errno(err, RX_EIO, errno, "Standard output cannot be written");
        return failed;
    }
    int n = snprintf(temporary, sizeof temporary, "%s.part", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return rx_fail(err, RX_EINVAL, "The path %s is too long.", path);
    FILE *out = fopen(temporary, "we");
    if (!out)
        return rx_fail_errno(err, RX_EIO, errno, "%s cannot be written", temporary);
    int rc = write(ctx, out, err);
    if (fclose(out) && !rc)
        rc = rx_fail_errno(err, RX_EIO, errno, "%s cannot be written", temporary);
    if (!rc && rename(temporary, path))
        rc = rx_fail_errno(err, RX_EIO, errno, "%s cannot be written", path);
    if (rc)
        (void)unlink(temporary);
    return rc;
}

/* ---- what may be written beside the server ----------------------------------------------- */

struct serving {
    const struct fixture_web *web; /* NULL: plain hosts or the zoo */
    struct fixture_server_opts opts;
    const struct fixture_server *server;
};

static int write_truth(void *ctx, FILE *out, struct rx_err *err)
{
    const struct serving *s = ctx;
    return fixture_truth(s->web, out, err);
}

static int write_seeds(void *ctx, FILE *out, struct rx_err *err)
{
    const struct serving *s = ctx;
    if (s->web)
        return fixture_seeds(s->web, out, err);
    return s->opts.zoo ? fixture_zoo_seeds(out, err)
                       : fixture_plain_seeds(s->opts.plain_hosts, out, err);
}

static int write_ports(void *ctx, FILE *out, struct rx_err *err)
{
    const struct serving *s = ctx;
    if (fprintf(out, "http=%u\ntls=%u\ndns=%u\n", fixture_server_port(s->server),
                fixture_server_tls_port(s->server), fixture_server_dns_port(s->server)) < 0)
        return rx_fail(err, RX_EIO, "The port file cannot be written.");
    return RX_OK;
}

static int write_to(struct cli *cli, const char *path, demo_write_fn *write, struct serving *s)
{
    struct rx_err err = {0};
    if (!path)
        return 0;
    return demo_write(path, write, s, &err) ? cli_fail(cli, &err) : 0;
}

static const char *seeds_path(const struct cli *cli)
{
    const char *path = cli_flag(cli, "--seeds");
    return path ? path : "demo-seeds.txt";
}

/* Threads of the server inherit the mask, so that only this thread takes the signals. */
static void block_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, set, NULL);
}

/* What to type in another terminal, each line to be pasted as it is. */
static int say_recipe(const struct cli *cli, const struct serving *s)
{
    const unsigned http = fixture_server_port(s->server), tls = fixture_server_tls_port(s->server);
    const unsigned dns = fixture_server_dns_port(s->server);
    struct rx_buf program = RX_BUF(PATH_MAX), seeds = RX_BUF(PATH_MAX);
    int rc = next_word(&program, cli->full_argv[0]);
    if (!rc)
        rc = next_word(&seeds, seeds_path(cli));
    if (!rc)
        (void)printf("http %u, tls %u, dns %u on loopback; SIGTERM ends it. In another terminal:\n"
                     "%s init played\n"
                     "%s -C played seed add %s\n"
                     "%s -C played crawl --connect-to 127.0.0.1:%u,%u --resolver 127.0.0.1:%u "
                     "--host-delay 0 --address-delay 0\n",
                     http, tls, dns, program.p, program.p, seeds.p, program.p, http, tls, dns);
    rx_buf_free(&program);
    rx_buf_free(&seeds);
    return rc || fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
}

static int serve_until_signal(struct cli *cli, struct serving *s)
{
    struct fixture_server *server = NULL;
    struct rx_err err = {0};
    sigset_t signals;
    int signal_number = 0;
    block_signals(&signals);
    if (fixture_server_start(&server, s->web, &s->opts, &err))
        return cli_fail(cli, &err);
    s->server = server;
    /* The port file comes last: whoever waits for it finds the other files whole. */
    int code = write_to(cli, cli_flag(cli, "--port-file"), write_ports, s);
    if (!code)
        code = say_recipe(cli, s);
    if (!code)
        (void)sigwait(&signals, &signal_number);
    fixture_server_stop(server);
    return code;
}

static int read_options(struct serving *s, const struct cli *cli)
{
    static const char *const ports[] = {"--port", "--tls-port", "--dns-port"};
    uint16_t *const targets[] = {&s->opts.port, &s->opts.tls_port, &s->opts.dns_port};
    uint64_t n = 0;
    int code = 0;
    for (size_t i = 0; i < 3 && !code; i++) {
        code = demo_number(&n, cli, ports[i], 0, 65535);
        *targets[i] = (uint16_t)n;
    }
    if (!code)
        code = demo_number(&n, cli, "--plain-hosts", 0, 60000);
    s->opts.plain_hosts = (unsigned)n;
    if (!code)
        code = demo_number(&n, cli, "--pages", 10, 10000);
    s->opts.plain_pages = (unsigned)n;
    s->opts.zoo = cli_flag(cli, "--zoo") != NULL;
    s->opts.log_path = cli_flag(cli, "--log");
    return code;
}

static int check_targets(const struct cli *cli)
{
    static const char *const outputs[] = {"--truth", "--log", "--port-file"};
    int code = 0;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs && !code; i++)
        code = cli_target(cli, cli->case_dir, cli_flag(cli, outputs[i]));
    if (!code)
        code = cli_target(cli, cli->case_dir, seeds_path(cli));
    return code;
}

int demo_serve(struct cli *cli)
{
    struct fixture_opts opts;
    struct serving s = {0};
    struct rx_err err = {0};
    struct fixture_web *web = NULL;
    int code = read_options(&s, cli);
    if (!code)
        code = check_targets(cli);
    if (!code)
        code = demo_web_opts(&opts, cli);
    if (code)
        return code;
    bool other = s.opts.zoo || s.opts.plain_hosts;
    if (other && cli_flag(cli, "--truth"))
        return cli_usage(cli, "only the pharmacy web has a truth file");
    if (!other && fixture_new(&web, &opts, &err))
        return cli_fail(cli, &err);
    s.web = web;
    code = write_to(cli, cli_flag(cli, "--truth"), write_truth, &s);
    if (!code)
        code = write_to(cli, seeds_path(cli), write_seeds, &s);
    if (!code)
        code = serve_until_signal(cli, &s);
    fixture_free(web);
    return code;
}
