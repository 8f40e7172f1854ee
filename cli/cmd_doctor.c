/* cmd_doctor.c - rxmap doctor: is this machine fit to crawl? */
#include "cli/cli.h"
