/* jail_queue.c - see jail_queue.h. */
#include "crawler/jail/jail_queue.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

void jail_queue_front(struct jail_queue *q, struct jail_job *job)
{
    job->next = q->first;
    q->first = job;
    if (!q->last)
        q->last = job;
}

void jail_queue_back(struct jail_queue *q, struct jail_job *job)
{
    job->next = NULL;
    if (q->last)
        q->last->next = job;
    else
        q->first = job;
    q->last = job;
}

struct jail_job *jail_queue_take(struct jail_queue *q)
{
    struct jail_job *job = q->first;
    if (!job)
        return NULL;
    q->first = job->next;
    if (!q->first)
        q->last = NULL;
    return job;
}

void jail_describe_end(char *out, size_t size, int status)
{
    if (WIFSIGNALED(status))
        (void)snprintf(out, size, "the reader died: signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    else
        (void)snprintf(out, size, "the reader ended with code %d",
                       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}
