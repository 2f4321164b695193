"""For how long what is kept: the rules, and how many rows each would remove now."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from activity.admin.base import QuickAdmin
from partners.actions.retention import delete_rule, rows_of, save_rule
from partners.models import RetentionRule
from partners.retention import kinds


class RuleForm(forms.ModelForm):
    what = forms.ChoiceField(label=_("What"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = RetentionRule
        fields = ["what", "days", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("what", None)  # a rule about something else is another rule
        else:
            self.fields["what"].choices = [(kept.key, kept.label) for kept in kinds().values()]


@admin.register(RetentionRule)
class RetentionRuleAdmin(QuickAdmin):
    empty_says = _("A rule says after how many days something is removed, every night.")
    form = RuleForm
    list_display = ["label", "days", "is_active", "would_go", "last_run_at", "last_count"]
    fields = ["what", "days", "is_active"]

    def get_readonly_fields(self, request, obj=None):
        return ["label", "would_go", "last_run_at", "last_count"] if obj else []

    def get_fields(self, request, obj=None):
        return ["label", "days", "is_active", "would_go", "last_run_at", "last_count"] if obj else self.fields

    def create(self, request, values: dict) -> RetentionRule:
        return save_rule(RetentionRule(**values), by=request.user)

    def change(self, request, row, values: dict) -> None:
        for name in ("days", "is_active"):
            setattr(row, name, values.get(name, getattr(row, name)))
        save_rule(row, by=request.user)

    def get_actions(self, request):
        return {}

    def delete_model(self, request, obj) -> None:
        delete_rule(obj, by=request.user)

    @admin.display(description=_("what"))
    def label(self, rule: RetentionRule) -> str:
        return str(kinds()[rule.what].label) if rule.what in kinds() else rule.what

    @admin.display(description=_("would be removed now"))
    def would_go(self, rule: RetentionRule) -> int:
        return rows_of(rule).count() if rule.what in kinds() else 0
