/* strongest.c - see strongest.h. The list is JSON as write.c makes it, best value first; maps of
 * earlier versions do not say how many values were left out, nor in how many spellings one was. */
#include "graph/strongest.h"

#include "base/classes.h"

#include <jansson.h>
#include <math.h>

enum { BITS_MAX = 1000, COUNT_MAX = 1000000000 };

struct value {
    const char *cls, *text; /* borrowed from the list */
    double share, bits;
    uint32_t spellings; /* at least 1 */
};

static uint32_t count_of(const json_t *object, const char *key)
{
    const double n = json_number_value(json_object_get(object, key));
    return (uint32_t)fmin(fmax(n, 0), COUNT_MAX);
}

static bool value_at(struct value *v, const json_t *list, size_t index)
{
    const json_t *item = json_array_get(list, index);
    *v = (struct value){json_string_value(json_object_get(item, "class")),
                        json_string_value(json_object_get(item, "value")),
                        fmin(fmax(json_number_value(json_object_get(item, "share")), 0), 1),
                        fmin(fmax(json_number_value(json_object_get(item, "bits")), 0), BITS_MAX),
                        1};
    if (count_of(item, "spellings") > 1)
        v->spellings = count_of(item, "spellings");
    return v->cls && v->text;
}

void strongest_cell(struct emit *e, struct rx_str json)
{
    enum { SHOWN = 48 };
    struct value v;
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    if (value_at(&v, list, 0)) {
        emit_term(e, rx_str(v.cls));
        emit_f(e, " ");
        emit_brief(e, rx_str(v.text), SHOWN);
        emit_f(e, " (%.0f %%)", 100 * v.share);
    }
    json_decref(list);
}

/* Of how many, where there are more than are told. */
static void say_count(struct emit *e, const json_t *list)
{
    struct value v;
    size_t told = 0;
    while (value_at(&v, list, told))
        told++;
    const uint32_t more = count_of(json_array_get(list, told), "more");
    if (told && more)
        emit_f(e, "  the strongest %zu of %zu values that its sites share\n", told,
               told + (size_t)more);
}

void strongest_say(struct emit *e, struct rx_str json, uint32_t sites)
{
    enum { SHOWN = 90 };
    struct value v;
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    say_count(e, list);
    for (size_t i = 0; value_at(&v, list, i); i++) {
        const struct rx_class *cls = rx_class_find(rx_str(v.cls));
        emit_f(e, "  ");
        emit_term(e, rx_str(cls ? cls->title : v.cls));
        emit_f(e, ": ");
        emit_brief(e, rx_str(v.text), SHOWN);
        if (v.spellings > 1)
            emit_f(e, " and %u other spelling%s of it", v.spellings - 1,
                   v.spellings > 2 ? "s" : "");
        const uint32_t on = (uint32_t)lround(v.share * sites);
        if (on == sites)
            emit_f(e, "\n    on all %u sites, %.1f bits\n", sites, v.bits);
        else
            emit_f(e, "\n    on %u of the %u sites, %.1f bits\n", on, sites, v.bits);
    }
    if (json_array_size(list))
        emit_f(e, "\n");
    json_decref(list);
}

void strongest_json(struct emit *e, struct rx_str json)
{
    struct value v;
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    emit_begin(e, '[');
    for (size_t i = 0; value_at(&v, list, i); i++) {
        emit_item(e);
        emit_begin(e, '{');
        emit_text(e, "class", rx_str(v.cls));
        emit_text(e, "value", rx_str(v.text));
        emit_real(e, "share", v.share, 3);
        emit_real(e, "bits", v.bits, 2);
        emit_int(e, "spellings", v.spellings);
        emit_end(e, '}');
    }
    emit_end(e, ']');
    json_decref(list);
}
