"""Whether opened mails are noted."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from communications.actions.pixels import ONE_EACH
from communications.models import PixelPolicy, PixelRule
from communications.models.pixels import EVERYWHERE_ELSE
from partners.countries import country_names

_SAID = {"usual": None, "yes": True, "no": False}


class PixelForm(forms.Form):
    """For the person. `usual` is the rule of their country, `is_given` what they said before."""

    opened = forms.ChoiceField(
        label=_("When I open a mail"),
        help_text=_("A small picture in the mail can tell that it was opened, so that we need not ask you again."),
    )  # fmt: skip

    def __init__(self, *args, usual: str, is_given: bool | None, **kwargs):
        said = next(key for key, meaning in _SAID.items() if meaning is is_given)
        super().__init__(*args, initial={"opened": said}, **kwargs)
        by_rule = {
            PixelRule.INDIVIDUAL: _("as usual here: noted"),
            PixelRule.AGGREGATE: _("as usual here: counted without my name"),
            PixelRule.OFF: _("as usual here: not noted"),
        }[PixelRule(usual)]
        self.fields["opened"].choices = [("usual", by_rule), ("yes", _("it may be noted")), ("no", _("it must not be noted"))]

    def is_given(self) -> bool | None:
        return _SAID[self.cleaned_data["opened"]]


class PixelPolicyForm(forms.ModelForm):
    country = forms.ChoiceField(
        label=_("Country of the partner"), required=False, widget=UnfoldAdminSelectWidget, error_messages={"unique": ONE_EACH}
    )

    class Meta:
        model = PixelPolicy
        fields = ("country", "rule")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [(EVERYWHERE_ELSE, _("Everywhere else")), *country_names().items()]
