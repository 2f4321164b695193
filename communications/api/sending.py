"""How sending stands, what limits it, and what is in its way: as the pages show it, for whoever may see announcements."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.resources import Lists, Resource
from accounts.models import Scope
from communications.models import Alarm, SendingLimit
from communications.queries.sending_status import SendingStatus, sending_status


class SendingLimitSerializer(serializers.ModelSerializer):
    class Meta:
        model = SendingLimit
        fields = ("applies_to", "domain", "per_second", "per_minute", "per_hour")
        read_only_fields = fields


class AlarmSerializer(serializers.ModelSerializer):
    class Meta:
        model = Alarm
        fields = ("rule", "sentence", "opened_at")
        read_only_fields = fields


class LaterSerializer(serializers.Serializer):
    why = serializers.CharField(help_text="quiet_hours, best_time, limit, asked (for a pause), retry, or test (of variants).")
    mails = serializers.IntegerField()
    until = serializers.DateTimeField(help_text="When the last of them goes.")


class SendingSerializer(serializers.Serializer):
    """`waiting` = `due` + what goes later; none of it is paused."""

    as_of = serializers.DateTimeField()
    waiting = serializers.IntegerField()
    due = serializers.DictField(child=serializers.IntegerField(), help_text="What should go now, by channel.")
    later = LaterSerializer(many=True, help_text="What goes at its own time, however fast sending is.")
    per_minute = serializers.IntegerField(help_text="Delivered in the last two minutes, for a minute.")
    done_at = serializers.DateTimeField(allow_null=True, help_text="Of the mails that are due, by the rate of mails.")
    deliveries = serializers.DictField(child=serializers.IntegerField(), help_text="Of what is sent or paused, by state.")
    in_doubt = serializers.IntegerField(help_text="Of all announcements, also of those that are sent.")
    chunks_due = serializers.IntegerField()
    chunks_leased = serializers.IntegerField()
    chunks_failing = serializers.IntegerField()
    silent = serializers.CharField(allow_blank=True, help_text="beat or worker, where it gives no sign of life.")


class SendingLimits(Lists, Resource):
    """How many mails may go out, in all or to a domain, in a period. Where there is none, nothing is limited."""

    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    serializer_class = SendingLimitSerializer
    ordering = ("domain", "id")

    def rows(self, user):
        return SendingLimit.objects.all()


class Alarms(Lists, Resource):
    """What stands in the way of sending just now, newest first."""

    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    serializer_class = AlarmSerializer
    ordering = ("-opened_at", "-id")

    def rows(self, user):
        return Alarm.objects.open()


class SendingNow(Resource):
    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    serializer_class = SendingSerializer

    @extend_schema(summary="How sending stands at this moment, over all announcements", responses=SendingSerializer)
    def status(self, request):
        return Response(self.get_serializer(_as_dict(sending_status())).data)


def _as_dict(status: SendingStatus) -> dict:
    sending = status.sending
    return {
        "as_of": status.at, "waiting": status.waiting, "due": dict(status.due), "later": status.later,
        "per_minute": status.per_minute, "done_at": status.done_at, "deliveries": sending.deliveries, "in_doubt": sending.in_doubt,
        "chunks_due": sending.chunks_due, "chunks_leased": sending.chunks_leased, "chunks_failing": sending.chunks_failing,
        "silent": status.silent,
    }  # fmt: skip
