"""Two variants of an announcement: a part of the audience tries them, the rest gets the better one, and all of it adds up."""

import random
from collections import Counter
from datetime import timedelta
from hashlib import md5

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.refusals import Invalid, Refused
from communications.actions import announcements, audiences, deliveries, variants
from communications.admin.reports import sentence_of_test
from communications.models import Action, Actor, Delivery, Kind, State, VariantTest
from communications.models import variants as rules
from communications.queries.announcement_breakdown import breakdown_of
from communications.queries.announcement_page import reading_of
from communications.queries.announcement_report import report_of
from communications.queries.feed import feed_of
from communications.queries.variants import variant_rates
from communications.rates import Rate
from partners.models import Contact
from tests import announcement_story, factories
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch):
    """Ten in each group are enough for a test of the test."""
    monkeypatch.setattr(rules, "SMALLEST_GROUP", 10)


@pytest.fixture
def people(cast, small) -> list[Contact]:
    made = [
        Contact(partner=cast.baltic, name=f"Person {n}", email=f"person{n}@baltic.example", functions=["sales"]) for n in range(157)
    ]
    return Contact.objects.bulk_create(made)


def begin(cast, **fields):
    """Released: those of the test have it, the rest waits."""
    words = {"variant_title": "Aurora 3, and what it saves you", "test_percent": 50, "channels": ["portal"], **fields}
    draft = announcement_story.draft(cast, "Aurora 3 is here", **words)
    return announcement_story.send(draft, cast)


def drawn(announcement, channel="portal") -> dict[int, str]:
    return dict(Delivery.objects.filter(announcement=announcement, channel=channel).values_list("contact_id", "variant"))


def let_time_pass(announcement) -> None:
    VariantTest.objects.filter(announcement=announcement).update(decide_at=timezone.now())
    variants.decide_due_tests()
    announcement_story.work_off()
    announcement.refresh_from_db()


def click(announcement, variant: str, times: int, actor: str = Actor.HUMAN) -> None:
    ids = sorted(contact for contact, own in drawn(announcement).items() if own == variant)[:times]
    for contact in Contact.objects.filter(pk__in=ids):
        announcement_story.touch(announcement, contact, Action.CLICKED, actor, link=0)


def test_each_person_gets_one_variant_the_same_everywhere_and_the_rest_waits(cast, people, sink):
    sent = begin(cast, channels=["email", "portal"])
    by_mail, by_portal = drawn(sent, "email"), drawn(sent)
    assert by_mail == by_portal
    counted = Counter(by_mail.values())
    assert set(counted) == {"a", "b", ""}
    assert sum(counted.values()) == 160
    assert sent.state == State.SENDING
    report = report_of(sent)
    for sums in report.channels.values():
        assert (sums.delivered, sums.pending, sums.audience) == (counted["a"] + counted["b"], counted[""], 160)
    titles = {"a": "Aurora 3 is here", "b": "Aurora 3, and what it saves you"}
    assert Counter(mail["Subject"] for _to, mail in sink.mails) == {title: counted[variant] for variant, title in titles.items()}
    for variant, title in titles.items():
        contact = Contact.objects.get(pk=next(pk for pk, own in by_mail.items() if own == variant))
        assert sink.to(contact.email)["Subject"] == reading_of(sent, contact).title == feed_of(contact)[0].title == title

    variants.end_test(sent, by=cast.maria, winner="b", reason="Time is short")
    announcement_story.work_off()
    assert len(sink.recipients) == len(set(sink.recipients)) == 160
    assert Counter(mail["Subject"] for _to, mail in sink.mails)[titles["b"]] == counted["b"] + counted[""]


def test_the_draw_is_a_function_of_the_announcement_and_the_address(cast, people, sink):
    sent = begin(cast, test_percent=40)
    for contact in Contact.objects.all():
        digest = md5(f"{sent.pk}:{contact.email.lower()}".encode()).hexdigest()
        draw = int(digest[:8], 16) % 10000
        assert drawn(sent)[contact.pk] == ("a" if draw < 2000 else "b" if draw < 4000 else "")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunk=st.integers(3, 90), percent=st.integers(20, 50))
def test_the_rest_is_never_in_a_chunk_of_the_test(cast, people, chunk, percent):
    original, audiences.CHUNK_ROWS = audiences.CHUNK_ROWS, chunk
    try:
        draft = announcement_story.draft(cast, f"Chunks {chunk} {percent}", variant_title="Other", test_percent=percent)
        announcements.schedule_announcement(announcement_story.approve(draft, cast), by=cast.maria)
        deliveries.release_due()
    finally:
        audiences.CHUNK_ROWS = original
    rows = Delivery.objects.filter(announcement=draft)
    assert rows.count() == 320
    for channel in ("email", "portal"):
        tried = set(rows.filter(channel=channel).exclude(variant="").values_list("chunk", flat=True))
        waiting = set(rows.filter(channel=channel, variant="").values_list("chunk", flat=True))
        assert tried.isdisjoint(waiting)
        assert set(draft.chunks.filter(channel=channel).values_list("number", flat=True)) == tried
        sizes = Counter(rows.filter(channel=channel).values_list("chunk", flat=True))
        assert max(sizes.values()) <= chunk


def test_the_better_one_goes_to_the_rest_and_its_figures_are_kept(cast, people):
    sent = begin(cast)
    click(sent, "a", 3)
    click(sent, "b", 15)
    let_time_pass(sent)

    test = sent.variant_test
    assert (sent.winner, test.winner, test.outcome, sent.state) == ("b", "b", "told_apart", State.SENT)
    assert (test.acted_a, test.acted_b) == (3, 15)
    assert test.chance < 0.05
    rest = next(contact for contact in Contact.objects.all() if drawn(sent)[contact.pk] == "")
    assert reading_of(sent, rest).title == feed_of(rest)[0].title == "Aurora 3, and what it saves you"
    breakdown = breakdown_of(sent)
    for name, whole in breakdown.total.figures().items():
        assert sum(line.figures()[name] for line in breakdown.by["variant"]) == whole


def test_suspected_machines_decide_nothing_and_undecided_means_the_original(cast, people, sink):
    sent = begin(cast)
    click(sent, "b", 15, actor=Actor.MACHINE)
    let_time_pass(sent)
    assert (sent.winner, sent.variant_test.outcome, sent.variant_test.acted_b) == ("a", "undecided", 0)
    assert report_of(sent).channels["portal"].delivered == 160


def test_before_its_time_nothing_is_decided_and_a_paused_one_waits(cast, people, sink):
    sent = begin(cast)
    assert variants.decide_due_tests() == 0
    announcements.pause_announcement(sent, by=cast.maria)
    announcement_story.work_off()
    VariantTest.objects.update(decide_at=timezone.now() - timedelta(hours=1))
    assert variants.decide_due_tests() == 0
    announcements.resume_announcement(sent, by=cast.maria)
    announcement_story.work_off()
    assert report_of(sent).channels["portal"].pending > 0
    assert [variants.decide_due_tests(), variants.decide_due_tests()] == [1, 0]


def test_a_person_may_end_it_with_a_reason(cast, people, sink, client):
    sent = begin(cast)
    with pytest.raises(Invalid, match="Say why"):
        variants.end_test(sent, by=cast.maria, winner="b", reason=" ")
    assert sent.variant_test.decided_at is None
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    end = reverse("admin:communications_announcement_act", args=[sent.public_id, "end-test"])
    answer = client.post(end, {"winner": "b", "reason": "The fair begins"}, follow=True)
    assert "The rest gets variant B." in answer.text
    assert "Maria Lund chose B for the rest, saying “The fair begins”" in answer.text
    announcement_story.work_off()
    assert report_of(sent).channels["portal"].delivered == 160
    with pytest.raises(Refused, match="No test of variants"):
        variants.end_test(sent, by=cast.maria, winner="a", reason="Again")


def test_an_integrator_may_end_it_too(cast, people, sink):
    sent = begin(cast)
    maria = integrator(cast.maria)
    end = f"announcements/{sent.public_id}/end-test/"
    assert maria.post(end, {"winner": "c", "reason": "So"}).status_code == 400
    assert sent.variant_test.decided_at is None
    assert maria.post(end, {"winner": "b", "reason": "The fair begins"}).json()["state"] == "sending"
    announcement_story.work_off()
    assert report_of(sent).channels["portal"].delivered == 160
    assert maria.post(end, {"winner": "b", "reason": "Again"}).status_code == 409


def test_one_that_is_cancelled_says_so(cast, people):
    sent = begin(cast)
    announcements.cancel_announcement(sent, by=cast.maria)
    VariantTest.objects.update(decide_at=timezone.now())
    assert variants.decide_due_tests() == 0
    assert sentence_of_test(sent.variant_test, sent.versions.get()).startswith("It was cancelled while two variants")
    sums = report_of(sent).channels["portal"]
    assert (sums.pending, sums.delivered + sums.cancelled) == (0, 160)


def test_links_of_both_texts_lead_where_they_say(cast, people, sink, client):
    sent = begin(
        cast, channels=["email", "portal"], variant_title="", variant_body="Hello, see [prices](https://vendor.example/prices)."
    )
    version = sent.versions.get()
    assert version.links == ["https://vendor.example/notes", "https://vendor.example/prices"]
    for variant, target in (("a", "/notes"), ("b", "/prices")):
        contact = Contact.objects.get(pk=next(pk for pk, own in drawn(sent).items() if own == variant))
        mail = sink.to(contact.email).get_body(("plain",)).get_content()
        links = [word.strip("()<>.\n") for word in mail.split() if "/t/c/" in word]
        assert client.get("/t/c/" + links[0].split("/t/c/")[1])["Location"].endswith(target)
        assert client.get("/t/c/" + str(reading_of(sent, contact).html).split("/t/c/")[1].split('"')[0])["Location"].endswith(
            target
        )


def test_who_joins_later_waits_with_the_rest(cast, people, sink):
    sent = begin(cast, stays_open=True, expires_at=timezone.now() + timedelta(days=2))
    olga = factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")
    assert audiences.top_up_open() == 1
    announcement_story.work_off()
    assert feed_of(olga) == []
    let_time_pass(sent)
    assert feed_of(olga)[0].title == "Aurora 3 is here"


def test_where_the_audience_has_shrunk_all_get_the_original(cast, people, sink):
    draft = announcement_story.draft(cast, variant_title="Other", test_percent=50, channels=["portal"])
    announcement_story.approve(draft, cast)
    Contact.objects.filter(pk__in=[person.pk for person in people[:150]]).update(left_on=timezone.localdate())
    announcements.schedule_announcement(draft, by=cast.maria)
    announcement_story.work_off()
    draft.refresh_from_db()
    assert (draft.state, draft.winner, draft.variant_test.outcome) == (State.SENT, "a", "too_few")
    assert report_of(draft).channels["portal"].delivered == 10


@pytest.mark.parametrize("kind", [Kind.POLICY, Kind.CRISIS, Kind.SECURITY_ADVISORY])
def test_some_kinds_say_the_same_to_everybody(cast, people, kind):
    draft = announcement_story.draft(cast, kind=kind, variant_title="Other")
    with pytest.raises(Invalid, match="says the same to everybody"):
        announcements.submit_announcement(draft, by=cast.maria)


@pytest.mark.parametrize("stages", [["onboard"], ["onboard", "sell"]])
def test_what_serves_onboarding_says_the_same_to_everybody(cast, people, stages):
    fields = {"variant_title": "Other words", "test_percent": 50}
    plain = announcement_story.draft(cast, "Plain", stages=stages)
    with pytest.raises(Invalid, match="serves onboarding says the same to everybody"):
        announcements.change_announcement(plain, by=cast.maria, **fields)
    body = {"title": "Welcome", "body": "Hello", "segment": str(factories.make_segment("Newcomers").public_id), "stages": stages}
    answer = integrator(cast.maria).post("announcements/", {**body, **fields})
    assert (answer.status_code, "serves onboarding" in str(answer.json())) == (422, True)
    announcement = announcement_story.draft(cast, **fields)
    type(announcement).objects.filter(pk=announcement.pk).update(stages=stages)
    announcement.refresh_from_db()
    with pytest.raises(Invalid, match="serves onboarding"):
        announcements.submit_announcement(announcement, by=cast.maria)


def test_below_the_smallest_audience_it_is_not_offered_and_says_why(cast, client):
    draft = announcement_story.draft(cast, variant_title="Other")
    with pytest.raises(Invalid, match="needs 1000 people, so that each variant has 100; it reaches 3"):
        announcements.submit_announcement(draft, by=cast.maria)
    draft.refresh_from_db()
    assert (draft.state, draft.versions.count()) == (State.DRAFT, 0)
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    plain = announcement_story.draft(cast, "Plain")
    page = client.get(reverse("admin:communications_announcement_change", args=[plain.public_id])).text
    assert "Two variants can be tried from 400 people on, 100 for each; it reaches 3." in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"variant_title": "Aurora 3 is here"}, "says what A says"),
        ({"variant_title": "x\ny"}, "one line"),
        ({"variant_title": "{{ nothing.here }}"}, "nothing.here"),
        ({"variant_title": "B", "test_percent": 60}, "from 5 to 50"),
        ({"variant_title": "B", "test_hours": 25}, "from 1 to 24"),
        ({"variant_title": "B", "test_by": "opened", "channels": ["portal"]}, "Opens are told by mails only"),
    ],
)
def test_bad_variants_are_refused_with_a_sentence(cast, fields, words):
    draft = announcement_story.draft(cast)
    with pytest.raises(Invalid, match=words):
        announcements.change_announcement(draft, by=cast.maria, **fields)
    draft.refresh_from_db()
    assert draft.variant_title == ""


def test_whoever_approves_sees_both(cast, people, client):
    draft = announcement_story.draft(cast, variant_title="Other words", test_percent=50)
    announcements.submit_announcement(draft, by=cast.maria)
    client.force_login(cast.arthur, backend="django.contrib.auth.backends.ModelBackend")
    assert "Variant B" in client.get(reverse("admin:communications_announcement_page", args=[draft.public_id])).text
    preview = reverse("admin:communications_announcement_version_preview", args=[draft.public_id, 1])
    assert "Other words" in client.get(preview, {"look_variant": "b"}).text
    assert "Other words" not in client.get(preview).text


def test_equal_variants_are_told_apart_about_as_often_as_is_stated():
    dice, trials = random.Random(5), 3000
    decided = Counter()
    for _trial in range(trials):
        a, b = (Rate(sum(dice.random() < 0.1 for _ in range(150)), 150) for _ in range(2))
        decided[variants.winner_of(a, b)] += 1
    told_apart = sum(n for (_winner, outcome), n in decided.items() if outcome == "told_apart") / trials
    assert 0.03 < told_apart < 0.065
    assert decided["b", "told_apart"] / trials < 0.035


def test_a_test_with_nothing_reached_yet_is_undecided(cast, people):
    draft = announcement_story.draft(cast, variant_title="Other", test_percent=50)
    announcements.schedule_announcement(announcement_story.approve(draft, cast), by=cast.maria)
    deliveries.release_due()
    assert set(variant_rates(draft, "opened").values()) == {Rate(0, 0)}
    VariantTest.objects.update(decide_at=timezone.now())
    assert variants.decide_due_tests() == 1
    draft.refresh_from_db()
    assert (draft.winner, draft.variant_test.outcome) == ("a", "undecided")
