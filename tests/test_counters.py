"""The sums that a report reads are those of its rows, whatever happened to them."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communications.actions.counters import check_counters, check_moving_counters
from communications.models import AudienceCount, CounterCheck, Delivery, DeliveryCount, DeliveryState, Rule, Touch, TouchCount
from communications.queries.announcement_report import report_of
from communications.queries.counters import drift_of
from communications.queries.portfolio import Portfolio
from communications.queries.troubles import troubles_now
from partners.models import Contact
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db

TOUCHES = [("opened", "human"), ("opened", "machine"), ("clicked", "human")]
people = st.integers(0, 5)
happens = st.one_of(
    st.tuples(st.just("becomes"), st.sampled_from(DeliveryState.values), st.sets(people)),
    st.tuples(st.just("is suppressed"), st.sampled_from(["bounced", "unsubscribed"]), st.sets(people)),
    st.tuples(st.just("reads"), st.none(), st.sets(people)),
    st.tuples(st.just("touches"), st.sampled_from(TOUCHES), st.sets(people)),
    st.tuples(st.just("is judged again"), st.sampled_from(["human", "machine"]), st.sets(people)),
    st.tuples(st.just("goes"), st.none(), st.sets(people, max_size=1)),
)


@pytest.fixture
def sent(cast, sink):
    return announcement_story.tell(cast)


def by_rows(announcement):
    """The same report, counted from the rows: as for a manager of every partner."""
    partners = set(Delivery.objects.filter(announcement=announcement).values_list("partner_id", flat=True))
    return report_of(announcement, Portfolio(tuple(partners)))


def figures(report) -> dict:
    return {name: value for name, value in report.as_dict().items() if name not in ("as_of", "is_whole")}


def test_a_report_reads_the_same_from_counters_as_from_rows(sent):
    assert AudienceCount.objects.filter(announcement=sent, people=3, partners=2).exists()
    assert figures(report_of(sent)) == figures(by_rows(sent))
    assert drift_of(sent.pk).differences == 0


@pytest.mark.parametrize("examples", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_whatever_happens_to_them_the_sums_are_those_of_the_rows(cast, sink, examples):
    for number in range(3):
        factories.make_contact(cast.alpenglow, f"Extra {number}", f"extra{number}@alpenglow.example")
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    contacts = list(Contact.objects.filter(deliveries__announcement=sent).distinct().order_by("pk").values_list("pk", flat=True))
    assert len(contacts) == 6
    before = list(Delivery.objects.filter(announcement=sent))

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(happens, min_size=3, max_size=8))
    def live(story):
        Touch.objects.filter(announcement=sent).delete()
        Delivery.objects.filter(announcement=sent).delete()
        Delivery.objects.bulk_create(before)
        for what, how, who in story:
            _happen(sent, what, how, [contacts[number] for number in who])
            whole = report_of(sent)
            assert drift_of(sent.pk).differences == 0
            assert figures(whole) == figures(by_rows(sent))

    live()


def _happen(announcement, what: str, how, who: list[int]) -> None:
    rows = Delivery.objects.filter(announcement=announcement, contact_id__in=who)
    who, now = sorted(set(rows.values_list("contact_id", flat=True))), timezone.now()
    if what == "becomes":
        rows.filter(channel="email").update(state=how, reason="", settled_at=now)
    elif what == "is suppressed":
        rows.filter(channel="email").update(state=DeliveryState.SUPPRESSED, reason=how)
    elif what == "reads":
        rows.filter(channel="portal").update(read_at=now)
    elif what == "touches":
        action, actor = how
        Touch.objects.bulk_create(
            [Touch(announcement=announcement, contact_id=pk, action=action, actor=actor, first_at=now) for pk in who],
            ignore_conflicts=True,
        )
    elif what == "is judged again":
        mine = Touch.objects.filter(announcement=announcement, contact_id__in=who, action="clicked")
        mine.delete()
        Touch.objects.bulk_create(
            [Touch(announcement=announcement, contact_id=pk, action="clicked", actor=how, first_at=now) for pk in who]
        )
    else:
        Touch.objects.filter(announcement=announcement, contact_id__in=who).delete()
        rows.delete()
        AudienceCount.objects.filter(announcement=announcement).delete()


def test_a_partner_that_is_merged_is_no_longer_counted_apart(cast, sent):
    Delivery.objects.filter(announcement=sent, partner=cast.baltic).update(partner=cast.alpenglow)
    assert not AudienceCount.objects.filter(announcement=sent).exists()
    assert (report_of(sent).audience, report_of(sent).partners) == (3, 1)


def test_wrong_counters_are_found_told_and_mended(cast, sent, client):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE communications_deliverycount SET rows = rows + 1 WHERE state = 'delivered' AND channel = 'email'")
        cursor.execute("DELETE FROM communications_touchcount WHERE action = 'clicked'")
    with pytest.raises(CommandError, match="counters differ from their rows"):
        call_command("reconcile_counters", "--check")
    assert not CounterCheck.objects.exists()

    assert check_counters(sent).differences == 3
    assert figures(report_of(sent)) == figures(by_rows(sent))
    client.force_login(cast.maria)
    page = reverse("admin:communications_announcement_report", args=[sent.public_id])
    assert "3 sums were wrong and are mended" in client.get(page).text

    call_command("reconcile_counters")
    assert "no difference" in client.get(page).text


def test_what_is_being_sent_is_checked_by_itself_and_not_all_the_time(cast, sent):
    assert check_moving_counters() == 0
    DeliveryCount.objects.filter(announcement=sent, channel="email").update(rows=0)
    TouchCount.objects.filter(announcement=sent).update(people=9)
    assert check_moving_counters() == 0, "it was checked a moment ago"
    CounterCheck.objects.update(checked_at=timezone.now() - timedelta(minutes=11))
    assert check_moving_counters() > 0
    assert drift_of(sent.pk).differences == 0


def test_sums_that_differed_are_told(sent):
    assert [trouble for trouble in troubles_now() if trouble.rule == Rule.COUNTERS_DIFFERED] == []
    DeliveryCount.objects.filter(announcement=sent).update(rows=17)
    check_counters(sent)
    (told,) = (trouble for trouble in troubles_now() if trouble.rule == Rule.COUNTERS_DIFFERED)
    assert told.subject == f"announcement:{sent.pk}"
    assert f"sums of “{sent}” differed from its rows" in told.sentence
    CounterCheck.objects.update(checked_at=timezone.now() - timedelta(days=2))
    assert all(trouble.rule != Rule.COUNTERS_DIFFERED for trouble in troubles_now())
