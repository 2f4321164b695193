from datetime import UTC
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.api.filters import IdFilter, IdOrKeyFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, ManagerField, TimeField
from accounts.api.resources import Changes, Creates, Lists, Retrieves
from accounts.api.uploads import TakesFiles
from accounts.models import Scope
from activity.refusals import Invalid, NotAllowed
from context.models import Segment
from enablement.actions.resources import (
    add_version,
    change_resource,
    create_resource,
    publish_resource,
    renew_resource,
    retire_resource,
)
from enablement.api import resource_files
from enablement.models import Resource as LibraryResource
from enablement.models import ResourceKind, ResourceState
from enablement.queries.held_versions import figures_of_versions, holders_of
from partners.actions.programmes import default_programme
from partners.models import Product, Programme

HOLDERS_SHOWN = 1000
JSON, FORM = "application/json", "multipart/form-data"


class ResourceSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    successor = serializers.UUIDField(source="successor.public_id", allow_null=True, default=None)
    products = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="current.number", help_text="The number of what people get now.")
    file_name = serializers.CharField(source="current.name", read_only=True)
    media_type = serializers.CharField(source="current.media_type", read_only=True)
    size = serializers.IntegerField(source="current.size", help_text="In bytes.")
    sha256 = serializers.CharField(source="current.sha256", read_only=True)
    url = serializers.CharField(source="current.url", read_only=True)

    class Meta:
        model = LibraryResource
        fields = (
            "id", "kind", "state", "title", "summary", "language", "programme", "products", "segment", "owner", "review_on",
            "review_every", "expires_at", "published_at", "retired_at", "successor", "version", "file_name", "media_type", "size",
            "sha256", "url", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_products(self, resource: LibraryResource) -> list[str]:
        return [str(product.public_id) for product in resource.products.all()]


class ResourceChange(Input):
    shown_only = ("id", "kind", "state", "programme", "published_at", "retired_at", "successor", "version", "file_name",
                  "media_type", "size", "sha256", "created_at")  # fmt: skip
    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=400, required=False, allow_blank=True)
    language = serializers.CharField(max_length=16, required=False)
    products = serializers.ListField(child=IdField(Product.objects.visible_to), max_length=100, required=False)
    segment = IdField(Segment.objects.visible_to, required=False, allow_null=True, help_text="Null: everybody in the programme.")
    owner = ManagerField(required=False, help_text="A manager's address.")
    review_on = serializers.DateField(required=False, allow_null=True)
    review_every = serializers.IntegerField(min_value=7, max_value=1095, required=False)
    expires_at = TimeField(required=False, allow_null=True, help_text="From then on no partner sees it.")


class ResourceInput(ResourceChange):
    shown_only = tuple(name for name in ResourceChange.shown_only if name not in ("kind", "programme"))
    kind = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in (ResourceKind.LINK, ResourceKind.PAGE)],
        error_messages={"invalid_choice": _("“{input}” is neither link nor page. A file is sent as multipart/form-data.")},
        help_text="A file is sent as multipart/form-data instead.",
    )
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")
    url = serializers.CharField(max_length=1000, required=False, help_text="Of a link.")
    body = serializers.CharField(max_length=200_000, required=False, help_text="Of a page, in Markdown.")


class ResourceFileInput(ResourceChange):
    """A form has no null: what does not hold is left out."""

    shown_only = tuple(name for name in ResourceChange.shown_only if name not in ("kind", "programme"))
    file = serializers.FileField(allow_empty_file=True, help_text="Its type is read from its content.")
    kind = serializers.ChoiceField(choices=[(ResourceKind.FILE.value, ResourceKind.FILE.label)], required=False)
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")
    title = serializers.CharField(max_length=200, required=False, help_text="The name of the file when left out.")
    segment = IdField(Segment.objects.visible_to, required=False, help_text="Everybody in the programme when left out.")
    review_on = serializers.DateField(required=False)
    expires_at = TimeField(required=False, help_text="From then on no partner sees it.")


class ResourceVersionInput(Input):
    changes = serializers.CharField(max_length=400, help_text="What changed, for those who have the version before.")
    url = serializers.CharField(max_length=1000, required=False, help_text="Of a link.")
    body = serializers.CharField(max_length=200_000, required=False, help_text="Of a page, in Markdown.")


class ResourceFileVersionInput(Input):
    changes = serializers.CharField(max_length=400, help_text="What changed, for those who have the version before.")
    file = serializers.FileField(allow_empty_file=True, help_text="Its type is read from its content.")


class RetireResourceInput(Input):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    successor = IdField(LibraryResource.objects.visible_to, required=False, help_text="What takes its place.")


class ResourceVersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    file_name = serializers.CharField(source="name", read_only=True)
    media_type = serializers.CharField(read_only=True)
    size = serializers.IntegerField()
    sha256 = serializers.CharField(read_only=True)
    changes = serializers.CharField(read_only=True)
    made_at = serializers.DateTimeField()
    downloads = serializers.IntegerField(source="taken")
    people = serializers.IntegerField(help_text="How many different people took it.")


class ResourceHolderSerializer(serializers.Serializer):
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="contact.partner.public_id")
    version = serializers.IntegerField(source="version.number", help_text="The newest that they took.")
    taken_at = serializers.DateTimeField(source="at")
    is_current = serializers.SerializerMethodField()

    def get_is_current(self, row) -> bool:
        return row.version_id == row.resource.current_id


class ResourceFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    product = IdFilter("products")
    segment = IdFilter("segment")
    state = filters.ChoiceFilter(choices=ResourceState.choices)
    kind = filters.ChoiceFilter(choices=ResourceKind.choices)
    title = filters.CharFilter(lookup_expr="icontains", label="Part of the title.")

    class Meta:
        model = LibraryResource
        fields = ()


@extend_schema_view(create=extend_schema(request={JSON: ResourceInput, FORM: ResourceFileInput}))
class Resources(Lists, Retrieves, Creates, Changes, TakesFiles):
    """The library: files, links and pages, their versions, and who took which."""

    noun = "enablement.resource"
    read_scope = Scope.LIBRARY_READ
    write_scope = Scope.LIBRARY_WRITE
    serializer_class = ResourceSerializer
    input_class = ResourceInput
    change_class = ResourceChange
    form_classes: ClassVar = {"create": ResourceFileInput, "versions": ResourceFileVersionInput}
    filterset_class = ResourceFilters
    parameters: ClassVar = {"file": resource_files.PARAMETERS}
    ordering_fields = ("title", "created_at")

    def rows(self, user):
        rows = LibraryResource.objects.visible_to(user).exclude(current=None)
        return (
            rows.select_related("programme", "segment", "owner", "successor", "current")
            .defer("current__passages", "current__preview_html", "current__body")
            .prefetch_related("products")
        )

    def make(self, by, **fields):
        programme = fields.pop("programme", None) or default_programme()
        return create_resource(by=by, programme=programme, **{"kind": ResourceKind.FILE, **_timed(fields)})

    def change(self, resource, by, **fields) -> None:
        change_resource(resource, by=by, **_timed(fields))

    @extend_schema(request=None, responses={200: ResourceSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request, id):
        """From now on those whom it is for find it."""

        def work() -> Response:
            resource = self.get_object()
            self._may_publish(request.user)
            publish_resource(resource, by=request.user)
            return self.answer(resource)

        return once_per_key(request, work)

    @extend_schema(request=RetireResourceInput, responses={200: ResourceSerializer})
    @action(detail=True, methods=["post"])
    def retire(self, request, id):
        """Nobody finds it any more; its old address leads to its successor."""

        def work() -> Response:
            resource = self.get_object()
            self._may_publish(request.user)
            retire_resource(resource, by=request.user, **self.parsed(RetireResourceInput))
            return self.answer(resource)

        return once_per_key(request, work)

    @extend_schema(request=None, responses={200: ResourceSerializer})
    @action(detail=True, methods=["post"])
    def renew(self, request, id):
        """It is still right, and is looked at again after its interval."""

        def work() -> Response:
            resource = self.get_object()
            renew_resource(resource, by=request.user)
            return self.answer(resource)

        return once_per_key(request, work)

    @extend_schema(methods=["GET"], responses={200: ResourceVersionSerializer(many=True)})
    @extend_schema(
        methods=["POST"],
        request={JSON: ResourceVersionInput, FORM: ResourceFileVersionInput},
        responses={201: ResourceSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def versions(self, request, id):
        """All versions, the newest first; a POST makes a new one, of a file as a form."""
        resource = self.get_object()
        if request.method == "GET":
            return Response(ResourceVersionSerializer(figures_of_versions(resource), many=True).data)

        def work() -> Response:
            self._check_sent_as(resource)
            add_version(resource, by=request.user, **self.parsed(ResourceVersionInput))
            return self.answer(resource, status=201)

        return once_per_key(request, work)

    @resource_files.described
    @action(detail=True, methods=["get"], filter_backends=[], renderer_classes=[JSONRenderer, resource_files.AnyType])
    def file(self, request, id):
        """The file itself, of the newest version or of an older one."""
        return resource_files.file_of(self.get_object(), request)

    @extend_schema(responses={200: ResourceHolderSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def holders(self, request, id):
        """Who took which version; the first 1000, the oldest versions first."""
        rows = holders_of(self.get_object(), request.user).select_related("resource", "contact__partner", "version")
        return Response(ResourceHolderSerializer(rows[:HOLDERS_SHOWN], many=True).data)

    def _check_sent_as(self, resource: LibraryResource) -> None:
        if resource.kind == ResourceKind.FILE and not self.is_form:
            raise Invalid(_("This is a file. Send its new version as multipart/form-data, in “file”."), field="file")
        if resource.kind != ResourceKind.FILE and self.is_form:
            raise Invalid(_("This is no file. Send its new version as JSON."), field="file")

    def _may_publish(self, user) -> None:
        if not user.has_perm("enablement.publish_resource"):
            raise NotAllowed(_("Your role does not let you publish or retire resources."))


def _timed(fields: dict) -> dict:
    """A time without an offset is in UTC."""
    expires_at = fields.get("expires_at")
    if expires_at is not None and expires_at.tzinfo is None:
        fields["expires_at"] = expires_at.replace(tzinfo=UTC)
    return fields
