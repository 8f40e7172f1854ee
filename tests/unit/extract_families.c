/* The structural families, disguises, caps and roles on small pages, each read as a page is read.
 */
#include "crawler/extract/extract.h"
#include "crawler/extract/phone.h"
#include "crawler/parse/parse.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct tools {
    struct rx_psl *psl;
    struct extractor *x;
    struct rx_arena arena;
    struct doc doc;
    struct marks marks;
};

static int setup(void **state)
{
    static struct tools t;
    struct rx_err err = {0};
    int rc = parse_init(&err);
    if (rc == 0)
        rc = rx_psl_load(&t.psl, NULL, &err);
    if (rc == 0)
        rc = extractor_new(&t.x, t.psl, NULL, &err);
    if (rc < 0)
        print_message("%s\n", err.text);
    t.arena = RX_ARENA(64 << 20);
    *state = &t;
    return rc;
}

static int teardown(void **state)
{
    struct tools *t = *state;
    rx_arena_free(&t->arena);
    extractor_free(t->x);
    rx_psl_free(t->psl);
    return 0;
}

static void read_page(struct tools *t, const char *url, struct rx_str head, struct rx_str html)
{
    struct rx_err err = {0};
    rx_arena_free(&t->arena);
    if (parse_tree(&t->doc, &t->arena, rx_str(url), head, html, &parse_limits_default, &err) < 0 ||
        extract_marks(&t->marks, &t->arena, t->x, &t->doc, head, &err) < 0)
        fail_msg("%s", err.text);
}

static const struct mark *find(const struct tools *t, const char *cls, const char *value)
{
    for (size_t i = 0; i < t->marks.count; i++) {
        const struct mark *m = &t->marks.items[i];
        if (strcmp(m->cls->name, cls) == 0 && (!value || rx_str_eq(m->value, rx_str(value))))
            return m;
    }
    return NULL;
}

static void print_marks(const struct tools *t)
{
    for (size_t i = 0; i < t->marks.count; i++)
        print_message("  %s = %.*s%s\n", t->marks.items[i].cls->name,
                      RX_FMT(t->marks.items[i].value), t->marks.items[i].hidden ? " (hidden)" : "");
}

#define TILL(query) "<a href='https://rx-till.net/order?" query "'>buy</a>"
#define SHOP "https://www.pills4all.com/"
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

/* One page a line: what it must give ("-CLASS": what it must not). */
static const struct {
    const char *html, *cls, *value;
} cases[] = {
    /* forms */
    {"<form method=post action='https://pay.rx-till.net/in.php'><input name=oid><input name=pills>",
     "form.action.host", "rx-till.net"},
    {"<form method=post action=/c><input name=a1><input name=b2><input type=submit "
     "formaction='https://till-x.net/in'></form>",
     "form.action.host", "till-x.net"},
    {"<form><input name=a1></form><button formmethod=post formaction=https://till-x.net/in>",
     "form.action.host", "till-x.net"},
    {"<form action='https://www.google.com/search'><input name=q>", "-form.action.host", NULL},
    {"<form action='https://find.other.net/s'><input name=q>", "-form.action.host", NULL},
    {"<form method=post action='https://lists.other.net/join'><input type=email name=e>",
     "-form.action.host", NULL},
    {"<form method=post action='https://lists.other.net/join'><input name=your-mail>",
     "-checkout.host", NULL},
    {"<form method=post action='https://other-x.net/go'><input type=hidden name=id value=17>",
     "form.action.host", "other-x.net"},
    {"<form method=post action='https://other-x.net/go'><input type=hidden name=id value=17><input "
     "name=qty>",
     "form.action.host", "other-x.net"},
    {"<form method=post action='https://other-x.net/checkout'><input type=email name=e>",
     "form.action.host", "other-x.net"},
    {"<form><input name=rx_pack[12]><input name=rx_pack[7]>", "form.field", "rx_pack[]"},
    {"<form><input name='rx_pack`'><input name='&quot;rx_size'>", "form.field", "rx_pack"},
    {"<form><input name=email><input name=q>", "-form.field", NULL},
    {"<form><input name=tok_9f8e7d6c5b4a39>", "-form.field", NULL},
    {"<form><input name=zzb><input name=zza><select name=zzc></select><textarea "
     "name=zzd></textarea>"
     "<input name=zze><input name=email>",
     "form.fields", "zza,zzb,zzc,zzd,zze"},
    {"<form><input name=zzb><input name=zza><input name=zzc><input name=zzd>", "-form.fields",
     NULL},
    /* hosts */
    {"<a href='https://secure.rx-till.net/'>x</a>", "checkout.host", "rx-till.net"},
    {"<a href='https://rx-till.net/checkout.php?x=1'>x</a>", "checkout.host", "rx-till.net"},
    {"<a href='https://rx-till.net/border/checkouts-are-fun'>x</a>", "-checkout.host", NULL},
    {"<a href='/checkout'>x</a>", "-checkout.host", NULL},
    {"<a href='https://rx-till.net/zamowienie.php'>x</a>", "checkout.host", "rx-till.net"},
    {"<a href='https://www.paypal.com/checkout/'>x</a>", "-checkout.host", NULL},
    {"<script>go('https://rx-till.net/billing/step1')</script>", "checkout.host", "rx-till.net"},
    {"<script src='//static.pillcdn.org/a.js'></script>", "script.host", "pillcdn.org"},
    {"<script src='https://www.googletagmanager.com/gtm.js'></script>", "-script.host", NULL},
    {"<script>fetch('https://api.pillcdn.org/v1/x')</script>", "script.host", "pillcdn.org"},
    {"<script>var s='https://pillcdn.org/x'</script>", "-script.host", NULL},
    /* a platform's own hosts below its name, and its customers', are the platform */
    {"<script src='https://cdn.shopify.com/s/a.js'></script>", "-script.host", NULL},
    {"<script src='https://apps.shopify.com/s/a.js'></script>", "-script.host", NULL},
    {"<script src='https://stats.wordpress.com/e.js'></script>", "-script.host", NULL},
    {"<img src='https://pills.wordpress.com/x.gif'>", "-asset.host", NULL},
    {"<script>fetch('https://files.squarespace.com/a')</script>", "-script.host", NULL},
    {"<img src='https://img.pillcdn.org/x.gif'>", "asset.host", "pillcdn.org"},
    {"<meta http-equiv=refresh content='0; url=https://go.rx-lane.net/1'>", "redirect.host",
     "rx-lane.net"},
    /* affiliates */
    {"<a href='https://pharmstore.net/?aff=1418'>x</a>", "affiliate", "pharmstore.net|aff|1418"},
    {"<a href='https://pharmstore.net/?AffID=johnny'>x</a>", "affiliate",
     "pharmstore.net|aff|johnny"},
    {"<a href='https://pharmstore.net/?aff=1'>x</a>", "-affiliate", NULL},
    {"<a href='https://pharmstore.net/?ref=footer'>x</a>", "-affiliate", NULL},
    {"<a href='https://pharmstore.net/?ref=Net-Header2-Webmail'>x</a>", "-affiliate", NULL},
    {"<a href='https://pharmstore.net/?sid=1461&gid=1010&pgid=1757&cid=4045'>x</a>", "-affiliate",
     NULL},
    {"<form method=post action=https://pharmstore.net/c><input type=hidden name=affiliate "
     "value=bama>"
     "<input name=u><input type=password name=p></form>",
     "-affiliate", NULL},
    {"<form method=post action=https://pharmstore.net/c><input name='plod[q]'>"
     "<input type=hidden name='plod[partner]' value=352></form>",
     "affiliate", "pharmstore.net|partner|352"},
    {"<a href='https://pharmstore.net/?ref=jo77'>x</a>", "affiliate", "pharmstore.net|ref|jo77"},
    {"<a href='/p?pid=17'>x</a><a href='/p?pid=18'>y</a>", "-affiliate", NULL},
    {"<a href='https://pharmstore.net/aff/1418/viagra'>x</a>", "affiliate",
     "pharmstore.net|aff|1418"},
    {"<a href='https://pharmstore.net/x#wmid=77'>x</a>", "affiliate", "pharmstore.net|wm|77"},
    {"<a href='https://www.facebook.com/x?aff=1418'>x</a>", "-affiliate", NULL},
    {"<form method=post action='https://rx-till.net/in'><input type=hidden name=wm value=7702>",
     "affiliate", "rx-till.net|wm|7702"},
    {"<form method=post><input type=hidden name=wm value=7702>", "affiliate",
     "pills4all.com|wm|7702"},
    {"<a href='https://pharmstore.net/?sid=4f7a0c2b9e8d4f7a0c2b9e8d1b'>x</a>", "-affiliate", NULL},
    {"<a href='https://pharmstore.net/?sid=4417x'>x</a>", "affiliate", "pharmstore.net|sid|4417x"},
    /* names that engines put around a parameter's */
    {"<form method=post><input type=hidden name=shop_aff value=7702>", "affiliate",
     "pills4all.com|aff|7702"},
    {"<form method=post><input type=hidden name='order[affid]' value=j77>", "affiliate",
     "pills4all.com|aff|j77"},
    {"<form method=post><input type=hidden name=rxWmId value=7702>", "affiliate", NULL},
    {"<form method=post><input type=hidden name=shop_partner_id_x value=7702>", "affiliate",
     "pills4all.com|partner|7702"},
    {"<form method=post><input type=hidden name=tariff value=7702>", "-affiliate", NULL},
    {"<form method=post><input type=hidden name=staff value=7702>", "-affiliate", NULL},
    {"<form method=post><input type=hidden name=shop_aff value=banner>", "-affiliate", NULL},
    {"<form method=post><input name=zqitem><input name=zqqty><input name=zqcur><input type=hidden "
     "name=zqref value=wm77>",
     "affiliate", "pills4all.com|ref|wm77"},
    {"<form method=post><input name=item><input name=qty><input name=cur><input type=hidden "
     "name=zqref value=wm77>",
     "-affiliate", NULL},
    {"<form method=post><input name=zqitem><input name=zqqty><input name=zqcur><input type=hidden "
     "name=zqpid value=wm77>",
     "affiliate", "pills4all.com|pid|wm77"},
    {"<form method=post><input name=zqitem><input name=zqqty><input name=zqcur><input type=hidden "
     "name=zqcid value=wm77>",
     "-affiliate", NULL},
    {"<form method=post><input name=zqitem><input name=zqqty><input name=zqcur><input type=hidden "
     "name=zqsid value=4f7a0c2b9e8d4f7a0c2b9e8d1b>",
     "-affiliate", NULL},
    /* names that programmes and their software use; a click's own number, a campaign are nobody */
    {"<a href='https://medstore.net/main2.php?rx=15896'>x</a>", "affiliate",
     "medstore.net|rx|15896"},
    {"<a href='https://medstore.net/?AffiliateID=4417&BannerID=1'>x</a>", "affiliate",
     "medstore.net|aff|4417"},
    {"<a href='https://medstore.net/?refcode=vs3390'>x</a>", "affiliate",
     "medstore.net|ref|vs3390"},
    {"<a href='https://medstore.net/?subid=box77'>x</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/?aff_sub=box77'>x</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/?aff_sub2=box77'>x</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/?aff_id=box77&aff_sub=left'>x</a>", "affiliate",
     "medstore.net|aff|box77"},
    {"<a href='/promo/affiliate/our-partners'>x</a>", "-affiliate", NULL},
    {"<a href='/aff/1418/viagra'>x</a>", "affiliate", "pills4all.com|aff|1418"},
    {"<p>u002f71323481835a49cd@o557978.ingest.sentry.io</p>", "-email", NULL},
    /* a partner's number inside one customer's network is none inside another's */
    {"<a href='https://medoffers.go2cloud.org/aff_c?offer_id=12&aff_id=3391'>x</a>",
     "affiliate.network", "tune|medoffers:3391"},
    {"<a href='https://medoffers.go2cloud.org/aff_c?offer_id=12&aff_id=3391'>x</a>", "-affiliate",
     NULL},
    {"<a href='https://medoffers.go2cloud.org/aff_c?offer_id=12&aff_id=3391'>x</a>", "-click.host",
     NULL},
    {"<a href='https://medstore.net/?SubID=box77'>x</a>", "subid", "medstore.net|subid|box77"},
    {"<a href='https://medstore.net/?sub10=a7'>x</a>", "subid", "medstore.net|sub10|a7"},
    {"<a href='https://medstore.net/?s1=a7&sub11=x7&sub0=y&subs=z'>x</a>", "subid",
     "medstore.net|s1|a7"},
    {"<a href='https://medstore.net/?s=x7&sub11=x7&sub0=y7&subs=z7&utm=1a'>x</a>", "-subid", NULL},
    {"<a href='https://medstore.net/?utm_campaign=spring%20b'>x</a>", "subid",
     "medstore.net|utm_campaign|spring%20b"},
    {"<a href='/?subid=box77'>x</a>", "-subid", NULL},
    {"<a href='https://medstore.net/?clickid=4f7a0c2b9e8d4f7a0c2b9e8d1b'>x</a>", "-subid", NULL},
    {"<a href='https://www.facebook.com/?utm_source=x7'>x</a>", "-subid", NULL},
    /* legal names, and mail whose domain is nobody's */
    {"<p>Operated by Harbor Meds Trading Ltd.</p>", "legal.name", "harbor meds trading ltd"},
    {"<p>&copy; Hafen Medien GmbH &amp; Co. KG</p>", "legal.name", "hafen medien gmbh & co kg"},
    {"<p>Powered by &copy; XenForo Ltd.</p>", "-legal.name", NULL},
    {"<p>desk@rxdesk24.org</p>", "email.host", "rxdesk24.org"},
    {"<p>desk@0clickemail.com</p>", "email", "desk@0clickemail.com"},
    {"<p>desk@0clickemail.com</p>", "-email.host", NULL},
    {"<p>desk@mx.0clickemail.com</p>", "-email.host", NULL},
    /* an exchange's own wallet, a token's contract */
    {"<p>34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo</p>", "-btc", NULL},
    {"<p>0x3f5ce5fbfe3e9af3971dd833d26ba9b5c936f0be</p>", "-eth.unchecked", NULL},
    {"<a href='https://medstore.net/?clickid=8f2a77&click_id=77&cid=1600&mid=17800'>x</a>",
     "-affiliate", NULL},
    {"<a href='https://medstore.net/?utm_source=n77&utm_campaign=c1&utm_id=9'>x</a>", "-affiliate",
     NULL},
    {"<a href='https://medstore.net/?id=77&product_id=12&cat=3'>x</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/?rx=yes'>x</a>", "-affiliate", NULL},
    {"<a href='/c?rx=15'>x</a><a href='/c?rx=16'>y</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/idev/idevaffiliate.php?id=1418&url=7'>x</a>", "affiliate",
     "medstore.net|aff|1418"},
    {"<a href='https://medstore.net/affiliate/click.php?id=jo77'>x</a>", "affiliate",
     "medstore.net|aff|jo77"},
    {"<a href='https://medstore.net/affiliates/?id=1418'>x</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/affiliate/terms.php?id=1418'>x</a>", "-affiliate", NULL},
    {"<a href='https://medstore.net/clickhouse.php?id=1418'>x</a>", "-affiliate", NULL},
    {"<a href='https://pharmstore.net/wm/mail_form.html'>x</a>", "-affiliate", NULL},
    {"<script>document.cookie = 'wmid=7702; path=/';</script>", "affiliate",
     "pills4all.com|wm|7702"},
    {"<script>document.cookie='shop_aff=7702'</script>", "affiliate", "pills4all.com|aff|7702"},
    /* the till is named by a script, by a button */
    {"<script>go('https://rx-till.net/billing/1')</script><a href='/?aff=1418'>x</a>", "affiliate",
     "rx-till.net|aff|1418"},
    /* and no hidden link names another's */
    {"<a style=display:none href='https://secure.foe-till.net/'>x</a>"
     "<script>go('https://rx-till.net/billing/1')</script><a href='/?aff=1418'>x</a>",
     "affiliate", "rx-till.net|aff|1418"},
    {"<a style=display:none href='https://secure.foe-till.net/'>x</a><a href='/?aff=1418'>x</a>",
     "-affiliate", "foe-till.net|aff|1418"},
    {"<button onclick=\"location='https://rx-till.net/order?x=1'\">Buy</button><a "
     "href='/?aff=1418'>x</a>",
     "affiliate", "rx-till.net|aff|1418"},
    /* parameters of links to the till, whose names no table has */
    {TILL("sku=11&lang=en24&zk=vec9di5") TILL("sku=12&lang=en24&zk=vec9di5")
         TILL("zk=vec9di5&lang=en24&sku=13"),
     "affiliate", "rx-till.net|zk|vec9di5"},
    {TILL("sku=11&lang=en24&cat=men12") TILL("sku=12&lang=en24&cat=men12")
         TILL("sku=13&lang=en24&cat=men12"),
     "-affiliate", NULL},
    {TILL("sku=11&zk=vec9di5") TILL("sku=12&zk=vec9di5"), "-affiliate", NULL},
    {TILL("sku=11&zk=vec9di5") TILL("sku=11&zk=vec9di5") TILL("sku=11&zk=vec9di5"), "-affiliate",
     NULL},
    {TILL("sku=11&zk=vec9di5") TILL("sku=12&zk=vec9di5") TILL("sku=13"), "-affiliate", NULL},
    {TILL("sku=11&zk=v9") TILL("sku=12&zk=v9") TILL("sku=13&zk=v9"), "-affiliate", NULL},
    {TILL("sku=11&PHPSESSID=vec9di5") TILL("sku=12&PHPSESSID=vec9di5")
         TILL("sku=13&PHPSESSID=vec9di5"),
     "-affiliate", NULL},
    {"<a href='https://x.net/?s=1&zk=vec9'>1</a><a href='https://x.net/?s=2&zk=vec9'>2</a>"
     "<a href='https://x.net/?s=3&zk=vec9'>3</a>",
     "-affiliate", NULL},
    /* globals and cookies */
    {"<script>var shipping_methodz = {};</script>", "js.global", "shipping_methodz"},
    {"<script>window['rxCartId'] = 5</script>", "js.global", "rxCartId"},
    {"<script>(function(){ var inner_name = 1; })()</script>", "-js.global", NULL},
    {"<script>/* var commented_out = 1; */ x = 'var quoted_name = 2'</script>", "-js.global", NULL},
    {"<script>if (window.rxCartId == 5) {}</script>", "-js.global", NULL},
    {"<script>window.onload = go; var _Hasync= _Hasync|| [];</script>", "-js.global", NULL},
    {"<script>var stripe = Stripe('pk');</script>", "-js.global", NULL},
    {"<form><input name=postal><input name=button-cart>", "-form.field", NULL},
    {"<script>document.cookie='rx_visitor=1'</script>", "cookie.name", "rx_visitor"},
    /* paths */
    {"<a href='/items/viagra-100/a.html'>1</a><a href='/items/x-1/b.html'>2</a>"
     "<a href='/items/y-9/c.html'>3</a>",
     "path.schema", "/items/{w}/{w}.html"},
    {"<a href='/item.php?pid=1&dose=5mg'>1</a><a href='/item.php?pid=2&dose=1mg'>2</a>"
     "<a href='/item.php?pid=3&dose=2mg'>3</a>",
     "path.schema", "/item.php?pid={n}&dose={w}"},
    {"<a href='/one'>1</a><a href='/two'>2</a><a href='/three'>3</a>", "-path.schema", NULL},
    /* assets and comments */
    {"<link rel=stylesheet href='/t/rxpills-theme.css?v=9'>", "asset.name", "rxpills-theme.css"},
    {"<script src='/jquery-3.6.0.min.js'></script>", "-asset.name", NULL},
    {"<script src='/app.9f8e7d6c.js'></script>", "-asset.name", NULL},
    {"<img src='/i/rxpills-top.png'>", "asset.name", "rxpills-top.png"},
    {"<img src='/i/visa2.png'>", "-asset.name", NULL},
    {"<img src='/i/pay_mastercard_small.png'>", "-asset.name", NULL},
    {"<img src='/i/cialis.jpg'>", "-asset.name", NULL},
    {"<img src='/i/cialis20mg_box.jpg'>", "-asset.name", NULL},
    {"<!--  begining of pils  blok -->", "html.comment", "begining of pils blok"},
    {"<!--[if lt IE 9]> old browsers here <![endif]-->", "-html.comment", NULL},
    /* disguises */
    {"<a data-cfemail='5133243c3e1133243c3e7f323e3c' href='#'>[email]</a>", "email.host",
     "bumo.com"},
    {"<p>write to rxdesk [at] medsdesk24 (dot) org now</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>write to rxdesk at medsdesk24 dot org now</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>we met bob at medsdesk24 yesterday</p>", "-email", NULL},
    {"<p>arrived at some point in May</p>", "-email", NULL},
    {"<p>rxdesk chez medsdesk24 point fr</p>", "email", "rxdesk@medsdesk24.fr"},
    {"<p>rxdesk arroba medsdesk24 punto com</p>", "email", "rxdesk@medsdesk24.com"},
    {"<p>rxdesk@medsdesk24.because</p>", "-email", NULL},
    {"<p>rxdesk@medsdesk24.org.ck</p>", "email", "rxdesk@medsdesk24.org.ck"},
    {"<p>rxdesk&#64;medsdesk24&#46;org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<script>document.write('rxdesk' + '@' + 'medsdesk24.org')</script>", "email",
     "rxdesk@medsdesk24.org"},
    {"<script>var m='rxdesk\\x40medsdesk24\\u002eorg'</script>", "email", "rxdesk@medsdesk24.org"},
    {"<script>var m=String.fromCharCode(114,120,64)+'medsdesk24.org'</script>", "email",
     "rx@medsdesk24.org"},
    {"<script>eval(atob('cnhkZXNrQG1lZHNkZXNrMjQub3Jn'))</script>", "email",
     "rxdesk@medsdesk24.org"},
    {"<script>document.write(unescape('rxdesk%40medsdesk24.org'))</script>", "email",
     "rxdesk@medsdesk24.org"},
    {"<script>x={\"u\":\"https:\\/\\/t.me\\/rxhelpdesk24\"}</script>", "telegram", "rxhelpdesk24"},
    {"<a href='mailto:rxdesk%40medsdesk24.org'>m</a>", "email", "rxdesk@medsdesk24.org"},
    {"<a href='mailto:info@pills4all.com'>m</a>", "email.own", "info@pills4all.com"},
    {"<p>boss@gmail.com</p>", "-email.host", NULL},
    /* inline tags in the middle */
    {"<p>call +1 <b>888</b> 246 0100</p>", "phone.tollfree", "+18882460100"},
    {"<p>call <b>+44</b> <i>20</i>\n<b>7946</b> <!-- x -->1234", "phone", "+442079461234"},
    {"<p>rxdesk<span>@</span>medsdesk24.org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>rxdesk<span class='a'>@</span><wbr><i>medsdesk24</i><b>.org</b></p>", "email",
     "rxdesk@medsdesk24.org"},
    {"<p>rxdesk@meds<b>desk24</b>.org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>rxdesk <b>[at]</b> medsdesk24 <i>(dot)</i> org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>rxdesk <b>at</b> medsdesk24 <b>dot</b> org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>1BoatSLRHtKNngkdXEeobR76b53<wbr>LETtpyT</p>", "btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"},
    {"<p>without\n\ta telephone +44 20\n7946\n1234</p>", "phone", "+442079461234"},
    {"<p>rxdesk<p>@<p>medsdesk24.org", "-email", NULL},
    {"<table><tr><td>+1 888<td>246 0100</table>", "-phone.tollfree", NULL},
    {"<p>call +1 888<br>246 0100", "-phone.tollfree", NULL},
    {"<p><span>Jane Roe</span>rxdesk@medsdesk24.org</p>", "-email", "roerxdesk@medsdesk24.org"},
    {"<p>rxdesk@medsdesk24.org<span>any</span>time</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>rxdesk@medsdesk24.org<span>any</span>time</p>", "-email", "rxdesk@medsdesk24.organy"},
    {"<p>rxdesk<span title='>'>@</span>medsdesk24.org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>rxdesk<!-- > -->@<b/>medsdesk24<? no ?>.org</p>", "email", "rxdesk@medsdesk24.org"},
    {"<p>rxdesk<div>@</div>medsdesk24.org</p>", "-email", NULL},
};

static void test_cases(void **state)
{
    struct tools *t = *state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool unwanted = cases[i].cls[0] == '-';
        read_page(t, SHOP, RX_STR(HEAD "\r\n"), rx_str(cases[i].html));
        if ((find(t, cases[i].cls + unwanted, cases[i].value) != NULL) != unwanted)
            continue;
        failed++;
        print_message("%s\n  wanted %s %s; got:\n", cases[i].html, cases[i].cls,
                      cases[i].value ? cases[i].value : "");
        print_marks(t);
    }
    assert_int_equal(failed, 0);
}

static void test_quotes(void **state)
{
    struct tools *t = *state;
    struct rx_str page = RX_STR("<p>a &amp; b: rxdesk&#64;medsdesk24.org</p>"
                                "<script>x('rx2' + '@medsdesk24.org')</script>"
                                "<!-- rx3@medsdesk24.org -->");
    read_page(t, SHOP, RX_STR(HEAD "\r\n"), page);
    const struct mark *plain = find(t, "email", "rxdesk@medsdesk24.org");
    const struct mark *joined = find(t, "email", "rx2@medsdesk24.org");
    const struct mark *comment = find(t, "email", "rx3@medsdesk24.org");
    assert_true(plain && joined && comment);
    assert_true(rx_str_eq(plain->raw, RX_STR("rxdesk&#64;medsdesk24.org")));
    assert_int_equal(plain->offset, rx_str_find(page, RX_STR("rxdesk"), 0));
    assert_int_equal(plain->length, plain->raw.n);
    assert_false(plain->hidden);
    assert_true(rx_str_eq(joined->raw, RX_STR("'rx2' + '@medsdesk24.org'")));
    assert_true(joined->hidden && comment->hidden);
    assert_int_equal(comment->place, RX_PLACE_COMMENT);
}

/* What inline tags cut is quoted with the tags, from its first byte to its last. */
static void test_quotes_across_tags(void **state)
{
    struct tools *t = *state;
    struct rx_str page =
        RX_STR("<p>caf\xe9 &amp; more, a text that is long enough to be cut before the "
               "joint, call <b>+1</b> (888) <i class=x>246</i>-0100 now</p>"
               "<p>&eacute; rxdesk&#64;<span>medsdesk24</span>.org</p>");
    static const char *const charsets[] = {"windows-1252", "utf-8"};
    for (size_t i = 0; i < sizeof charsets / sizeof charsets[0]; i++) {
        char head[160];
        (void)snprintf(head, sizeof head,
                       "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=%s\r\n\r\n",
                       charsets[i]);
        read_page(t, SHOP, rx_str(head), page);
        const struct mark *phone = find(t, "phone.tollfree", "+18882460100");
        const struct mark *mail = find(t, "email", "rxdesk@medsdesk24.org");
        assert_true(phone && mail);
        assert_true(rx_str_eq(phone->raw, RX_STR("+1</b> (888) <i class=x>246</i>-0100")));
        assert_int_equal(phone->offset, rx_str_find(page, RX_STR("+1</b>"), 0));
        assert_int_equal(phone->length, phone->raw.n);
        assert_true(rx_str_eq(mail->raw, RX_STR("rxdesk&#64;<span>medsdesk24</span>.org")));
        assert_int_equal(mail->offset, rx_str_find(page, RX_STR("rxdesk"), 0));
        assert_int_equal(mail->length, mail->raw.n);
        assert_false(mail->hidden);
    }
}

/* A number that stands in the page's own path is that of what the page shows. */
static void test_numbers_of_pages(void **state)
{
    struct tools *t = *state;
    const struct rx_str page = RX_STR("<a href='/add.php?pid=601576'>Buy</a>");
    read_page(t, SHOP "coffee_601576_11/?x=1", RX_STR(HEAD "\r\n"), page);
    assert_null(find(t, "affiliate", "pills4all.com|pid|601576"));
    read_page(t, SHOP "coffee/?x=601576", RX_STR(HEAD "\r\n"), page);
    assert_non_null(find(t, "affiliate", "pills4all.com|pid|601576"));
}

/* Windows-1252 page: offsets are those of the body as sent. */
static void test_quotes_in_another_charset(void **state)
{
    struct tools *t = *state;
    struct rx_str body = RX_STR("<p>\xe9\xe9\xe9 GTM-K7QX3PD rxdesk@medsdesk24.org</p>");
    read_page(t, SHOP,
              RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1252\r\n"
                     "\r\n"),
              body);
    const struct mark *m = find(t, "email", "rxdesk@medsdesk24.org");
    assert_non_null(m);
    assert_int_equal(m->offset, rx_str_find(body, RX_STR("rxdesk"), 0));
    assert_memory_equal(body.p + m->offset, m->raw.p, m->raw.n);
}

/* A header of the server's own is a mark; products', delivery networks' and those made for one
 * answer are none. */
static void test_headers(void **state)
{
    static const struct {
        const char *line, *cls, *value;
    } lines[] = {
        {"X-Shop-Engine: RxCart v3", "header.x", "x-shop-engine=RxCart v3"},
        {"X-Pharma-Farm: node-b", "header.x", "x-pharma-farm=node-b"},
        {"x-Powered-By: PHP/5.4.16", "-header.x", NULL},
        {"X-Frame-Options: SAMEORIGIN", "-header.x", NULL},
        {"X-Cache: HIT from edge-7", "-header.x", NULL},
        {"X-Backend: web3", "-header.x", NULL},
        {"X-Shop-Trace: 9f8e7d6c5b4a", "-header.x", NULL},
        {"X-Shop-Time: 1700000000", "-header.x", NULL},
        {"X-Shop: caf\xc3\xa9", "-header.x", NULL},
        {"X-: nothing", "-header.x", NULL},
        {"ETag: \"2c39-5a1b2c3d4e5f6-61a0\"", "etag", "2c39-5a1b2c3d4e5f6-61a0"},
        {"ETag: \"61a0-5a1b2c3d4e5f6\"", "-etag", NULL},
        {"ETag: W/\"2c39-5a1b2c3d4e5f6-61a0\"", "-etag", NULL},
        {"ETag: \"2c39--61a0000000\"", "-etag", NULL},
    };
    struct tools *t = *state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char head[256];
        (void)snprintf(head, sizeof head, HEAD "%s\r\n\r\n", lines[i].line);
        read_page(t, SHOP, rx_str(head), RX_STR("<p>x"));
        const bool wanted = lines[i].cls[0] != '-';
        const struct mark *m = find(t, lines[i].cls + !wanted, lines[i].value);
        if ((m != NULL) != wanted)
            fail_msg("%s", lines[i].line);
        if (m) {
            assert_int_equal(m->place, RX_PLACE_HEADER);
            assert_memory_equal(head + m->offset, m->raw.p, m->raw.n);
        }
    }
}

static void test_head(void **state)
{
    struct tools *t = *state;
    struct rx_str head = RX_STR(HEAD "Set-Cookie: rx_basket=1; path=/\r\nSet-Cookie: aff=1418\r\n"
                                     "Set-Cookie: PHPSESSID=1\r\n\r\n");
    read_page(t, SHOP, head, RX_STR("<p>x"));
    const struct mark *cookie = find(t, "cookie.name", "rx_basket");
    const struct mark *aff = find(t, "affiliate", "pills4all.com|aff|1418");
    assert_true(cookie && aff);
    assert_int_equal(cookie->place, RX_PLACE_HEADER);
    assert_memory_equal(head.p + cookie->offset, cookie->raw.p, cookie->raw.n);
    assert_memory_equal(head.p + aff->offset, "aff=1418", 8);
    assert_null(find(t, "cookie.name", "PHPSESSID"));
}

/* A flood of one class neither fills the page nor drives out another. */
static void test_flood(void **state)
{
    struct tools *t = *state;
    struct rx_buf page = RX_BUF(4 << 20);
    for (int i = 0; i < 20000; i++)
        assert_int_equal(rx_buf_addf(&page, "<p>user%d@medsdesk24.org</p>", i), 0);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(rx_buf_addf(&page, "<input name='fld%c%c%c_rx'>", 'a' + i % 26,
                                     'a' + i / 26 % 26, 'a' + i / 676 % 26),
                         0);
    assert_int_equal(rx_buf_addf(&page, "<script>gtag('config','G-7R4KQ2ZP1X')</script>"), 0);
    read_page(t, SHOP, RX_STR(HEAD "\r\n"), rx_buf_str(&page));
    assert_true(t->marks.count <= EXTRACT_MARKS_MAX);
    assert_non_null(find(t, "ga4", "G-7R4KQ2ZP1X"));
    assert_non_null(find(t, "form.field", NULL));
    rx_buf_free(&page);
}

/* Texts made to be slow: they end, and what else is on the page is still found. */
static void test_evil(void **state)
{
    struct tools *t = *state;
    static const char *const evil[] = {"a",          "@",
                                       "a@",         "1",
                                       "+1",         "a.",
                                       "[at]",       "\\x41",
                                       "'a'+",       "https://",
                                       "atob('",     "bc1q",
                                       "0x0",        "UA-1",
                                       "3333",       "$9.9 ",
                                       "viagra ",    "var a_b_c=",
                                       "/checkout",  "tel:+1(",
                                       "&#64;",      "setSiteId",
                                       "u=//a.b.cc", "licence ",
                                       "a-b.",       "document.cookie"};
    for (size_t i = 0; i < sizeof evil / sizeof evil[0]; i++) {
        struct rx_buf page = RX_BUF(2 << 20);
        assert_int_equal(
            rx_buf_addf(&page, "<b>GTM-K7QX3PD</b><a href='/GTM-K7QX3PD'>x</a><script>"), 0);
        while (page.n < 500000)
            assert_int_equal(rx_buf_add(&page, rx_str(evil[i])), 0);
        assert_int_equal(rx_buf_addf(&page, "</script><p title=\""), 0);
        while (page.n < 550000)
            assert_int_equal(rx_buf_add(&page, rx_str(evil[i])), 0);
        assert_int_equal(rx_buf_addf(&page, "\">"), 0);
        while (page.n < 1000000)
            assert_int_equal(rx_buf_add(&page, rx_str(evil[i])), 0);
        read_page(t, SHOP, RX_STR(HEAD "\r\n"), rx_buf_str(&page));
        if (!find(t, "gtm", "GTM-K7QX3PD"))
            fail_msg("lost behind %s", evil[i]);
        rx_buf_free(&page);
    }
}

static void test_arena_cap(void **state)
{
    struct tools *t = *state;
    struct rx_err err = {0};
    struct rx_arena arena = RX_ARENA(200000), small = RX_ARENA(600);
    struct marks marks = {.count = 77};
    assert_int_equal(parse_tree(&t->doc, &arena, RX_STR(SHOP), RX_STR(HEAD "\r\n"),
                                RX_STR("<p>rxdesk@medsdesk24.org</p>"), &parse_limits_default,
                                &err),
                     0);
    assert_int_equal(extract_marks(&marks, &small, t->x, &t->doc, RX_STR(""), &err), RX_EFULL);
    assert_int_equal(marks.count, 77); /* untouched */
    rx_arena_free(&arena);
    rx_arena_free(&small);
}

static void test_phone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned home;
        const char *want; /* NULL: none */
    } rows[] = {
        {"+1 (415) 661-2837", 0, "+14156612837"},
        {"0044 20 7183 8750", 0, "+442071838750"},
        {"+44 (0)20 7183 8750", 0, "+442071838750"},
        {"020 7183 8750", 44, "+442071838750"},
        {"06 69 88 12 34", 39, "+390669881234"},
        {"415-661-2837", 1, "+14156612837"},
        {"415-661-2837", 0, NULL},
        {"+1 212 555 0123", 0, NULL},
        {"+1 111 661 2837", 0, NULL},
        {"+999 123 456 789", 0, NULL},
        {"+44 20", 0, NULL},
        {"", 44, NULL},
        {"+12345678901234567890", 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char got[PHONE_TEXT] = "";
        bool ok = phone_normal(got, rx_str(rows[i].text), rows[i].home);
        if (ok != (rows[i].want != NULL) || (ok && strcmp(got, rows[i].want) != 0))
            fail_msg("%s gives %s", rows[i].text, ok ? got : "nothing");
    }
    assert_int_equal(phone_home(RX_STR("shop.co.uk"), RX_STR("")), 44);
    assert_int_equal(phone_home(RX_STR("shop.com"), RX_STR("de-AT")), 43);
    assert_int_equal(phone_home(RX_STR("shop.me"), RX_STR("en")), 0);
    assert_true(phone_tollfree("+18004151234"));
    assert_false(phone_tollfree("+14158001234"));
}

static void test_lexicon(void **state)
{
    const struct tools *t = *state;
    static const char *const yes[] = {"Buy Viagra now",    "https://cheapviagraonline.biz/",
                                      "best-cialis-price", "https://x.com/tadalafil-20mg",
                                      "Online Apotheke",   "farmaciaonline.it",
                                      "купить Виагру"};
    static const char *const no[] = {
        "specialist", "https://socialist.org/", "lyrical", "soma", "ambient", "hello world", "",
        "Havana club"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (!lexicon_hit(t->x, rx_str(yes[i])))
            fail_msg("%s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (lexicon_hit(t->x, rx_str(no[i])))
            fail_msg("%s", no[i]);
}

#define RX_SHOP_TEXT                                                                               \
    "<h1>Online pharmacy</h1><p>Viagra 100 mg x 30 pills $59.95 <a href='/cart?add=1'>Add to cart" \
    "</a> Cialis 20 mg x 10 pills $39.95 Add to cart Levitra 20 mg $29.95 Buy now. "               \
    "No prescription required, discreet packaging, bonus pills.</p>"

static const struct {
    const char *html;
    enum rx_role role;
} roles[] = {
    {RX_SHOP_TEXT, RX_ROLE_STOREFRONT},
    {"<p>Viagra 100 mg $59 Cialis $39 Levitra $29 add to cart. A valid prescription is required. "
     "Registered pharmacy 9011234, <a "
     "href='https://www.pharmacyregulation.org/registers/x'>GPhC</a>",
     RX_ROLE_LICENSED},
    {"<meta property=og:type content=article><p>Police seized Viagra, Cialis and Levitra worth "
     "$3, $4 and $5 million; checkout the report of many words and more words about the case",
     RX_ROLE_BENIGN},
    {"<h1>Viagra</h1><p>generic viagra without prescription, buy viagra online. "
     "<a href='https://rxstore.net/viagra'>Enter the pharmacy</a>",
     RX_ROLE_DOORWAY},
    {"<meta http-equiv=refresh content='0;url=https://other.net/x'>", RX_ROLE_REDIRECTOR},
    {"<form method=post action=/pay><input name=card_number><input name=cvv><input name=exp_month>"
     "</form>",
     RX_ROLE_CHECKOUT},
    {"<p>pills4all.com: this domain is for sale", RX_ROLE_BENIGN},
    {"<p>hello", RX_ROLE_UNKNOWN},
};

static void test_roles(void **state)
{
    struct tools *t = *state;
    struct rx_buf why = RX_BUF(1000);
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        struct signs site = {0};
        read_page(t, SHOP, RX_STR(HEAD "\r\n"), rx_str(roles[i].html));
        signs_add(&site, &t->marks.signs);
        enum rx_role role = role_decide(&site, 1, &why);
        if (role != roles[i].role)
            fail_msg("%s\n is %s: %s", roles[i].html, rx_role_name(role), why.p);
        assert_true(why.n > 0);
    }
    assert_int_equal(role_decide(&(struct signs){0}, 0, NULL), RX_ROLE_UNKNOWN);
    rx_buf_free(&why);
}

static void test_tables_have_a_version(void **state)
{
    const struct tools *t = *state;
    assert_int_equal(strlen(extractor_tables(t->x)), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_quotes_across_tags),
        cmocka_unit_test(test_numbers_of_pages),
        cmocka_unit_test(test_quotes_in_another_charset),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_evil),
        cmocka_unit_test(test_arena_cap),
        cmocka_unit_test(test_phone),
        cmocka_unit_test(test_lexicon),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_tables_have_a_version),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
