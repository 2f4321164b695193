from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from communications.alert_causes import alert_causes
from communications.models import AlertRule


class AlertRuleForm(forms.ModelForm):
    cause = forms.ChoiceField(label=_("Cause"), widget=UnfoldAdminSelectWidget)
    parameter = forms.ChoiceField(
        label=_("Of what"), required=False, widget=UnfoldAdminSelectWidget, help_text=_("Where only one of them is meant.")
    )
    action = forms.CharField(
        label=_("What is to be done"), max_length=150, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("The task. Empty: what is usually done about it."),
    )  # fmt: skip
    notice_body = forms.CharField(
        label=_("Text of the notice"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=_("Markdown, with merge fields."),
    )  # fmt: skip

    class Meta:
        model = AlertRule
        fields = ("programme", "name", "cause", "parameter", "days", "percent", "segment", "action", "within_days", "owner",
                  "is_active", "drafts_notice", "notice_title", "notice_body")  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "cause" not in self.fields:  # only looked at
            return
        causes = alert_causes()
        self.fields["cause"].choices = [(cause.key, cause.label) for cause in causes]
        groups = [(cause.label, choices) for cause in causes if (choices := cause.choices())]
        self.fields["parameter"].choices = [("", _("any")), *groups]
        self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        self.fields["owner"].required = False
        self.fields["segment"].required = False
        if not self.instance.pk:
            return
        self.fields["action"].required = True


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("useful", _("useful")), ("not_useful", _("not useful"))])
