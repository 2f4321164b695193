"""What a request body may hold. Anything else in it is refused: input that is silently ignored is a trap."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from activity.refusals import Invalid


class Input(serializers.Serializer):
    """Fields of a body. `shown_only` names what the answer shows but nobody may set."""

    shown_only: tuple[str, ...] = ()

    def to_internal_value(self, data):
        if isinstance(data, dict):
            errors = {name: [self._stranger(name)] for name in data if name not in self.fields}
            errors |= {name: [_("Write it as text, in quotes.")] for name, value in data.items() if self._is_no_text(name, value)}
            if errors:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

    def _is_no_text(self, name: str, value) -> bool:
        """A number would quietly become the text of it, which the schema does not promise."""
        return isinstance(self.fields.get(name), serializers.CharField) and isinstance(value, int | float)

    def _stranger(self, name: str) -> str:
        if name in self.shown_only:
            return _("This cannot be set.")
        return _("There is no such field here. It takes: %(fields)s.") % {"fields": ", ".join(self.fields) or _("nothing")}


@extend_schema_field({"type": "string", "format": "uuid"})
class IdField(serializers.Field):
    """A row by its public id, out of `rows(user)`. One that is not visible answers exactly like an absent one."""

    unknown = _("There is no %(noun)s with this id, or it is not yours to see.")

    def __init__(self, rows: Callable[..., QuerySet], **kwargs):
        self.rows = rows
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        rows = self.rows(self.context["request"].user)
        row = rows.filter(**self.lookup(data)).first() if isinstance(data, str) else None
        if row is None:
            raise Invalid(self.unknown % {"noun": rows.model._meta.verbose_name}, field=self.field_name or self.parent.field_name)
        return row

    def lookup(self, data: str) -> dict:
        return {"public_id": as_uuid(data)}


@extend_schema_field({"type": "string", "description": "Its id or its key."})
class IdOrKeyField(IdField):
    unknown = _("There is no %(noun)s with this id or key, or it is not yours to see.")

    def lookup(self, data: str) -> dict:
        found = as_uuid(data)
        return {"public_id": found} if found else {"key": data}


@extend_schema_field({"type": "string"})
class KeyField(IdField):
    """A word of a list that is open to all managers, by its key."""

    unknown = _("There is no %(noun)s with this key.")

    def __init__(self, rows: Callable[[], QuerySet], **kwargs):
        super().__init__(lambda _user: rows(), **kwargs)

    def lookup(self, data: str) -> dict:
        return {"key": data}


class ManagerField(serializers.EmailField):
    """A manager, by their address."""

    def run_validation(self, data=serializers.empty) -> User | None:
        address = super().run_validation(data)
        if address is None:
            return None
        manager = User.objects.filter(email=address.lower(), is_staff=True, is_active=True).first()
        if manager is None:
            raise Invalid(_("There is no manager with this address."), field=self.field_name or self.parent.field_name)
        return manager


@extend_schema_field({"type": "string", "format": "date-time"})
class TimeField(serializers.Field):
    """ISO 8601. A time without an offset is handed on as it is: only the action knows which zone is meant."""

    default_error_messages = {"invalid": _("Write the time as ISO 8601, such as 2031-03-09T09:00:00+01:00.")}

    def to_internal_value(self, data) -> datetime:
        try:
            moment = datetime.fromisoformat(data)
        except (TypeError, ValueError):
            return self.fail("invalid")
        return in_utc(moment) if moment.tzinfo else moment


def in_utc(moment: datetime) -> datetime:
    """Clocks may be set to offsets that the database does not know."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Invalid(_("No calendar goes that far. Choose a time that is nearer.")) from None


def as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
