/* who.c - see who.h. */
#include "base/who.h"

#include <pwd.h>
#include <unistd.h>

int rx_who(struct rx_buf *out)
{
    char host[256] = "?";
    const struct passwd *account = getpwuid(geteuid());
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '?';
    return rx_buf_addf(out, "%s@%s", account ? account->pw_name : "?", host);
}
