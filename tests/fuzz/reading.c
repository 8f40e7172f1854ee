/* reading.c - what a worker in an attacker's hands might answer. What is accepted must pack again
 * to the same bytes. */
#include "crawler/jail/reading.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_str frame = rx_strn((const char *)data, size);
    struct rx_arena arena = RX_ARENA((size_t)64 << 20);
    struct rx_err err = {0};
    struct reading r;
    struct read_job job;
    struct rx_buf again = RX_BUF((size_t)64 << 20);
    if (reading_unpack(&r, &arena, frame, &err) == 0 &&
        (reading_pack(&again, &r) || !rx_str_eq(rx_buf_str(&again), frame)))
        abort();
    rx_buf_clear(&again);
    if (reading_job_unpack(&job, frame) == 0 &&
        (reading_job_pack(&again, &job) || !rx_str_eq(rx_buf_str(&again), frame)))
        abort();
    rx_buf_free(&again);
    rx_arena_free(&arena);
    return 0;
}
