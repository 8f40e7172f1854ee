/* strongest.c - see strongest.h. The list is JSON as write.c makes it, best value first. */
#include "graph/strongest.h"

#include "base/classes.h"

#include <jansson.h>
#include <math.h>

enum { BITS_MAX = 1000 };

struct value {
    const char *cls, *text; /* borrowed from the list */
    double share, bits;
};

static bool value_at(struct value *v, const json_t *list, size_t index)
{
    const json_t *item = json_array_get(list, index);
    *v = (struct value){json_string_value(json_object_get(item, "class")),
                        json_string_value(json_object_get(item, "value")),
                        fmin(fmax(json_number_value(json_object_get(item, "share")), 0), 1),
                        fmin(fmax(json_number_value(json_object_get(item, "bits")), 0), BITS_MAX)};
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

void strongest_say(struct emit *e, struct rx_str json, uint32_t sites)
{
    enum { SHOWN = 90 };
    struct value v;
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    for (size_t i = 0; value_at(&v, list, i); i++) {
        const struct rx_class *cls = rx_class_find(rx_str(v.cls));
        emit_f(e, "  ");
        emit_term(e, rx_str(cls ? cls->title : v.cls));
        emit_f(e, ": ");
        emit_brief(e, rx_str(v.text), SHOWN);
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
        emit_end(e, '}');
    }
    emit_end(e, ']');
    json_decref(list);
}
