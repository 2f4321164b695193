from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Enrolment, Programme, Stage


class BoardFilter(forms.Form):
    """What is no choice is as if nothing was chosen."""

    programme = forms.CharField(required=False, max_length=60)
    manager = forms.UUIDField(required=False)


class MoveForm(forms.Form):
    stage = forms.ChoiceField(label=_("To"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, enrolment: Enrolment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in Stage if stage.value != enrolment.stage]


class PaceForm(forms.Form):
    stage = forms.ChoiceField(choices=Stage.choices)
    days = forms.IntegerField(min_value=1, max_value=3_650)


class LifecycleForm(forms.Form):
    programme = forms.ModelChoiceField(Programme.objects.all(), to_field_name="key", required=False)
