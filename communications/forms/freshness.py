from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communications.models.freshness import LONGEST, SHORTEST


class CareForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Its author"))
    review_on = forms.DateField(label=_("Next review"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    review_every = forms.IntegerField(label=_("Then every … days"), min_value=SHORTEST, max_value=LONGEST)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners()

    @property
    def sentence(self) -> str:
        """The first thing that is wrong."""
        name, errors = next(iter(self.errors.items()))
        return f"{self.fields[name].label}: {errors[0]}"


def owners():
    """Who may answer for an announcement."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
