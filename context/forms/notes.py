from django import forms
from django.utils.translation import gettext_lazy as _

from activity.forms import OnceForm
from context.models import Note
from partners.models import Contact


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; what they are is for the action to say."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        return [super(ManyFilesField, self).clean(file, initial) for file in data or []]


class NoteForm(OnceForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Note.Kind.choices)
    happened_at = forms.DateTimeField(label=_("When it was"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    text = forms.CharField(label=_("What was said"), required=False, strip=False)
    contacts = forms.ModelMultipleChoiceField(Contact.objects.none(), label=_("Who took part"), required=False)
    is_shared = forms.BooleanField(label=_("Share with the partner"), required=False)
    files = ManyFilesField(label=_("Files"), required=False)

    def __init__(self, partner, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = partner.contacts.all()
