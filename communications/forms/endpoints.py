from django import forms
from django.utils.translation import gettext_lazy as _

from activity.models import WebhookEndpoint


class EndpointForm(forms.Form):
    form = forms.ChoiceField(label=_("Where to"), choices=WebhookEndpoint.Form.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("So that you know it again, such as the name of the room."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=_("Slack and Teams show it when you add an incoming webhook to a room. Whoever has it can write there."),
    )  # fmt: skip
