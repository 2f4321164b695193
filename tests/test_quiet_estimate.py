"""Before it is scheduled the composer tells who is in their quiet hours then, and when the last of them gets it."""

from datetime import UTC, datetime, time
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import User
from communications.admin.composer_checks import checks_of
from communications.models import AttentionPreference, Suppression
from communications.queries.audience import audience_of
from communications.queries.audience_figures import audience_figures
from partners.models import Programme
from tests.announcement_story import draft

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 2, 21, tzinfo=UTC)  # in New York it is four in the afternoon


@pytest.fixture(autouse=True)
def evening():
    with mock.patch("django.utils.timezone.now", return_value=EVENING):
        yield


@pytest.fixture
def quiet(cast):
    """From eight in the evening to seven in the morning, where people are; Ben is in New York, Sven wants none."""
    Programme.objects.filter(pk=cast.programme.pk).update(quiet_from=time(20), quiet_until=time(7), time_zone="UTC")
    cast.programme.refresh_from_db()
    User.objects.filter(pk=cast.ben.user_id).update(time_zone="America/New_York")
    AttentionPreference.objects.create(person=cast.sven.email, quiet="none")


def figures(announcement):
    return audience_figures(audience_of(announcement), announcement)


def test_who_is_asleep_gets_it_later(cast, quiet):
    told = figures(draft(cast))
    assert (told.mailed, told.quiet, told.quiet_until) == (3, 1, datetime(2026, 3, 3, 7, tzinfo=UTC))
    (check,) = [row for row in checks_of(draft(cast, "Again"), cast.maria).rows if row.name == "Quiet hours"]
    assert check.sentence == "1 person is in their quiet hours when it goes."
    assert "the last at" in check.detail


def test_it_is_asked_for_the_time_at_which_it_goes(cast, quiet):
    announcement = draft(cast)
    announcement.send_at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert figures(announcement).quiet == 0
    announcement.send_at = datetime(2026, 3, 3, 6, tzinfo=UTC)  # one at night for Ben, too
    assert (figures(announcement).quiet, figures(announcement).quiet_until) == (2, datetime(2026, 3, 3, 12, tzinfo=UTC))


def test_who_is_not_mailed_is_not_counted_and_nobody_where_nothing_is_quiet(cast, quiet):
    Suppression.objects.create(address=cast.nora.email, reason="550")
    assert figures(draft(cast)).quiet == 0
    Suppression.objects.all().delete()
    Programme.objects.update(quiet_from=None, quiet_until=None)
    cast.programme.refresh_from_db()
    assert figures(draft(cast, "Again")).quiet == 0
    assert timezone.now() == EVENING
