"""Query parameters: declared ones only. One that is unknown, or given twice, is refused rather than ignored."""

from django.utils.translation import gettext as _
from django_filters.rest_framework import CharFilter, ChoiceFilter, IsoDateTimeFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from accounts.api.inputs import as_uuid, in_utc
from activity.refusals import Invalid

PAGING = ("cursor", "page_size")


def refuse_strangers(request, known: list[str]) -> None:
    for name, values in request.query_params.lists():
        if name not in known:
            raise ValidationError(
                {name: [_("There is no such query parameter. Known are: %(known)s.") % {"known": _listed(known)}]}
            )
        if len(values) > 1:
            raise ValidationError({name: [_("Give this query parameter once.")]})
        if "\0" in values[0]:
            raise Invalid(_("A NUL character cannot be looked for."), field=name)
        if not values[0]:
            raise ValidationError({name: [_("Give this query parameter a value, or leave it out.")]})
        if not values[0].strip():
            raise Invalid(_("A query parameter of spaces alone finds nothing. Leave it out."), field=name)


def known_parameters(view) -> list[str]:
    """`view.parameters` names those of its other actions: `{action: names}`."""
    if view.action != "list":
        return list(getattr(view, "parameters", {}).get(view.action, ()))
    filters = getattr(view, "filterset_class", None)
    ordering = ["ordering"] if view.ordering_fields else []
    return [*(filters.base_filters if filters else ()), *ordering, *PAGING]


def _listed(names: list[str]) -> str:
    return ", ".join(names) or _("none")


class IdFilter(UUIDFilter):
    """By the public id of a related row: `partner` filters on `partner__public_id`."""

    def __init__(self, noun: str, **kwargs):
        super().__init__(field_name=f"{noun}__public_id", label=f"The id of a {noun}.", **kwargs)


class MomentFilter(IsoDateTimeFilter):
    def filter(self, rows, value):
        return super().filter(rows, in_utc(value) if value else value)


@extend_schema_field({"type": "boolean"})
class YesNoFilter(ChoiceFilter):
    """`true` or `false`; anything else is refused, where a BooleanFilter would quietly filter nothing."""

    def __init__(self, **kwargs):
        super().__init__(choices=[("true", "true"), ("false", "false")], **kwargs)

    def filter(self, rows, value):
        return super().filter(rows, None if value in (None, "") else value == "true")


class IdOrKeyFilter(CharFilter):
    def __init__(self, noun: str, **kwargs):
        super().__init__(label=f"The id or the key of a {noun}.", **kwargs)
        self.noun = noun

    def filter(self, rows, value):
        if not value:
            return rows
        found = as_uuid(value)
        return rows.filter(**({f"{self.noun}__public_id": found} if found else {f"{self.noun}__key": value}))
