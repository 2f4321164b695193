from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from communications.models import Objective, Theme
from communications.outcomes import outcome_kinds


class ObjectiveForm(forms.ModelForm):
    outcome = forms.ChoiceField(
        label=_("Wanted outcome"), help_text=_("It is counted from rows, so that each number can be opened."),
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    parameter = forms.ChoiceField(
        label=_("Of what"), required=False, help_text=_("Where only one of them is meant."), widget=UnfoldAdminSelectWidget
    )
    target = forms.IntegerField(label=_("How many"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)

    class Meta:
        model = Objective
        fields = ("programme", "name", "reason", "owner", "starts_on", "ends_on", "segments", "outcome", "parameter", "target")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = outcome_kinds()
        if "outcome" not in self.fields:  # only looked at
            return
        self.fields["outcome"].choices = [(kind.key, kind.label) for kind in kinds]
        groups = [(kind.label, choices) for kind in kinds if (choices := kind.choices())]
        self.fields["parameter"].choices = [("", _("any")), *groups]
        self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        self.fields["owner"].required = False
        self.fields["segments"].required = False


class ThemeForm(forms.ModelForm):
    key_messages = forms.CharField(
        label=_("Key messages"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=_("What partners should remember, one sentence a line. They stand beside the text while it is written."),
    )  # fmt: skip

    class Meta:
        model = Theme
        fields = ("programme", "name", "description", "key_messages", "is_current")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key_messages" in self.fields:
            self.initial["key_messages"] = "\n".join(self.instance.key_messages)

    def clean_key_messages(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["key_messages"].splitlines() if line.strip()]


class NeglectForm(forms.Form):
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=104, required=False)
