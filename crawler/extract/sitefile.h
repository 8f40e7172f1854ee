/* sitefile.h - what a site's file says as a whole: the rules of its robots.txt, the accounts of its
 * ads.txt, its icon. What stands in single lines is found like in a page. */
#ifndef RX_CRAWLER_EXTRACT_SITEFILE_H
#define RX_CRAWLER_EXTRACT_SITEFILE_H

#include "crawler/extract/collect.h"

/* Puts robots.hash, ads.set, favicon and favicon.sha256; nothing for a page. */
void sitefile_collect(struct collect *c);

#endif
