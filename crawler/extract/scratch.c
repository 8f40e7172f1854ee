/* scratch.c - see scratch.h. */
#include "crawler/extract/scratch.h"

#include <hs/hs.h>
#include <stdatomic.h>
#include <stdlib.h>

struct scratch {
    struct hs_scratch *own;
    atomic_flag busy;
    atomic_bool failed;
};

int scratch_new(struct scratch **out, const struct hs_database *db)
{
    struct scratch *s = calloc(1, sizeof *s);
    if (!s || hs_alloc_scratch(db, &s->own) != HS_SUCCESS) {
        free(s);
        return RX_ENOMEM;
    }
    atomic_flag_clear(&s->busy);
    atomic_init(&s->failed, false);
    *out = s;
    return 0;
}

int scratch_fit(struct scratch *s, const struct hs_database *db)
{
    return hs_alloc_scratch(db, &s->own) == HS_SUCCESS ? 0 : RX_ENOMEM;
}

void scratch_free(struct scratch *s)
{
    if (!s)
        return;
    hs_free_scratch(s->own);
    free(s);
}

struct hs_scratch *scratch_take(struct scratch *s)
{
    struct hs_scratch *clone = NULL;
    if (!atomic_flag_test_and_set(&s->busy))
        return s->own;
    return hs_clone_scratch(s->own, &clone) == HS_SUCCESS ? clone : NULL;
}

void scratch_give(struct scratch *s, struct hs_scratch *taken)
{
    if (taken == s->own)
        atomic_flag_clear(&s->busy);
    else
        hs_free_scratch(taken);
}

void scratch_note_failure(struct scratch *s)
{
    atomic_store(&s->failed, true);
}

bool scratch_had_failure(struct scratch *s)
{
    return atomic_exchange(&s->failed, false);
}
