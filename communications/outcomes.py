"""What an objective may want to happen, each kind counted from rows that are there already; and who was held out, to tell what it
did.

The apps above add theirs (deals registered, courses passed) in `AppConfig.ready`; this one only asks what is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.models import Acknowledgement, Action, Actor, Channel, Delivery, DeliveryState, Objective, Touch
from context.models import DataPoint, Fact, Metric, Survey, SurveyResponse, Verdict
from partners.models import Certification, Partner, PartnerCertification, PerformanceRecord

FIGURES = "figures"


@dataclass(frozen=True)
class OutcomeKind:
    """`rows(objective)` gives one row for each time it happened, ever, annotated as `told` does. `parameters` are what it may be
    of, as (value, words); none where it is not of anything. `of_items` where it is an answer to the objective's own
    announcements, so that there is no before. `is_sum` where each row has an amount of its own, and these are added up."""

    key: str
    label: str | Promise
    rows: Callable[[Objective], QuerySet]
    parameters: Callable[[], Iterable[tuple[str, str]]] | None = None
    needs_parameter: bool = False
    of_items: bool = False
    is_sum: bool = False

    def choices(self) -> list[tuple[str, str]]:
        return list(self.parameters()) if self.parameters else []


@dataclass(frozen=True)
class Holdout:
    """Partners who were not written to on purpose, and those like them who were. `words` say how they were drawn. Where both are
    annotated with `drawn_at`, what happened at a partner before that counts for neither."""

    words: str
    held_out: QuerySet[Partner]
    written_to: QuerySet[Partner]


_kinds: dict[str, OutcomeKind] = {}
_holdouts: list[Callable[[Objective], Iterable[Holdout]]] = []


def register_outcome(kind: OutcomeKind) -> None:
    _kinds[kind.key] = kind


def outcome_kinds() -> list[OutcomeKind]:
    return list(_kinds.values())


def outcome_named(key: str) -> OutcomeKind | None:
    """None where the app that counted it is no longer installed."""
    return _kinds.get(key)


def register_holdout(read: Callable[[Objective], Iterable[Holdout]]) -> None:
    """`read(objective)` gives the groups that were held out from what serves it."""
    if read not in _holdouts:
        _holdouts.append(read)


def holdouts_of(objective: Objective) -> list[Holdout]:
    return [holdout for read in _holdouts for holdout in read(objective)]


def told(rows: QuerySet, *, at, what, partner: str = "partner_id", contact: str = "contact_id", amount: str = "") -> QuerySet:
    """What is asked of each row: whose it is, which person's if any, when it happened, what it was, and how much it counts: its
    `amount`, or once."""
    number = BigIntegerField()
    return rows.order_by().annotate(
        by_partner=ExpressionWrapper(F(partner), output_field=number),
        by_contact=ExpressionWrapper(F(contact), output_field=number) if contact else Value(None, output_field=number),
        done_at=ExpressionWrapper(at, output_field=DateTimeField()),
        done_what=ExpressionWrapper(what, output_field=CharField()),
        done_n=F(amount) if amount else Value(1, output_field=DecimalField()),
    )


def _certificates(objective: Objective) -> QuerySet:
    rows = PartnerCertification.objects.filter(disputed_at=None)
    if objective.parameter:
        rows = rows.filter(certification__key=objective.parameter)
    return told(rows, at=Coalesce(Cast("issued_on", DateTimeField()), F("observed_at")), what=F("certification__name"))


def _certificate_choices() -> Iterable[tuple[str, str]]:
    return Certification.objects.order_by("name").values_list("key", "name")


def _facts(objective: Objective) -> QuerySet:
    """Each time somebody said anew what holds."""
    taken_back = Verdict.objects.filter(fact=OuterRef("pk"), kind=Verdict.Kind.WITHDRAWN)
    rows = Fact.objects.filter(~Exists(taken_back))
    if objective.parameter:
        rows = rows.filter(data_point__key=objective.parameter)
    return told(rows, at=F("observed_at"), what=F("data_point__label"))


def _data_point_choices() -> Iterable[tuple[str, str]]:
    return DataPoint.objects.order_by("label").values_list("key", "label")


def _answers(objective: Objective) -> QuerySet:
    rows = SurveyResponse.objects.exclude(submitted_at=None)
    if objective.parameter:
        rows = rows.filter(survey__public_id=objective.parameter)
    return told(rows, at=F("submitted_at"), what=F("survey__title"))


def _survey_choices() -> Iterable[tuple[str, str]]:
    return ((str(public_id), title) for public_id, title in Survey.objects.order_by("title").values_list("public_id", "title"))


def _figures(objective: Objective) -> QuerySet:
    """Figures of the programme or of none whose period does not reach over an end of the objective's: what part of such a one falls
    into it, nobody knows. Each counts on the last day of its period, or when it was told, where that was before."""
    here = Q(programme=None) | Q(programme=objective.programme_id)
    rows = PerformanceRecord.objects.filter(here, disputed_at=None, metric=objective.parameter).exclude(value=0)
    for first_after in (objective.starts_on, objective.ends_on + timedelta(days=1)):
        rows = rows.exclude(period_start__lt=first_after, period_end__gte=first_after)
    noon = timedelta(hours=12)
    starts, ends = (ExpressionWrapper(F(name) + noon, output_field=DateTimeField()) for name in ("period_start", "period_end"))
    metric = Metric.objects.filter(key=OuterRef("metric")).values("label")
    at = Least(ends, Greatest(F("observed_at"), starts))
    return told(rows, at=at, what=Coalesce(metric[:1], F("metric")), contact="", amount="value")


def _figure_choices() -> Iterable[tuple[str, str]]:
    """What can be added up: an average or a level cannot."""
    return Metric.objects.filter(summing=Metric.Summing.SUM).order_by("label").values_list("key", "label")


def _reads(objective: Objective) -> QuerySet:
    rows = Delivery.objects.filter(announcement__objective=objective, channel=Channel.PORTAL, state=DeliveryState.DELIVERED)
    return told(rows.exclude(read_at=None), at=F("read_at"), what=F("announcement__title"))


def _acknowledgements(objective: Objective) -> QuerySet:
    rows = Acknowledgement.objects.filter(announcement__objective=objective)
    return told(rows, at=F("at"), what=F("announcement__title"))


def _links(objective: Objective) -> QuerySet:
    rows = Touch.objects.filter(announcement__objective=objective, action=Action.CLICKED, actor=Actor.HUMAN)
    return told(rows, at=F("first_at"), what=F("announcement__title"), partner="contact__partner_id")


for _kind in (
    OutcomeKind("certificates", _("Certificates taken"), _certificates, _certificate_choices),
    OutcomeKind("facts", _("Profiles kept fresh: values told anew"), _facts, _data_point_choices),
    OutcomeKind("answers", _("Surveys answered"), _answers, _survey_choices),
    OutcomeKind(FIGURES, _("Figures of performance, added up"), _figures, _figure_choices, needs_parameter=True, is_sum=True),
    OutcomeKind("reads", _("Pages read in the portal"), _reads, of_items=True),
    OutcomeKind("acknowledgements", _("Acknowledgements"), _acknowledgements, of_items=True),
    OutcomeKind("links", _("Links followed by people"), _links, of_items=True),
):
    register_outcome(_kind)
