"""Mappings by name: those in the database come first, then those that are shipped."""

from django.utils.translation import gettext as _

from context.imports.broken import BrokenMapping
from context.imports.mapping import Mapping, compile_mapping, shipped_mappings, shipped_spec
from context.models import ImportMapping


def known_mappings() -> dict[str, str]:
    """`{key: name}` of every mapping that can be chosen; the plain one first."""
    shipped = {key: str((shipped_spec(key) or {}).get("name", key)) for key in shipped_mappings()}
    return {"partners": shipped["partners"]} | shipped | dict(ImportMapping.objects.values_list("key", "name"))


def mapping_named(key: str) -> Mapping:
    """Raises `BrokenMapping` when there is none, or when it is not sound."""
    own = ImportMapping.objects.filter(key=key).values_list("spec", flat=True).first()
    spec = own if own is not None else shipped_spec(key)
    if spec is None:
        known = ", ".join(known_mappings())
        raise BrokenMapping(_("There is no mapping “%(key)s”. Known are: %(known)s.") % {"key": key, "known": known})
    return compile_mapping(key, spec)
