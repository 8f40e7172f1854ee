/* fields.h - the attributes of nodes and edges, as one table for every writer. */
#ifndef RX_GRAPH_EXPORT_FIELDS_H
#define RX_GRAPH_EXPORT_FIELDS_H

#include "graph/emit.h"
#include "graph/export/scene.h"

enum field_type { FIELD_TEXT, FIELD_INT, FIELD_REAL, FIELD_BOOL };

struct field_value {
    bool present; /* else the attribute is left out */
    struct rx_str text;
    int64_t number;
    double real;
    int decimals;
    char own[64]; /* what text may point to */
};

struct field {
    const char *name;
    enum field_type type;
    bool for_indicators; /* only in the evidence graph */
    void (*get)(struct field_value *v, const struct scene *s, size_t index);
};

extern const struct field fields_node[], fields_edge[];
extern const size_t fields_node_count, fields_edge_count;

/* "site:pills.example" or "ind:ga:UA-1"; what XML would escape is percent-encoded. */
RX_MUST int fields_node_id(struct rx_buf *out, const struct scene *s, uint32_t node);
/* 16 hex digits over ends and kind. */
RX_MUST int fields_edge_id(char out[17], const struct scene *s, const struct scene_edge *e);
/* The value as plain text; out is cleared first. */
RX_MUST int fields_text(struct rx_buf *out, const struct field *f, const struct field_value *v);

#endif
