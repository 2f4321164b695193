"""Which partners had a value on a day in the past, by what is known today or by what was known then."""

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters

from accounts.api.resources import Lists, Resource
from accounts.models import Scope
from activity.refusals import Invalid
from context.api.moments import moment_asked
from context.models import DataPoint
from context.models.data_points import VALUES
from context.queries.history import asked_value, partners_where_then
from partners.api.partners import PartnerSerializer
from partners.models import Partner, Programme
from partners.queries.places import with_place

_ONE = "Ask one question: what was true then (true_at), or what was known then (known_at)."


class ThenFilters(filters.FilterSet):
    data_point = filters.CharFilter(required=True, label="Key of a data point, such as tier.")
    value = filters.CharFilter(required=True, label="The value it had; of a tier, kind, stage or status its key or its name.")
    programme = filters.CharFilter(label="Key of the programme, for what belongs to a place in one.")
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
        value = asked_value(self._point(asked["data_point"]), asked["value"])
        programme = self._programme(asked["programme"]) if asked["programme"] else ""
        found = partners_where_then({asked["data_point"]: value}, programme=programme, source=asked["source"], **moments)
        return queryset.filter(pk__in=found.values("pk"))

    def _point(self, key: str) -> DataPoint:
        point = DataPoint.objects.seen_by(self.request.user).filter(key=key, type__in=VALUES).first()
        if point is None:
            raise Invalid(_("There is no data point with this key whose values can be asked for."), field="data_point")
        return point

    def _programme(self, key: str) -> str:
        if not Programme.objects.visible_to(self.request.user).filter(key=key).exists():
            raise Invalid(_("There is no programme with this key."), field="programme")
        return key


class PartnersThen(Lists, Resource):
    """Partners that had a value on a day in the past."""

    noun = "context.fact"
    read_scope = Scope.FACTS_READ
    serializer_class = PartnerSerializer
    filterset_class = ThenFilters

    def rows(self, user):
        return with_place(Partner.objects.visible_to(user))
