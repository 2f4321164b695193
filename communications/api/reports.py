"""What the API answers of announcements that are out: the report, its breakdown, and several side by side."""

from rest_framework import serializers


class ChannelSumsSerializer(serializers.Serializer):
    """audience = pending + delivered + failed + suppressed + in_doubt + cancelled, at every instant."""

    pending = serializers.IntegerField(help_text="Queued, sending or deferred.")
    delivered = serializers.IntegerField()
    failed = serializers.IntegerField()
    suppressed = serializers.IntegerField()
    in_doubt = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    audience = serializers.IntegerField()


class ByActorSerializer(serializers.Serializer):
    human = serializers.IntegerField()
    machine = serializers.IntegerField(help_text="People for whom only a machine is suspected to have acted.")


class ByMakerSerializer(serializers.Serializer):
    """Every hit, not only the first of a person."""

    human = serializers.IntegerField(help_text="By people.")
    prefetch = serializers.IntegerField(help_text="Fetched in advance.")
    proxy = serializers.IntegerField(help_text="By image proxies.")
    scanner = serializers.IntegerField(help_text="By scanners of mail.")
    unknown = serializers.IntegerField(help_text="By machines of another kind.")


class ReportSerializer(serializers.Serializer):
    is_whole = serializers.BooleanField(
        help_text="False where the token's owner is responsible for some partners only: every figure then counts their people."
    )
    audience = serializers.IntegerField(help_text="People.")
    partners = serializers.IntegerField(help_text="Partners counted.")
    partners_in_all = serializers.IntegerField(help_text="Partners that it was for, counted or not.")
    channels = serializers.DictField(child=ChannelSumsSerializer(), help_text="By channel; a webhook counts endpoints, not people.")
    opened = ByActorSerializer()
    clicked = ByActorSerializer()
    opened_hits = ByMakerSerializer()
    clicked_hits = ByMakerSerializer()
    read = serializers.IntegerField(help_text="People who had it on the screen in the portal.")
    acknowledged = serializers.IntegerField(help_text="People.")
    acknowledged_partners = serializers.IntegerField()
    questions = serializers.IntegerField()
    reasons = serializers.DictField(child=serializers.IntegerField(), help_text="Why deliveries were not made, with their number.")
    as_of = serializers.DateTimeField()


class PeopleLineSerializer(serializers.Serializer):
    """People, each once. `machine_…`: where only a machine is suspected."""

    audience = serializers.IntegerField()
    received = serializers.IntegerField()
    read = serializers.IntegerField(help_text="On the screen in the portal, or the mail opened.")
    machine_read = serializers.IntegerField()
    clicked = serializers.IntegerField()
    machine_clicked = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    asked = serializers.IntegerField()


class GroupLineSerializer(PeopleLineSerializer):
    key = serializers.CharField(allow_blank=True, help_text="What they have in common; empty where it is not known.")


class BreakdownSerializer(serializers.Serializer):
    total = PeopleLineSerializer()
    by = serializers.DictField(
        child=GroupLineSerializer(many=True),
        help_text="By tier, kind, region, country, function, language, variant. Two functions are a group, “sales, technical”.",
    )


class ComparedAnnouncementSerializer(PeopleLineSerializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    send_at = serializers.DateTimeField()


class RateSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    of = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    interval_95 = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Wilson's interval: where the true rate lies, 95 times in 100."
    )


class FigureComparedSerializer(serializers.Serializer):
    figure = serializers.CharField()
    of = serializers.CharField(help_text="The figure that it is a part of.")
    rates = serializers.ListField(
        child=RateSerializer(allow_null=True), help_text="In the order of the announcements; null for one that does not ask for it."
    )
    chance = serializers.FloatField(
        allow_null=True,
        help_text="How often equal rates would come out so far apart; null where there are too few people to tell.",
    )
    is_explained_by_chance = serializers.BooleanField(allow_null=True)


class ComparisonSerializer(serializers.Serializer):
    announcements = ComparedAnnouncementSerializer(many=True)
    figures = FigureComparedSerializer(many=True)
