/* resolve_zone.c - see resolve_zone.h.
 *
 *   zone_queue_add --> [waiting] --> NS, MX, TXT, SOA --> text --> done
 *
 * Facts that no page waits for: they must not crowd the questions that pages wait for. A domain
 * whose servers are silent is asked no second type. */
#include "crawler/net/resolve_zone.h"

#include "crawler/facts/zone.h"
#include "crawler/net/resolve_reply.h"

#include <stdlib.h>

enum { ZONES_AT_ONCE = 8 };

struct zone {
    struct zone_queue *q;
    struct asker *asker;
    struct zone *next; /* waiting, or being asked */
    struct rx_buf text;
    unsigned at; /* in zone_types */
    bool asking;
    resolve_zone_fn *done;
    void *ctx;
    char domain[]; /* with its end */
};

struct zone_queue {
    struct zone *first, *last; /* waiting */
    struct zone *asked;        /* their turn has come */
    unsigned count;            /* of asked */
    bool pumping;
};

struct zone_queue *zone_queue_new(void)
{
    return calloc(1, sizeof(struct zone_queue));
}

static void zone_free(struct zone *z)
{
    rx_buf_free(&z->text);
    free(z);
}

static void list_free(struct zone *z)
{
    while (z) {
        struct zone *next = z->next;
        zone_free(z);
        z = next;
    }
}

void zone_queue_free(struct zone_queue *q)
{
    if (!q)
        return;
    list_free(q->first);
    list_free(q->asked);
    free(q);
}

/* Takes the answer of the open question in. */
static void note_answer(struct zone *z, struct rx_str message, const char *why)
{
    const unsigned type = zone_types[z->at];
    int rc = RX_OK;
    z->asking = false;
    if (why) {
        for (; zone_types[z->at] && !rc; z->at++) /* the others would be as silent */
            rc = zone_add_failure(&z->text, zone_types[z->at], why);
        return;
    }
    if (message.n > 0)
        rc = resolve_reply_zone(&z->text, message, z->domain, type);
    if (rc == RX_EINVAL)
        rc = zone_add_failure(&z->text, type, "the DNS answer is malformed");
    (void)rc; /* a text that is full holds more than anybody needs */
    z->at++;
}

static void pump(struct zone_queue *q);

static void on_message(void *ctx, struct rx_str message, const char *why)
{
    struct zone *z = ctx;
    note_answer(z, message, why);
    pump(z->q);
}

static void ask(struct zone *z)
{
    z->asking = true;
    if (asker_ask_type(z->asker, z->domain, zone_types[z->at], on_message, z))
        note_answer(z, (struct rx_str){0}, "out of memory");
}

static void take_waiting(struct zone_queue *q)
{
    while (q->first && q->count < ZONES_AT_ONCE) {
        struct zone *z = q->first;
        q->first = z->next;
        if (!q->first)
            q->last = NULL;
        z->next = q->asked;
        q->asked = z;
        q->count++;
    }
}

/* One whose question is over: to be asked the next one, or ready. NULL: all are being asked. */
static struct zone **idle(struct zone_queue *q)
{
    struct zone **link = &q->asked;
    while (*link && (*link)->asking)
        link = &(*link)->next;
    return *link ? link : NULL;
}

/* A question may be answered inside itself: whoever pumps already goes on with it. */
static void pump(struct zone_queue *q)
{
    struct zone **link;
    if (q->pumping)
        return;
    q->pumping = true;
    take_waiting(q);
    while ((link = idle(q))) {
        struct zone *z = *link;
        if (zone_types[z->at]) {
            ask(z);
            continue;
        }
        *link = z->next;
        q->count--;
        z->done(z->ctx, rx_str(z->domain), rx_buf_str(&z->text));
        zone_free(z);
        take_waiting(q);
    }
    q->pumping = false;
}

int zone_queue_add(struct zone_queue *q, struct asker *a, struct rx_str domain,
                   resolve_zone_fn *done, void *ctx)
{
    struct zone *z = calloc(1, sizeof *z + domain.n + 1);
    if (!z)
        return RX_ENOMEM;
    *z = (struct zone){.q = q, .asker = a, .text = RX_BUF(ZONE_TEXT_MAX), .done = done, .ctx = ctx};
    memcpy(z->domain, domain.p, domain.n);
    if (q->last)
        q->last->next = z;
    else
        q->first = z;
    q->last = z;
    pump(q);
    return RX_OK;
}
