"""How the variants of an announcement do in their test, and which one a person reads."""

from django.db import connection

from communications.models import Announcement, AnnouncementVersion, Delivery, Measure, Variant
from communications.rates import Rate
from partners.models import Contact

# Machine-suspected opens and clicks do not count. Who was not reached could not act.
_COUNTED = """
    SELECT variant, count(*), count(*) FILTER (WHERE contact_id IN (
        SELECT contact_id FROM communications_touch
        WHERE announcement_id = %(announcement)s AND action = %(action)s AND actor = 'human'))
    FROM (SELECT contact_id, max(variant) AS variant FROM communications_delivery
          WHERE announcement_id = %(announcement)s AND variant <> '' AND state = 'delivered'
            AND (%(action)s = 'clicked' OR channel = 'email')
          GROUP BY contact_id) AS reached
    GROUP BY variant
"""


def variant_rates(announcement: Announcement, measure: str) -> dict[str, Rate]:
    """Of the people in the test whom it has reached, how many did what is measured: in all their channels together for clicks,
    by mail for opens."""
    rates = {variant: Rate(0, 0) for variant in Variant.values}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"announcement": announcement.pk, "action": Measure(measure).value})
        rates |= {variant: Rate(acted, reached) for variant, reached, acted in cursor.fetchall()}
    return rates


def words_for(version: AnnouncementVersion, announcement: Announcement, contact: Contact) -> AnnouncementVersion:
    """The version in the variant that this contact gets, the same in each channel. One query where there are two."""
    if not version.has_variant:
        return version
    own = (
        Delivery.objects.filter(announcement_id=announcement.pk, contact_id=contact.pk).order_by("-variant").values_list("variant")
    )
    drawn = next((variant for (variant,) in own[:1]), "")
    return version.as_variant(drawn or announcement.winner)
