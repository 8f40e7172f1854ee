/* frontier_jobs.c - the URLs that wait at one host: sorted, at most FRONTIER_URLS of them, and
 * refilled from the store when they run out while it has more. */
#include "crawler/frontier/frontier_priv.h"

#include <stdlib.h>

/* ---- one job -----------------------------------------------------------------------------------
 */

struct rx_str frontier_keep(char **at, struct rx_str s)
{
    char *p = *at;
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    *at += s.n + 1;
    return rx_strn(p, s.n);
}

struct job *job_new(const struct job *model)
{
    struct job *job = malloc(sizeof(*job) + model->url.n + model->host.n + model->site.n + 3);
    if (!job)
        return NULL;
    memcpy(job, model, sizeof(*job));
    char *at = job->bytes;
    job->url = frontier_keep(&at, model->url);
    job->host = frontier_keep(&at, model->host);
    job->site = frontier_keep(&at, model->site);
    return job;
}

void job_free(struct job *job)
{
    free(job);
}

static bool job_before(const struct job *a, const struct job *b)
{
    return a->priority != b->priority ? a->priority < b->priority : a->ticket < b->ticket;
}

/* ---- in ------------------------------------------------------------------------------------ */

static int push_extra(struct frontier_host *h, struct job *job)
{
    if (h->extra_count == h->extra_cap) {
        const size_t cap = h->extra_cap ? 2 * h->extra_cap : 4;
        struct job **extra = realloc(h->extra, cap * sizeof(struct job *));
        if (!extra)
            return RX_ENOMEM;
        h->extra = extra;
        h->extra_cap = cap;
    }
    h->extra[h->extra_count++] = job;
    return RX_OK;
}

int frontier_note_out(struct frontier_host *h, struct job *job)
{
    if (job->url_id == 0)
        return RX_OK;
    if (h->out_count == h->out_cap) {
        const size_t cap = h->out_cap ? 2 * h->out_cap : 4;
        int64_t *out = realloc(h->out, cap * sizeof *out);
        if (!out)
            return RX_ENOMEM;
        h->out = out;
        h->out_cap = cap;
    }
    h->out[h->out_count++] = job->url_id;
    job->is_out = true;
    return RX_OK;
}

void frontier_settled(struct frontier_host *h, struct job *job)
{
    if (!job->is_out)
        return;
    job->is_out = false;
    for (size_t i = 0; i < h->out_count; i++) {
        if (h->out[i] == job->url_id) {
            h->out[i] = h->out[--h->out_count];
            return;
        }
    }
}

static bool is_known(const struct frontier_host *h, int64_t url_id)
{
    for (size_t i = 0; i < h->out_count; i++)
        if (h->out[i] == url_id)
            return true;
    for (size_t i = 0; i < h->job_count; i++)
        if (h->jobs[i]->url_id == url_id)
            return true;
    return false;
}

void frontier_list_dry(struct frontier *f, struct frontier_host *h)
{
    if (!h->more || h->refilling || h->dry_listed || h->job_count > 0)
        return;
    h->dry_listed = true;
    h->dry_next = NULL;
    if (f->dry_last)
        f->dry_last->dry_next = h;
    else
        f->dry_first = h;
    f->dry_last = h;
}

static void set_more(struct frontier *f, struct frontier_host *h, bool more)
{
    if (h->more != more) {
        h->more = more;
        f->refills = more ? f->refills + 1 : f->refills - 1;
    }
    frontier_list_dry(f, h);
}

int frontier_push(struct frontier *f, struct frontier_host *h, struct job *job)
{
    job->at = h;
    if (job->ticket == 0)
        job->ticket = ++f->ticket;
    if (job->url_id == 0) {
        const int rc = push_extra(h, job);
        if (rc) {
            job_free(job);
            return rc;
        }
        f->jobs++;
        frontier_settle(f, h);
        return RX_OK;
    }
    frontier_settled(h, job); /* one that comes back */
    if (is_known(h, job->url_id)) {
        job_free(job);
        return RX_OK;
    }
    size_t at = 0;
    while (at < h->job_count && job_before(h->jobs[at], job))
        at++;
    memmove(h->jobs + at + 1, h->jobs + at, (h->job_count - at) * sizeof(struct job *));
    h->jobs[at] = job;
    h->job_count++;
    f->jobs++;
    if (h->job_count > FRONTIER_URLS) {
        job_free(h->jobs[--h->job_count]);
        f->jobs--;
        h->evicted = true;
        set_more(f, h, true);
    }
    frontier_settle(f, h);
    return RX_OK;
}

void frontier_host_more(struct frontier *f, struct frontier_host *h)
{
    set_more(f, h, true);
    frontier_settle(f, h);
}

struct frontier_host *frontier_dry(struct frontier *f)
{
    for (;;) {
        struct frontier_host *h = f->dry_first;
        if (!h)
            return NULL;
        f->dry_first = h->dry_next;
        if (!f->dry_first)
            f->dry_last = NULL;
        h->dry_listed = false;
        if (h->more && h->job_count == 0) {
            h->refilling = true;
            h->evicted = false;
            return h;
        }
    }
}

void frontier_refilled(struct frontier *f, struct frontier_host *h, bool more)
{
    h->refilling = false;
    set_more(f, h, more || h->evicted);
    frontier_settle(f, h);
}

void frontier_drop(struct frontier *f, struct frontier_host *h)
{
    for (size_t i = 0; i < h->job_count; i++)
        job_free(h->jobs[i]);
    f->jobs -= h->job_count;
    h->job_count = 0;
    set_more(f, h, false);
    frontier_settle(f, h);
}
