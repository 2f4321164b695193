"""Partners that may be one and the same, with the reason: one statement, whatever the number of partners.

A host or a mail domain that many share (a portal, a free mail provider) says nothing, and a likeness of names is only asked
among partners of one country whose names begin alike: so it stays a matter of seconds with 100,000."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from partners.models import Partner

PAIRS_SHOWN = 100
_SHARED_BY_AT_MOST = 6
_ALIKE = 0.55
REASONS = {
    "website": _("the same website"),
    "name": _("the same name but for its legal form"),
    "email": _("people with addresses at the same domain"),
    "key": _("the same key in another system"),
    "likeness": _("names that look alike, in the same country"),
}
_FREE_MAIL = ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "gmx.net", "web.de",
              "mail.ru", "proton.me", "protonmail.com", "qq.com", "163.com", "aol.com", "live.com", "t-online.de")  # fmt: skip
_LEGAL_FORMS = (
    "gmbh( & co kg)?|ggmbh|mbh|ag|kg|ohg|ug|se|eg|ev|inc|incorporated|llc|llp|ltd|limited|plc|corp|corporation|company|co"
    "|sa|sas|sarl|srl|spa|bv|nv|oy|oyj|ab|as|aps|a s|oü|ou|uab|sia|doo|d o o|sro|s r o|zrt|kft|sp z o o|pty|pte|kk|lda|ltda"
)

_PAIRS = """
WITH own AS (
    SELECT id, country, external_id,
        nullif(lower(substring(website FROM '^https?://(?:www\\.)?([^/:?#]+)')), '') AS host,
        btrim(regexp_replace(
            regexp_replace(lower(name), '[^[:alnum:]]+', ' ', 'g'), '(\\m({forms})\\M ?)+$', ''), ' ') AS plain
    FROM partners_partner WHERE merged_into_id IS NULL
),
hints AS (
    SELECT id, 'website' AS reason, host AS word FROM own WHERE host IS NOT NULL
    UNION ALL SELECT id, 'name', replace(plain, ' ', '') FROM own WHERE length(plain) > 1
    UNION ALL SELECT DISTINCT own.id, 'email', lower(split_part(c.email, '@', 2)) FROM own
        JOIN partners_contact c ON c.partner_id = own.id
        WHERE c.email <> '' AND lower(split_part(c.email, '@', 2)) <> ALL(%(free_mail)s)
    UNION ALL SELECT id, 'key', lower(external_id) FROM own WHERE length(external_id) > 3
    UNION ALL SELECT DISTINCT own.id, 'key', lower(k.value) FROM own
        JOIN partners_partnerkey k ON k.partner_id = own.id WHERE length(k.value) > 3
),
shared AS (
    SELECT reason, word, array_agg(DISTINCT id) AS ids FROM hints GROUP BY reason, word
    HAVING count(DISTINCT id) BETWEEN 2 AND %(at_most)s
),
pairs AS (
    SELECT one.id AS first, other.id AS second, reason, word
    FROM shared, unnest(ids) AS one (id), unnest(ids) AS other (id) WHERE one.id < other.id
    UNION ALL
    SELECT one.id, other.id, 'likeness', '' FROM own one JOIN own other
        ON left(one.plain, 5) = left(other.plain, 5) AND one.country = other.country AND one.id < other.id
    WHERE length(one.plain) > 5 AND one.country <> '' AND replace(one.plain, ' ', '') <> replace(other.plain, ' ', '')
        AND similarity(one.plain, other.plain) > %(alike)s
)
SELECT first, second, array_agg(DISTINCT reason), max(word) FILTER (WHERE reason IN ('website', 'email'))
FROM pairs
WHERE NOT EXISTS (SELECT FROM partners_notthesame n WHERE n.first_id = first AND n.second_id = second)
    {portfolio}
GROUP BY first, second
ORDER BY count(DISTINCT reason) DESC, bool_or(reason = 'name') DESC, first, second
LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Pair:
    first: Partner
    second: Partner
    reasons: tuple[str, ...]
    word: str


def suggested_duplicates(user) -> list[Pair]:
    """Pairs of which the reader sees both, the likeliest first."""
    values = {"free_mail": list(_FREE_MAIL), "at_most": _SHARED_BY_AT_MOST, "alike": _ALIKE, "shown": PAIRS_SHOWN}
    portfolio = ""
    if not user.has_perm("partners.view_all_partners"):
        values["visible"] = list(Partner.objects.visible_to(user).values_list("pk", flat=True))
        portfolio = "AND first = ANY(%(visible)s) AND second = ANY(%(visible)s)"
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS.format(forms=_LEGAL_FORMS, portfolio=portfolio), values)
        rows = cursor.fetchall()
    partners = Partner.objects.in_bulk({pk for first, second, *_rest in rows for pk in (first, second)})
    return [
        Pair(partners[first], partners[second], tuple(str(REASONS[reason]) for reason in reasons), word or "")
        for first, second, reasons, word in rows
    ]
