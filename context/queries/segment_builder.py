"""What the builder page offers: fields by group, the questions each can be asked, and the values to choose from."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from context.models import Segment
from context.queries.visibility import points_for_rules
from context.rules.fields import ALIASES, AVERAGE, FIELDS, PERFORMANCE, Field, Subject, Type, fact_fields, performance_field
from context.rules.mentions import data_point_of
from context.rules.vocabulary import all_choices
from partners.models import PerformanceRecord, Site

MAX_METRICS = 50
METRICS_KEPT_S = 300


@dataclass(frozen=True)
class BuilderOffer:
    """`as_dict` is what the page's script reads."""

    fields: tuple[dict, ...]
    choices: dict[str, list[tuple[str, str]]]

    def as_dict(self) -> dict:
        return {"fields": self.fields, "choices": self.choices, "narrowings": _narrowings()}


def builder_offer(reader, *, of: Segment | None = None) -> BuilderOffer:
    """Without what the reader may not see of partners; a segment is not offered to itself."""
    points, hidden = points_for_rules(reader)
    choices = all_choices()
    figures = [] if "performance" in hidden else _performance_fields(dict(choices["metric"]))
    fields = [*(field for field in FIELDS.values() if _key_of(field) not in hidden), *figures, *fact_fields(points).values()]
    choices["segment"] = [pair for pair in choices["segment"] if of is None or pair[0] != str(of.public_id)]
    return BuilderOffer(tuple(_offered(field) for field in fields), choices)


def _key_of(field: Field) -> str:
    """The data point that the column or the row of a field stands for."""
    return data_point_of(field) if field.subject in _OF_A_PARTNER else ""


_OF_A_PARTNER = (Subject.PARTNER, Subject.PROFILE, Subject.CERTIFICATE, Subject.AGREEMENT, Subject.SITE)


def _narrowings() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What figures may be narrowed by: key, name, and choices where they are not a list of their own."""
    activities = [(key, str(label)) for key, label in Site.Activity.choices]
    return [("programme", _("programme"), []), ("region", _("region"), []), ("product", _("product"), []),
            ("activity", _("activity"), activities), ("industry", _("industry"), [])]  # fmt: skip


def _performance_fields(labels: dict[str, str]) -> list[Field]:
    named = [(family + metric, labels.get(metric, "")) for metric in known_metrics() for family in (PERFORMANCE, AVERAGE)]
    found = (performance_field(name, label) for name, label in named)
    return [field for field in found if field]


def known_metrics() -> list[str]:
    """Kept for a few minutes, since finding them reads every record."""
    return cache.get_or_set(
        "performance-metrics",
        lambda: list(PerformanceRecord.objects.order_by("metric").values_list("metric", flat=True).distinct()[:MAX_METRICS]),
        METRICS_KEPT_S,
    )


def _offered(field: Field) -> dict:
    return {
        "name": field.name,
        "label": capfirst(str(field.label)),
        "group": _groups()[field.subject],
        "about": "contact" if field.subject == Subject.CONTACT else "partner",
        "input": _input(field),
        "vocabulary": field.vocabulary,
        "choices": [(key, str(label)) for key, label in field.choices],
        "isPerformance": field.is_performance,
        "options": field.options,
        "operators": _operators(field),
    }


def _groups() -> dict[Subject, str]:
    return {
        Subject.PARTNER: _("Partner"),
        Subject.PROFILE: _("Partner"),
        Subject.DISTRIBUTOR: _("Partner"),
        Subject.ENROLMENT: _("Place in a programme"),
        Subject.CERTIFICATE: _("Certificates"),
        Subject.AGREEMENT: _("Agreements"),
        Subject.SITE: _("Sites"),
        Subject.CONTACT: _("People"),
        Subject.PERFORMANCE: _("Performance"),
        Subject.FACT: _("Data points"),
        Subject.SEGMENT: _("Segments"),
        Subject.HAPPENING: _("Taking part"),
    }


def _input(field: Field) -> str:
    if field.choices or (field.vocabulary and field.vocabulary != "manager"):
        return "choice"
    return {Type.NUMBER: "number", Type.DATE: "date", Type.YES_NO: "yes_no"}.get(field.type, "text")


def _operators(field: Field) -> list[dict]:
    """Each with the words and the kind of input its value needs: one, many, days or none."""
    words = {**_words(), **_words_by_type().get(field.type, {})}
    offered = []
    for op in field.operators:
        if field.type == Type.SET and op in ("eq", "ne"):
            continue
        if op == "is_empty":
            empty, known = (_("does not exist"), _("exists")) if field.names_row else (_("is unknown"), _("is known"))
            offered += [{"op": op, "label": empty, "input": "none", "value": True}]
            offered += [{"op": op, "label": known, "input": "none", "value": False}]
        elif op == "within_days":
            ahead = [] if field.is_past else [{"op": op, "label": _("within the next"), "input": "days", "sign": 1}]
            offered += [*ahead, {"op": op, "label": _("within the last"), "input": "days", "sign": -1}]
        else:
            offered.append({"op": op, "label": words[op], "input": "many" if op in ("in", "not_in") else "one"})
    return offered


def _words() -> dict[str, str]:
    return {
        "eq": _("is"),
        "ne": _("is not"),
        "in": _("is one of"),
        "not_in": _("is none of"),
        "lt": _("is below"),
        "lte": _("is at most"),
        "gt": _("is above"),
        "gte": _("is at least"),
        "contains": _("contains"),
        "starts_with": _("begins with"),
    }


def _words_by_type() -> dict[Type, dict[str, str]]:
    return {
        Type.SET: {"contains": _("includes"), "in": _("includes one of"), "not_in": _("includes none of")},
        Type.DATE: {
            "lt": _("is before"),
            "lte": _("is on or before"),
            "gt": _("is after"),
            "gte": _("is on or after"),
            "eq": _("is on"),
        },
        Type.SEGMENT: {"in": _("is one of"), "not_in": _("is none of")},
    }


def builder_words() -> dict[str, str | dict]:
    """What the page's script says, in the reader's language."""
    return {
        "aliases": ALIASES,
        "all": _("All of these hold"),
        "any": _("Any of these holds"),
        "none": _("None of these holds"),
        "group": _("How the conditions go together"),
        "addCondition": _("Add condition"),
        "addGroup": _("Add group"),
        "remove": _("Remove"),
        "field": _("Field"),
        "operator": _("Question"),
        "value": _("Value"),
        "enterValue": _("value …"),
        "addValue": _("Add a value"),
        "choose": _("choose …"),
        "another": _("or …"),
        "enterAdds": _("Enter adds it"),
        "days": _("days"),
        "overTheLast": _("over the last"),
        "period": _("How many of them"),
        "periodUnit": _("Days or quarters"),
        "quarters": _("quarters"),
        "narrow": _("for one …"),
        "only": _("Which values count"),
        "onlyWays": {
            "": _("any value"),
            "verified": _("only verified"),
            "fresh": _("only fresh"),
            "verified fresh": _("only verified and fresh"),
        },
        "yes": _("yes"),
        "no": _("no"),
        "unknown": _("Not known here"),
        "people": _("People"),
        "asJson": _("As JSON"),
    }
