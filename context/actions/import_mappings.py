"""Mappings that managers write: how one kind of file becomes partners."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid
from context.imports.mapping import compile_mapping
from context.models import ImportMapping
from partners.actions.changes import Checks, check_fields, in_words, write_changes
from partners.actions.checks import check_key, check_line


@transaction.atomic
def create_import_mapping(*, by, key: str, name: str, spec: dict) -> ImportMapping:
    """`BrokenMapping` says which part of `spec` has no meaning."""
    mapping = ImportMapping(**check_fields(_CHECKS, {"key": key, "name": name, "spec": spec}))
    _save(mapping)
    record_activity("import_mapping.created", _("Import mapping “%(name)s” was made") % {"name": mapping}, by=by, subject=mapping)
    return mapping


@transaction.atomic
def change_import_mapping(mapping: ImportMapping, *, by, **fields) -> ImportMapping:
    """Runs that have begun read the mapping anew for the import, so that what was previewed may come out differently."""
    values = check_fields(_CHECKS, fields)
    try:
        with transaction.atomic():
            changed = write_changes(mapping, values)
    except IntegrityError:
        raise _taken(mapping.key) from None
    if changed:
        sentence = _("Import mapping “%(name)s”: %(what)s changed") % {"name": mapping, "what": in_words(mapping, changed)}
        record_activity("import_mapping.changed", sentence, by=by, subject=mapping, data=changed)
    return mapping


@transaction.atomic
def delete_import_mapping(mapping: ImportMapping, *, by) -> None:
    sentence = _("Import mapping “%(name)s” was deleted") % {"name": mapping}
    record_activity("import_mapping.deleted", sentence, by=by, subject=mapping)
    mapping.delete()


def _save(mapping: ImportMapping) -> None:
    try:
        with transaction.atomic():
            mapping.save()
    except IntegrityError:
        raise _taken(mapping.key) from None


def _taken(key: str) -> Invalid:
    return Invalid(_("There is a mapping “%(key)s” already; choose another key.") % {"key": key}, code="duplicate", field="key")


def _spec(value) -> dict:
    compile_mapping("new", value)
    return value


_CHECKS: Checks = {
    "key": check_key,
    "name": lambda value: check_line(value, "name", required=True, longest=120),
    "spec": _spec,
}
