"""Opinion surveys: who may be asked, what is asked, and results that keep the promise of anonymity.

Of an anonymous survey nothing is shown while it is open, nothing of fewer people than the smallest group, and apart by one thing
only. So whatever is shown of a question speaks of groups in which every person is once: no sum or difference of them is about
fewer people than the smallest group (`communications/opinions/groups.py`)."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.languages import own_name
from communications.models import Cut, OpinionAsk, OpinionPolicy, OpinionQuestion, OpinionState, OpinionSurvey, OpinionVersion
from communications.models.opinions import BY_TAP
from communications.opinions.figures import Nps, mean_of, nps_of
from communications.opinions.groups import POOLED, Shown, shown_groups
from communications.opinions.languages import Told, told_in
from communications.queries.attention import PERSON
from context.rules import compile_rules
from partners.models import Contact, Enrolment, Partner, Stage

_Kind = OpinionQuestion.Kind
TEXTS_SHOWN = 200


def opinion_policy() -> OpinionPolicy:
    return OpinionPolicy.objects.filter(pk=1).first() or OpinionPolicy()


def audience_of(survey: OpinionSurvey, user) -> QuerySet[Contact]:
    """The people of the segment, at partners that this manager sees, who can sign in."""
    people = compile_rules(survey.segment.rule, survey.segment.contact_rule).contacts()
    return people.filter(user__is_active=True, partner__in=Partner.objects.visible_to(user).order_by().values("pk"))


def rested(people: QuerySet[Contact], policy: OpinionPolicy, *, is_one_question: bool) -> QuerySet[Contact]:
    """Without those who were asked the same sort in its last days, as whichever contact and by whichever programme."""
    since = timezone.now() - timedelta(days=policy.rest_after(is_one_question=is_one_question))
    asked = OpinionAsk.objects.filter(person=OuterRef("person"), survey__is_one_question=is_one_question, asked_at__gt=since)
    return people.annotate(person=PERSON).exclude(Exists(asked))


@dataclass(frozen=True)
class Reach:
    """Whom opening it would ask: `people` in the segment who can sign in, of whom `tired` were asked within `days` and are left
    out."""

    people: int
    tired: int
    days: int = 0

    @property
    def asked(self) -> int:
        return self.people - self.tired


def reach_of(survey: OpinionSurvey, user) -> Reach:
    if survey.segment is None:
        return Reach(0, 0)
    everybody = audience_of(survey, user)
    people = everybody.annotate(person=PERSON).aggregate(n=Count("person", distinct=True))["n"]
    policy, is_one_question = opinion_policy(), asks_one_question(survey.questions.values_list("kind", flat=True))
    asked = rested(everybody, policy, is_one_question=is_one_question).aggregate(n=Count("person", distinct=True))["n"]
    return Reach(people, people - asked, policy.rest_after(is_one_question=is_one_question))


def asks_one_question(kinds: Iterable[str]) -> bool:
    """Whether it is a question of the day: one, and a tap answers it."""
    kinds = list(kinds)
    return len(kinds) == 1 and kinds[0] in BY_TAP


def groups_of(survey: OpinionSurvey, people: Iterable[Contact]) -> dict[int, str]:
    """Which group each of them belongs to, in words; in the programme of the survey, else in the primary one."""
    people = list(people)
    if survey.cut == Cut.NONE:
        return {}
    if survey.cut == Cut.COUNTRY:
        return {contact.pk: contact.partner.country or _("unknown") for contact in people}
    rows = Enrolment.objects.current().filter(partner__in={contact.partner_id for contact in people})
    places: dict[int, Enrolment] = {}
    for place in rows.select_related("tier", "kind").order_by("is_primary", "pk"):
        if (
            place.partner_id not in places
            or place.programme_id == survey.programme_id
            or (places[place.partner_id].programme_id != survey.programme_id)
        ):
            places[place.partner_id] = place
    return {contact.pk: _group(places.get(contact.partner_id), survey.cut) for contact in people}


def _group(place: Enrolment | None, cut: str) -> str:
    said = ""
    if place is not None:
        words = {
            Cut.TIER: str(place.tier or ""),
            Cut.KIND: str(place.kind or ""),
            Cut.STAGE: dict(Stage.choices).get(place.stage, ""),
        }
        said = str(words[Cut(cut)])
    return said or _("none")


def questions_of(survey: OpinionSurvey) -> list[dict]:
    """As they are asked now."""
    version = survey.versions.filter(number=survey.version).first()
    return version.questions if version else []


@dataclass(frozen=True)
class Spoken:
    """A language that a survey is asked in, and how many of its questions, as they are written now, are not there in it yet."""

    name: str
    missing: int = 0


def spoken_in(survey: OpinionSurvey, questions: list[OpinionQuestion]) -> list[Spoken]:
    others = [
        Spoken(own_name(code), sum(code not in question.translations for question in questions)) for code in survey.translations
    ]
    return [Spoken(own_name(survey.language)), *others]


def asks_of(contact: Contact) -> QuerySet[OpinionAsk]:
    """Of the person, also where another contact of the same login was asked."""
    mine = Q(contact=contact)
    if contact.user_id:
        mine |= Q(contact__user=contact.user_id, contact__left_on=None)
    return OpinionAsk.objects.filter(mine).select_related("survey__programme", "contact")


def opinions_waiting_for(contact: Contact) -> QuerySet[OpinionAsk]:
    today = timezone.localdate()
    rows = asks_of(contact).filter(has_answered=False, survey__state=OpinionState.OPEN)
    return rows.filter(Q(survey__answer_by=None) | Q(survey__answer_by__gte=today))


@dataclass(frozen=True)
class ShortQuestion:
    """All that a survey asks, and answered with one tap: so it is asked where a person is anyway. `question` is as its version
    keeps it; `others` are how many more have to answer before anything is shown, 0 where it is asked by name."""

    survey: UUID
    version: int
    others: int
    question: dict
    title: str
    intro: str
    language: str
    translations: dict

    def told(self, language: str) -> Told:
        """In the language of whoever reads it."""
        return told_in(self, [self.question], language)


def with_short_question(asks: QuerySet[OpinionAsk]) -> QuerySet[OpinionAsk]:
    """Each with `short_question`, a text for `short_question_of`; empty where a survey asks more, or for words or facts."""
    others = Case(When(survey__is_anonymous=True, then=F("survey__smallest_group") - 1), default=Value(0))
    version = OpinionVersion.objects.filter(survey=OuterRef("survey"), number=OuterRef("survey__version"))
    one = version.alias(n=Func("questions", function="jsonb_array_length", output_field=IntegerField())).filter(
        n=1, questions__0__kind__in=BY_TAP
    )
    words = {name: f"survey__{name}" for name in ("version", "title", "intro", "language", "translations")}
    asked = JSONObject(**words, others=others, question=Subquery(one.values("questions__0")))
    text = Case(When(Exists(one), then=Cast(asked, TextField())), default=Value(""), output_field=TextField())
    return asks.annotate(short_question=text)


def with_title_in(asks: QuerySet[OpinionAsk], language: str) -> QuerySet[OpinionAsk]:
    """Each with `title` in this language, in its tongue, or as the survey's own language has it."""
    codes = dict.fromkeys(code for code in (language, language.partition("-")[0]) if code)
    told = [KeyTextTransform("title", KeyTransform(code, "survey__translations")) for code in codes]
    return asks.annotate(title=Coalesce(*told, F("survey__title"), Value(""), output_field=TextField()))


def short_question_of(survey: UUID, text: str) -> ShortQuestion:
    return ShortQuestion(survey=survey, **json.loads(text))


# --- Results ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    label: str
    people: int
    share: int  # per cent
    also: str = ""  # as the other languages say it


@dataclass(frozen=True)
class Part:
    """What the people of a group answered to one question; the whole has no name."""

    name: str
    people: int
    bars: list[Bar]
    nps: Nps | None = None
    mean: float | None = None


@dataclass(frozen=True)
class Result:
    """One question in one wording, with the answers of all its languages together; `also` says it in the others, by their names.
    `whole` is None where too few answered; `versions` says when it was asked so."""

    wording: str
    also: dict[str, str]
    kind: str
    versions: str
    answered: int
    whole: Part | None
    parts: list[Part]
    texts: list[str]
    more_texts: int = 0


@dataclass(frozen=True)
class Results:
    """`hidden_because` says why nothing is shown yet, or at all."""

    asked: int
    answered: int
    hidden_because: str
    results: list[Result]

    @property
    def rate(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0


def results_of(survey: OpinionSurvey) -> Results:
    """The same for everybody who may see results: of two readers with different parts of it, one could tell the rest."""
    counts = survey.asks.aggregate(asked=Count("pk"), answered=Count("pk", filter=Q(has_answered=True)))
    because = _hidden_because(survey)
    rows = [] if because else list(survey.responses.order_by("id").values_list("version", "group", "answers"))
    smallest = survey.smallest_group if survey.is_anonymous else 1
    if not because and survey.is_anonymous and len(rows) < smallest:
        because = _("Fewer than %(n)d people answered, so nothing is shown: each of them could be told.") % {"n": smallest}
    results = [] if because else [_result(asked, rows, survey, smallest) for asked in _asked(survey)]
    return Results(counts["asked"], counts["answered"], because, results)


def _hidden_because(survey: OpinionSurvey) -> str:
    if survey.state == OpinionState.DRAFT:
        return _("It is not open yet.")
    if survey.is_anonymous and survey.state != OpinionState.CLOSED:
        return _("It is anonymous: results are shown once it is closed, so that no answer shows by when it came.")
    return ""


@dataclass(frozen=True)
class _Asked:
    question: dict
    versions: frozenset[int]
    is_only_wording: bool


def _asked(survey: OpinionSurvey) -> list[_Asked]:
    """Each question in each wording in which it was asked, in the order of the versions; its translations as they were last."""
    found: dict[tuple[str, int], tuple[dict, set[int]]] = {}
    for version in survey.versions.all():
        for question in version.questions:
            if question["kind"] != _Kind.FACT:
                name = question["key"], question["since"]
                found[name] = question, found.get(name, (question, set()))[1] | {version.number}
    wordings = Counter(key for key, _since in found)
    everywhere = survey.version
    return [
        _Asked(question, frozenset(numbers), wordings[key] == 1 and len(numbers) == everywhere)
        for (key, _since), (question, numbers) in found.items()
    ]


def _result(asked: _Asked, rows: list[tuple[int, str, dict]], survey: OpinionSurvey, smallest: int) -> Result:
    question, key = asked.question, asked.question["key"]
    given = [(group, answers[key]) for version, group, answers in rows if version in asked.versions and key in answers]
    numbers = sorted(asked.versions)
    versions = "" if asked.is_only_wording else ", ".join(str(each) for each in numbers)
    is_shown = len(given) >= smallest
    shown = len(given) if is_shown else 0
    about = (question["wording"], _also(question), question["kind"], versions, shown)
    if question["kind"] == _Kind.TEXT:
        texts = _shuffled([value for _group, value in given], key) if is_shown else []
        return Result(*about, None, [], texts[:TEXTS_SHOWN], max(len(texts) - TEXTS_SHOWN, 0))
    whole = _part("", [value for _group, value in given], question) if is_shown else None
    parts = _parts(given, question, smallest) if survey.cut and is_shown else []
    return Result(*about, whole, parts, [])


def _also(question: dict) -> dict[str, str]:
    return {own_name(code): words["wording"] for code, words in question.get("translations", {}).items()}


def _parts(given: list[tuple[str, Any]], question: dict, smallest: int) -> list[Part]:
    groups = shown_groups(Counter(group for group, _value in given), smallest)
    if len(groups) < 2:
        return []  # a single part is the whole
    groups.sort(key=_is_rest)
    return [
        _part(_("all others") if _is_rest(shown) else next(iter(shown.names)),
              [value for group, value in given if group in shown.names], question)
        for shown in groups
    ]  # fmt: skip


def _is_rest(shown: Shown) -> bool:
    """Put together here, or before anybody answered."""
    return shown.is_pool or shown.names == {POOLED}


def _part(name: str, values: list[Any], question: dict) -> Part:
    kind = question["kind"]
    labels = {_Kind.NPS: range(11), _Kind.SCALE: range(1, 6)}.get(kind, question["options"])
    counts = Counter(values)
    told = zip(*(words["options"] for words in question.get("translations", {}).values() if words["options"]), strict=True)
    also = dict(zip(question["options"], told, strict=False))
    bars = [
        Bar(str(each), counts[each], round(100 * counts[each] / len(values)), " · ".join(dict.fromkeys(also.get(each, ()))))
        for each in labels
    ]
    nps = nps_of(values) if kind == _Kind.NPS else None
    return Part(name, len(values), bars, nps, mean_of(values) if kind == _Kind.SCALE else None)


def _shuffled(texts: list[str], seed: str) -> list[str]:
    """In an order that says nothing and stays: neither of who came when, nor of who wrote the answer to another question."""
    mixed = sorted(texts)
    Random(seed).shuffle(mixed)  # noqa: S311 - an order, no secret
    return mixed


@dataclass(frozen=True)
class NamedAnswer:
    contact: Contact
    answers: list[tuple[str, Any]]


def named_answers(survey: OpinionSurvey, user) -> list[NamedAnswer]:
    """Where it is asked by name: who at the partners that this manager sees answered what."""
    if survey.is_anonymous:
        return []
    wordings = {
        (version.number, question["key"]): question["wording"]
        for version in survey.versions.all()
        for question in version.questions
    }
    rows = survey.responses.filter(contact__partner__in=Partner.objects.visible_to(user)).select_related("contact__partner")
    return [
        NamedAnswer(row.contact, [(wordings[row.version, key], value) for key, value in row.answers.items()])
        for row in rows.order_by("-at")[:200]
    ]
