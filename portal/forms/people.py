from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import ContactFunction


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    functions = forms.MultipleChoiceField(
        label=_("What they do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("News goes to the people whose work it concerns."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = list(ContactFunction.objects.values_list("key", "name"))
