"""Which partners had a value on a day in the past, by what is known today or by what was known then."""

from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters

from accounts.api.resources import Lists, Resource
from accounts.models import Scope
from activity.refusals import Invalid
from context.api.moments import moment_asked
from context.models import DataPoint
from context.queries.history import asked_value, partners_where_then, points_to_ask
from partners.api.partners import PartnerSerializer
from partners.models import Partner, Programme
from partners.queries.places import with_place

_PAIRS = {"data_point": "value", "data_point_2": "value_2", "data_point_3": "value_3"}
_ONE = "Ask one question: what was true then (true_at), or what was known then (known_at)."


class ThenFilters(filters.FilterSet):
    data_point = filters.CharFilter(required=True, label="Key of a data point, such as tier.")
    value = filters.CharFilter(required=True, label="The value it had; of a tier, kind, stage or status its key or its name.")
    data_point_2 = filters.CharFilter(label="A second one, of the same place where both belong to a place in a programme.")
    value_2 = filters.CharFilter(label="The value that the second one had.")
    data_point_3 = filters.CharFilter(label="A third one.")
    value_3 = filters.CharFilter(label="The value that the third one had.")
    programme = filters.CharFilter(label="Key of a programme: of places in programmes, only that one is asked.")
    true_at = filters.CharFilter(label="What was true then, by what is known today. A day means its end, in UTC.")
    known_at = filters.CharFilter(label="What was known then, right or wrong.")
    source = filters.CharFilter(label="As this source alone tells it.")

    class Meta:
        model = Partner
        fields = ()

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        moments = {name: moment_asked(name, asked[name]) for name in ("true_at", "known_at") if asked[name]}
        if len(moments) != 1:
            raise Invalid(_(_ONE), field="true_at")
        programme = self._programme(asked["programme"]) if asked["programme"] else ""
        found = partners_where_then(self._values(asked), programme=programme, source=asked["source"], **moments)
        return queryset.filter(pk__in=found.values("pk"))

    def _values(self, asked: dict[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, its_value in _PAIRS.items():
            key, text = asked[name], asked[its_value]
            if bool(key) != bool(text):
                raise Invalid(_("A data point and its value go together."), field=its_value if key else name)
            if key in values:
                raise Invalid(_("Ask for each data point once."), field=name)
            if key:
                values[key] = asked_value(self._point(name, key), text)
        return values

    def _point(self, name: str, key: str) -> DataPoint:
        point = points_to_ask(self.request.user).filter(key=key).first()
        if point is None:
            raise Invalid(_("There is no data point with this key whose values can be asked for."), field=name)
        return point

    def _programme(self, key: str) -> str:
        if not Programme.objects.visible_to(self.request.user).filter(key=key).exists():
            raise Invalid(_("There is no programme with this key."), field="programme")
        return key


class PartnersThen(Lists, Resource):
    """Partners that had a value, or several, on a day in the past."""

    noun = "context.fact"
    read_scope = Scope.FACTS_READ
    serializer_class = PartnerSerializer
    filterset_class = ThenFilters

    def rows(self, user):
        return with_place(Partner.objects.visible_to(user))
