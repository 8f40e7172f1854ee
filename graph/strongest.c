/* strongest.c - see strongest.h. The list is JSON of our own (write.c), best value first. */
#include "graph/strongest.h"

#include "base/classes.h"

#include <jansson.h>
#include <math.h>

struct value {
    const char *cls, *text; /* borrowed from the list */
    double share, bits;
};

static bool value_at(struct value *v, const json_t *list, size_t index)
{
    const json_t *item = json_array_get(list, index);
    *v = (struct value){json_string_value(json_object_get(item, "class")),
                        json_string_value(json_object_get(item, "value")),
                        json_number_value(json_object_get(item, "share")),
                        json_number_value(json_object_get(item, "bits"))};
    return v->cls && v->text;
}

void strongest_cell(struct emit *e, struct rx_str json)
{
    enum { SHOWN = 48 };
    struct value v;
    json_t *list = json_loadb(json.p, json.n, 0, NULL);
    if (value_at(&v, list, 0)) {
        emit_f(e, "%s ", v.cls);
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
        emit_f(e, "  %s: ", cls ? cls->title : v.cls);
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
