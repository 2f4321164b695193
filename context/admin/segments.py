"""Segments: the builder with its live count, and why a partner is in or out."""

import json

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy

from activity.admin.base import QuickAdmin
from activity.refusals import Invalid
from context.actions.segments import change_segment, create_segment, delete_segment
from context.admin import segment_pages as pages
from context.forms.segments import PreviewForm, SegmentForm
from context.models import Segment
from context.queries.segment_builder import builder_offer, builder_words
from context.queries.segments import latest_versions, partners_like, preview_segment
from context.rules import check_rule, explain
from context.segment_uses import next_steps, uses_of_segment


@admin.register(Segment)
class SegmentAdmin(QuickAdmin):
    empty_says = gettext_lazy("A segment says in a sentence whom something is for. It is counted anew whenever it is used.")
    form = SegmentForm
    list_display = ["name", "description", "version", "updated_at"]
    search_fields = ["name", "description"]
    ordering = ["name"]
    compressed_fields = False
    fields = ["name", "description", "rule", "contact_rule"]

    class Media:
        css = {"all": ["admin/segment_builder.css"]}
        js = ["admin/segment_builder.js"]

    def create(self, request, values: dict) -> Segment:
        return create_segment(by=request.user, **values)

    def change(self, request, row: Segment, values: dict) -> None:
        change_segment(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_segment(obj, by=request.user)

    def get_urls(self):
        return [
            path("preview/", self.admin_site.admin_view(self.preview_view), name="context_segment_preview"),
            path("explain/", self.admin_site.admin_view(self.explain_view), name="context_segment_explain"),
            path("<uuid:public_id>/overlap/", self.admin_site.admin_view(pages.overlap), name="context_segment_overlap"),
            path("<uuid:public_id>/versions/", self.admin_site.admin_view(pages.versions), name="context_segment_versions"),
            path("<uuid:public_id>/partners.csv", self.admin_site.admin_view(pages.partners_file), name="context_segment_partners"),
            path("<uuid:public_id>/people.csv", self.admin_site.admin_view(pages.people_file), name="context_segment_people"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may_build = self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        context |= {"may_build": may_build, "versions": latest_versions(obj) if obj else ()}
        context["uses"] = uses_of_segment(obj, request.user) if obj else ()
        context["next_steps"] = next_steps(obj, request.user) if obj else ()
        if may_build:
            context |= {"builder": builder_offer(request.user, of=obj).as_dict(), "builder_words": builder_words()}
        else:
            context["rules_as_text"] = {"rule": json.dumps(obj.rule), "contact_rule": json.dumps(obj.contact_rule)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def preview_view(self, request):
        return self._answer(request, "admin/context/segment/preview.html", self._preview)

    def explain_view(self, request):
        return self._answer(request, "admin/context/segment/explanation.html", self._explain)

    def _answer(self, request, template: str, ask):
        """A part of the page, or the sentence that says what is wrong with the rule."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PreviewForm(request.POST)
        try:
            context = ask(form.cleaned_data, request.user) if form.is_valid() else {"problem": form.sentence}
        except Invalid as refusal:
            context = {"problem": str(refusal)}
        return render(request, template, context)

    def _preview(self, asked: dict, user) -> dict:
        own = Segment.objects.visible_to(user).filter(public_id=asked["segment"]).first() if asked["segment"] else None
        check_rule(asked["rule"], of=own)
        check_rule(asked["contact_rule"], about="contact", of=own)
        preview = preview_segment(asked["rule"], asked["contact_rule"], visible_to=user)
        return {"preview": preview, "is_portfolio": not user.has_perm("partners.view_all_partners")}

    def _explain(self, asked: dict, user) -> dict:
        found = partners_like(asked["q"], asked["partner"], visible_to=user)
        if len(found) != 1:
            return {"found": found, "q": asked["q"]}
        return {"explanation": explain(asked["rule"], asked["contact_rule"], found[0])}
