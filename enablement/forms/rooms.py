from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from activity.forms import OnceForm
from context.models import Segment
from enablement.actions.room_comments import QUOTE_MAX_CHARACTERS, REASON_MAX_CHARACTERS
from enablement.actions.room_comments import TEXT_MAX_CHARACTERS as COMMENT_MAX_CHARACTERS
from enablement.actions.rooms import NOTE_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from partners.models import Programme


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DraftForm(forms.Form):
    """`base` is the version that it was begun from."""

    text = forms.CharField(
        label=_("The text, in Markdown"), max_length=TEXT_MAX_CHARACTERS, required=False, strip=False, widget=_area(22)
    )
    note = forms.CharField(label=_("What you changed"), max_length=NOTE_MAX_CHARACTERS, required=False)
    base = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)


class DraftCommentForm(OnceForm):
    quote = forms.CharField(
        label=_("The passage it is about"), max_length=QUOTE_MAX_CHARACTERS, required=False, strip=False, widget=_area(2),
        help_text=_("Copied from the text as it is written there. Empty: all of it."),
    )  # fmt: skip
    text = forms.CharField(label=_("Your comment"), max_length=COMMENT_MAX_CHARACTERS, widget=_area(3))


class SuggestionForm(OnceForm):
    quote = forms.CharField(
        label=_("The passage as it is written"), max_length=QUOTE_MAX_CHARACTERS, strip=False, widget=_area(3),
        help_text=_("Copied from the text below, enough of it to be there once."),
    )  # fmt: skip
    replacement = forms.CharField(
        label=_("What it should say"), max_length=COMMENT_MAX_CHARACTERS, required=False, strip=False, widget=_area(3),
        help_text=_("Empty: the passage should go."),
    )  # fmt: skip
    text = forms.CharField(label=_("Why"), max_length=COMMENT_MAX_CHARACTERS, required=False, widget=_area(2))


class DeclineSuggestionForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=REASON_MAX_CHARACTERS)


class RoomFileForm(OnceForm):
    file = forms.FileField(label=_("A file"), help_text=_("PDF, PNG, JPEG, DOCX, XLSX, CSV or text."))


class AnnounceForm(forms.Form):
    segment = forms.ModelChoiceField(
        label=_("For the people of"), queryset=Segment.objects.all(), empty_label=_("Choose a segment")
    )


class MembersForm(forms.Form):
    """Named people of one partner and of ours."""

    contacts = forms.ModelMultipleChoiceField(
        label=_("Of the partner"), queryset=None, to_field_name="public_id", required=False, widget=forms.CheckboxSelectMultiple
    )
    managers = forms.ModelMultipleChoiceField(
        label=_("Of ours"), queryset=None, to_field_name="public_id", required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("You are in it yourself. A role alone opens no room."),
    )  # fmt: skip

    def __init__(self, *args, contacts, managers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset, self.fields["managers"].queryset = contacts, managers


class OpenRoomForm(OnceForm, MembersForm):
    field_order = ["programme", "title", "text"]
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.none(), empty_label=None, widget=UnfoldAdminSelectWidget
    )
    title = forms.CharField(label=_("What you draft"), max_length=160, widget=UnfoldAdminTextInputWidget)
    text = forms.CharField(
        label=_("To begin with"), max_length=TEXT_MAX_CHARACTERS, required=False, strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}), help_text=_("In Markdown; it may be empty."),
    )  # fmt: skip

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
