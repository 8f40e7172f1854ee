/* till.c - see till.h.
 *
 * What a field asks for is known by its name or id, by its autocomplete token (HTML standard,
 * 4.10.18.7: made for programs, so shops spell it right), and, where an engine invents its names,
 * by what the reader is told beside it: a placeholder, or a label, which is the last text before
 * the field and nothing else. Only what one form asks for together is a card; fields outside of all
 * forms are together one.
 *
 * Names are compared without what engines put around and between their words: "order[ccNum]",
 * "x_card_num" and "kx-cardnumber2" all hold a card's number. A short word counts only as a word of
 * its own: "pan" is a card's number and no part of "company". "card" and "cc" alone may be any card
 * and a mail's copy: they are a number only beside the code. A name that says of which other kind
 * the card is ("library_card_no") is none. */
#include "crawler/extract/till.h"
#include "crawler/extract/prices.h"

enum kind {
    KIND_BARE = 1, /* perhaps its number */
    KIND_NUMBER = 2,
    KIND_CODE = 4,
    KIND_EXPIRY = 8
};
enum {
    NAME_MOST = 64,
    LABEL_MOST = 48,
    LABEL_NEAR = 400, /* bytes of the page between a label and its field */
    FORMS_MOST = 64   /* of a page that are looked at */
};

/* Cards that no bank gave out. */
static const char *const other_cards[] = {"gift",   "loyalty", "library", "member",  "reward",
                                          "bonus",  "student", "fidel",   "kunden",  "geschenk",
                                          "regalo", "cadeau",  "voucher", "discount"};

static const struct name {
    const char *text;
    unsigned kind;
    bool whole; /* only from the start of a word to the end of one */
} names[] = {
    {"cardnum", KIND_NUMBER, false},
    {"ccnum", KIND_NUMBER, true},
    {"ccnumber", KIND_NUMBER, true},
    {"creditcard", KIND_NUMBER, false},
    {"debitcard", KIND_NUMBER, false},
    {"kartennummer", KIND_NUMBER, false},
    {"kreditkarte", KIND_NUMBER, false},
    {"numerocarte", KIND_NUMBER, false},
    {"numcarte", KIND_NUMBER, false},
    {"numerotarjeta", KIND_NUMBER, false},
    {"numtarjeta", KIND_NUMBER, false},
    {"numerocarta", KIND_NUMBER, false},
    {"cardno", KIND_NUMBER, true},
    {"cardnr", KIND_NUMBER, true},
    {"card", KIND_BARE, true},
    {"cc", KIND_BARE, true},
    {"ccn", KIND_NUMBER, true},
    {"ccno", KIND_NUMBER, true},
    {"ccnr", KIND_NUMBER, true},
    {"pan", KIND_BARE, true},
    {"cvv", KIND_CODE, false},
    {"cvc", KIND_CODE, true},
    {"ccv", KIND_CODE, true},
    {"cvn", KIND_CODE, true},
    {"csc", KIND_CODE, true},
    {"seccode", KIND_CODE, true},
    {"securitycode", KIND_CODE, false},
    {"cardcode", KIND_CODE, false},
    {"cryptogramme", KIND_CODE, false},
    {"pruefziffer", KIND_CODE, false},
    {"expmonth", KIND_EXPIRY, false},
    {"expyear", KIND_EXPIRY, false},
    {"expdate", KIND_EXPIRY, false},
    {"expir", KIND_EXPIRY, false},
    {"exp", KIND_EXPIRY, true},
    {"validthru", KIND_EXPIRY, false},
    {"validuntil", KIND_EXPIRY, false},
    {"mmyy", KIND_EXPIRY, false},
    {"ablaufdatum", KIND_EXPIRY, false},
    {"gueltigbis", KIND_EXPIRY, false},
    {"caducidad", KIND_EXPIRY, false},
    {"vencimiento", KIND_EXPIRY, false},
    {"scadenza", KIND_EXPIRY, false},
};

/* What till pages of many languages print beside their fields; compared whole, ASCII letters in
 * either case. */
static const struct label {
    const char *text;
    unsigned kind;
} labels[] = {
    {"card number", KIND_NUMBER},
    {"card no", KIND_NUMBER},
    {"credit card number", KIND_NUMBER},
    {"credit card no", KIND_NUMBER},
    {"debit card number", KIND_NUMBER},
    {"credit or debit card number", KIND_NUMBER},
    {"kartennummer", KIND_NUMBER},
    {"kreditkartennummer", KIND_NUMBER},
    {"numéro de carte", KIND_NUMBER},
    {"numéro de la carte", KIND_NUMBER},
    {"numéro de carte bancaire", KIND_NUMBER},
    {"número de tarjeta", KIND_NUMBER},
    {"número de la tarjeta", KIND_NUMBER},
    {"numero carta", KIND_NUMBER},
    {"numero di carta", KIND_NUMBER},
    {"numero della carta", KIND_NUMBER},
    {"número do cartão", KIND_NUMBER},
    {"kaartnummer", KIND_NUMBER},
    {"kortnummer", KIND_NUMBER},
    {"numer karty", KIND_NUMBER},
    {"номер карты", KIND_NUMBER},
    {"Номер карты", KIND_NUMBER},
    {"カード番号", KIND_NUMBER},
    {"卡号", KIND_NUMBER},
    {"信用卡号", KIND_NUMBER},
    {"카드 번호", KIND_NUMBER},
    {"cvv", KIND_CODE},
    {"cvc", KIND_CODE},
    {"cvv/cvc", KIND_CODE},
    {"cvc/cvv", KIND_CODE},
    {"cvv2/cvc", KIND_CODE},
    {"cvc2/cvv", KIND_CODE},
    {"cvv code", KIND_CODE},
    {"cvc code", KIND_CODE},
    {"security code", KIND_CODE},
    {"card security code", KIND_CODE},
    {"card verification code", KIND_CODE},
    {"prüfziffer", KIND_CODE},
    {"kartenprüfnummer", KIND_CODE},
    {"cryptogramme visuel", KIND_CODE},
    {"código de seguridad", KIND_CODE},
    {"codice di sicurezza", KIND_CODE},
    {"código de segurança", KIND_CODE},
    {"код безопасности", KIND_CODE},
    {"Код безопасности", KIND_CODE},
    {"セキュリティコード", KIND_CODE},
    {"安全码", KIND_CODE},
    {"expiry", KIND_EXPIRY},
    {"expires", KIND_EXPIRY},
    {"expiration", KIND_EXPIRY},
    {"expiry date", KIND_EXPIRY},
    {"expiration date", KIND_EXPIRY},
    {"card expiry", KIND_EXPIRY},
    {"valid thru", KIND_EXPIRY},
    {"valid until", KIND_EXPIRY},
    {"mm/yy", KIND_EXPIRY},
    {"mm / yy", KIND_EXPIRY},
    {"mm/yyyy", KIND_EXPIRY},
    {"gültig bis", KIND_EXPIRY},
    {"ablaufdatum", KIND_EXPIRY},
    {"date d'expiration", KIND_EXPIRY},
    {"date d’expiration", KIND_EXPIRY},
    {"fecha de caducidad", KIND_EXPIRY},
    {"fecha de vencimiento", KIND_EXPIRY},
    {"data di scadenza", KIND_EXPIRY},
    {"data de validade", KIND_EXPIRY},
    {"geldig tot", KIND_EXPIRY},
    {"срок действия", KIND_EXPIRY},
    {"Срок действия", KIND_EXPIRY},
    {"有効期限", KIND_EXPIRY},
    {"有效期", KIND_EXPIRY},
};

/* The letters of a name in lower case, and where its words begin. */
struct letters {
    char p[NAME_MOST];
    bool starts[NAME_MOST + 1];
    size_t n;
};

static void spell(struct letters *out, struct rx_str name)
{
    bool apart = true, small = false;
    out->n = 0;
    for (size_t i = 0; i < name.n && out->n < NAME_MOST; i++) {
        char c = name.p[i];
        if (!rx_is_alpha(c)) {
            apart = true;
            continue;
        }
        bool capital = rx_lower(c) != c;
        out->starts[out->n] = apart || (capital && small);
        out->p[out->n++] = rx_lower(c);
        small = !capital;
        apart = false;
    }
    out->starts[out->n] = true;
}

static unsigned kind_of_name(struct rx_str name)
{
    struct letters in = {0};
    unsigned kinds = 0;
    spell(&in, name);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i].text);
        for (size_t at = 0; at + n <= in.n && !(kinds & names[i].kind); at++)
            if (in.p[at] == names[i].text[0] && memcmp(in.p + at, names[i].text, n) == 0 &&
                (!names[i].whole || (in.starts[at] && in.starts[at + n])))
                kinds |= names[i].kind;
    }
    for (size_t i = 0; i < sizeof other_cards / sizeof other_cards[0] && kinds; i++)
        if (rx_str_find(rx_strn(in.p, in.n), rx_str(other_cards[i]), 0) >= 0)
            kinds = 0;
    /* A field asks for one thing: "cc_exp" is no number. */
    return kinds & KIND_CODE     ? KIND_CODE
           : kinds & KIND_EXPIRY ? KIND_EXPIRY
           : kinds & KIND_NUMBER ? KIND_NUMBER
                                 : kinds;
}

static unsigned kind_of_label(struct rx_str text)
{
    if (text.n == 0 || text.n > LABEL_MOST)
        return 0;
    struct rx_str label = prices_bare_label(text);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0] && label.n > 0; i++)
        if (rx_lower(label.p[0]) == rx_lower(labels[i].text[0]) &&
            rx_str_ieq(label, rx_str(labels[i].text)))
            return labels[i].kind;
    return 0;
}

/* "cc-number", "section-a billing cc-exp-month": the token is the last word. */
static unsigned kind_of_token(struct rx_str value)
{
    struct rx_str token, rest = rx_str_trim(value);
    while (rx_str_cut(rest, ' ', &token, &rest))
        ;
    return rx_str_ieq(token, RX_STR("cc-number"))    ? KIND_NUMBER
           : rx_str_ieq(token, RX_STR("cc-csc"))     ? KIND_CODE
           : rx_str_istarts(token, RX_STR("cc-exp")) ? KIND_EXPIRY
                                                     : 0;
}

static bool is_filled_in(const struct doc_field *field)
{
    static const char *const types[] = {"", "text", "tel", "number", "password", "select"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (!field->hidden && rx_str_eq(field->type, rx_str(types[i])))
            return true;
    return false;
}

/* Where in the page a field is written, or UINT32_MAX. */
static uint32_t place_of(const struct doc_field *field)
{
    return field->name.length > 0 ? field->name.offset
           : field->id.length > 0 ? field->id.offset
                                  : UINT32_MAX;
}

static bool has_word(struct rx_str s)
{
    size_t i = 0;
    while (i < s.n && !rx_is_alnum(s.p[i]) && (unsigned char)s.p[i] < 0x80)
        i++;
    return i < s.n;
}

/* The label of a field: the last text with a word before it, behind any field before that one. */
static unsigned kind_beside(const struct doc *doc, uint32_t place, uint32_t after)
{
    size_t low = 0, high = doc->text_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (doc->texts[middle].offset < place)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0 && !has_word(doc->texts[low - 1].text) && doc->texts[low - 1].offset > after &&
           place - doc->texts[low - 1].offset <= LABEL_NEAR)
        low--;
    if (low == 0 || doc->texts[low - 1].offset <= after ||
        place - doc->texts[low - 1].offset > LABEL_NEAR)
        return 0;
    return kind_of_label(doc->texts[low - 1].text);
}

/* ---- the page ------------------------------------------------------------------------------ */

/* What one form asks for, and where in the page. */
struct asked {
    uint32_t from, to; /* from > to: nowhere that is known */
    unsigned kinds;
};

static void read_fields(struct asked *out, const struct doc *doc, size_t first, size_t end)
{
    *out = (struct asked){UINT32_MAX, 0, 0};
    for (size_t i = first; i < end; i++) {
        const struct doc_field *field = &doc->fields[i];
        const uint32_t place = place_of(field);
        const bool is_placed = place != UINT32_MAX;
        if (is_filled_in(field)) {
            out->kinds |= kind_of_name(field->name.text) | kind_of_name(field->id.text);
            const uint32_t before = i > 0 ? place_of(&doc->fields[i - 1]) : 0;
            if (is_placed)
                out->kinds |= kind_beside(doc, place, before < place ? before : 0);
        }
        if (is_placed) {
            out->from = place < out->from ? place : out->from;
            out->to = place > out->to ? place : out->to;
        }
    }
}

static uint32_t distance(const struct asked *form, uint32_t place)
{
    if (form->from > form->to)
        return UINT32_MAX;
    return place < form->from ? form->from - place : place > form->to ? place - form->to : 0;
}

/* Attributes tell of the form that they are in, or next to. */
static void read_attrs(struct asked *forms, size_t count, const struct doc *doc)
{
    for (size_t i = 0; i < doc->attr_count && count > 0; i++) {
        const struct doc_attr *a = &doc->attrs[i];
        unsigned kinds = 0;
        if (a->hidden ||
            (!rx_str_eq(a->tag, RX_STR("input")) && !rx_str_eq(a->tag, RX_STR("select"))))
            continue;
        if (rx_str_ieq(a->name, RX_STR("autocomplete")))
            kinds = kind_of_token(a->value.text);
        else if (rx_str_ieq(a->name, RX_STR("placeholder")))
            kinds = kind_of_label(a->value.text);
        size_t nearest = 0;
        for (size_t k = 1; k < count && kinds; k++)
            if (distance(&forms[k], a->value.offset) < distance(&forms[nearest], a->value.offset))
                nearest = k;
        forms[nearest].kinds |= kinds;
    }
}

static uint32_t count_kinds(unsigned kinds)
{
    const bool number = kinds & (KIND_BARE | KIND_NUMBER);
    const bool code = kinds & KIND_CODE, expiry = kinds & KIND_EXPIRY;
    if (!code && !((kinds & KIND_NUMBER) && expiry))
        return 0;
    const uint32_t count = (uint32_t)number + (uint32_t)code + (uint32_t)expiry;
    return count >= 2 ? count : 0;
}

static bool is_asked(const struct doc *doc, size_t first, size_t end)
{
    while (first < end && !is_filled_in(&doc->fields[first]))
        first++;
    return first < end;
}

uint32_t till_card_kinds(const struct doc *doc)
{
    struct asked forms[FORMS_MOST];
    size_t count = 0, outside = 0;
    for (size_t i = 0; i < doc->form_count; i++) {
        const struct doc_form *form = &doc->forms[i];
        const size_t end = form->first_field + form->fields;
        outside = end > outside ? end : outside;
        if (count < FORMS_MOST - 1 && is_asked(doc, form->first_field, end))
            read_fields(&forms[count++], doc, form->first_field, end);
    }
    if (is_asked(doc, outside, doc->field_count))
        read_fields(&forms[count++], doc, outside, doc->field_count);
    read_attrs(forms, count, doc);
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t kinds = count_kinds(forms[i].kinds);
        most = kinds > most ? kinds : most;
    }
    return most;
}
