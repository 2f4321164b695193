from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import User
from activity.actions import record_activity
from activity.admin.base import BoundedPaginator


class NewUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]

    def clean_email(self):
        return self.cleaned_data["email"].lower()


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form, add_form, change_password_form = UserChangeForm, NewUserForm, AdminPasswordChangeForm
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    filter_horizontal = []
    list_display = ["email", "name", "is_staff", "is_active", "last_seen_at"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["date_joined", "last_login", "last_seen_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Reads in"), {"fields": ["language", "time_zone"]}),
        (_("May"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("When"), {"fields": ["date_joined", "last_login", "last_seen_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        sentence = _("The login %(email)s was changed") if change else _("A login was made for %(email)s")
        verb = "login.changed" if change else "login.created"
        record_activity(verb, sentence % {"email": obj.email}, by=request.user, subject=obj, data={"fields": form.changed_data})
