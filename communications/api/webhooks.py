from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input
from accounts.api.resources import Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.actions.webhook_endpoints import add_endpoint, pause_endpoint, remove_endpoint, resume_endpoint, rotate_secret
from activity.channels.webhooks import secret_of
from activity.events import EVENTS
from activity.models import WebhookEndpoint
from activity.models.webhooks import WAITING


class WebhookSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    waiting = serializers.IntegerField(help_text="Messages that are still to be delivered.")

    class Meta:
        model = WebhookEndpoint
        fields = ("id", "name", "url", "events", "state", "reason", "failures", "last_success_at", "waiting", "created_at")
        read_only_fields = fields


class WebhookWithSecret(WebhookSerializer):
    secret = serializers.CharField(help_text="Signs each message. It is shown here and never again.")

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = fields


class WebhookInput(Input):
    shown_only = ("id", "state", "reason", "failures", "last_success_at", "waiting", "created_at", "secret")

    name = serializers.CharField(max_length=100)
    url = serializers.CharField(max_length=500, help_text="Begins with https:// and leads to the public internet.")
    events = serializers.ListField(child=serializers.ChoiceField(choices=sorted(EVENTS)), min_length=1, max_length=20)


class Webhooks(Lists, Retrieves, Creates, Resource):
    """What is told of as it happens, to an address of the integrator: signed by Standard Webhooks, tried ten times over 75 hours.
    Those of the token's owner; they are told what the owner may see."""

    noun = "activity.webhookendpoint"
    read_scope = Scope.WEBHOOKS_READ
    write_scope = Scope.WEBHOOKS_WRITE
    permissions = {"destroy": "activity.delete_webhookendpoint"} | dict.fromkeys(
        ("rotate", "pause", "resume"), "activity.change_webhookendpoint"
    )
    serializer_class = WebhookSerializer
    input_class = WebhookInput

    def rows(self, user):
        own = WebhookEndpoint.objects.of_integrators().filter(owner_id=user.pk)
        return own.annotate(waiting=Count("messages", filter=Q(messages__state__in=WAITING)))

    def make(self, by, **fields):
        return add_endpoint(by=by, **fields)

    @extend_schema(responses={201: WebhookWithSecret})
    def create(self, request, *args, **kwargs) -> Response:
        """Subscribe. The answer has the secret."""
        return self._with_secret(super().create(request, *args, **kwargs))

    def destroy(self, request, *args, **kwargs) -> Response:
        """Remove it. What waits is not sent any more."""
        remove_endpoint(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=Input, responses=WebhookWithSecret)
    @action(detail=True, methods=["post"])
    def rotate(self, request, id):
        """A new secret. For a day, messages are signed with the one before, too."""
        return self._with_secret(self._moved(rotate_secret))

    @extend_schema(request=Input, responses=WebhookSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request, id):
        """Nothing is sent there until it is resumed; what happens meanwhile is kept."""
        return self._moved(pause_endpoint)

    @extend_schema(request=Input, responses=WebhookSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request, id):
        """Also after it was switched off. What was kept is sent now."""
        return self._moved(resume_endpoint)

    def _moved(self, move) -> Response:
        def work() -> Response:
            self.parsed(Input)
            endpoint = self.get_object()
            move(endpoint, by=self.request.user)
            return self.answer(endpoint)

        return once_per_key(self.request, work)

    def _with_secret(self, response: Response) -> Response:
        """Put in after the answer was kept for a retry, so that no secret is kept with it."""
        endpoint = self.get_queryset().get(public_id=response.data["id"])
        response.data = {**response.data, "secret": secret_of(endpoint)}
        return response
