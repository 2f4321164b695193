"""The demo as a visitor finds it: told once for this file in a transaction that is never kept."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from activity.models import Activity, WebhookEndpoint
from communications.actions.deliveries import release_due
from communications.models import (
    Announcement,
    AnnouncementVersion,
    AttentionPreference,
    Delivery,
    DeliveryState,
    Holiday,
    JourneyPass,
    JourneyRun,
    JourneyStep,
    Kind,
    Objective,
    Question,
    State,
    Statement,
    StepKind,
    StepOutcome,
    Suppression,
    Theme,
)
from communications.queries.announcement_report import report_of
from communications.queries.attention import attention_policy, full_people
from communications.queries.contradictions import consistency_of
from communications.queries.feed import feed_of
from communications.queries.objectives import effect_of
from communications.queries.statements import old_revisions, told_of
from communications.rendering import compile_text
from context.models import Fact, Segment
from context.queries.completeness import completeness_of
from context.queries.facts import current_facts
from context.queries.segments import preview_segment
from context.queries.visibility import sight_of
from enablement.models import Course
from enablement.queries.package_answers import answers_of
from partnerhub.demo import LOGINS, PASSWORD, carmaker, packages, vendor
from partners.models import Contact, Partner, PartnerCertification, PartnerProfile, PartnerRelation, PerformanceRecord, Programme
from partners.personal_data import erasers, person_behind
from portal.queries.own_data import own_data_of
from tests.demo_uses import IN_BOTH

STATEMENTS_ALLOWED = 18_000  # what takes seconds; seconds themselves would say how busy the machine is
pytestmark = [pytest.mark.usefixtures("statements_asked"), pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def statements_asked(django_db_setup, django_db_blocker):
    asked = 0

    def count(execute, *arguments):
        nonlocal asked
        asked += 1
        return execute(*arguments)

    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        with connection.execute_wrapper(count):
            call_command("seed_demo")
        yield asked
        transaction.set_rollback(True)


def partner(name: str) -> Partner:
    return Partner.objects.get(name=name)


def announced(kind: Kind) -> Announcement:
    return Announcement.objects.get(kind=kind, planned_on=None)


def in_state(state: State):
    return Announcement.objects.filter(state=state)


def test_is_told_in_seconds(statements_asked):
    assert statements_asked < STATEMENTS_ALLOWED


def test_two_programmes_with_their_partners():
    sizes = dict(Programme.objects.annotate(n=Count("enrolments")).values_list("key", "n"))
    assert sizes == {"lumenvale": 35, "kestrane": 25}
    assert Programme.objects.default().key == "lumenvale"


def test_a_distributor_serves_four_resellers():
    served = PartnerRelation.objects.filter(kind="distributed_by", other__name=vendor.DISTRIBUTOR)
    assert served.count() == 4


def test_about_two_hundred_people_at_invented_addresses():
    addresses = [email for email in Contact.objects.values_list("email", flat=True) if email]
    assert 180 <= Contact.objects.count() <= 220
    assert all(address.endswith(".example") for address in addresses)
    assert all(website.endswith(".example") for website in Partner.objects.values_list("website", flat=True))


def test_one_person_works_for_two_partners():
    pauls = Contact.objects.filter(email="partner@demo.example")
    assert {contact.partner.name for contact in pauls} == {vendor.RESELLER, vendor.SECOND_EMPLOYER}
    assert len({contact.user_id for contact in pauls}) == 1


@pytest.mark.parametrize("email", LOGINS)
def test_every_login_opens_the_door(client, email):
    assert client.login(email=email, password=PASSWORD)


def test_nobody_else_can_sign_in_with_the_known_password():
    with_password = [user for user in Contact.user.field.related_model.objects.all() if user.has_usable_password()]
    assert {user.email for user in with_password} == set(LOGINS)


def test_licence_sales_of_two_years_and_a_year_of_deliveries():
    sales = PerformanceRecord.objects.filter(metric="license_revenue", partner=partner(vendor.RESELLER))
    assert sales.values("period_end").distinct().count() == 8
    assert sales.values("product").distinct().count() == 2
    assert sales.values("industry").distinct().count() == 2
    on_time = PerformanceRecord.objects.filter(metric="on_time_delivery")
    assert on_time.values("partner").distinct().count() == 25
    assert not PerformanceRecord.objects.filter(period_end__gte=timezone.localdate()).exists()


def test_one_value_is_stale_and_one_claim_contradicts_what_was_verified():
    stale = [(p.name, fact.data_point.key) for p in Partner.objects.all() for fact in current_facts(p) if fact.is_stale]
    claims = Fact.objects.filter(verdicts=None, data_point__is_builtin=False)
    employees = next(fact for fact in current_facts(partner(vendor.RESELLER)) if fact.data_point.key == "employees")
    assert stale == [(vendor.RESELLER, "main_challenge")]
    assert [(claim.partner.name, claim.value) for claim in claims] == [(vendor.RESELLER, 148)]
    assert (employees.value, employees.is_verified) == (120, True)


def test_the_resellers_profile_is_as_complete_as_it_is_fresh():
    reseller = partner(vendor.RESELLER)
    sight = sight_of(User.objects.get(email="manager@demo.example"))
    complete = completeness_of(reseller, list(reseller.enrolments.current()), among=sight.data_points)
    assert (len(complete.points), complete.known, complete.fresh, complete.verified, complete.percent) == (3, 3, 2, 3, 89)


def test_what_a_partners_columns_say_is_known_since_it_came():
    reseller = partner(vendor.RESELLER)
    for key in ("name", "website", "country", "language", "time_zone", "description"):
        fact = Fact.objects.get(partner=reseller, data_point__key=key)
        assert (fact.value, fact.observed_at, fact.recorded_at) == (
            getattr(reseller, key), reseller.created_at, reseller.created_at
        )  # fmt: skip
        assert fact.source == fact.asserted_by.name
    assert not Partner.objects.unmerged().exclude(profile__facts__has_key="country").exists()


def test_one_certificate_has_expired():
    expired = [row for row in PartnerCertification.objects.select_related("partner", "certification") if row.is_expired]
    assert [(row.partner.name, row.certification.key) for row in expired] == [(vendor.RESELLER, "gate-engineer")]


def test_profiles_hold_what_segments_ask_for():
    profile = PartnerProfile.objects.get(partner__name=vendor.RESELLER)
    assert profile.regions == ["dach"]
    assert profile.specialties == ["data-integration", "identity"]
    assert profile.products == ["Lumenvale Gate", "Lumenvale Harbour"]
    assert profile.facts["employees"] == 120


def test_every_segment_reaches_somebody():
    empty = [s.name for s in Segment.objects.all() if not preview_segment(s.rule, s.contact_rule).people]
    assert empty == []
    assert Segment.objects.count() == 16


def test_the_standard_was_acknowledged_by_17_of_25():
    report = report_of(announced(Kind.POLICY))
    assert (report.acknowledged_partners, report.partners) == (17, 25)
    assert not announced(Kind.POLICY).acknowledgements.filter(partner__name=carmaker.SUPPLIER).exists()


def test_every_sum_adds_up():
    for announcement in in_state(State.SENT):
        report = report_of(announcement)
        for sums in report.channels.values():
            assert sums.audience == report.audience, announcement
            assert sums.pending == 0, announcement
        reached = report.channels["email"].delivered
        assert report.clicked.human <= report.opened.human <= reached
        assert report.opened.human + report.opened.machine <= reached
        assert report.read <= report.channels["portal"].delivered


def test_the_reports_have_something_of_everything():
    newsletters = [report_of(a) for a in Announcement.objects.filter(kind=Kind.NEWSLETTER, planned_on=None).order_by("send_at")]
    first, last = newsletters[0].channels["email"], newsletters[-1].channels["email"]
    assert len(newsletters) == 6
    assert first.failed == 1
    assert last.failed == 0
    assert last.in_doubt == 1
    assert Suppression.objects.count() == 1
    assert last.suppressed > first.suppressed >= 1
    assert all(min(r.opened.human, r.opened.machine, r.clicked.human, r.clicked.machine, r.read) > 0 for r in newsletters)


def test_what_was_sent_went_the_usual_way():
    for announcement in in_state(State.SENT):
        way = list(announcement.transitions.values_list("to_state", "at"))
        states = [state for state, _at in way]
        assert states[:5] == ["submitted", "approved", "scheduled", "sending", "sent"]
        assert announcement.by_journey or len(states) == 5  # who comes to it in a journey comes one after the other
        assert [at for _state, at in way] == sorted(at for _state, at in way)
        assert announcement.approved_version == announcement.version == 1
        assert announcement.approved_by_id != announcement.author_id
        assert announcement.created_at < announcement.send_at <= announcement.frozen_at <= announcement.finished_at < timezone.now()
        assert not announcement.chunks.filter(done_at=None).exists()


def test_in_each_programme_a_journey_waits_for_what_some_have_done():
    for programme in Programme.objects.all():
        steps = JourneyStep.objects.filter(kind=StepKind.TASK_DONE, version__journey__programme=programme)
        passes = JourneyPass.objects.filter(step__in=steps)
        assert passes.filter(outcome=StepOutcome.DONE).exists(), programme
        waiting = JourneyRun.objects.under_way().filter(step_key__in=steps.values("key"))
        assert waiting.exists() or passes.filter(outcome=StepOutcome.TIMED_OUT).exists(), programme


@pytest.mark.parametrize("what", IN_BOTH)
def test_both_programmes_use_all_of_it(what):
    assert {vendor.PROGRAMME.key, carmaker.PROGRAMME.key} <= set(IN_BOTH[what]())


def test_nothing_happened_in_the_future():
    now = timezone.now() + timedelta(seconds=1)
    assert not Activity.objects.filter(occurred_at__gt=now).exists()
    assert not Delivery.objects.filter(settled_at__gt=now).exists()
    assert not Delivery.objects.filter(read_at__gt=now).exists()
    assert not Question.objects.filter(asked_at__gt=now).exists()
    assert not Partner.objects.filter(events__pgh_created_at__gt=models.F("created_at")).exists()


def test_a_question_is_answered_and_others_wait():
    answered = Question.objects.exclude(answered_at=None)
    assert (Question.objects.count(), answered.filter(contact__email="partner@demo.example").count()) == (4, 1)
    assert answered.count() == 2
    assert not Delivery.objects.filter(
        contact__questions__announcement=models.F("announcement"), channel="portal", read_at=None
    ).exists()
    assert {question.assigned_to.email for question in Question.objects.filter(contact__partner__name=vendor.RESELLER)} == {
        "manager@demo.example"
    }


def test_in_each_programme_an_announcement_waits_for_approval_by_the_approver():
    for waiting in in_state(State.SUBMITTED):
        assert waiting.kind == Kind.TRAINING
        assert waiting.author.email == "manager@demo.example"
    missed = in_state(State.DRAFT).filter(planned_on=None, segment__name__startswith="Missed")
    assert (missed.count(), in_state(State.DRAFT).filter(planned_on=None).count()) == (3, 4)


def test_both_worlds_know_what_they_communicate_for_and_the_weeks_to_come_are_planned():
    effects = {objective.name: effect_of(objective) for objective in Objective.objects.all()}
    assert len(effects) == 6
    assert {objective.programme.key for objective in Objective.objects.all()} == {"lumenvale", "kestrane"}
    assert all(effect.counted for effect in effects.values()), effects
    assert effects["Partners can deliver Current"].counted == 2
    assert effects["The labelling standard is accepted"].counted == 17
    deals = effects["New projects are registered"]
    assert 0 < deals.groups[0].during <= deals.counted < deals.target, "of partners reached, of all, of those wanted"
    assert Theme.objects.filter(announcements__state=State.SENT).distinct().count() >= 3
    assert in_state(State.DRAFT).exclude(planned_on=None).count() == 18  # with the next newsletter and notices of alerts
    assert Holiday.objects.filter(country="DE").count() >= 8


def test_the_security_update_goes_out_two_minutes_from_now():
    update = in_state(State.SCHEDULED).get(kind=Kind.SECURITY_ADVISORY)
    assert update.requires_acknowledgement
    assert timedelta(0) < update.send_at - (timezone.now() - timedelta(seconds=60)) <= timedelta(minutes=3)
    Announcement.objects.filter(pk=update.pk).update(send_at=timezone.now())
    assert release_due() == 1
    queued = Delivery.objects.filter(announcement_id=update.pk, channel="email", state=DeliveryState.QUEUED)
    assert {"partner@demo.example", "member@demo.example"} <= set(queued.values_list("address", flat=True))


def test_partners_find_their_news():
    for email in ("partner@demo.example", "member@demo.example", "supplier@demo.example"):
        contact = Contact.objects.get(email=email, is_partner_admin=email != "member@demo.example", left_on=None)
        assert len(feed_of(contact)) >= 2, email
    supplier = Contact.objects.get(email="supplier@demo.example")
    assert [item.announcement.kind for item in feed_of(supplier) if item.needs_acknowledgement] == [Kind.POLICY]


def test_everybody_can_be_told_what_is_held_about_them():
    """The rows of one kind have the same columns, for a page and for a file."""
    for contact in Contact.objects.exclude(user=None):
        assert own_data_of(contact).sections
        for eraser in erasers():
            assert len({tuple(row) for row in eraser.find(person_behind(contact))}) <= 1, (contact, eraser.label)


def test_both_programmes_keep_statements_and_one_of_each_has_changed_since_it_was_sent():
    maria = User.objects.get(email="manager@demo.example")
    for key in (vendor.PROGRAMME.key, carmaker.PROGRAMME.key):
        rows = Statement.objects.filter(programme__key=key)
        assert rows.count() >= 3
        changed = rows.get(revision=2)
        told = told_of(changed, [row.value for row in old_revisions(changed)], maria)
        assert [item.mailed > 0 for item in told.items] == [True]
    play = announced(Kind.SALES_PLAY)
    assert [(pair.about, pair.here.value, pair.there.value) for pair in consistency_of(play, maria).exact] == [
        ("Premium support", "€4,800", "€4,950")
    ]
    answers = in_state(State.DRAFT).get(title="Questions and answers on the new label")
    assert ("Relabelling a pallet", "€38", "€42.50") in [
        (pair.about, pair.here.value, pair.there.value) for pair in consistency_of(answers, maria).exact
    ]


def test_texts_are_whole():
    for version in AnnouncementVersion.objects.filter(announcement__newsletter=None):  # whose links are its items
        assert "{{" not in version.title
        assert "$" not in version.title + version.body + version.call_to_action
        assert compile_text(version.body).links
        assert all(".example/" in link for link in version.links)


def test_each_programme_has_a_course_that_was_made_elsewhere_and_somebody_answered_in_it():
    for plan, programme in ((packages.CONNECTORS, vendor.PROGRAMME), (packages.PALLET, carmaker.PROGRAMME)):
        course = Course.objects.get(title=plan.title, programme__key=programme.key)
        assert (course.state, course.versions.get().lessons.get().kind) == ("published", "package")
        [told] = answers_of(course.participations.get())
        assert (len(told.answers), told.comments, told.run.status) == (3, plan.remark, "passed")


def test_some_are_left_alone_one_has_had_enough_and_a_room_waits():
    assert AttentionPreference.objects.filter(quiet="own").count() == 2
    assert full_people(attention_policy()).count() == 1
    room = WebhookEndpoint.objects.get()
    assert (room.state, room.messages.get().state) == ("paused", "delivered")


def test_no_mail_was_sent_by_telling_it():
    assert getattr(mail, "outbox", []) == []


def test_told_again_it_changes_nothing(capsys):
    before = _row_counts()
    with override_settings(DEMO=True):
        call_command("seed_demo")
    assert _row_counts() == before
    assert "already" in capsys.readouterr().out


def _row_counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
        return counts
