/* conf_table.h - conf.c's table of settings (conf_table.c). For conf.c and its test only. */
#ifndef RX_BASE_CONF_TABLE_H
#define RX_BASE_CONF_TABLE_H

#include "base/conf.h"

extern const struct rx_conf_key rx_conf_table[];
extern const size_t rx_conf_table_count;

#endif
