/* demo_serve.h - the simulated web in the foreground: `rxmap demo --serve`, for tests, benches and
 * anybody who wants to drive a crawler against a web with known truth. */
#ifndef RX_CLI_DEMO_SERVE_H
#define RX_CLI_DEMO_SERVE_H

#include "cli/cli.h"
#include "fixtures/fixture.h"

/* What --seed, --storefronts, --programmes and --adversarial ask for. */
int demo_web_opts(struct fixture_opts *opts, const struct cli *cli);
/* An unsigned number of at most max; fallback if the flag was not given. An exit code or 0. */
int demo_number(uint64_t *out, const struct cli *cli, const char *flag, uint64_t fallback,
                uint64_t max);
/* Writes path by write(), through a temporary file renamed into place. */
typedef int demo_write_fn(void *ctx, FILE *out, struct rx_err *err);
RX_MUST int demo_write(const char *path, demo_write_fn *write, void *ctx, struct rx_err *err);
/* Until SIGTERM or SIGINT; returns an exit code. */
int demo_serve(struct cli *cli);

#endif
