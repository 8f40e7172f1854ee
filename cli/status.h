/* status.h - the parts of rxmap status. */
#ifndef RX_CLI_STATUS_H
#define RX_CLI_STATUS_H

#include "base/clock.h"
#include "base/escape.h"
#include "cli/cli.h"
#include "cli/json.h"

/* One line for people: what an outcome means. */
const char *status_why(enum rx_outcome outcome);
/* Sites of the last run that gave no page, and why. */
RX_MUST int status_errors(const struct cli *cli, struct store *st);
/* What looked like an identifier and was none, by class and reason: for -v. */
RX_MUST int status_rejects(const struct cli *cli, struct store *st);
/* What became of a URL in each run. RX_EUSAGE when it is no URL. */
RX_MUST int status_url(const struct cli *cli, struct store *st, struct rx_str url,
                       struct rx_err *err);

#endif
