"""What may stand beside field, operator and value: which figures count, and of which standing a value has to be."""

from typing import Any

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.rules.fields import Field
from context.rules.nodes import Figures
from context.rules.values import read_days, read_text
from partners.models import Site

NARROWED_BY = ("programme", "region", "product", "industry", "activity")
OPTIONS = ("only", "within_days", "quarters", *NARROWED_BY)
MAX_QUARTERS = 40


def read_figures(field: Field, leaf: dict) -> Figures:
    """A sum over all of history says nothing about today, so a period is asked for."""
    given: dict[str, Any] = {key: leaf[key] for key in OPTIONS[1:] if leaf.get(key) is not None}
    if not field.is_performance:
        if given:
            raise Invalid(
                _("Only performance takes “%(key)s” beside its value; for a date write “within_days” as the operator.")
                % {"key": next(iter(given))},
                code="shape",
            )
        return Figures()
    if ("within_days" in given) == ("quarters" in given):
        raise Invalid(
            _("“%(field)s” is summed up over a period: say either “within_days”, such as 365, or “quarters”, such as 4.")
            % {"field": field.name},
            code="no_period",
        )
    for key in ("within_days", "quarters"):
        if key in given:
            given[key] = _above_zero(field, key, given[key])
    given |= {key: read_text(field, given[key]) for key in NARROWED_BY if key in given}
    if given.get("activity", Site.Activity.SELLS) not in Site.Activity.values:
        raise Invalid(
            _("There is no activity “%(value)s”. Known ones: %(known)s.")
            % {"value": given["activity"][:60], "known": ", ".join(Site.Activity.values)},
            code="unknown_value",
        )
    return Figures(**given)


def _above_zero(field: Field, key: str, value) -> int:
    number = read_days(field, value) if key == "within_days" else value
    if key == "quarters" and (isinstance(number, bool) or not isinstance(number, int) or number > MAX_QUARTERS):
        raise Invalid(
            _("“quarters” of “%(field)s” is a whole number from 1 to %(most)d.") % {"field": field.name, "most": MAX_QUARTERS},
            code="wrong_type",
        )
    if number <= 0:
        raise Invalid(_("“%(key)s” of “%(field)s” is a number above 0.") % {"key": key, "field": field.name}, code="wrong_type")
    return number


def read_only(field: Field, leaf: dict) -> tuple[str, ...]:
    """In the order of the field's own options, so that two ways to write the same are the same."""
    only = leaf.get("only")
    if only in (None, []):
        return ()
    if not field.options:
        raise Invalid(
            _("Values of “%(field)s” are neither verified nor stale, so leave out “only”.") % {"field": field.name}, code="shape"
        )
    if not isinstance(only, list) or not all(isinstance(one, str) and one in field.options for one in only):
        raise Invalid(
            _("“only” of “%(field)s” is a list of: %(known)s.") % {"field": field.name, "known": ", ".join(field.options)},
            code="wrong_type",
        )
    return tuple(option for option in field.options if option in only)
