/* main.c - the program's table of commands, and the way from a command line into one of them.
 *
 * Layers of settings: flags and -c are set first, then the environment, then (once the case is
 * known, cli_find) rxmap.ini; rx_conf lets the higher layer win whatever the order. */
#include "cli/args.h"
#include "cli/json.h"

#include <errno.h>

/* In the order of a case's life. */
static const struct cmd *const commands[] = {
    &cmd_init,        &cmd_seed,   &cmd_crawl,    &cmd_replay,     &cmd_extract,
    &cmd_status,      &cmd_map,    &cmd_networks, &cmd_show,       &cmd_explain,
    &cmd_review,      &cmd_link,   &cmd_mark,     &cmd_note,       &cmd_undo,
    &cmd_chokepoints, &cmd_export, &cmd_eval,     &cmd_background, &cmd_verify,
    &cmd_config,      &cmd_doctor, &cmd_demo,     &cmd_help,       NULL,
};

/* ---- --version ------------------------------------------------------------------------------- */

/* "libuv 1.44.2, libcurl 7.88.1, ...": what the program was built with (cli/CMakeLists.txt). */
static const char libraries[] = RXMAP_LIBRARIES;
static const char features[] = "warc/1.1, robots/rfc9309, url/whatwg, store/sqlite, graphml, csv, "
                               "jsonl, svg"
#ifdef RXMAP_SANITIZED
                               ", sanitizers"
#endif
    ;

static int version(const struct cli *cli)
{
    if (!cli->json) {
        (void)printf("rxmap %s\nlibraries: %s\nfeatures: %s\n", RXMAP_VERSION, libraries, features);
        return EXIT_DONE;
    }
    struct json j;
    json_open(&j, "version");
    json_text(&j, "version", RX_STR(RXMAP_VERSION));
    json_text(&j, "libraries", rx_str(libraries));
    json_text(&j, "features", rx_str(features));
    return json_print(&j) ? EXIT_FAILED : EXIT_DONE;
}

/* ---- from argv to a command ------------------------------------------------------------------ */

static int start(struct cli *cli, const struct args *args)
{
    struct rx_err err = {0};
    rx_log_set(cli->quiet ? RX_LOG_ERROR : cli->verbose ? RX_LOG_DEBUG : RX_LOG_INFO);
    if (args->version)
        return version(cli);
    if (!args->command)
        return args->help || cli->argc == 0 ? cmd_help.run(cli) : cli_no_command(cli, cli->argv[0]);
    if (args->help) {
        static char *topic[1];
        topic[0] = (char *)(uintptr_t)args->command->name;
        cli->argc = 1;
        cli->argv = topic;
        return cmd_help.run(cli);
    }
    if (rx_conf_load_env(cli->conf, &err))
        return cli_fail(cli, &err);
    return args->command->run(cli);
}

/* What was told is told only once it has left. */
static int flushed(int code)
{
    errno = 0;
    if (code != EXIT_DONE || (fflush(stdout) == 0 && !ferror(stdout)))
        return code;
    const bool no_room = errno == ENOSPC || errno == EDQUOT;
    (void)fprintf(stderr, "rxmap: cannot write to standard output%s\n",
                  no_room ? ": there is no room on its disk" : "");
    return no_room ? EXIT_DISK : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct cli cli = {.commands = commands, .full_argc = argc, .full_argv = argv};
    struct args args = {0};
    cli.conf = rx_conf_new();
    if (!cli.conf) {
        (void)fputs("rxmap: no memory\n", stderr);
        return EXIT_FAILED;
    }
    int code = args_parse(&args, &cli, argc, argv);
    if (!code)
        code = start(&cli, &args);
    code = flushed(code);
    args_done(&args, &cli);
    crawl_tables_free(cli.tables);
    rx_conf_free(cli.conf);
    return code;
}
