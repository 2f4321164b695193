from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import DropdownFilter

from activity.admin.base import QuickAdmin, ReadOnly
from activity.refusals import Refused
from partners.actions.invitations import resend_invitation
from partners.models import Contact, Invitation


class StateFilter(DropdownFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("open", _("waits for an answer")), ("expired", _("expired unanswered")), ("accepted", _("accepted")),
                ("withdrawn", _("withdrawn"))]  # fmt: skip

    def queryset(self, request, queryset):
        unanswered = queryset.filter(accepted_at=None, withdrawn_at=None)
        match self.value():
            case "open":
                return unanswered.filter(expires_at__gt=timezone.now())
            case "expired":
                return unanswered.filter(expires_at__lte=timezone.now(), contact__user=None, contact__left_on=None)
            case "accepted":
                return queryset.exclude(accepted_at=None)
            case "withdrawn":
                return queryset.exclude(withdrawn_at=None)
        return queryset


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, QuickAdmin):
    list_display = [
        "contact",
        "partner",
        "email",
        "sent_at",
        "times_sent",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
        "invited_by",
    ]
    list_filter = [StateFilter]
    list_select_related = ["contact__partner"]
    search_fields = ["email", "contact__name__matches"]
    fields = list_display
    ordering = ["-sent_at"]
    actions = ["resend"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(contact__in=Contact.objects.visible_to(request.user))

    @admin.display(description=_("partner"))
    def partner(self, invitation: Invitation):
        return invitation.contact.partner

    def has_invite_permission(self, request) -> bool:
        return request.user.has_perm("partners.add_invitation")

    @admin.action(description=_("Send again"), permissions=["invite"])
    def resend(self, request, queryset) -> None:
        sent = 0
        for invitation in queryset:
            try:
                resend_invitation(invitation, by=request.user)
                sent += 1
            except Refused as refusal:
                messages.warning(request, str(refusal))
        messages.success(request, ngettext("%d invitation sent again.", "%d invitations sent again.", sent) % sent)
