"""Opinion surveys of both programmes: one each that was answered, closed, and followed by what was done; one that is open, and a
question of the day."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from communications.actions.opinion_languages import set_opinion_languages
from communications.actions.opinion_questions import save_opinion_question
from communications.actions.opinions import (
    close_opinion_survey,
    create_opinion_survey,
    open_opinion_survey,
    save_outcomes,
    tell_outcomes,
)
from communications.models import Cut, OpinionAsk, OpinionQuestion, OpinionResponse, OpinionSurvey, OpinionVersion
from context.models import DataPoint, Segment
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World

Kind = OpinionQuestion.Kind


@dataclass(frozen=True)
class Heard:
    """A survey that is over: what was asked, some of what was said, and what was done."""

    title: str
    scale: str
    fact: tuple[str, str]
    said: tuple[str, ...]
    outcomes: list[tuple[str, str]]


OF_THE_NETWORK = Heard(
    "How is it to be our partner?", "You learn in time of what changes.",
    ("certified_engineers", "How many certified engineers do you have?"),
    (
        "Tell us earlier when prices change.",
        "The portal is fine, the price list is too long.",
        "Answers come fast. Thank you.",
        "More courses in the evening, please.",
        "Certificates take too long to show up.",
        "Good people, slow approvals.",
    ),
    [
        ("Price changes reach you too late.",
         "They are announced eight weeks ahead from this quarter on, with a date in your calendar."),
        ("Courses clash with customer work.", "Two of each four dates are now in the evening."),
        ("Deal approvals are slow.", "Not solved yet. We look at it with three of you in the next quarter."),
    ],
)  # fmt: skip
OF_THE_SUPPLIERS = Heard(
    "How is it to deliver to us?", "What you have to keep to is clear.",
    ("capacity_use", "How much of your capacity is in use?"),
    (
        "Call-offs change on Friday for Monday.",
        "The people at the gate are helpful.",
        "Standards are long, the summary is what we read.",
        "Empty boxes come back late.",
    ),
    [
        ("Call-offs change too late.", "From this quarter on nothing changes within five days, but for line stops."),
        ("Empty boxes come back late.", "A second lorry drives on Tuesdays. Tell us whether that is enough."),
    ],
)  # fmt: skip
SHARE_WHO_ANSWER = 0.6


def ask_for_opinions(worlds: dict[str, World], managers: dict[str, User], segments: dict[str, Segment]) -> None:
    network, suppliers = worlds[vendor.PROGRAMME.key], worlds[carmaker.PROGRAMME.key]
    _closed(network, managers["manager"], segments["network"], OF_THE_NETWORK)
    _closed(suppliers, managers["pavel"], segments["suppliers"], OF_THE_SUPPLIERS)
    _open(suppliers, managers["manager"], segments["suppliers"])
    _of_the_day(network, managers["manager"], segments["sellers"])


def _closed(world: World, by: User, segment: Segment, heard: Heard) -> None:
    opened, closed = dates.days_ago(75, 10), dates.days_ago(60, 17)
    key, asked = heard.fact
    with as_of(opened):
        survey = create_opinion_survey(
            by=by, programme=world.programme, title=heard.title, segment=segment, cut=Cut.KIND,
            intro="Four questions, three minutes. We tell you what we do about the answers.",
        )  # fmt: skip
        save_opinion_question(survey, by=by, kind=Kind.NPS, wording="How likely is it that you recommend our programme?")
        save_opinion_question(survey, by=by, kind=Kind.SCALE, wording=heard.scale)
        save_opinion_question(survey, by=by, kind=Kind.TEXT, wording="What should we do differently?")
        save_opinion_question(survey, by=by, kind=Kind.FACT, wording=asked, data_point=DataPoint.objects.get(key=key))
        open_opinion_survey(survey, by=by)
    _answered(survey, heard.said)
    with as_of(closed):
        close_opinion_survey(survey, by=by)
    with as_of(dates.days_ago(40)):
        save_outcomes(survey, heard.outcomes, by=by)
        tell_outcomes(survey, by=by)
    _date(survey, opened, closed_at=closed, told_at=dates.days_ago(40))


def _of_the_day(world: World, by: User, segment: Segment) -> None:
    """One that takes a tap, on the first page."""
    opened = dates.days_ago(1, 9)
    with as_of(opened):
        survey = create_opinion_survey(
            by=by, programme=world.programme, title="Registering deals", segment=segment,
            answer_by=dates.days_after(dates.today(), 6),
        )  # fmt: skip
        save_opinion_question(survey, by=by, kind=Kind.SCALE, wording="Registering a deal is quick.")
        open_opinion_survey(survey, by=by)
    _date(survey, opened)


def _open(world: World, by: User, segment: Segment) -> None:
    opened = dates.days_ago(3, 9)
    with as_of(opened):
        survey = create_opinion_survey(
            by=by, programme=world.programme, title="Working with our planning", segment=segment,
            answer_by=dates.days_after(dates.today(), 11), intro="Two questions about the forecasts that you get from us.",
        )  # fmt: skip
        german = {"title": "Arbeiten mit unserer Planung", "intro": "Zwei Fragen zu den Vorschauen, die Sie von uns bekommen."}
        set_opinion_languages(survey, by=by, language="en", translations={"de": german})
        save_opinion_question(
            survey, by=by, kind=Kind.SCALE, wording="You can rely on our forecasts.", is_required=True,
            translations={"de": {"wording": "Sie können sich auf unsere Vorschauen verlassen."}},
        )  # fmt: skip
        save_opinion_question(
            survey, by=by, kind=Kind.CHOICE, wording="How far ahead do you learn of changes?",
            options=["less than a week", "one to two weeks", "more than two weeks"],
            translations={"de": {
                "wording": "Wie weit im Voraus erfahren Sie von Änderungen?",
                "options": ["weniger als eine Woche", "ein bis zwei Wochen", "mehr als zwei Wochen"],
            }},
        )  # fmt: skip
        open_opinion_survey(survey, by=by)
    _date(survey, opened)


def _answered(survey: OpinionSurvey, said: tuple[str, ...]) -> None:
    """Most answer. Of each only what the survey keeps."""
    chance = random.Random("opinions")  # noqa: S311 - a story, not a secret
    nps, scale, text, _fact = OpinionVersion.objects.get(survey=survey, number=1).questions
    who = [ask for ask in survey.asks.order_by("pk") if chance.random() < SHARE_WHO_ANSWER]
    rows = []
    for nth, ask in enumerate(who):
        answers: dict = {nps["key"]: chance.choice((6, 7, 8, 8, 9, 9, 10, 10)), scale["key"]: chance.choice((2, 3, 3, 4, 4, 5))}
        if nth % 7 == 0:
            answers[text["key"]] = said[nth // 7 % len(said)]
        rows.append(OpinionResponse(survey=survey, is_anonymous=True, version=1, group=ask.group, answers=answers))
    OpinionResponse.objects.bulk_create(rows)
    OpinionAsk.objects.filter(pk__in=[ask.pk for ask in who]).update(has_answered=True)


def _date(survey: OpinionSurvey, opened: datetime, **more) -> None:
    survey.asks.update(asked_at=opened, mail=OpinionAsk.Mail.SENT, mailed_at=opened + timedelta(minutes=5))
    survey.versions.update(at=opened)
    OpinionSurvey.objects.filter(pk=survey.pk).update(created_at=opened - timedelta(days=1), opened_at=opened, **more)
