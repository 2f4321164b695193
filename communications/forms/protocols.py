"""Writing a crisis protocol, and its roles, its ladder and its texts in rows of their own."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.models import User
from communications.languages import choices_with
from communications.models import Channel, CrisisProtocol, CrisisRole, CrisisRung, CrisisText
from partners.models import ContactFunction


def _functions(empty: str | None = None) -> list[tuple[str, str]]:
    known = list(ContactFunction.objects.order_by("name").values_list("key", "name"))
    return known if empty is None else [("", empty), *known]


class ProtocolForm(forms.ModelForm):
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("At least two: one of them may be what the incident has broken."),
    )  # fmt: skip
    partner_roles = forms.MultipleChoiceField(
        label=_("Functions that answer for a partner"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Shown first on the board, also where nobody holds one of them."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the texts"), widget=UnfoldAdminSelectWidget,
        help_text=_("Whoever reads none of the languages reads this one, and is told so."),
    )  # fmt: skip

    class Meta:
        model = CrisisProtocol
        fields = ("programme", "name", "incident", "segment", "is_at_site", "channels", "late_after", "partner_roles", "language")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "language" not in self.fields:  # only looked at
            return
        self.fields["language"].choices = choices_with(self.instance.language)
        self.fields["partner_roles"].choices = _functions()


class RoleForm(forms.ModelForm):
    class Meta:
        model = CrisisRole
        fields = ("name", "duty", "holder", "stand_in")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        managers = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        for name in ("holder", "stand_in"):
            if name in self.fields:
                self.fields[name].queryset = managers


class RungForm(forms.ModelForm):
    of_function = forms.ChoiceField(label=_("with the function"), required=False, widget=UnfoldAdminSelectWidget)
    function = forms.ChoiceField(label=_("their function"), required=False, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = CrisisRung
        fields = ("after_minutes", "missing", "measure", "of_function", "whom", "role", "function")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "of_function" in self.fields:
            self.fields["of_function"].choices = _functions(str(_("everybody")))
            self.fields["function"].choices = _functions("–")


class TextForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("language"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = CrisisText
        fields = ("says", "language", "title", "call_to_action", "what_happened", "next_update", "body")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self.fields["language"].choices = choices_with(self.instance.language or "")
