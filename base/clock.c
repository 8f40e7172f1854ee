/* clock.c - see clock.h. The calendar is computed here and not by gmtime(), which reads the
 * machine's time zone file at its first use and would be refused that in the jail. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

enum { DAY_S = 86400 };

/* 0000-01-01 and 9999-12-31T23:59:59.999: RFC 3339 has four digits for a year. */
#define FIRST_MS (-62167219200000)
#define LAST_MS 253402300799999

struct date {
    int64_t year;
    int month, day; /* from 1 */
};

struct moment {
    struct date date;
    int hour, minute, second, millis;
};

int64_t rx_wall_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t rx_mono_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Days since 1970-01-01 and back, in the proleptic Gregorian calendar. Years are counted from
 * March, so that the leap day is the last of its year (Hinnant, "chrono-compatible low-level date
 * algorithms"). */
static int64_t days_from(struct date d)
{
    int64_t year = d.year - (d.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct date date_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    return (struct date){.year = year_of_era + era * 400 + (month <= 2),
                         .month = month,
                         .day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

void rx_time_text(char out[RX_TIME_TEXT], int64_t wall_ms, bool millis)
{
    if (wall_ms < FIRST_MS)
        wall_ms = FIRST_MS;
    if (wall_ms > LAST_MS)
        wall_ms = LAST_MS;
    int64_t shifted = wall_ms - FIRST_MS; /* never negative, so / and % need no care */
    int64_t days = shifted / (DAY_S * 1000LL) + FIRST_MS / (DAY_S * 1000LL);
    unsigned ms = (unsigned)(shifted % (DAY_S * 1000LL));
    struct date d = date_of(days);
    unsigned s = ms / 1000;
    /* The masks tell the compiler that each number keeps to its width. */
    (void)snprintf(out, RX_TIME_TEXT,
                   millis ? "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ"
                          : "%04u-%02u-%02uT%02u:%02u:%02uZ",
                   (unsigned)d.year % 10000, (unsigned)d.month % 100, (unsigned)d.day % 100,
                   s / 3600 % 100, s / 60 % 60, s % 60, ms % 1000);
}

/* A cursor over text: each take_ moves on or reports that the grammar is broken. */
static bool take_number(struct rx_str *s, size_t digits, int *out)
{
    uint64_t value;
    if (s->n < digits || !rx_str_u64(rx_str_sub(*s, 0, digits), &value))
        return false;
    *s = rx_str_sub(*s, digits, s->n);
    *out = (int)value;
    return true;
}

static bool take(struct rx_str *s, struct rx_str literal)
{
    if (!rx_str_istarts(*s, literal))
        return false;
    *s = rx_str_sub(*s, literal.n, s->n);
    return true;
}

static int moment_ms(int64_t *out, const struct moment *m)
{
    const struct date *d = &m->date;
    if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > days_in_month(d->year, d->month) ||
        m->hour > 23 || m->minute > 59 || m->second > 60)
        return RX_EINVAL;
    int second = m->second == 60 ? 59 : m->second; /* a leap second is not on this clock */
    int64_t day_s = (int64_t)m->hour * 3600 + m->minute * 60 + second;
    *out = (days_from(*d) * DAY_S + day_s) * 1000 + m->millis;
    return 0;
}

static bool take_clock(struct rx_str *s, struct moment *m)
{
    return take_number(s, 2, &m->hour) && take(s, RX_STR(":")) && take_number(s, 2, &m->minute) &&
           take(s, RX_STR(":")) && take_number(s, 2, &m->second);
}

static void take_fraction(struct rx_str *s, struct moment *m)
{
    int weight = 100;
    for (; s->n && rx_is_digit(s->p[0]); *s = rx_str_sub(*s, 1, s->n), weight /= 10)
        m->millis += weight * (s->p[0] - '0');
}

/* "Z" or "+hh:mm"; *offset_ms is what local time is ahead of UTC. */
static bool take_zone(struct rx_str *s, int64_t *offset_ms)
{
    int hour, minute;
    *offset_ms = 0;
    if (take(s, RX_STR("Z")))
        return true;
    bool ahead = take(s, RX_STR("+"));
    if (!ahead && !take(s, RX_STR("-")))
        return false;
    if (!take_number(s, 2, &hour) || !take(s, RX_STR(":")) || !take_number(s, 2, &minute) ||
        hour > 23 || minute > 59)
        return false;
    *offset_ms = (hour * 60 + minute) * (ahead ? 60000LL : -60000LL);
    return true;
}

int rx_time_parse(int64_t *wall_ms, struct rx_str text)
{
    struct moment m = {0};
    int year;
    int64_t ms, offset_ms = 0;
    if (!take_number(&text, 4, &year) || !take(&text, RX_STR("-")) ||
        !take_number(&text, 2, &m.date.month) || !take(&text, RX_STR("-")) ||
        !take_number(&text, 2, &m.date.day))
        return RX_EINVAL;
    m.date.year = year;
    if (text.n) {
        if ((!take(&text, RX_STR("T")) && !take(&text, RX_STR(" "))) || !take_clock(&text, &m))
            return RX_EINVAL;
        if (take(&text, RX_STR("."))) {
            if (text.n == 0 || !rx_is_digit(text.p[0]))
                return RX_EINVAL;
            take_fraction(&text, &m);
        }
        if (!take_zone(&text, &offset_ms) || text.n)
            return RX_EINVAL;
    }
    int rc = moment_ms(&ms, &m);
    if (!rc)
        *wall_ms = ms - offset_ms;
    return rc;
}

static bool take_month(struct rx_str *s, int *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (take(s, rx_strn(names + 3 * (size_t)i, 3))) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

/* The name of the day is not compared with the date: servers are wrong, and the date counts. */
static bool take_day_name(struct rx_str *s)
{
    size_t n = 0;
    while (n < s->n && rx_is_alpha(s->p[n]))
        n++;
    *s = rx_str_sub(*s, n, s->n);
    return n >= 3;
}

/* "Thu Jan  1 00:00:00 1970" behind the name of the day. */
static bool take_asctime(struct rx_str *s, struct moment *m, int *year)
{
    if (!take(s, RX_STR(" ")) || !take_month(s, &m->date.month) || !take(s, RX_STR(" ")))
        return false;
    if (!(take(s, RX_STR(" ")) ? take_number(s, 1, &m->date.day) : take_number(s, 2, &m->date.day)))
        return false;
    return take(s, RX_STR(" ")) && take_clock(s, m) && take(s, RX_STR(" ")) &&
           take_number(s, 4, year);
}

/* RFC 9110 section 5.6.7: what appears to be more than 50 years ahead is the last year that ended
 * so. */
static int full_year(int two_digits, int this_year)
{
    const int ahead = ((two_digits - this_year) % 100 + 100) % 100;
    return this_year + ahead - (ahead > 50 ? 100 : 0);
}

/* "01 Jan 1970 00:00:00 GMT" or "01-Jan-70 00:00:00 GMT". */
static bool take_fixdate(struct rx_str *s, struct moment *m, int *year, int this_year)
{
    if (!take(s, RX_STR(", ")) || !take_number(s, 2, &m->date.day))
        return false;
    if (take(s, RX_STR("-"))) {
        if (!take_month(s, &m->date.month) || !take(s, RX_STR("-")) || !take_number(s, 2, year))
            return false;
        *year = full_year(*year, this_year);
    } else if (!take(s, RX_STR(" ")) || !take_month(s, &m->date.month) || !take(s, RX_STR(" ")) ||
               !take_number(s, 4, year)) {
        return false;
    }
    return take(s, RX_STR(" ")) && take_clock(s, m) && take(s, RX_STR(" GMT"));
}

int rx_http_date_parse(int64_t *wall_ms, struct rx_str text, int64_t now_ms)
{
    struct moment m = {0};
    int year = 0;
    int64_t ms;
    const int this_year = (int)date_of(now_ms / (DAY_S * 1000LL)).year;
    text = rx_str_trim(text);
    if (!take_day_name(&text) || text.n == 0)
        return RX_EINVAL;
    bool ok = text.p[0] == ',' ? take_fixdate(&text, &m, &year, this_year)
                               : take_asctime(&text, &m, &year);
    if (!ok || text.n)
        return RX_EINVAL;
    m.date.year = year;
    int rc = moment_ms(&ms, &m);
    if (!rc)
        *wall_ms = ms;
    return rc;
}

uint64_t rx_rand_next(struct rx_rand *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t rx_rand_below(struct rx_rand *r, uint64_t below)
{
    if (below == 0)
        return 0;
    /* What lies over the largest multiple of below would favour small results: drawn again. */
    uint64_t reject = -below % below, draw = rx_rand_next(r);
    while (draw < reject)
        draw = rx_rand_next(r);
    return draw % below;
}

double rx_rand_unit(struct rx_rand *r)
{
    return (double)(rx_rand_next(r) >> 11) * 0x1.0p-53;
}
