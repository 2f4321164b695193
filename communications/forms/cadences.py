from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from communications.contact_kinds import contact_kinds
from communications.models import Cadence


class CadenceForm(forms.ModelForm):
    kind = forms.ChoiceField(label=_("What is promised"), widget=UnfoldAdminSelectWidget)
    introduction = forms.CharField(
        label=_("Introduction"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=_("Markdown, above the items. It can be changed in each newsletter."),
    )  # fmt: skip

    class Meta:
        model = Cadence
        fields = ("programme", "name", "segment", "kind", "weeks", "starts_on", "grace_days", "owner", "is_active", "introduction",
                  "topic", "items_at_most", "draft_days", "send_hour", "also_without_items", "release", "least_items")  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" not in self.fields:  # only looked at
            return
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in contact_kinds()]
        self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        self.fields["owner"].required = False


class StandingFilter(forms.Form):
    """Which partners of a promise are shown."""

    only = forms.ChoiceField(choices=[("", _("all partners")), ("broken", _("broken only"))], required=False, label=_("Show"))
    q = forms.CharField(max_length=100, required=False, label=_("Partner"))


class ReaderSearch(forms.Form):
    """As whom a newsletter is looked at."""

    reader = forms.UUIDField(required=False)
    q = forms.CharField(max_length=100, required=False, label=_("Person or partner"))
