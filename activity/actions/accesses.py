"""Writing down who looked, and how."""

from collections.abc import Iterable
from datetime import UTC

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from activity.models import Access


def record_access(partner_id: int, *, by, way: Access.Way) -> None:
    """At all that is known of the partner, once a day (UTC) for each person, partner and way; looking again changes nothing."""
    record_access_to([(partner_id, "")], by=by, way=way)


def record_access_to(values: Iterable[tuple[int, str]], *, by, way: Access.Way) -> None:
    """The same of single values: (partner, key of the data point)."""
    now = timezone.now()
    looked = {"user": by, "day": now.astimezone(UTC).date(), "first_at": now, "way": way}
    rows = [Access(partner_id=partner_id, about=about, **looked) for partner_id, about in sorted(set(values))]
    Access.objects.bulk_create(rows, ignore_conflicts=True)


def record_accesses(partners: QuerySet, *, by, way: Access.Way) -> None:
    """The same of however many partners, `partners` giving their primary keys: one statement."""
    now = timezone.now()
    asked, parameters = partners.order_by().distinct().query.sql_with_params()
    statement = f"""
    INSERT INTO activity_access (user_id, partner_id, day, first_at, way)
    SELECT %s, asked.id, %s, %s, %s FROM ({asked}) AS asked (id) ORDER BY asked.id
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - Django's words and ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [by.pk, now.astimezone(UTC).date(), now, str(way), *parameters])
