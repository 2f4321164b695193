from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from activity.admin.base import NeverDeleted
from partners.actions.contacts import add_contact, change_contact, end_contact, return_contact
from partners.actions.invitations import invite_contacts
from partners.admin.base import OwnRowsAdmin, RowHistoryMixin, SavedViewsMixin
from partners.admin.bulk_edit import BulkEditMixin
from partners.admin.filters import JoinedFilter
from partners.admin.overview import say_who_was_invited
from partners.models import Contact, ContactFunction

FIELDS = ["name", "email", "functions", "job_title", "phone", "language", "time_zone", "is_partner_admin"]


class ContactForm(forms.ModelForm):
    functions = forms.MultipleChoiceField(label=_("Functions"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget)

    class Meta:
        model = Contact
        fields = ["partner", *FIELDS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "functions" in self.fields:
            self.fields["functions"].choices = ContactFunction.objects.values_list("key", "name")


@admin.register(Contact)
class ContactAdmin(BulkEditMixin, SavedViewsMixin, RowHistoryMixin, NeverDeleted, OwnRowsAdmin):
    form = ContactForm
    list_display = ["name", "partner", "email", "functions_in_words", "language", "joined", "last_seen"]
    list_select_related = ["partner", "user"]
    list_filter = [("partner", AutocompleteSelectFilter), JoinedFilter]
    search_fields = ["name__matches", "email__matches"]
    search_help_text = _("Name or e-mail address")
    autocomplete_fields = ["partner"]
    ordering = ["name", "pk"]
    actions = ["bulk_edit", "invite", "mark_as_left", "bring_back"]
    change_form_outer_before_template = "admin/partners/contact_left.html"

    def get_fields(self, request, obj=None):
        return ["partner", *FIELDS, *(["user", "left_on"] if obj else [])]

    def get_readonly_fields(self, request, obj=None):
        return ["partner", "user", "left_on"] if obj else []

    def create(self, request, values: dict) -> Contact:
        return add_contact(values.pop("partner"), by=request.user, **values)

    def change(self, request, row, values: dict) -> None:
        change_contact(row, by=request.user, **values)

    @admin.display(description=_("functions"))
    def functions_in_words(self, contact: Contact) -> str:
        return ", ".join(contact.functions)

    @admin.display(description=_("joined"), boolean=True)
    def joined(self, contact: Contact) -> bool:
        return contact.user_id is not None

    @admin.display(description=_("last seen"))
    def last_seen(self, contact: Contact):
        return contact.user and contact.user.last_seen_at

    def has_invite_permission(self, request) -> bool:
        return request.user.has_perm("partners.add_invitation")

    @admin.action(description=_("Invite to the portal"), permissions=["invite"])
    def invite(self, request, queryset) -> None:
        say_who_was_invited(request, invite_contacts(queryset.select_related("partner"), by=request.user))

    @admin.action(description=_("Has left the partner"), permissions=["change"])
    def mark_as_left(self, request, queryset) -> None:
        rows = list(queryset.current().select_related("partner"))
        for row in rows:
            end_contact(row, by=request.user)
        messages.success(request, ngettext("%d person has left.", "%d people have left.", len(rows)) % len(rows))

    @admin.action(description=_("Is back at the partner"), permissions=["change"])
    def bring_back(self, request, queryset):
        """Also the button on the page of one who left, which is shown again."""
        rows = list(queryset.exclude(left_on=None))
        for row in rows:
            return_contact(row, by=request.user)
        messages.success(request, ngettext("%d person is back.", "%d people are back.", len(rows)) % len(rows))
        return redirect("admin:partners_contact_change", rows[0].pk) if len(rows) == 1 else None
