"""What an alert rule can look for, each cause as one statement over rows that are there already.

The apps above add theirs in `AppConfig.ready`; this one only asks what is there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.models import AlertRule
from context.models import DataPoint, Metric
from partners.models import Certification, PartnerAgreement, PartnerCertification

Statement = tuple[str, Sequence]
EXPIRED_AT_MOST = timedelta(days=60)  # what expired longer ago is not news any more


@dataclass(frozen=True)
class AlertCause:
    """`rows(rule, today)` is a statement whose rows are (partner_id, about, on_day, what): whom it is about, which occasion, its
    day, and what is meant. `words` say it, with `what` and `day`, and `words_after` once that day has passed, where they
    are others; `action` is what is usually done. `parameters` are what it may be
    of, as (value, words). `uses` names the settings of a rule that it obeys: days, percent."""

    key: str
    label: str | Promise
    words: str | Promise
    action: str | Promise
    rows: Callable[[AlertRule, date], Statement]
    parameters: Callable[[], Iterable[tuple[str, str]]] | None = None
    needs_parameter: bool = False
    uses: tuple[str, ...] = ("days",)
    words_after: str | Promise = ""

    def choices(self) -> list[tuple[str, str]]:
        return list(self.parameters()) if self.parameters else []


_causes: dict[str, AlertCause] = {}


def register_alert_cause(cause: AlertCause) -> None:
    _causes[cause.key] = cause


def alert_causes() -> list[AlertCause]:
    return list(_causes.values())


def alert_cause_named(key: str) -> AlertCause | None:
    """None where the app that looked for it is no longer installed."""
    return _causes.get(key)


def words_of_parameters(rules: Iterable[AlertRule]) -> dict[tuple[str, str], str]:
    """By cause and parameter, for all rules at once."""
    named = [alert_cause_named(key) for key in {rule.cause for rule in rules if rule.parameter}]
    return {(cause.key, value): str(words) for cause in named if cause for value, words in cause.choices()}


def as_statement(rows: QuerySet, *, partner: str, about, on_day, what) -> Statement:
    """The four things that are asked of each row."""
    told = rows.order_by().annotate(
        of_partner=F(partner), occasion=Cast(about, CharField()), its_day=Cast(on_day, DateField()), meant=Cast(what, CharField())
    )
    return told.values_list("of_partner", "occasion", "its_day", "meant").query.sql_with_params()


def _certificates(rule: AlertRule, today: date) -> Statement:
    """The latest of its kind of each person, or of the partner itself."""
    same = PartnerCertification.objects.filter(partner=OuterRef("partner"), certification=OuterRef("certification"))
    theirs = same.annotate(holder=Coalesce("contact_id", 0)).filter(holder=Coalesce(OuterRef("contact_id"), 0))
    newer = theirs.filter(expires_on__gt=OuterRef("expires_on"))
    rows = PartnerCertification.objects.filter(
        ~Exists(newer), disputed_at=None, contact__left_on=None, expires_on__gt=today - EXPIRED_AT_MOST,
        expires_on__lte=today + timedelta(days=rule.days),
    )  # fmt: skip
    if rule.parameter:
        rows = rows.filter(certification__key=rule.parameter)
    holder, day = Cast(Coalesce("contact_id", 0), CharField()), Cast("expires_on", CharField())
    about = Concat(F("certification__key"), Value(":"), holder, Value(":"), day)
    return as_statement(rows, partner="partner_id", about=about, on_day=F("expires_on"), what=F("certification__name"))


def _certificate_choices() -> Iterable[tuple[str, str]]:
    return Certification.objects.order_by("name").values_list("key", "name")


def _agreements(rule: AlertRule, today: date) -> Statement:
    """Those that nothing follows, from so many days before notice is to be given, or before they expire where there is none."""
    follows = PartnerAgreement.objects.filter(
        Q(programme=OuterRef("programme")) | Q(programme=None), partner=OuterRef("partner"), kind=OuterRef("kind"),
    ).filter(Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on")))  # fmt: skip
    notice = ExpressionWrapper(F("expires_on") - Coalesce("notice_days", 0), output_field=DateField())
    rows = PartnerAgreement.objects.annotate(notice_on=notice).filter(
        ~Exists(follows), Q(programme=None) | Q(programme=rule.programme_id), disputed_at=None,
        expires_on__gt=today - EXPIRED_AT_MOST, notice_on__lte=today + timedelta(days=rule.days),
    )  # fmt: skip
    if rule.parameter:
        rows = rows.filter(kind=rule.parameter)
    about = Concat(F("kind"), Value(":"), F("title"), Value(":"), Cast("expires_on", CharField()))
    return as_statement(rows, partner="partner_id", about=about, on_day=F("expires_on"), what=F("title"))


def _agreement_choices() -> Iterable[tuple[str, str]]:
    return [(key, str(label)) for key, label in PartnerAgreement.Kind.choices]


_FACTS = """
    SELECT profile.partner_id, point.key || ':' || (aged.at::timestamptz AT TIME ZONE 'UTC')::date,
        (aged.at::timestamptz AT TIME ZONE 'UTC')::date, point.label
    FROM partners_partnerprofile AS profile
    CROSS JOIN LATERAL jsonb_each_text(profile.stale_at) AS aged (key, at)
    JOIN context_datapoint AS point ON point.key = aged.key
    WHERE (%s = '' OR point.key = %s) AND (aged.at::timestamptz AT TIME ZONE 'UTC')::date BETWEEN %s AND %s
"""


def _facts(rule: AlertRule, today: date) -> Statement:
    """Values that are about to be too old to be relied on, and those that have become so lately."""
    return _FACTS, (rule.parameter, rule.parameter, today - EXPIRED_AT_MOST, today + timedelta(days=rule.days))


def _data_point_choices() -> Iterable[tuple[str, str]]:
    return DataPoint.objects.filter(stale_after_days__isnull=False).order_by("label").values_list("key", "label")


# A login is seen whenever somebody uses the portal; what comes by mail is a link that a person followed, or an answer. The apps
# above add what they see: each a statement whose rows are (partner_id, at).
_signs_of_life: list[str] = []


def register_sign_of_life(statement: str) -> None:
    if statement not in _signs_of_life:
        _signs_of_life.append(statement)


_SILENCE = """
    SELECT place.partner_id, 'since:' || coalesce(seen.on_day, begun.on_day), coalesce(seen.on_day, begun.on_day),
        CASE WHEN seen.on_day IS NULL THEN '' ELSE to_char(seen.on_day, 'YYYY-MM-DD') END
    FROM partners_enrolment AS place
    JOIN partners_partner AS partner ON partner.id = place.partner_id AND partner.merged_into_id IS NULL
    CROSS JOIN LATERAL (SELECT coalesce(place.starts_on, partner.created_at::date) AS on_day) AS begun
    LEFT JOIN (
        SELECT sign.partner_id, max(sign.at)::date AS on_day FROM (
            SELECT contact.partner_id, login.last_seen_at AS at
            FROM partners_contact AS contact JOIN accounts_user AS login ON login.id = contact.user_id
            WHERE contact.left_on IS NULL
            UNION ALL
            SELECT contact.partner_id, touch.first_at
            FROM communications_touch AS touch JOIN partners_contact AS contact ON contact.id = touch.contact_id
            WHERE touch.actor = 'human' AND touch.action = 'clicked'
            UNION ALL
            SELECT talk.partner_id, message.at
            FROM communications_conversationmessage AS message
            JOIN communications_conversation AS talk ON talk.id = message.conversation_id
            WHERE NOT message.is_managers
            {others}
        ) AS sign GROUP BY sign.partner_id
    ) AS seen ON seen.partner_id = place.partner_id
    WHERE place.ends_on IS NULL AND place.programme_id = %s AND begun.on_day <= %s AND coalesce(seen.on_day, begun.on_day) <= %s
"""


def _silence(rule: AlertRule, today: date) -> Statement:
    since = today - timedelta(days=rule.days)
    others = " ".join(f"UNION ALL {statement}" for statement in _signs_of_life)
    return _SILENCE.format(others=others), (rule.programme_id, since, since)


# Quarters that are over, by the figures that lie in them. Who has none for the latest one has not reported yet.
_FALLING = """
    SELECT told.partner_id, %s, %s::date, round(100 * abs(told.latest - told.before) / abs(told.before)) || ' %%'
    FROM (
        SELECT record.partner_id,
            {put}(record.value) FILTER (WHERE record.period_start >= %s AND record.period_end < %s) AS latest,
            {put}(record.value) FILTER (WHERE record.period_start >= %s AND record.period_end < %s) AS before
        FROM partners_performancerecord AS record
        WHERE record.metric = %s AND record.withdrawn_at IS NULL AND record.period_start >= %s AND record.period_end < %s
            AND (record.programme_id IS NULL OR record.programme_id = %s)
        GROUP BY record.partner_id
    ) AS told
    WHERE told.latest IS NOT NULL AND told.before <> 0 AND {worse} >= %s
"""
_MORE_IS_BETTER = "100 * (told.before - told.latest) / abs(told.before)"
_LESS_IS_BETTER = "100 * (told.latest - told.before) / abs(told.before)"


def _falling(rule: AlertRule, today: date) -> Statement:
    this, latest = quarter_before(today, 0), quarter_before(today, 1)
    before = quarter_before(today, 2)
    metric = Metric.objects.filter(key=rule.parameter).first() or Metric(key=rule.parameter)
    statement = _FALLING.format(
        put="avg" if metric.summing != Metric.Summing.SUM else "sum",
        worse=_MORE_IS_BETTER if metric.is_more_better else _LESS_IS_BETTER,
    )
    about, last_day = f"{rule.parameter}:{latest}", this - timedelta(days=1)
    return statement, (about, last_day, latest, this, before, latest, rule.parameter, before, this, rule.programme_id, rule.percent)


def quarter_before(day: date, quarters: int) -> date:
    """The first day of the quarter so many quarters before that of `day`."""
    months = day.year * 12 + (day.month - 1) // 3 * 3 - 3 * quarters
    return date(months // 12, months % 12 + 1, 1)


def _metric_choices() -> Iterable[tuple[str, str]]:
    return Metric.objects.order_by("label").values_list("key", "label")


for _cause in (
    AlertCause(
        "certificates", _("A certificate expires"), _("The certificate “%(what)s” expires on %(day)s"),
        _("Plan the renewal with them"), _certificates, _certificate_choices,
        words_after=_("The certificate “%(what)s” expired on %(day)s"),
    ),
    AlertCause(
        "agreements", _("An agreement expires"), _("The agreement “%(what)s” expires on %(day)s"),
        _("Renew it with them, or end it in time"), _agreements, _agreement_choices,
        words_after=_("The agreement “%(what)s” expired on %(day)s"),
    ),
    AlertCause(
        "facts", _("A value becomes stale"), _("“%(what)s” is to be confirmed by %(day)s"),
        _("Ask them whether it still holds"), _facts, _data_point_choices,
        words_after=_("“%(what)s” was to be confirmed by %(day)s"),
    ),
    AlertCause("silence", _("Silence"), _("Nothing was heard or seen of them since %(day)s"), _("Call them"), _silence),
    AlertCause(
        "falling", _("Performance falls"), _("%(what)s worse in the quarter that ended on %(day)s"),
        _("Talk about the reasons"), _falling, _metric_choices, needs_parameter=True, uses=("percent",),
    ),
):  # fmt: skip
    register_alert_cause(_cause)
