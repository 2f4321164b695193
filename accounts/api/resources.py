"""The shape every resource of the API shares: parse, permit, one call, answer."""

from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import mixins
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api.filters import known_parameters, refuse_strangers
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input


class Resource(GenericViewSet):
    """`noun` is the model as `app.model`; `rows(user)` are those this person may see; `serializer_class` makes the answer.
    `input_class` reads the body of a POST, `change_class` that of a PATCH. `ordering` is the default order and must end
    in something unique; `ordering_fields` are what `?ordering=` may name, none of which may be null."""

    noun: str
    input_class: type[Input] = Input
    change_class: type[Input] = Input
    ordering: ClassVar[tuple[str, ...]] = ("-public_id",)
    ordering_fields: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[dict[str, tuple[str, ...]]] = {}  # of actions other than the list, by the action's name
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def initial(self, request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        refuse_strangers(request, known_parameters(self))

    def rows(self, user) -> QuerySet:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        return self.rows(self.request.user)

    def get_object(self):
        row = self.get_queryset().filter(public_id=self.kwargs["id"]).first()
        if row is None:
            raise NotFound(_("There is no such object, or it is not yours to see."))
        return row

    def parsed(self, input_class: type[Input] | None = None, *, partial: bool = False) -> dict:
        body = (input_class or self.input_class)(data=self.request.data, partial=partial, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    def answer(self, row, status: int = 200) -> Response:
        """As it is now, read anew: the action may have changed more than it was told."""
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, status=status)


class Lists(mixins.ListModelMixin):
    pass


class Retrieves(mixins.RetrieveModelMixin):
    pass


class Creates:
    """`make(by, **fields)` is the action."""

    def create(self, request, *args, **kwargs) -> Response:
        return once_per_key(request, lambda: self.answer(self.make(request.user, **self.parsed()), status=201))


class Changes:
    """`change(row, by, **fields)` is the action."""

    def partial_update(self, request, *args, **kwargs) -> Response:
        row = self.get_object()
        self.change(row, request.user, **self.parsed(self.change_class, partial=True))
        return self.answer(row)


class Withdraws:
    """`withdraw(row, by)` is the action: the row holds no longer and stays on record."""

    def destroy(self, request, *args, **kwargs) -> Response:
        """Withdraw it. It stays on record with the day."""
        self.withdraw(self.get_object(), request.user)
        return Response(status=204)


class Deletes:
    """`remove(row, by)` is the action: the row is gone, and the log says who removed it."""

    def destroy(self, request, *args, **kwargs) -> Response:
        """Delete it."""
        self.remove(self.get_object(), request.user)
        return Response(status=204)
