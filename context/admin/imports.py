"""Files of partners: upload, look, import, and take back what was refused. Every page is the `ImportRun` row, read anew."""

import json

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.admin.base import QuickAdmin, ReadOnly
from activity.refusals import Refused
from activity.tasks import soon
from context.actions.import_mappings import change_import_mapping, create_import_mapping, delete_import_mapping
from context.actions.imports import create_import, preview_import, start_import
from context.forms.imports import UploadForm
from context.forms.json_boxes import JSONBox
from context.imports.mapping import compile_mapping
from context.models import ImportMapping, ImportRun
from context.queries.imports import import_page
from context.tasks import preview_import as preview_task
from context.tasks import run_import as run_task

_READ_AT_ONCE_BYTES = 3 * 1024 * 1024


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, QuickAdmin):
    empty_says = gettext_lazy("Each file that was imported is here with what it changed and what was refused.")
    list_display = ["opened", "mapping", "status", "rows_total", "by", "created_at"]
    list_display_links = None
    list_filter = ["status"]
    search_fields = ["file_name"]
    list_select_related = ["by"]

    class Media:
        css = {"all": ["admin/imports.css"]}

    def has_add_permission(self, request, obj=None) -> bool:
        return request.user.has_perm("context.add_importrun")

    @admin.display(description=gettext_lazy("file"), ordering="file_name")
    def opened(self, run: ImportRun) -> str:
        return format_html('<a href="{}">{}</a>', _address("run", run), run.file_name)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", view(self.run_view), name="context_importrun_run"),
            path("<uuid:public_id>/state/", view(self.state_view), name="context_importrun_state"),
            path("<uuid:public_id>/start/", view(self.start_view), name="context_importrun_start"),
            path("<uuid:public_id>/refused.csv", view(self.refused_view), name="context_importrun_refused"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        self._check(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                return redirect(_address("run", self._take_in(request, form.cleaned_data)))
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        context = {**self.admin_site.each_context(request), "title": _("Import partners"), "form": form, "opts": self.opts}
        return TemplateResponse(request, "admin/context/importrun/upload.html", {**context, "media": self.media})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        return redirect(_address("run", run))

    def run_view(self, request, public_id):
        run = self._run(request, public_id)
        context = {**self.admin_site.each_context(request), "title": run.file_name, "opts": self.opts, "media": self.media}
        return TemplateResponse(request, "admin/context/importrun/run.html", {**context, "page": import_page(run)})

    def state_view(self, request, public_id):
        return render(request, "admin/context/importrun/state.html", {"page": import_page(self._run(request, public_id))})

    def start_view(self, request, public_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        run = self._run(request, public_id)
        try:
            if start_import(run, by=request.user):
                soon(run_task, run.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(_address("run", run))

    def refused_view(self, request, public_id):
        run = self._run(request, public_id)
        if not run.refused:
            raise Http404
        name = f"{run.file_name.rsplit('.', 1)[0]}-refused.csv"
        return FileResponse(run.refused.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")

    def _take_in(self, request, values: dict) -> ImportRun:
        run = create_import(values["file"], by=request.user, mapping=values["mapping"], as_of=values["as_of"])
        if values["file"].size <= _READ_AT_ONCE_BYTES:
            return preview_import(run)
        soon(preview_task, run.pk)
        return run

    def _run(self, request, public_id) -> ImportRun:
        self._check(request)
        return get_object_or_404(ImportRun, public_id=public_id)

    def _check(self, request) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied


class MappingForm(forms.ModelForm):
    class Meta:
        field_classes = {"spec": JSONBox}

    def clean_spec(self):
        spec = self.cleaned_data["spec"]
        try:
            compile_mapping("new", spec)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return spec

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "spec" in self.fields:
            self.fields["spec"].widget.attrs.update(rows=24, spellcheck="false")
            self.fields["spec"].encoder = _Indented


class _Indented(json.JSONEncoder):
    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "indent": 2, "ensure_ascii": False})


@admin.register(ImportMapping)
class ImportMappingAdmin(QuickAdmin):
    form = MappingForm
    list_display = ["name", "key"]
    search_fields = ["name", "key"]
    fields = ["name", "key", "spec"]

    def create(self, request, values: dict) -> ImportMapping:
        return create_import_mapping(by=request.user, **values)

    def change(self, request, row: ImportMapping, values: dict) -> None:
        change_import_mapping(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_import_mapping(obj, by=request.user)


def _address(name: str, run: ImportRun) -> str:
    return reverse(f"admin:context_importrun_{name}", args=[run.public_id])
