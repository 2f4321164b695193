from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from activity.forms import OnceForm
from context.models import Segment
from enablement.actions.idea_moderation import REASON_MAX_CHARACTERS as REPORT_MAX_CHARACTERS
from enablement.actions.idea_posts import POST_MAX_CHARACTERS
from enablement.actions.ideas import (
    HURT_MAX_CHARACTERS,
    REASON_MAX_CHARACTERS,
    TEXT_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
)
from enablement.models import IDEA_MAY_BECOME, Idea, IdeaPolicy, IdeaStatus


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class IdeaForm(forms.Form):
    title = forms.CharField(label=_("Your idea in one line"), max_length=TITLE_MAX_CHARACTERS)
    problem = forms.CharField(label=_("Which problem it solves"), max_length=TEXT_MAX_CHARACTERS, widget=_area(4))
    hurt = forms.CharField(
        label=_("Who is hurt by it, and how much"), max_length=HURT_MAX_CHARACTERS, required=False, widget=_area(2),
        help_text=_("Such as “our two engineers, half a day for each customer”. Numbers are heard first."),
    )  # fmt: skip
    proposal = forms.CharField(label=_("What you propose"), max_length=TEXT_MAX_CHARACTERS, widget=_area(4))
    may_be_named = forms.BooleanField(
        label=_("Name me and my organisation to everybody who sees it, once it is shipped"), required=False
    )


class ProposeForm(OnceForm, IdeaForm):
    """`programme` is asked where there is a choice."""

    field_order = ["programme"]
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=None, to_field_name="key", empty_label=None)

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        if len(programmes) < 2:
            self.fields["programme"].widget = forms.HiddenInput()
            self.fields["programme"].initial = next((each.key for each in programmes), None)
        self.fields["title"].widget.attrs |= {"autocomplete": "off"}


class IdeaPostForm(OnceForm):
    text = forms.CharField(label=_("Add to it"), max_length=POST_MAX_CHARACTERS, widget=_area(3))


class EvidenceForm(OnceForm):
    text = forms.CharField(
        label=_("A figure, and where it comes from"), max_length=POST_MAX_CHARACTERS, required=False, widget=_area(3)
    )
    file = forms.FileField(
        label=_("A file"),
        required=False,
        help_text=_("PDF, PNG, JPEG, DOCX, XLSX, CSV or text. Whoever sees the idea can open it."),
    )
    may_be_named = forms.BooleanField(
        label=_("Name me and my organisation to everybody who sees it, once it is shipped"), required=False
    )


class ReportForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=REPORT_MAX_CHARACTERS)


class MoveForm(forms.Form):
    status = forms.ChoiceField(label=_("It is now"), widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        label=_("What you tell those who follow it"), max_length=REASON_MAX_CHARACTERS, required=False, widget=_area(3),
        help_text=_("Needed where it is declined."),
    )  # fmt: skip

    def __init__(self, *args, idea: Idea, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(each.value, each.label) for each in IDEA_MAY_BECOME[IdeaStatus(idea.status)]]


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=_("In the hands of"), queryset=get_user_model().objects.none(), required=False, empty_label=_("nobody yet"),
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    segment = forms.ModelChoiceField(
        label=_("For the people of"), queryset=Segment.objects.all(), required=False, empty_label=_("everybody in the programme"),
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners


class IdeaPolicyForm(forms.ModelForm):
    class Meta:
        model = IdeaPolicy
        fields = ["programme", "votes", "days_new", "days_review", "days_planned", "days_progress"]
