"""Maria asks people what they think. Who answered what is nobody's to know, and what was done about it is told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.opinion_follow_ups import draft_outcomes
from communications.actions.opinion_mails import mail_opinion_surveys
from communications.actions.opinion_questions import (
    move_opinion_question,
    remove_opinion_question,
    save_opinion_question,
)
from communications.actions.opinions import (
    answer_opinion,
    change_opinion_survey,
    close_due_opinion_surveys,
    close_opinion_survey,
    create_opinion_survey,
    open_opinion_survey,
    publish_changed_questions,
    remind_of_opinion,
    save_outcomes,
    set_opinion_policy,
    tell_outcomes,
)
from communications.actions.preferences import set_preference
from communications.actions.suppressions import suppress_address
from communications.models import (
    SERVER,
    Attention,
    AttentionPolicy,
    Cut,
    OpinionAsk,
    OpinionPolicy,
    OpinionQuestion,
    OpinionResponse,
    OpinionState,
    OpinionSurvey,
    SendingGrant,
    SendingLimit,
    Topic,
)
from communications.queries.audience import audience_of
from communications.queries.opinions import named_answers, questions_of, reach_of, results_of
from context.models import DataPoint, Fact
from tests import factories, talk_story

pytestmark = pytest.mark.django_db
Kind = OpinionQuestion.Kind


@pytest.fixture
def small_groups(db):
    """Three are enough to hide among: so a story needs few people."""
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3, "rest_days": 60})


@pytest.fixture
def survey(cast, small_groups) -> OpinionSurvey:
    return talk_story.opened(cast)


def close(survey: OpinionSurvey, cast):
    close_opinion_survey(survey, by=cast.maria)
    return results_of(survey)


# Who is asked.


def test_who_can_sign_in_is_asked_once_also_as_the_contact_of_two_partners(cast, survey):
    nora_again = factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    factories.make_contact(cast.baltic, "Ida Outside", "ida@baltic.example")
    assert set(survey.asks.values_list("person", flat=True)) == {
        "nora@alpenglow.example", "ben@alpenglow.example", "sven@baltic.example"
    }  # fmt: skip
    OpinionAsk.objects.all().delete()
    second = talk_story.opened(cast)
    assert second.asks.filter(contact__in=[cast.nora, nora_again]).count() == 1
    assert second.asks.count() == 3


def test_who_was_asked_lately_rests_whatever_the_programme(cast, survey):
    more = talk_story.crowd(cast, cast.alpenglow, 3)
    second = talk_story.survey(cast)
    assert (reach_of(second, cast.maria).people, reach_of(second, cast.maria).tired) == (6, 3)
    assert open_opinion_survey(second, by=cast.maria) == 3
    assert set(second.asks.values_list("contact", flat=True)) == {each.pk for each in more}
    third = talk_story.survey(cast)
    with pytest.raises(Refused, match="nobody to ask"):
        open_opinion_survey(third, by=cast.maria)
    third.refresh_from_db()
    assert (third.state, third.asks.count(), third.versions.count()) == (OpinionState.DRAFT, 0, 0)
    OpinionAsk.objects.update(asked_at=timezone.now() - timedelta(days=61))
    assert open_opinion_survey(third, by=cast.maria) == 6


def test_a_question_of_the_day_rests_by_its_own_days(cast, survey):
    """Who filled in a survey yesterday may be asked a single question, and the other way round."""

    def question(title: str) -> OpinionSurvey:
        row = create_opinion_survey(by=cast.maria, programme=cast.programme, title=title, segment=factories.make_segment(title))
        save_opinion_question(row, by=cast.maria, kind=Kind.CHOICE, wording="Which day?", options=["Monday", "Friday"])
        return row

    first, second = question("Monday's"), question("Tuesday's")
    assert (reach_of(first, cast.maria).tired, open_opinion_survey(first, by=cast.maria)) == (0, 3)
    assert (reach_of(second, cast.maria).tired, reach_of(second, cast.maria).days) == (3, 7)
    with pytest.raises(Refused, match="nobody to ask"):
        open_opinion_survey(second, by=cast.maria)
    OpinionAsk.objects.filter(survey=first).update(asked_at=timezone.now() - timedelta(days=8))
    assert open_opinion_survey(second, by=cast.maria) == 3
    OpinionAsk.objects.filter(survey=survey).update(asked_at=timezone.now() - timedelta(days=61))
    assert open_opinion_survey(talk_story.survey(cast), by=cast.maria) == 3


def test_too_few_are_not_asked_without_their_names(cast, small_groups):
    set_opinion_policy(by=cast.maria, smallest_group=4, rest_days=60)
    row = talk_story.survey(cast)
    with pytest.raises(Refused, match="fewer than 4"):
        open_opinion_survey(row, by=cast.maria)
    change_opinion_survey(row, by=cast.maria, is_anonymous=False)
    assert open_opinion_survey(row, by=cast.maria) == 3


def test_what_people_were_promised_stays(cast, survey):
    for name, value in (("is_anonymous", False), ("cut", Cut.TIER), ("segment", factories.make_segment("Other"))):
        with pytest.raises(Refused, match="promised"):
            change_opinion_survey(survey, by=cast.maria, **{name: value})
    change_opinion_survey(survey, by=cast.maria, title="How is it now?")
    with pytest.raises(Refused, match="opened before"):
        open_opinion_survey(survey, by=cast.maria)
    assert (survey.is_anonymous, survey.title) == (True, "How is it now?")


def test_a_survey_without_questions_or_segment_or_days_left_is_not_opened(cast, small_groups):
    row = talk_story.survey(cast, answer_by=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Invalid, match="gone by"):
        open_opinion_survey(row, by=cast.maria)
    change_opinion_survey(row, by=cast.maria, answer_by=None)
    row.questions.all().delete()
    with pytest.raises(Refused, match="question"):
        open_opinion_survey(row, by=cast.maria)
    assert row.asks.count() == 0


# Answering.


def test_of_an_anonymous_answer_neither_who_nor_when_is_kept(cast, survey):
    before = Activity.objects.count()
    talk_story.answer(survey, cast.nora, nps=9, text="Fine.")
    row = OpinionResponse.objects.get()
    assert (row.contact, row.at, row.group, sorted(map(str, row.answers.values()))) == (None, None, "", ["9", "Fine."])
    assert Activity.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(response)::text FROM communications_opinionresponse AS response")
        said = cursor.fetchone()[0].lower()
    ask = OpinionAsk.objects.get(contact=cast.nora)
    assert not [
        trace for trace in ("nora", "alpenglow", f'"contact_id": {cast.nora.pk}', str(timezone.now().year)) if trace in said
    ]
    assert (ask.has_answered, survey.asks.filter(has_answered=True).count()) == (True, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionResponse.objects.filter(pk=row.pk).update(contact=cast.nora)


def test_nobody_answers_twice_or_for_another(cast, survey):
    talk_story.answer(survey, cast.nora, nps=9)
    with pytest.raises(Refused, match="already"):
        talk_story.answer(survey, cast.nora, nps=0)
    ask = OpinionAsk.objects.get(contact=cast.ben)
    nps = questions_of(survey)[0]["key"]
    with pytest.raises(NotAllowed):
        answer_opinion(ask, {nps: 1}, version=1, by=cast.nora.user)
    assert OpinionResponse.objects.count() == 1


@pytest.mark.parametrize(("kind", "value"), [(Kind.NPS, "11"), (Kind.NPS, "-1"), (Kind.NPS, "many"), (Kind.CHOICE, "Sunday")])
def test_what_is_no_answer_is_refused_and_nothing_is_kept(cast, survey, kind, value):
    key = next(each["key"] for each in questions_of(survey) if each["kind"] == kind)
    ask = OpinionAsk.objects.get(contact=cast.nora)
    with pytest.raises(Invalid) as refused:
        answer_opinion(ask, {key: value}, version=1, by=cast.nora.user)
    assert refused.value.field == key
    ask.refresh_from_db()
    assert (ask.has_answered, OpinionResponse.objects.count()) == (False, 0)


def test_after_its_last_day_nobody_answers(cast, survey):
    OpinionSurvey.objects.update(answer_by=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused, match="closed"):
        talk_story.answer(survey, cast.nora, nps=9)
    assert (close_due_opinion_surveys(), close_due_opinion_surveys()) == (1, 0)
    survey.refresh_from_db()
    assert survey.state == OpinionState.CLOSED


def test_a_fact_becomes_a_claim_with_a_name_and_is_kept_nowhere_else(cast, small_groups):
    point = DataPoint.objects.create(key="staff", label="Staff", type="number")
    hidden = DataPoint.objects.create(key="inner", label="Our view", seen_by="managers", edited_by="managers")
    row = talk_story.survey(cast)
    with pytest.raises(Invalid, match="not for partners"):
        save_opinion_question(row, by=cast.maria, kind=Kind.FACT, wording="What do we think?", data_point=hidden)
    save_opinion_question(row, by=cast.maria, kind=Kind.FACT, wording="How many are you?", data_point=point)
    open_opinion_survey(row, by=cast.maria)
    nps, *_others, staff = (each["key"] for each in questions_of(row))
    ask = OpinionAsk.objects.get(contact=cast.nora)
    answer_opinion(ask, {nps: "9", staff: "120"}, version=1, by=cast.nora.user)
    fact = Fact.objects.get(data_point=point)
    assert (fact.partner, fact.value, fact.method, fact.asserted_by) == (cast.alpenglow, 120, "survey", cast.nora.user)
    assert "Nora Berg" in fact.source
    assert OpinionResponse.objects.get().answers == {nps: 9}


# Changed while it is open.


def test_a_changed_question_keeps_the_answers_to_its_former_words_apart(cast, survey):
    people = [cast.nora, cast.ben, cast.sven, *talk_story.crowd(cast, cast.alpenglow, 3)]
    OpinionAsk.objects.bulk_create(
        [OpinionAsk(survey=survey, contact=each, person=each.email) for each in people[3:]]
    )  # who is asked plays no part here
    for each in people[:3]:
        talk_story.answer(survey, each, nps=10, day="Monday")
    choice = survey.questions.get(kind=Kind.CHOICE)
    save_opinion_question(survey, by=cast.maria, question=choice, kind=Kind.CHOICE, wording="Which hour?", options=["Nine", "Noon"])
    assert [each["wording"] for each in questions_of(survey)][1] == "Which day?"
    nps = questions_of(survey)[0]["key"]
    assert publish_changed_questions(survey, by=cast.maria).number == 2
    with pytest.raises(Refused, match="Nothing has changed"):
        publish_changed_questions(survey, by=cast.maria)
    ask = OpinionAsk.objects.get(contact=people[3])
    with pytest.raises(Refused, match="changed while you answered"):
        answer_opinion(ask, {nps: "0"}, version=1, by=people[3].user)
    for each in people[3:]:
        talk_story.answer(survey, each, nps=0, day="Noon")
    results = close(survey, cast).results
    assert [(each.wording, each.versions, each.answered) for each in results] == [
        ("Would you recommend us?", "", 6), ("Which day?", "1", 3), ("What else?", "", 0), ("Which hour?", "2", 3),
    ]  # fmt: skip
    assert (results[0].whole.nps.score, [bar.people for bar in results[3].whole.bars]) == (0, [0, 3])


def test_a_question_that_is_taken_away_keeps_what_was_answered(cast, survey):
    for each in (cast.nora, cast.ben, cast.sven):
        talk_story.answer(survey, each, nps=10, day="Monday")
    remove_opinion_question(survey.questions.get(kind=Kind.CHOICE), by=cast.maria)
    move_opinion_question(survey.questions.get(kind=Kind.TEXT), by=cast.maria, up=True)
    publish_changed_questions(survey, by=cast.maria)
    results = close(survey, cast).results
    assert ("Which day?", "1", 3) in [(each.wording, each.versions, each.answered) for each in results]
    with pytest.raises(Refused, match="closed"):
        remove_opinion_question(survey.questions.first(), by=cast.maria)


# Results.


def test_nothing_shows_while_it_is_open_nor_of_too_few(cast, survey):
    talk_story.answer(survey, cast.nora, nps=9)
    assert (results_of(survey).results, results_of(survey).answered) == ([], 1)
    talk_story.answer(survey, cast.ben, nps=9, text="Only me.")
    results = close(survey, cast)
    assert (results.results, "Fewer than 3" in results.hidden_because) == ([], True)
    with pytest.raises(Refused):
        open_opinion_survey(survey, by=cast.maria)


def test_what_few_answered_is_hidden_while_the_rest_shows(cast, survey):
    for each, text in ((cast.nora, "Slow."), (cast.ben, ""), (cast.sven, "")):
        talk_story.answer(survey, each, nps=9, text=text)
    results = {each.kind: each for each in close(survey, cast).results}
    assert results[Kind.NPS].whole.nps.score == 100
    assert (results[Kind.TEXT].texts, results[Kind.TEXT].answered) == ([], 0)
    assert (results[Kind.CHOICE].whole, results[Kind.CHOICE].parts) == (None, [])


def test_small_groups_are_put_together_before_and_after_they_answer(cast, small_groups):
    """Four Germans, three Estonians, one Austrian: who is alone is never apart, and the rest of the whole tells nothing of them."""
    austria = factories.make_partner("Enns", programme=cast.programme, country="AT")
    austrian = talk_story.crowd(cast, austria, 1, "Anton")
    germans = [cast.nora, cast.ben, *talk_story.crowd(cast, cast.alpenglow, 2, "Gerd")]
    estonians = [cast.sven, *talk_story.crowd(cast, cast.baltic, 2, "Eha")]
    row = talk_story.opened(cast, cut=Cut.COUNTRY)
    assert dict(row.asks.values_list("contact", "group")) == {
        **{each.pk: "DE" for each in germans}, **{each.pk: "…" for each in (*estonians, *austrian)}
    }  # fmt: skip
    for each in (*germans[:3], *estonians, *austrian):
        talk_story.answer(row, each, nps=9 if each in germans else 0)
    nps = close(row, cast).results[0]
    assert [(part.name, part.people) for part in nps.parts] == [("DE", 3), ("all others", 4)]
    assert nps.whole.people == sum(part.people for part in nps.parts)


def test_a_group_of_which_few_answered_is_forgotten_when_it_closes(cast, small_groups):
    talk_story.crowd(cast, cast.alpenglow, 2, "Gerd")
    talk_story.crowd(cast, cast.baltic, 2, "Eha")
    row = talk_story.opened(cast, cut=Cut.COUNTRY)
    assert set(row.asks.values_list("group", flat=True)) == {"DE", "EE"}
    for ask in row.asks.filter(group="DE"):
        talk_story.answer(row, ask.contact, nps=9)
    talk_story.answer(row, cast.sven, nps=0)
    nps = close(row, cast).results[0]
    assert (nps.whole.people, nps.parts) == (5, [])
    assert set(row.responses.values_list("group", flat=True)) == {"…"}


def test_by_name_it_says_who_answered_what_to_who_sees_the_partner(cast, small_groups):
    row = talk_story.opened(cast, is_anonymous=False)
    talk_story.answer(row, cast.nora, nps=3, text="Slow.")
    talk_story.answer(row, cast.sven, nps=9)
    assert results_of(row).results[0].whole.people == 2
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=paul)
    [one] = named_answers(row, paul)
    assert (one.contact, one.answers) == (cast.nora, [("Would you recommend us?", 3), ("What else?", "Slow.")])
    assert len(named_answers(row, cast.maria)) == 2


def test_anonymous_answers_have_no_names_to_show(cast, survey):
    talk_story.answer(survey, cast.nora, nps=3)
    assert named_answers(survey, cast.maria) == []


# You said, we did.


def test_what_was_done_is_told_to_all_who_were_asked(cast, survey):
    talk_story.answer(survey, cast.nora, nps=9)
    with pytest.raises(Refused, match="Close"):
        tell_outcomes(survey, by=cast.maria)
    close_opinion_survey(survey, by=cast.maria)
    with pytest.raises(Refused, match="Write down"):
        tell_outcomes(survey, by=cast.maria)
    with pytest.raises(Refused, match="Tell what was done first"):
        draft_outcomes(survey, by=cast.maria)
    with pytest.raises(Invalid):
        save_outcomes(survey, [("Too slow", "")], by=cast.maria)
    save_outcomes(survey, [("Too slow.", "Two more people answer.")], by=cast.maria)
    tell_outcomes(survey, by=cast.maria)
    later = talk_story.crowd(cast, cast.alpenglow, 1)
    draft = draft_outcomes(survey, by=cast.maria)
    assert ("Two more people answer." in draft.body, f"/conversations/opinions/{survey.public_id}/" in draft.body) == (True, True)
    assert set(audience_of(draft)) == {cast.nora, cast.ben, cast.sven}
    assert later[0] not in set(audience_of(draft))
    assert draft_outcomes(survey, by=cast.maria).segment == draft.segment


# By mail.


def test_each_is_mailed_once_and_once_more_as_a_reminder(cast, survey, sink):
    assert (mail_opinion_surveys(), mail_opinion_surveys()) == (3, 0)
    text = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert f"/conversations/opinions/{survey.public_id}/" in text
    assert "nobody learns who answered what" in text
    with pytest.raises(Refused, match="Give them 3 days"):
        remind_of_opinion(survey, by=cast.maria)
    talk_story.answer(survey, cast.nora, nps=9)
    OpinionSurvey.objects.update(opened_at=timezone.now() - timedelta(days=4))
    survey.refresh_from_db()
    assert remind_of_opinion(survey, by=cast.maria) == 2
    sink.mails.clear()
    assert (mail_opinion_surveys(), set(sink.recipients)) == (2, {"ben@alpenglow.example", "sven@baltic.example"})
    with pytest.raises(Refused, match="once is enough"):
        remind_of_opinion(survey, by=cast.maria)


def test_no_mail_goes_where_there_is_no_room_or_it_is_not_wanted(cast, survey, sink):
    AttentionPolicy.objects.update(per_day=1)
    Attention.objects.create(person="nora@alpenglow.example", taken=[timezone.now()])
    suppress_address("ben@alpenglow.example", source="by_hand", reason="asked for it")
    topic = Topic.objects.get_or_create(key="opinions", defaults={"name": "Surveys"})[0]
    set_preference("sven@baltic.example", topic, is_wanted=False, how="preferences")
    assert (mail_opinion_surveys(), sink.recipients) == (0, [])
    assert dict(survey.asks.values_list("contact__name", "mail")) == {
        "Nora Berg": "waiting",
        "Ben Ott": "none",
        "Sven Tamm": "none",
    }
    Attention.objects.all().delete()
    survey.asks.update(mail_due_at=timezone.now())
    assert (mail_opinion_surveys(), sink.recipients) == (1, ["nora@alpenglow.example"])


def test_the_limits_of_sending_put_it_off_and_take_nothing(cast, survey, sink):
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    SendingGrant.objects.create(place=SERVER, at=timezone.now(), mails=1)
    assert (mail_opinion_surveys(), sink.recipients) == (0, [])
    assert not any(row.taken for row in Attention.objects.all())
    assert survey.asks.filter(mail="waiting", mail_due_at__gt=timezone.now()).count() == 3


def test_the_way_out_stops_mails_about_surveys(cast, survey, sink, client):
    mail_opinion_surveys()
    way_out = sink.to("nora@alpenglow.example")["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    assert client.post(f"/{way_out}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    survey.asks.update(mail="waiting")
    sink.mails.clear()
    mail_opinion_surveys()
    assert "nora@alpenglow.example" not in sink.recipients


def test_the_policy_keeps_to_what_hides_people(cast, small_groups):
    with pytest.raises(IntegrityError), transaction.atomic():
        set_opinion_policy(by=cast.maria, smallest_group=2, rest_days=0)
    assert OpinionPolicy.objects.get().smallest_group == 3
