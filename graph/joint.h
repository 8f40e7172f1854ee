/* joint.h - ids of two sites that are one partner's id, each as its own site spells it. Inside one
 * programme hosts and parameters differ and the list of partners is one (partner_ids.h): what the
 * cover of affiliates weighs so, an explanation must weigh and quote. Needs the networks that map
 * found; without them there is nothing joint. */
#ifndef RX_GRAPH_JOINT_H
#define RX_GRAPH_JOINT_H

#include "graph/frame.h"
#include "graph/known.h"

struct joint_id {
    uint32_t left,
        right;      /* entities: the spelling of the one site, and of the other; never equal */
    uint32_t sites; /* that may sell and carry the id, under whatever spelling */
};

struct joint {
    struct joint_id *items; /* each id once; owned */
    size_t count;
};

/* Ids that both sites carry and spell otherwise. An id that they also share to the letter is none
 * of them: it is evidence once. O(ties log ties). */
RX_MUST int joint_find(struct joint *out, const struct frame *f, const struct known *known,
                       uint32_t a, uint32_t b);
void joint_done(struct joint *j);

#endif
