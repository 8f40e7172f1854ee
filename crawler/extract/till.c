/* till.c - see till.h.
 *
 * What a field asks for is known by its name or id, by its autocomplete token (HTML standard,
 * 4.10.18.7: made for programs, so shops spell it right), and, where an engine invents its names,
 * by what the reader is told beside it: a placeholder, or a text that is nothing but a label.
 *
 * Names are compared without what engines put around and between their words: "order[ccNum]",
 * "x_card_num" and "kx-cardnumber2" all hold a card's number. A short word counts only as a word of
 * its own: "pan" is a card's number and no part of "company". */
#include "crawler/extract/till.h"
#include "crawler/extract/prices.h"

enum kind { KIND_NUMBER = 1, KIND_CODE = 2, KIND_EXPIRY = 4 };
enum { NAME_MOST = 64, LABEL_MOST = 48, LABELLED_LEAST = 2 };

static const struct name {
    const char *text;
    unsigned kind;
    bool whole; /* only from the start of a word to the end of one */
} names[] = {
    {"cardnum", KIND_NUMBER, false},
    {"ccnum", KIND_NUMBER, false},
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
    {"card", KIND_NUMBER, true},
    {"cc", KIND_NUMBER, true},
    {"ccn", KIND_NUMBER, true},
    {"ccno", KIND_NUMBER, true},
    {"ccnr", KIND_NUMBER, true},
    {"pan", KIND_NUMBER, true},
    {"cvv", KIND_CODE, false},
    {"cvc", KIND_CODE, false},
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
    return kinds;
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

static unsigned kinds_of_attrs(const struct doc *doc)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < doc->attr_count; i++) {
        const struct doc_attr *a = &doc->attrs[i];
        if (a->hidden ||
            (!rx_str_eq(a->tag, RX_STR("input")) && !rx_str_eq(a->tag, RX_STR("select"))))
            continue;
        if (rx_str_ieq(a->name, RX_STR("autocomplete")))
            kinds |= kind_of_token(a->value.text);
        else if (rx_str_ieq(a->name, RX_STR("placeholder")))
            kinds |= kind_of_label(a->value.text);
    }
    return kinds;
}

static bool is_filled_in(const struct doc_field *field)
{
    static const char *const types[] = {"", "text", "tel", "number", "password", "select"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (!field->hidden && rx_str_eq(field->type, rx_str(types[i])))
            return true;
    return false;
}

uint32_t till_card_kinds(const struct doc *doc)
{
    unsigned kinds = 0;
    size_t fields = 0;
    for (size_t i = 0; i < doc->field_count; i++) {
        const struct doc_field *field = &doc->fields[i];
        if (!is_filled_in(field))
            continue;
        fields++;
        kinds |= kind_of_name(field->name.text) | kind_of_name(field->id.text);
    }
    if (fields > 0)
        kinds |= kinds_of_attrs(doc);
    for (size_t i = 0; fields >= LABELLED_LEAST && i < doc->text_count; i++)
        kinds |= kind_of_label(doc->texts[i].text);
    uint32_t count = 0;
    for (unsigned kind = KIND_NUMBER; kind <= KIND_EXPIRY; kind <<= 1)
        count += (kinds & kind) != 0;
    return count >= 2 ? count : 0; /* of three kinds two hold the number or the code */
}
