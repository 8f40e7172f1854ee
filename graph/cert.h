/* cert.h - what a certificate says of names, and when that is more than its holder's word.
 *
 * Anybody can write a rival's name into a certificate of his own make. A name counts only where the
 * chain was verified and fits the host that served it: then an authority made sure that whoever
 * ordered the certificate controls every name in it. What failed once in a run proves nothing in
 * that run, whatever else the host served. */
#ifndef RX_GRAPH_CERT_H
#define RX_GRAPH_CERT_H

#include "base/classes.h"
#include "store/store.h"

struct cert_proofs; /* opaque: hosts by run, and what was seen of their chains */

/* From all facts up to a run (0: the last). RX_ENOMEM, or what the store says. O(facts). */
RX_MUST int cert_proofs_new(struct cert_proofs **out, struct store *st, int64_t upto_run);
void cert_proofs_free(struct cert_proofs *p); /* NULL is fine */
/* Were the names of this fact's host proved in its run? */
bool cert_proved(const struct cert_proofs *p, const struct store_fact *fact);
/* Did the host serve a certificate that does not name it? Such is the server's default, which all
 * its guests show: it says where they lodge, and nothing of who they are. */
bool cert_is_strangers(const struct cert_proofs *p, const struct store_fact *fact);
/* The class whose values such certificates and their keys are, and no other's. */
#define CERT_DEFAULT "tls.default"
bool cert_is_default(const struct rx_class *cls);

/* The next name of a list, a wildcard as its parent; false at the end. */
bool cert_name_next(struct rx_str *rest, struct rx_str *name);
/* Is that name, as a whole, the domain or one below it? */
bool cert_name_within(struct rx_str name, struct rx_str domain);

#endif
