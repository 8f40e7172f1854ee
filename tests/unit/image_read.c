/* Pictures that a rule draws, in each format and many sizes: what looks the same has nearly the
 * same hashes, what looks otherwise has not, and what is broken or too large is refused. */
#include "crawler/image/image.h"
#include "tests/unit/image_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int read_file(struct image_print *out, struct rx_str file, struct rx_err *err)
{
    struct rx_arena arena = RX_ARENA(IMAGE_ARENA_BYTES);
    int rc = image_read(out, &arena, file, err);
    rx_arena_free(&arena);
    return rc;
}

/* Reads and frees the file. */
static struct image_print print_of(struct rx_str file)
{
    struct image_print print = {0};
    struct rx_err err = {0};
    int rc = read_file(&print, file, &err);
    if (rc < 0)
        fail_msg("%s", err.text);
    free((void *)file.p);
    return print;
}

static unsigned differ(const struct image_print *a, const struct image_print *b)
{
    unsigned p = (unsigned)__builtin_popcountll(a->phash ^ b->phash);
    unsigned d = (unsigned)__builtin_popcountll(a->dhash ^ b->dhash);
    return p > d ? p : d;
}

enum { FORMATS = 17 };

static struct rx_str write_format(const struct picture *pic, size_t format)
{
    switch (format) {
    case 0:
        return picture_png(pic);
    case 1:
        return picture_jpeg(pic, 90, false, false);
    case 2:
        return picture_jpeg(pic, 60, true, false);
    case 3:
        return picture_jpeg(pic, 90, false, true);
    case 4:
        return picture_gif(pic, false);
    case 5:
        return picture_gif(pic, true);
    case 6:
        return picture_webp(pic, true);
    case 7:
        return picture_webp(pic, false);
    case 8:
        return picture_ico(pic, true);
    case 9:
        return picture_ico(pic, false);
    case 10:
        return picture_bmp(pic, 32, false);
    case 11:
        return picture_bmp(pic, 24, true);
    case 12:
        return picture_bmp(pic, 16, false);
    case 13:
        return picture_bmp(pic, 8, false);
    case 14:
        return picture_bmp(pic, 4, true);
    case 15:
        return picture_bmp(pic, 8, true);
    default:
        return picture_bmp(pic, 24, false);
    }
}

/* One logo in every format: the same kind, size and look. */
static void test_formats(void **state)
{
    static const enum image_kind kinds[FORMATS] = {
        IMAGE_PNG,  IMAGE_JPEG, IMAGE_JPEG, IMAGE_JPEG, IMAGE_GIF, IMAGE_GIF,
        IMAGE_WEBP, IMAGE_WEBP, IMAGE_ICO,  IMAGE_ICO,  IMAGE_BMP, IMAGE_BMP,
        IMAGE_BMP,  IMAGE_BMP,  IMAGE_BMP,  IMAGE_BMP,  IMAGE_BMP};
    (void)state;
    for (uint32_t seed = 0; seed < 6; seed++) {
        struct picture pic = picture_logo(seed, 99, 131);
        struct image_print base = print_of(picture_png(&pic));
        assert_true(base.logo);
        for (size_t f = 0; f < FORMATS; f++) {
            struct image_print print = print_of(write_format(&pic, f));
            unsigned bits = differ(&base, &print);
            if (print.kind != kinds[f] || print.width != 129 || print.height != 99 ||
                bits > IMAGE_ALIKE_BITS)
                fail_msg("logo %u, format %zu: %s, %u x %u, %u bits", seed, f,
                         image_kind_name(print.kind), print.width, print.height, bits);
        }
        free(pic.p);
    }
}

/* The same logo from 64 to 300 pixels, as PNG and as JPEG. */
static void test_sizes(void **state)
{
    static const uint32_t heights[] = {64, 81, 128, 177, 300};
    enum { LOGOS = 20, HEIGHTS = sizeof heights / sizeof heights[0] };
    unsigned worst = 0, sum = 0, pairs = 0;
    (void)state;
    for (uint32_t seed = 100; seed < 100 + LOGOS; seed++) {
        struct image_print base = {0};
        uint32_t percent = seed % 2 ? 100 : 200;
        for (size_t i = 0; i < HEIGHTS; i++) {
            struct picture pic = picture_logo(seed, heights[i], percent);
            struct image_print png = print_of(picture_png(&pic));
            struct image_print jpeg = print_of(picture_jpeg(&pic, 75, false, false));
            free(pic.p);
            base = i == 0 ? png : base;
            unsigned a = differ(&base, &png), b = differ(&base, &jpeg);
            if (a > IMAGE_ALIKE_BITS || b > IMAGE_ALIKE_BITS)
                print_message("logo %u at %u: %u and %u bits\n", seed, heights[i], a, b);
            worst = a > worst ? a : worst;
            worst = b > worst ? b : worst;
            sum += a + b;
            pairs += 2;
        }
    }
    print_message("%u copies in other sizes: mean %.2f bits, most %u\n", pairs, (double)sum / pairs,
                  worst);
    assert_true(worst <= IMAGE_ALIKE_BITS);
}

static void test_others(void **state)
{
    enum { LOGOS = 120 };
    struct image_print prints[LOGOS];
    unsigned nearest = 64, close = 0, pairs = 0, least = 9999;
    (void)state;
    for (uint32_t i = 0; i < LOGOS; i++) {
        struct picture pic = picture_logo(1000 + i, 80, i % 2 ? 100 : 200);
        prints[i] = print_of(picture_png(&pic));
        free(pic.p);
        assert_true(prints[i].logo);
        least = prints[i].millibits < least ? prints[i].millibits : least;
        for (uint32_t k = 0; k < i; k++) {
            unsigned bits = differ(&prints[i], &prints[k]);
            nearest = bits < nearest ? bits : nearest;
            close += bits <= IMAGE_ALIKE_BITS;
            pairs++;
        }
    }
    print_message("%u pairs of different logos: nearest %u bits, %u within %d; least entropy "
                  "%u thousandths\n",
                  pairs, nearest, close, IMAGE_ALIKE_BITS, least);
    assert_int_equal(close, 0);
}

/* What is small or plain has hashes that are not to be compared. */
static void test_no_logo(void **state)
{
    (void)state;
    struct picture pic = picture_logo(3, 48, 100);
    struct image_print print = print_of(picture_png(&pic));
    assert_false(print.logo);
    assert_true(print.phash != 0);
    free(pic.p);
    pic = picture_plain(200, 96, 200);
    print = print_of(picture_png(&pic));
    assert_false(print.logo);
    assert_int_equal(print.millibits, 0);
    for (uint32_t i = 0; i < 200 * 12; i++) /* two plain areas, one small */
        memset(pic.p + (size_t)i * 4, 0, 3);
    print = print_of(picture_png(&pic));
    assert_false(print.logo);
    assert_true(print.millibits > 300);
    free(pic.p);
    pic = picture_logo(3, 20, 100);
    pic.width = 400; /* a rule: 400 x 1 */
    pic.height = 1;
    print = print_of(picture_png(&pic));
    assert_false(print.logo);
    free(pic.p);
}

/* Clear parts are white, whatever colour they hide. */
static void test_clear(void **state)
{
    (void)state;
    struct picture white = picture_logo(9, 90, 100), clear = picture_logo(9, 90, 100);
    for (size_t i = 0; i < (size_t)90 * 90; i++)
        if (white.p[4 * i] == 255 && white.p[4 * i + 1] == 255 && white.p[4 * i + 2] == 255)
            memcpy(clear.p + 4 * i, "\0\0\0\0", 4);
    struct image_print base = print_of(picture_png(&white));
    static const size_t formats[] = {0, 4, 6, 8, 9};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct image_print print = print_of(write_format(&clear, formats[i]));
        if (differ(&base, &print) > 4)
            fail_msg("format %zu: %u bits", formats[i], differ(&base, &print));
    }
    free(white.p);
    free(clear.p);
}

/* A header that promises more than is allowed is refused before memory is taken for it. */
static void test_bombs(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
        int rc;
    } rows[] = {
#define ROW(name, bytes, rc) {name, bytes, sizeof(bytes) - 1, rc}
        ROW("nothing", "", RX_EINVAL),
        ROW("text", "<svg xmlns='http://www.w3.org/2000/svg'/>", RX_EINVAL),
        ROW("PNG of 2^31-1 x 2^31-1",
            "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0",
            RX_EINVAL),
        ROW("JPEG of 65500 x 65500",
            "\xff\xd8\xff\xc0\0\x0b\x08\xff\xdc\xff\xdc\1\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0",
            RX_EFULL),
        ROW("GIF of 65535 x 65535",
            "GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\2\2",
            RX_EFULL),
        ROW("GIF whose part is larger than its screen",
            "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\xff\xff\xff\xff\xff\xff\xff\xff\0\2\2",
            RX_EFULL),
        ROW("GIF without colours", "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;",
            RX_EINVAL),
        ROW("BMP of 2^31-1 x 2^31-1",
            "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\1\0\x18\0\0\0\0"
            "\0"
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            RX_EFULL),
        ROW("BMP of 2000 x 2000 without pixels",
            "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xd0\7\0\0\xd0\7\0\0\1\0\x18\0\0\0\0\0"
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            RX_EINVAL),
        ROW("BMP, height of INT32_MIN",
            "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\0\0\0\x80\1\0\x18\0\0\0\0\0"
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            RX_EFULL),
        ROW("ICO without pictures", "\0\0\1\0\xff\xff", RX_EINVAL),
        ROW("ICO that holds itself", "\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x16\0\0\0\0\0\0\0",
            RX_EINVAL),
        ROW("WebP head", "RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xff\xff\xff\xff\0\0\0\0", RX_EINVAL),
#undef ROW
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct image_print print = {.width = 77};
        struct rx_err err = {0};
        int rc = read_file(&print, rx_strn(rows[i].bytes, rows[i].n), &err);
        if (rc != rows[i].rc || !err.text[0] || print.width != 77)
            fail_msg("%s: %d: %s", rows[i].name, rc, err.text);
    }
}

/* A progressive JPEG refines its pixels scan by scan; one that does so for ever costs no more than
 * one that does not. */
static void test_scans(void **state)
{
    enum { TIMES = 200, END = 2 }; /* bytes of the end marker */
    struct picture pic = picture_logo(4, 64, 100);
    struct rx_str file = picture_jpeg(&pic, 50, true, false);
    size_t last = 0, n = file.n - END;
    (void)state;
    for (size_t i = 0; i + 1 < file.n; i++)
        if (memcmp(file.p + i, "\xff\xda", 2) == 0)
            last = i;
    char *bomb = room(file.n + TIMES * (n - last));
    memcpy(bomb, file.p, n);
    size_t at = n;
    for (int i = 0; i < TIMES; i++, at += n - last)
        memcpy(bomb + at, file.p + last, n - last);
    memcpy(bomb + at, file.p + n, END);
    struct image_print print;
    struct rx_err err = {0};
    assert_int_equal(read_file(&print, rx_strn(bomb, at + END), &err), RX_EINVAL);
    assert_string_equal(err.text, "JPEG: more than 64 scans");
    free(bomb);
    free((void *)file.p);
    free(pic.p);
}

/* Cut anywhere, and with any byte turned: read or refused, never worse (the sanitizers look on). */
static void test_broken(void **state)
{
    unsigned taken = 0, refused = 0;
    (void)state;
    for (size_t f = 0; f < FORMATS; f++) {
        struct picture pic = picture_logo((uint32_t)f, 24, 150);
        struct rx_str file = write_format(&pic, f);
        free(pic.p);
        char *copy = room(file.n + 1);
        for (size_t i = 0; i < file.n; i += 1 + file.n / 200) {
            struct image_print print;
            struct rx_err err;
            char *cut = room(i + 1); /* so that a byte too far is seen */
            memcpy(cut, file.p, i);
            *(read_file(&print, rx_strn(cut, i), &err) ? &refused : &taken) += 1;
            free(cut);
            memcpy(copy, file.p, file.n);
            copy[i] = (char)(copy[i] ^ (1 << i % 8));
            *(read_file(&print, rx_strn(copy, file.n), &err) ? &refused : &taken) += 1;
        }
        free(copy);
        free((void *)file.p);
    }
    print_message("%u broken files read, %u refused\n", taken, refused);
    assert_true(taken > 0 && refused > 0);
}

/* The largest that is allowed fits the arena, in the format that needs most; one row more not. */
static void test_bounds(void **state)
{
    struct image_print print;
    struct rx_err err = {0};
    (void)state;
    struct picture pic = picture_plain(2048, 2048, 255);
    for (size_t f = 0; f < 8; f++) {
        if (f == 3)
            continue; /* as 1, with more to write */
        print = print_of(write_format(&pic, f));
        assert_int_equal(print.width * print.height, IMAGE_PIXELS_MAX);
    }
    free(pic.p);
    pic = picture_plain(2048, 2049, 255);
    for (size_t f = 0; f < 8; f += 2) {
        struct rx_str file = write_format(&pic, f);
        assert_int_equal(read_file(&print, file, &err), RX_EFULL);
        free((void *)file.p);
    }
    free(pic.p);
    struct rx_arena small = RX_ARENA(4096);
    pic = picture_plain(100, 100, 255);
    struct rx_str file = picture_png(&pic);
    assert_int_equal(image_read(&print, &small, file, &err), RX_EFULL);
    rx_arena_free(&small);
    free((void *)file.p);
    free(pic.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats), cmocka_unit_test(test_sizes), cmocka_unit_test(test_others),
        cmocka_unit_test(test_no_logo), cmocka_unit_test(test_clear), cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_broken),  cmocka_unit_test(test_scans), cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
