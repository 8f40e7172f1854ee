/* A picture, whatever its bytes: read within the memory that is promised, or refused. */
#include "crawler/image/image.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rx_arena arena = RX_ARENA(IMAGE_ARENA_BYTES);
    struct image_print print;
    struct rx_err err = {0};
    struct rx_str file = rx_strn((const char *)data, size);
    int rc = image_read(&print, &arena, file, &err);
    if (rc == 0) {
        assert(print.kind == image_kind_of(file) && print.kind != IMAGE_NONE);
        assert(print.width > 0 && print.height > 0);
        assert((uint64_t)print.width * print.height <= IMAGE_PIXELS_MAX);
        assert(print.millibits <= 4000);
    } else {
        assert((rc == RX_EINVAL || rc == RX_EFULL) && err.text[0]);
    }
    rx_arena_free(&arena);
    return 0;
}
