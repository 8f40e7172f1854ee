/* fetch_outcome.c - see fetch_outcome.h. */
#include "crawler/net/fetch_outcome.h"

#include <curl/curl.h>

#include <errno.h>

static enum rx_outcome proxy_outcome(void *easy, int code)
{
    long answer = 0, socks = 0;
    curl_off_t connected_us = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &answer);
    (void)curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &socks);
    (void)curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    if (answer >= 400) /* it lives, and says that the far end does not */
        return answer == 407 ? RX_OUT_PROXY : RX_OUT_CONNECT;
    /* A reply to CONNECT (RFC 1928, section 6) speaks of the far end, "not allowed" too: a name
     * that leads to a private address earns that. Only a proxy that cannot CONNECT at all serves
     * nobody. */
    if (code == CURLE_PROXY && socks >= CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED &&
        socks <= CURLPX_REPLY_UNASSIGNED)
        return socks == CURLPX_REPLY_COMMAND_NOT_SUPPORTED ? RX_OUT_PROXY : RX_OUT_CONNECT;
    return connected_us == 0 || code == CURLE_PROXY ? RX_OUT_PROXY : RX_OUT_CONNECT;
}

enum rx_outcome fetch_outcome(void *easy, int code, bool by_proxy, bool was_sent)
{
    switch ((CURLcode)code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return by_proxy ? proxy_outcome(easy, code) : RX_OUT_CONNECT;
    case CURLE_COULDNT_RESOLVE_HOST:
        return RX_OUT_DNS;
    case CURLE_OPERATION_TIMEDOUT:
        return RX_OUT_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ENGINE_INITFAILED:
        return RX_OUT_TLS;
    case CURLE_OK: /* ended inside the head */
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
        return RX_OUT_DISCONNECT;
    case CURLE_RECV_ERROR: /* also what a refused CONNECT is called */
        return by_proxy && !was_sent ? proxy_outcome(easy, code) : RX_OUT_DISCONNECT;
    default:
        return RX_OUT_PROTOCOL;
    }
}

bool fetch_outcome_has_no_route(void *easy)
{
    long number = 0;
    return curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK &&
           (number == ENETUNREACH || number == ENETDOWN);
}

bool fetch_outcome_is_unconnected(void *easy)
{
    curl_off_t connected_us = 0;
    return curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected_us) == CURLE_OK &&
           connected_us == 0;
}
