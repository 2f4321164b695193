"""What drafts begin with, kept by managers."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from communications.models import ContentTemplate, Kind
from communications.rendering import check_merge_fields, compile_text
from partners.actions.checks import check_language

EDITABLE = ("name", "kind", "language", "programme", "title", "call_to_action", "body")


def create_template(*, by: User, **fields) -> ContentTemplate:
    return _save(ContentTemplate(), fields, by=by, done="created")


def change_template(template: ContentTemplate, *, by: User, **fields) -> ContentTemplate:
    """Drafts that began with it stay as they are."""
    return _save(template, fields, by=by, done="changed")


@transaction.atomic
def delete_template(template: ContentTemplate, *, by: User) -> None:
    record_activity("template.deleted", f"Template “{template}” was deleted", by=by, subject=template)
    template.delete()


@transaction.atomic
def _save(template: ContentTemplate, fields: dict, *, by: User, done: str) -> ContentTemplate:
    for name, value in fields.items():
        if name not in EDITABLE:
            raise Invalid(_("A template has no field “%(name)s”.") % {"name": name}, field=name)
        setattr(template, name, value)
    _check(template)
    template.updated_at = timezone.now()
    sentence = _("There is a template “%(name)s” in this language already. Choose another name.") % {"name": template.name}
    with unless_taken(Invalid(sentence, field="name")):
        template.save()
    record_activity(f"template.{done}", f"Template “{template}” was {done}", by=by, subject=template)
    return template


def _check(template: ContentTemplate) -> None:
    if not template.name.strip() or not template.title.strip():
        raise Invalid(_("Give the template a name and a title."), field="title" if template.name.strip() else "name")
    if template.kind not in Kind.values:
        raise Invalid(_("Choose its kind."), field="kind")
    template.language = check_language(template.language)
    if not template.language:
        raise Invalid(_("Say in which language it is, such as en or de."), field="language")
    check_merge_fields(template.title, field="title")
    check_merge_fields(template.body, field="body")
    compile_text(template.body, template.language)
