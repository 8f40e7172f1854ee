/* classes.c - see classes.h. The rows are sorted by name in byte order, because that order is the
 * dense id and the search is binary; the unit test refuses a row out of place.
 *
 * Columns: name, title, level, tier, group, bound, host_valued. Choices that need a
 * reason:
 * - A chat account and a toll-free number are the programme's call centre; any other telephone
 *   number, and a mail address, may be one partner's: affiliate.
 * - A mail address at the site itself says nothing about a second site: hosting, tier 3.
 * - A wallet printed on a page can be copied by a stranger; a merchant account that the order form
 *   or its script needs is bound.
 * - An Ethereum address written in one case has no checksum: eth.unchecked is the weaker class, and
 *   every address is in it, so that both spellings of one address meet.
 * - A name in a certificate is hosting, tier 1, where an authority made sure of it; else it is what
 *   its maker claims (tls.claimed): a hint, because anybody can claim a rival's name. */
#include "base/classes.h"

static const struct rx_class classes[] = {
    /* clang-format off */
    {"ada", "Cardano address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"adsense", "AdSense publisher", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"affiliate", "Affiliate id inside one network or host", RX_LEVEL_AFFILIATE, 1, RX_GROUP_AFFILIATE, true, false},
    {"affiliate.network", "Account at an affiliate network", RX_LEVEL_AFFILIATE, 1, RX_GROUP_AFFILIATE, false, false},
    {"asset.host", "Host of images", RX_LEVEL_PROGRAMME, 2, RX_GROUP_ENGINE, false, true},
    {"asset.name", "Name of a style sheet, script or image", RX_LEVEL_PROGRAMME, 3, RX_GROUP_ENGINE, false, false},
    {"baidu", "Baidu Tongji id", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"bch", "Bitcoin Cash address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"bing.uet", "Microsoft UET tag", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"bnb", "BNB Beacon Chain address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"braintree", "Braintree merchant key", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"btc", "Bitcoin address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"captcha", "Captcha site key", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"card.brand", "Card brand named", RX_LEVEL_HINT, 0, RX_GROUP_PAYMENT, false, false},
    {"cashapp", "Cash App tag", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"chatra", "Chatra account", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"checkout.host", "Host of the checkout", RX_LEVEL_PROGRAMME, 1, RX_GROUP_ENGINE, true, true},
    {"clarity", "Microsoft Clarity project", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"click.host", "Host of a click tracker", RX_LEVEL_AFFILIATE, 2, RX_GROUP_LINKS, false, true},
    {"cnzz", "CNZZ id", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"coinpayments", "CoinPayments merchant", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"comm100", "Comm100 site", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"cookie.name", "Cookie name", RX_LEVEL_PROGRAMME, 2, RX_GROUP_ENGINE, false, false},
    {"crisp", "Crisp website id", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"dash", "Dash address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"discord", "Discord invite", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"doge", "Dogecoin address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"dot", "Polkadot address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"email", "Mail address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"email.host", "Domain of a mail address", RX_LEVEL_PROGRAMME, 2, RX_GROUP_CONTACT, false, true},
    {"email.own", "Mail address at the site itself", RX_LEVEL_HOSTING, 3, RX_GROUP_CONTACT, false, false},
    {"eth", "Ethereum address with checksum", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"eth.unchecked", "Ethereum address, letters of one case allowed", RX_LEVEL_AFFILIATE, 2, RX_GROUP_PAYMENT, false, false},
    {"favicon", "Favicon", RX_LEVEL_PROGRAMME, 2, RX_GROUP_ENGINE, false, false},
    {"floodlight", "Google Floodlight advertiser", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"form.action.host", "Host that a form is sent to", RX_LEVEL_PROGRAMME, 1, RX_GROUP_ENGINE, true, true},
    {"form.field", "Name of a form field", RX_LEVEL_PROGRAMME, 3, RX_GROUP_ENGINE, false, false},
    {"form.fields", "Form field names that come together", RX_LEVEL_PROGRAMME, 1, RX_GROUP_ENGINE, false, false},
    {"frame.host", "Host of an embedded frame", RX_LEVEL_PROGRAMME, 2, RX_GROUP_ENGINE, false, true},
    {"ga", "Google Analytics account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"ga4", "Google Analytics 4 stream", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"google.ads", "Google Ads account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"google.tag", "Google tag", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"gtm", "Tag Manager container", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"histats", "Histats counter", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"hotjar", "Hotjar site", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"html.comment", "Comment in the markup", RX_LEVEL_PROGRAMME, 3, RX_GROUP_ENGINE, false, false},
    {"iban", "IBAN", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"icq", "ICQ number", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"intercom", "Intercom app", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"ip", "Address", RX_LEVEL_HOSTING, 2, RX_GROUP_HOSTING, false, false},
    {"ip.net", "Network of the address (/24, /48)", RX_LEVEL_HOSTING, 4, RX_GROUP_HOSTING, false, false},
    {"jivosite", "JivoSite widget", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"js.global", "JavaScript global", RX_LEVEL_PROGRAMME, 2, RX_GROUP_ENGINE, false, false},
    {"la51", "51.la counter", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"licence.number", "Licence number claimed", RX_LEVEL_PROGRAMME, 1, RX_GROUP_IDENTITY, false, false},
    {"line", "LINE account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"livechat", "LiveChat licence", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"liveinternet", "LiveInternet group", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"ltc", "Litecoin address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"matomo", "Matomo host and site", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"meta.pixel", "Meta pixel", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"metrika", "Yandex Metrika counter", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"mx", "Mail exchanger", RX_LEVEL_HOSTING, 2, RX_GROUP_HOSTING, false, false},
    {"neo", "NEO address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"nowpayments", "NOWPayments invoice key", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"ns", "Name server", RX_LEVEL_HOSTING, 2, RX_GROUP_HOSTING, false, false},
    {"olark", "Olark account", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"onesignal", "OneSignal app", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"path.schema", "Pattern of the site's own paths", RX_LEVEL_PROGRAMME, 2, RX_GROUP_ENGINE, false, false},
    {"payeer", "Payeer account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"payment.word", "Way of payment named", RX_LEVEL_HINT, 0, RX_GROUP_PAYMENT, false, false},
    {"paypal", "PayPal account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"paypal.me", "PayPal.Me name", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"perfectmoney", "Perfect Money account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"phone", "Telephone number", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"phone.tollfree", "Toll-free telephone number", RX_LEVEL_PROGRAMME, 1, RX_GROUP_CONTACT, false, false},
    {"pinterest", "Pinterest tag", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"providesupport", "ProvideSupport account", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"redirect.host", "Host that a page sends its reader to", RX_LEVEL_AFFILIATE, 2, RX_GROUP_LINKS, false, true},
    {"revolut", "Revolut.me name", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"robots.hash", "robots.txt", RX_LEVEL_HOSTING, 3, RX_GROUP_HOSTING, false, false},
    {"script.host", "Host of a script or style sheet", RX_LEVEL_PROGRAMME, 1, RX_GROUP_ENGINE, false, true},
    {"seal.legitscript", "LegitScript seal id", RX_LEVEL_AFFILIATE, 1, RX_GROUP_IDENTITY, false, false},
    {"sentry", "Sentry project", RX_LEVEL_AFFILIATE, 2, RX_GROUP_TRACKER, false, false},
    {"server.header", "Server software", RX_LEVEL_HOSTING, 4, RX_GROUP_HOSTING, false, false},
    {"session.id", "Session messenger id", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"signal", "Signal link", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"skrill", "Skrill account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"skype", "Skype name", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"smartsupp", "Smartsupp key", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"snap", "Snap pixel", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"soa", "Zone contact", RX_LEVEL_HOSTING, 2, RX_GROUP_HOSTING, false, false},
    {"square", "Square application", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"statcounter", "StatCounter project", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"stripe", "Stripe account", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, true, false},
    {"tawk", "Tawk.to property", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"telegram", "Telegram name", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"tiktok", "TikTok pixel", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"tls.cert", "TLS certificate", RX_LEVEL_HOSTING, 1, RX_GROUP_TLS, true, false},
    {"tls.claimed", "Name that a certificate claims, unproved", RX_LEVEL_HINT, 0, RX_GROUP_TLS, false, false},
    {"tls.san", "Name in the TLS certificate", RX_LEVEL_HOSTING, 1, RX_GROUP_TLS, true, true},
    {"tls.spki", "TLS key", RX_LEVEL_HOSTING, 1, RX_GROUP_TLS, true, false},
    {"topmail", "Top.Mail.Ru counter", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"tron", "TRON address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"venmo", "Venmo name", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"verification", "Site verification token", RX_LEVEL_AFFILIATE, 1, RX_GROUP_TRACKER, false, false},
    {"viber", "Viber number", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"webmoney", "WebMoney purse", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"wechat", "WeChat id", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"whatsapp", "WhatsApp number", RX_LEVEL_AFFILIATE, 1, RX_GROUP_CONTACT, false, false},
    {"xlm", "Stellar address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"xmr", "Monero address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"xrp", "XRP Ledger address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"yoomoney", "YooMoney wallet", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"zcash", "Zcash address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    {"zendesk", "Zendesk chat key", RX_LEVEL_PROGRAMME, 1, RX_GROUP_TRACKER, false, false},
    {"zil", "Zilliqa address", RX_LEVEL_AFFILIATE, 1, RX_GROUP_PAYMENT, false, false},
    /* clang-format on */
};

enum { CLASS_COUNT = sizeof classes / sizeof classes[0] };

/* Names are C strings without NUL inside, so byte order with "shorter first" is strcmp's. */
static int compare(struct rx_str name, const struct rx_class *c)
{
    return rx_str_cmp(name, rx_str(c->name));
}

const struct rx_class *rx_class_find(struct rx_str name)
{
    size_t low = 0, high = CLASS_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, &classes[middle]);
        if (order == 0)
            return &classes[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

size_t rx_class_count(void)
{
    return CLASS_COUNT;
}

const struct rx_class *rx_class_at(size_t id)
{
    return id < CLASS_COUNT ? &classes[id] : NULL;
}

size_t rx_class_id(const struct rx_class *c)
{
    return (size_t)(c - classes);
}

const char *rx_level_name(enum rx_level level)
{
    static const char *const names[] = {"?", "programme", "affiliate", "hosting", "hint"};
    return (unsigned)level < sizeof names / sizeof names[0] ? names[level] : "?";
}

const char *rx_level_said(enum rx_level level)
{
    return level == RX_LEVEL_PROGRAMME ? "network" : rx_level_name(level);
}

const char *rx_group_name(enum rx_group group)
{
    static const char *const names[RX_GROUP_COUNT] = {"?",       "engine",  "affiliate", "tracker",
                                                      "payment", "contact", "identity",  "tls",
                                                      "hosting", "content", "media",     "links"};
    return (unsigned)group < RX_GROUP_COUNT ? names[group] : "?";
}
