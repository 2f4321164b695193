"""Years go by, and Maria takes the deliveries of long ago out of the database: every figure stays, nobody is named in the files."""

import csv
import gzip
import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Refused
from communications.actions.counters import check_moving_counters
from communications.models import (
    Announcement,
    ArchivedReport,
    Delivery,
    DeliveryArchive,
    DeliveryCount,
    DeliveryState,
    EngagementEvent,
)
from communications.queries.announcement_breakdown import acknowledgement_by_partner, breakdown_of, clicks_by_link
from communications.queries.announcement_report import report_of
from communications.queries.portfolio import Portfolio
from tests import announcement_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_over(cast, sink) -> Announcement:
    return over_since(announcement_story.tell(cast), years=3)


def over_since(announcement: Announcement, *, years: int) -> Announcement:
    then = timezone.now() - timedelta(days=365 * years)
    Announcement.objects.filter(pk=announcement.pk).update(finished_at=then, expires_at=then)
    announcement.refresh_from_db()
    return announcement


def archive(folder, **options) -> str:
    said = StringIO()
    call_command("archive_deliveries", str(folder), stdout=said, **options)
    return said.getvalue()


def figures(announcement: Announcement) -> dict:
    fresh = Announcement.objects.get(pk=announcement.pk)
    report = {name: value for name, value in report_of(fresh).as_dict().items() if name != "as_of"}
    answers = acknowledgement_by_partner(fresh)
    return {
        "report": report, "breakdown": breakdown_of(fresh).as_dict(), "links": clicks_by_link(fresh),
        "partners": (answers.done, answers.missing),
    }  # fmt: skip


def test_every_figure_stays_and_the_rows_are_in_the_files(cast, long_over, tmp_path):
    before = figures(long_over)
    rows, hits = Delivery.objects.count(), EngagementEvent.objects.count()
    assert rows == 6
    assert f"6 deliveries and {hits} hits" in archive(tmp_path)

    assert not Delivery.objects.exists()
    assert not EngagementEvent.objects.exists()
    assert figures(long_over) == before
    kept = DeliveryArchive.objects.get()
    with gzip.open(tmp_path / f"{kept.name}-deliveries.csv.gz", "rt") as file:
        written = list(csv.DictReader(file))
    assert {row["contact"] for row in written} == {str(one.public_id) for one in (cast.nora, cast.ben, cast.sven)}
    assert [row["state"] for row in written].count("delivered") == before["report"]["channels"]["portal"]["delivered"] + (
        before["report"]["channels"]["email"]["delivered"]
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"{kept.name}-deliveries.csv.gz", f"{kept.name}-events.csv.gz"]


def test_the_files_name_nobody_and_say_whether_they_were_changed(cast, long_over, tmp_path):
    archive(tmp_path)
    kept = DeliveryArchive.objects.get()
    for table, name in (("communications_delivery", "deliveries"), ("communications_engagementevent", "events")):
        file = tmp_path / f"{kept.name}-{name}.csv.gz"
        words = gzip.decompress(file.read_bytes()).decode()
        assert "Nora" not in words
        assert "@" not in words
        assert kept.digests[table] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_what_somebody_may_still_read_or_settle_keeps_its_thousand(cast, long_over, tmp_path):
    fresh = announcement_story.send(announcement_story.draft(cast, "Still news"), cast)
    assert "kept. “Still news” (1 in all of this thousand) was not over" in archive(tmp_path)
    over_since(fresh, years=3)
    Delivery.objects.filter(announcement=fresh, contact=cast.ben, channel="email").update(state=DeliveryState.IN_DOUBT)
    assert "kept." in archive(tmp_path)
    assert Delivery.objects.filter(announcement=long_over).count() == 6
    assert list(tmp_path.iterdir()) == []


def test_sums_that_differ_are_mended_first(cast, long_over, tmp_path):
    DeliveryCount.objects.filter(announcement=long_over, state="delivered").update(rows=99)
    assert "Run reconcile_counters first." in archive(tmp_path)
    assert Delivery.objects.count() == 6
    assert not ArchivedReport.objects.exists()


def test_the_sums_are_not_held_against_rows_that_are_gone(cast, long_over, tmp_path):
    before = figures(long_over)
    archive(tmp_path)
    check_moving_counters()
    call_command("reconcile_counters")
    assert figures(long_over) == before


def test_a_hit_that_comes_late_and_a_draft_that_is_sent_late_find_their_place(cast, long_over, tmp_path):
    archive(tmp_path)
    announcement_story.touch(long_over, cast.nora, "opened", "human")
    later = announcement_story.send(announcement_story.draft(cast, "Later"), cast)
    assert report_of(later).channels["portal"].delivered == 3
    over_since(later, years=3)
    archive(tmp_path)
    assert [one.name.rpartition("-")[2] for one in DeliveryArchive.objects.order_by("pk")] == ["1", "2"]
    assert report_of(later).channels["portal"].delivered == 3


def test_of_ones_own_partners_alone_it_is_no_longer_known(cast, long_over, tmp_path):
    archive(tmp_path)
    with pytest.raises(Refused, match="not how much of it fell to your partners"):
        report_of(Announcement.objects.get(pk=long_over.pk), Portfolio((cast.alpenglow.pk,)))


def test_the_pages_say_where_the_rows_are(cast, long_over, tmp_path):
    archive(tmp_path)
    maria = Client()
    maria.force_login(cast.maria)
    report = maria.get(reverse("admin:communications_announcement_report", args=[long_over.public_id])).content.decode()
    assert "every figure is kept, the rows are in the files" in report
    listed = reverse("admin:communications_announcement_report_deliveries", args=[long_over.public_id])
    assert "the rows are in the files" in maria.get(listed).content.decode()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"folder": "nowhere"}, "is not a folder"),
        ({"older_than": 3}, "is at least 90 days"),
        ({"older_than": 9_999_999_999}, "is at most 36500 days"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_moved(cast, long_over, tmp_path, options, says):
    with pytest.raises(CommandError, match=says):
        archive(tmp_path / options.pop("folder", ""), **options)
    assert Delivery.objects.count() == 6
