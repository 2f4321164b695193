"""The composer's form: what an announcement is made of, and how its preview is looked at."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from activity.refusals import Refused
from communications.actions.announcements import EDITABLE, default_topic
from communications.forms.freshness import owners
from communications.forms.kinds_and_languages import KindsAndLanguages
from communications.models import Announcement, Channel, ContentTemplate, Objective, Theme, Topic, Variant
from communications.models.announcements import all_channels
from communications.queries.webhook_deliveries import is_offered
from context.models import Segment
from partners.actions.programmes import default_programme
from partners.models import Programme, Stage


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    widget = ManyFiles

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(one, initial) for one in data or [] if one]


# These are no fields of the form themselves: each of their values is (communications/forms/kinds_and_languages.py).
GATHERED = ("details", "translations")


# Parts that few announcements need: folded until something in them is said or wrong.
SELDOM = {
    "purpose": ("objective", "theme", "wanted_action", "planned_on", "stages"),
    "delivery": ("priority", "best_time_hours", "expires_at", "stays_open", "by_journey"),
    "care": ("owner", "review_on", "review_every"),
    "variants": ("variant_title", "variant_body"),
}


class ComposerForm(KindsAndLanguages, forms.ModelForm):
    channels = forms.MultipleChoiceField(label=_("Channels"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple)
    expires_at = forms.DateTimeField(
        label=_("Expires"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    stages = forms.MultipleChoiceField(
        label=_("Lifecycle stages it serves"), choices=Stage.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    files = FilesField(label=_("Add files"), required=False)
    remove = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    # A new announcement has its id from the first look at the form, so that sending the form twice makes one.
    new_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Announcement
        fields = tuple(name for name in EDITABLE if name not in GATHERED)
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
            "variant_body": forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
            "review_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "acknowledge_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "planned_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(
        self, *args, user, segment: str | None = None, template: ContentTemplate | None = None, asked: dict | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        if template:
            self._begin_with(template)
        self.add_details_and_translations()
        self.fields["segment"].queryset = Segment.objects.visible_to(user)
        if segment:
            self.initial["segment"] = self.instance.segment = self._named(segment)
        if not is_offered(self.instance if self.instance.pk else None):
            self.fields["channels"].choices = [choice for choice in Channel.choices if choice[0] != Channel.WEBHOOK]
        self.fields["segment"].empty_label = _("Choose a segment")
        self.fields["owner"].queryset, self.fields["owner"].empty_label = owners(), _("Its author")
        for name in ("test_percent", "test_hours", "test_by", "review_every"):  # where they are not offered they are not sent
            self.fields[name].required = False
        self.fields["topic"].queryset, self.fields["topic"].required = Topic.objects.all(), False
        self.fields["programme"].queryset, self.fields["programme"].required = Programme.objects.visible_to(user), False
        for name, model in (("objective", Objective), ("theme", Theme)):
            offered = model.objects.visible_to(user).select_related("programme")
            now = Q(is_current=True) if model is Theme else Q(ends_on__gte=timezone.localdate())
            kept = getattr(self.instance, f"{name}_id")
            self.fields[name].queryset = offered.filter(now | Q(pk=kept)).order_by("name")
            self.fields[name].empty_label = _("None")
        if self.instance.pk:
            self.fields["remove"].choices = [(file.name, file.name) for file in self.instance.attachments.all()]
            self.initial["seen"] = self.instance.updated_at.isoformat()
        else:
            self.initial |= {
                "new_id": uuid7(), "topic": default_topic().pk, "channels": all_channels(),
                "programme": self.instance.programme_id or default_programme().pk, **self._asked(asked or {}),
            }  # fmt: skip

    def _begin_with(self, template: ContentTemplate) -> None:
        for name in ("kind", "title", "call_to_action", "body", "language"):
            self.initial[name] = getattr(template, name)
            setattr(self.instance, name, getattr(template, name))
        if template.programme:
            self.instance.programme = template.programme

    def _named(self, public_id: str) -> Segment | None:
        try:
            return self.fields["segment"].queryset.filter(public_id=public_id).first()
        except ValidationError:
            return None

    def _asked(self, asked: dict) -> dict:
        """What the address of a new one names besides: its objective, its day."""
        named = {"objective": self._row("objective", asked.get("objective", "")), "planned_on": asked.get("planned_on", ""),
                 "by_journey": asked.get("by_journey") == "1"}  # fmt: skip
        if named["objective"]:
            named["programme"] = named["objective"].programme_id
        return {name: value for name, value in named.items() if value}

    def _row(self, name: str, public_id: str):
        try:
            return self.fields[name].queryset.filter(public_id=public_id).first() if public_id else None
        except ValidationError:
            return None

    def values(self) -> dict:
        """The fields of an announcement as they were entered; what was left empty is left out."""
        kept = {name: self.cleaned_data[name] for name in EDITABLE if name not in GATHERED} | self.gathered()
        return {name: value for name, value in kept.items() if _is_entered(name, value)}

    def check_unseen(self, current: Announcement) -> None:
        """Refuse to write over what somebody else has saved since this form was shown."""
        if self.cleaned_data["seen"] in ("", current.updated_at.isoformat()):
            return
        if any(getattr(current, name) != value for name, value in self.values().items()):
            raise Refused(
                _t("Somebody else has saved this announcement since you opened it. Open it anew in another tab and compare.")
            )

    def refuse(self, refusal: Refused) -> None:
        name = self.name_of(refusal.field or "")
        self.add_error(name if name in self.fields else None, str(refusal))

    @property
    def unfolded(self) -> set[str]:
        return {part for part, names in SELDOM.items() if any(self[name].errors or self._is_said(name) for name in names)}

    def _is_said(self, name: str) -> bool:
        value = self[name].value()
        return bool(value) and str(value) != str(Announcement._meta.get_field(name).get_default())

    def draft(self) -> Announcement:
        """What is on the form, whole enough to be shown and judged. Never saved."""
        self.is_valid()
        draft = self.instance
        if self.is_bound:
            draft.details, draft.translations = self.gathered().values()
        if draft.segment_id is None:
            draft.segment = Segment()  # none chosen yet: it reaches nobody
        if draft.topic_id is None:
            draft.topic = default_topic()
        if draft.programme_id is None:
            draft.programme = default_programme()
        return draft


CLEARED = ("acknowledge_by", "expires_at", "best_time_hours", "objective", "theme", "planned_on", "owner", "review_on")


def _is_entered(name: str, value) -> bool:
    return name in CLEARED or (value is not None and (name, value) != ("test_by", ""))


class PreviewForm(forms.Form):
    """How to look at it. Whatever is not understood is the first choice."""

    look_channel = forms.ChoiceField(label=_("As"), choices=[("email", _("Mail")), ("portal", _("Portal"))], required=False)
    look_width = forms.ChoiceField(label=_("Width"), choices=[("desktop", _("Desktop")), ("phone", _("Phone"))], required=False)
    look_theme = forms.ChoiceField(label=_("Colours"), choices=[("light", _("Light")), ("dark", _("Dark"))], required=False)
    look_variant = forms.ChoiceField(label=_("Variant"), choices=Variant.choices, required=False)
    look_language = forms.CharField(label=_("Language"), required=False, max_length=16)
    look_as = forms.UUIDField(label=_("As read by"), required=False)
    look_for = forms.CharField(label=_("Find a reader"), required=False, max_length=100)

    def look(self) -> dict:
        self.is_valid()
        choices = {name: field.choices[0][0] for name, field in self.fields.items() if hasattr(field, "choices")}
        return {
            name: self.cleaned_data.get(name) or first
            for name, first in (choices | {"look_as": None, "look_for": "", "look_language": ""}).items()
        }
