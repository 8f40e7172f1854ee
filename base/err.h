/* err.h - error codes and the one place where an error's sentence is written.
 *
 * A function that can fail returns 0 or a negative RX_E*; the sentence that says what, where and
 * what to do goes into the caller's struct rx_err, once, where the fact is known. A 404 or a
 * refusal by robots.txt is an outcome of the crawl (vocab.h), not an error. */
#ifndef RX_BASE_ERR_H
#define RX_BASE_ERR_H

#define RX_MUST __attribute__((warn_unused_result))
#define RX_PRINTF(fmt_arg, first_arg) __attribute__((format(printf, fmt_arg, first_arg)))

enum rx_errno {
    RX_OK = 0,
    RX_EINVAL = -1,   /* the input breaks its grammar */
    RX_ENOMEM = -2,   /* allocation failed */
    RX_EFULL = -3,    /* a cap of ours was reached */
    RX_EEXISTS = -4,  /* it is already there */
    RX_ENOENT = -5,   /* it is not there */
    RX_EIO = -6,      /* a system call failed */
    RX_EDAMAGE = -7,  /* stored data contradict themselves: exit 5 */
    RX_ENOSPC = -8,   /* disk full or quota: exit 6 */
    RX_ENET = -9,     /* no network, proxy down, a leak refused: exit 7 */
    RX_ELOCKED = -10, /* another process works on the case: exit 8 */
    RX_ENOCASE = -11, /* no case here: exit 10 */
    RX_EUSAGE = -12,  /* usage or configuration: exit 2 */
    RX_ESANDBOX = -13 /* a required jail layer is missing: exit 77 */
};

enum { RX_ERR_TEXT_BYTES = 512 };

struct rx_err {
    int code;
    char text[RX_ERR_TEXT_BYTES];
};

/* Writes the sentence and returns code, so that `return rx_fail(err, RX_EIO, ...)` reads well.
 * err may be NULL. Text longer than RX_ERR_TEXT_BYTES is cut. */
int rx_fail(struct rx_err *err, int code, const char *fmt, ...) RX_PRINTF(3, 4);

/* The same with ": strerror(errno_value)" appended; ENOSPC and EDQUOT turn code into RX_ENOSPC. */
int rx_fail_errno(struct rx_err *err, int code, int errno_value, const char *fmt, ...)
    RX_PRINTF(4, 5);

#endif
