/* escape.h - the exits. Text that a site sent leaves the program only through one of these.
 *
 * Each adds to out and returns 0 or RX_EFULL / RX_ENOMEM. Input is any bytes; invalid UTF-8 comes
 * out as U+FFFD (or as \xNN in rx_esc_terminal). */
#ifndef RX_BASE_ESCAPE_H
#define RX_BASE_ESCAPE_H

#include "base/buf.h"

/* Terminal and log: C0, C1, DEL, bidi controls, zero-width and invalid bytes shown as \xNN or
 * \uNNNN. */
RX_MUST int rx_esc_terminal(struct rx_buf *out, struct rx_str s);
/* A JSON string with its quotes (RFC 8259). */
RX_MUST int rx_esc_json(struct rx_buf *out, struct rx_str s);
/* XML 1.0 text and attribute values: & < > " ' as entities; characters outside Char as U+FFFD; DEL,
 * C1, bidi controls, line separators and what else cannot be seen (but joiners) as \uNNNN, for a
 * viewer, and for a terminal that the file is written to. */
RX_MUST int rx_esc_xml(struct rx_buf *out, struct rx_str s);
/* An RFC 4180 cell. spreadsheet: always quoted; = + - @ (and TAB CR LF before all else) get an
 * apostrophe before them where a cell begins, also behind blanks and behind what separates cells
 * elsewhere; what cannot be seen as in rx_esc_xml. */
RX_MUST int rx_esc_csv(struct rx_buf *out, struct rx_str s, bool spreadsheet);
/* A URL that we were given (a proxy's), without its user and password; the rest byte for byte. */
RX_MUST int rx_esc_proxy(struct rx_buf *out, struct rx_str s);
/* One word of a command line for a POSIX shell, quoted where it must be. It goes to a terminal
 * through rx_esc_terminal() as well, which leaves the quotes as they are. */
RX_MUST int rx_esc_shell(struct rx_buf *out, struct rx_str s);

/* Reads one code point at *at and moves *at on; U+FFFD for an invalid sequence (one maximal
 * subpart at a time, as the WHATWG decoder does). at must be < s.n. */
uint32_t rx_utf8_next(struct rx_str s, size_t *at);
/* Encodes a scalar value; returns the number of bytes (1..4). Surrogates become U+FFFD. */
size_t rx_utf8_put(char out[4], uint32_t code_point);
bool rx_utf8_valid(struct rx_str s);

#endif
