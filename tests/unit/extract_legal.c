/* VAT ids and numbers in registers: a published or public example of each rule, and the same with
 * another last digit; names and addresses as they are compared. */
#include "crawler/extract/legal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
    const char *id;
    bool valid;
} vats[] = {
    {"ATU13585627", true},
    {"ATU13585626", false},
    {"BE0428759497", true},
    {"BE0428759498", false},
    {"CHE116133529", true},
    {"CHE116133528", false},
    {"DE136695976", true},
    {"DE136695977", false},
    {"DK13585628", true},
    {"DK13585627", false},
    {"EE100931558", true},
    {"EE100931557", false},
    {"EL094259216", true},
    {"EL094259215", false},
    {"FI20774740", true},
    {"FI20774741", false},
    {"FR40303265045", true},
    {"FR41303265045", false},
    {"FRK7399859412", true},
    {"GB980780684", true},
    {"GB980780685", false},
    {"HR33392005961", true},
    {"HR33392005962", false},
    {"HU12892312", true},
    {"HU12892313", false},
    {"IT00743110157", true},
    {"IT00743110158", false},
    {"LU15027442", true},
    {"LU15027443", false},
    {"NL004495445B01", true},
    {"NL123456789B90", false},
    {"PL8567346215", true},
    {"PL8567346216", false},
    {"PT501964843", true},
    {"PT501964842", false},
    {"SE556188840401", true},
    {"SE556188840301", false},
    {"SI50223054", true},
    {"SI50223055", false},
    {"SK2022749619", true},
    {"SK2022749618", false},
    {"ES54362315K", true},
    {"ES5436231", false},
    {"IE6433435F", true},
    {"CY10259033P", true},
    {"DE13669597", false},
    {"XX123456789", false},
    {"DE", false},
    {"", false},
    {"ATU1358562", false},
    {"DE13669597A", false},
};

static void test_vat(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vats / sizeof vats[0]; i++)
        if (legal_vat(rx_str(vats[i].id)) != vats[i].valid)
            fail_msg("%s", vats[i].id);
}

static const struct {
    const char *reg, *number;
    bool valid;
} numbers[] = {
    {"INN", "7707083893", true},
    {"INN", "7707083894", false},
    {"INN", "027715120823", true},
    {"INN", "027715120824", false},
    {"INN", "77070838", false},
    {"OGRN", "1027700132195", true},
    {"OGRN", "1027700132196", false},
    {"OGRN", "311028003900305", true},
    {"SIREN", "732829320", true},
    {"SIREN", "732829321", false},
    {"CNPJ", "11222333000181", true},
    {"CNPJ", "11222333000182", false},
    {"ABN", "51824753556", true},
    {"ABN", "51824753557", false},
    {"ICO", "25596641", true},
    {"ICO", "25596642", false},
    {"CVR", "13585628", true},
    {"CVR", "13585629", false},
    {"ORG", "5560125790", true},
    {"ORG", "5560125791", false},
    {"ORG", "974760673", true},
    {"ORG", "974760674", false},
    {"KVK", "41827390", true},
    {"KVK", "4182739", false},
    {"KVK", "4182739A", false},
    {"NOSUCH", "41827390", false},
    {"ABN", "", false},
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (legal_number(rx_str(numbers[i].reg), rx_str(numbers[i].number)) != numbers[i].valid)
            fail_msg("%s %s", numbers[i].reg, numbers[i].number);
    for (size_t r = 0; legal_registers[r]; r++) {
        bool any = false;
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
            any |= numbers[i].valid && strcmp(numbers[i].reg, legal_registers[r]) == 0;
        if (!any)
            fail_msg("no number of %s is valid", legal_registers[r]);
    }
}

static const struct {
    const char *text, *words;
} texts[] = {
    {"Harbor Meds Trading Limited", "harbor meds trading ltd"},
    {"HARBOR  MEDS, Trading Ltd.", "harbor meds trading ltd"},
    {"Harbor B.V.", "harbor bv"},
    {"O\xe2\x80\x99Reilly & Sons \xe2\x80\x93 Inc", "oreilly & sons inc"},
    {"14 North Street", "14 n st"},
    {"\xc3\x9c"
     "bersee Stra\xc3\x9f"
     "e 4",
     "\xc3\xbc"
     "bersee str 4"},
    {"Hafenstra\xc3\x9f"
     "e 4",
     "hafenstr 4"},
    {"Hafenstrasse 4", "hafenstr 4"},
    {"\xc2\xab"
     "Harbor\xc2\xbb",
     "harbor"},
    {"\xe2\x80", "\xe2\x80"},
    {" .,", ""},
    {"", ""},
};

static void test_words(void **state)
{
    (void)state;
    char out[LEGAL_TEXT];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t n = legal_words(out, rx_str(texts[i].text));
        if (!rx_str_eq(rx_strn(out, n), rx_str(texts[i].words)))
            fail_msg("%s gives %.*s", texts[i].text, (int)n, out);
    }
    char longer[2 * LEGAL_TEXT];
    memset(longer, 'a', sizeof longer);
    for (size_t n = LEGAL_TEXT + 1; n <= sizeof longer; n += 50)
        assert_int_equal(legal_words(out, rx_strn(longer, n)), 0);
    assert_int_equal(legal_words(out, rx_strn(longer, LEGAL_TEXT)), LEGAL_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vat),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
