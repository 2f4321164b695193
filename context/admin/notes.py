"""Notes: written on the page of a partner, found here."""

from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.admin.base import QuickAdmin
from activity.refusals import NotAllowed, Refused
from context.actions.notes import change_note, delete_note, write_note
from context.forms.notes import NoteForm
from context.models import Note
from context.queries.notes import notes_panel
from partners.models import Partner
from partners.panels import PartnerPage


@admin.register(Note)
class NoteAdmin(QuickAdmin):
    empty_says = gettext_lazy("Notes of calls, visits and mails are written on a partner's page and found here.")
    list_display = ["excerpt", "partner", "kind", "happened_at", "written_by", "is_shared"]
    list_filter = ["kind", "is_shared"]
    list_select_related = ["partner", "written_by"]
    search_fields = ["partner__name__matches", "text__icontains"]
    search_help_text = gettext_lazy("Partner, or words of the note")
    fields = ["partner", "kind", "happened_at", "text", "is_shared"]
    readonly_fields = ["partner"]

    def get_urls(self):
        write = self.admin_site.admin_view(self.write)
        return [path("write/<uuid:public_id>/", write, name="context_note_write"), *super().get_urls()]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request, obj=None) -> bool:
        """Notes are written on the page of a partner."""
        return False

    def write(self, request, public_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
        form = NoteForm(partner, request.POST, request.FILES)
        try:
            if not request.user.has_perm("context.add_note"):
                raise NotAllowed(_("You may not write notes."))
            if not form.is_valid():
                raise Refused("; ".join(f"{form.fields[name].label}: {' '.join(texts)}" for name, texts in form.errors.items()))
            write_note(partner, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            return self._refused(request, partner, refusal)
        messages.success(request, _("Noted."))
        return redirect(reverse("admin:partners_partner_overview", args=[partner.public_id]) + "?tab=work#notes")

    def _refused(self, request, partner, refusal: Refused):
        """The same form with what was written; files have to be chosen again."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Note"),
            "opts": self.opts,
            "panel": notes_panel(PartnerPage(partner, request.user)),
            "written": request.POST,
            "problem": str(refusal),
        }
        return TemplateResponse(request, "admin/context/note_refused.html", context, status=refusal.status)

    def change(self, request, row, values: dict) -> None:
        change_note(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_note(obj, by=request.user)

    def get_actions(self, request):
        return {}

    @admin.display(description=gettext_lazy("note"))
    def excerpt(self, note: Note) -> str:
        return note.text if len(note.text) <= 90 else f"{note.text[:89]}…"
