/* frame.c - see frame.h. */
#include "graph/frame.h"

#include "graph/claim.h"
#include "graph/entity.h"
#include "graph/load.h"
#include "graph/promote.h"
#include "graph/weigh.h"

int frame_open(struct frame *f, struct store *st, const struct rx_conf *conf, int64_t upto_run,
               struct rx_err *err)
{
    *f = (struct frame){0};
    constants_load(&f->k, conf);
    int rc = background_load(&f->bg, conf ? rx_conf_text(conf, "map.background") : NULL, err);
    if (rc)
        return rc;
    if (model_init(&f->m))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the case");
    if (!rc)
        rc = load_model(&f->m, st, upto_run, err);
    if (!rc)
        rc = decisions_load(&f->decisions, st, err);
    if (!rc)
        marks_place(&f->m, &f->decisions); /* roles tell what is common among honest sites */
    if (!rc)
        rc = entity_fold(&f->m, f->bg, &f->k, err);
    if (!rc) {
        marks_dismiss(&f->m, &f->decisions);
        weigh_entities(&f->m, f->bg, &f->k);
        if (claim_settle(&f->m, &f->k))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the tills");
    }
    if (!rc) {
        weigh_entities(&f->m, f->bg, &f->k);
        if (promote_sites(&f->m, &f->k))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the sites");
    }
    if (!rc) {
        weigh_entities(&f->m, f->bg, &f->k); /* roles changed what is common among honest sites */
        if (family_find(&f->families, &f->m, &f->k))
            rc = rx_fail(err, RX_ENOMEM, "no memory for the checkout hosts");
    }
    if (!rc && marks_tell(&f->marked, &f->m, &f->decisions)) {
        rc = rx_fail(err, RX_ENOMEM, "no memory for the decisions");
    }
    if (rc)
        frame_done(f);
    return rc;
}

void frame_done(struct frame *f)
{
    honoured_done(&f->marked);
    decisions_done(&f->decisions);
    family_done(&f->families);
    model_done(&f->m);
    background_free(f->bg);
    *f = (struct frame){0};
}
