/* vote.c - see vote.h. */
#include "graph/vote.h"

#include "graph/vec.h"

#include <stdlib.h>

int vote_families(int32_t *family, const struct model *m, const uint32_t *of, size_t groups,
                  bool labelled_only)
{
    uint32_t *lead = vec_zero(groups, sizeof *lead), *asked = vec_zero(groups, sizeof *asked);
    int rc = lead && asked ? 0 : RX_ENOMEM;
    for (size_t g = 0; g < groups; g++)
        family[g] = MODEL_NONE;
    for (uint32_t s = 0; s < m->site_count && !rc; s++) {
        int32_t shown = m->sites[s].family;
        if (of[s] == UINT32_MAX)
            continue;
        asked[of[s]] += shown != MODEL_NONE || !labelled_only;
        if (shown == MODEL_NONE)
            continue;
        if (!lead[of[s]] || family[of[s]] == shown) {
            family[of[s]] = shown;
            lead[of[s]]++;
        } else {
            lead[of[s]]--;
        }
    }
    for (size_t g = 0; g < groups && !rc; g++)
        lead[g] = 0;
    for (uint32_t s = 0; s < m->site_count && !rc; s++)
        if (of[s] != UINT32_MAX && m->sites[s].family != MODEL_NONE)
            lead[of[s]] += m->sites[s].family == family[of[s]];
    for (size_t g = 0; g < groups && !rc; g++)
        if (lead[g] * 2 < asked[g])
            family[g] = MODEL_NONE;
    free(lead);
    free(asked);
    return rc;
}
