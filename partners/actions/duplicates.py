"""Partners that may be one and the same are found, with the reason: one statement, whatever the number of partners.

A host or a mail domain that many share (a portal, a free mail provider) says nothing, and neither does a beginning of a name: a
likeness is only asked among a few partners of one country whose names begin alike. So it stays a matter of seconds with 100,000
partners."""

from django.db import connection, transaction

from partners.models import LikelyDuplicate

_KEPT = 10_000
_SHARED_BY_AT_MOST = 6
_ALIKE = 0.55
_BEGINNINGS, _BEGUN_BY_AT_MOST = [5, 10], 40
_FREE_MAIL = ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "gmx.net", "web.de",
              "mail.ru", "proton.me", "protonmail.com", "qq.com", "163.com", "aol.com", "live.com", "t-online.de")  # fmt: skip
_LEGAL_FORMS = (
    "gmbh( & co kg)?|ggmbh|mbh|ag|kg|ohg|ug|se|eg|ev|inc|incorporated|llc|llp|ltd|limited|plc|corp|corporation|company|co"
    "|sa|sas|sarl|srl|spa|bv|nv|oy|oyj|ab|as|aps|a s|oü|ou|uab|sia|doo|d o o|sro|s r o|zrt|kft|sp z o o|pty|pte|kk|lda|ltda"
)

_FIND = """
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
begun AS (
    SELECT array_agg(id) AS ids FROM own, unnest(%(beginnings)s) AS letters
    WHERE country <> '' AND length(plain) > 5
    GROUP BY country, letters, left(plain, letters) HAVING count(*) BETWEEN 2 AND %(begun_by_at_most)s
),
pairs AS (
    SELECT one.id AS first, other.id AS second, reason, word
    FROM shared, unnest(ids) AS one (id), unnest(ids) AS other (id) WHERE one.id < other.id
    UNION ALL
    SELECT one.id, other.id, 'likeness', ''
    FROM begun CROSS JOIN unnest(ids) AS here (id) CROSS JOIN unnest(ids) AS there (id)
        JOIN own AS one ON one.id = here.id JOIN own AS other ON other.id = there.id
    WHERE here.id < there.id AND replace(one.plain, ' ', '') <> replace(other.plain, ' ', '')
        AND similarity(one.plain, other.plain) > %(alike)s
)
INSERT INTO partners_likelyduplicate (first_id, second_id, reasons, word)
SELECT first, second, array_agg(DISTINCT reason), left(coalesce(max(word) FILTER (WHERE reason IN ('website', 'email')), ''), 253)
FROM pairs
WHERE NOT EXISTS (SELECT FROM partners_notthesame n WHERE n.first_id = first AND n.second_id = second)
GROUP BY first, second
ORDER BY count(DISTINCT reason) DESC, bool_or(reason = 'name') DESC, first, second
LIMIT %(kept)s
"""


@transaction.atomic
def find_duplicates() -> int:
    """All of them anew. Returns how many pairs there are."""
    values = {
        "free_mail": list(_FREE_MAIL), "at_most": _SHARED_BY_AT_MOST, "beginnings": _BEGINNINGS,
        "begun_by_at_most": _BEGUN_BY_AT_MOST, "alike": _ALIKE, "kept": _KEPT,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE partners_likelyduplicate IN SHARE ROW EXCLUSIVE MODE")
        LikelyDuplicate.objects.all().delete()
        cursor.execute(_FIND.format(forms=_LEGAL_FORMS), values)
        return cursor.rowcount
