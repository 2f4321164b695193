"""Many values as one parameter arrive as they were."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from activity.columns import among, column
from partners.models import Contact

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
GIVEN = "SELECT coalesce(array_agg(value ORDER BY at), '{}') FROM unnest(%s::KIND[]) WITH ORDINALITY AS given (value, at)"
KINDS = {"bigint": st.integers(-(2**63), 2**63 - 1), "text": TEXT, "timestamptz": MOMENTS, "boolean": st.booleans()}


@pytest.mark.parametrize("kind", KINDS)
def test_values_arrive_as_they_were(db, kind):
    @example(['a "quoted" one', "back\\slash", "NULL", "", "a,b{}"] if kind == "text" else [None])
    @given(st.lists(KINDS[kind] | st.none(), max_size=8))
    def arrive(values):
        with connection.cursor() as cursor:
            cursor.execute(GIVEN.replace("KIND", kind), [column(values)])
            assert cursor.fetchone() == (values,)

    arrive()


def test_rows_are_found_among_many_values(cast):
    named = {contact.name for contact in Contact.objects.filter(among("email", ["nora@alpenglow.example", 'a "quoted" \\ one']))}
    assert named == {"Nora Berg"}
    of_partner = Contact.objects.filter(among("partner_id", [cast.alpenglow.pk, 0]), name__startswith="B")
    assert list(of_partner) == [cast.ben]
    assert not Contact.objects.filter(among("pk", [])).exists()
    assert Contact.objects.exclude(among("pk", [cast.nora.pk])).count() == 2
