"""The inbox: what partners asked, mine first, and the answer written where the question is read."""

from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Case, IntegerField, Prefetch, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from communications.actions.questions import answer_question
from communications.admin.discussions import publish_page
from communications.admin.pages import needs, page, row_link
from communications.forms.answers import AnswerForm
from communications.models import Answer, Question
from partners.models.partners import stood_for_by


class StateFilter(DropdownFilter):
    """Open ones unless all are asked for: they are few, and they are what waits."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("open", _("open")), ("mine", _("open and mine")), ("answered", _("answered")), ("all", _("all"))]

    def queryset(self, request, queryset):
        match self.value():
            case "answered":
                return queryset.exclude(answered_at=None)
            case "all":
                return queryset
            case "mine":
                return queryset.open().filter(assigned_to__in=stood_for_by(request.user))
        return queryset.open()


@admin.register(Question)
class QuestionAdmin(NeverDeleted, QuickAdmin):
    list_display = ["question", "contact", "partner", "announcement", "assigned_to", "asked_at", "promised_by", "state"]
    list_display_links = None
    list_select_related = ["contact", "partner", "announcement", "assigned_to"]
    list_filter = [StateFilter]
    search_fields = ["text"]
    actions = None

    def get_urls(self):
        own = [
            path("<uuid:public_id>/", self.admin_site.admin_view(question_page), name="communications_question_page"),
            path("<uuid:public_id>/publish/", self.admin_site.admin_view(publish_page), name="communications_question_publish"),
        ]
        return [*own, *(each for each in super().get_urls() if each.name == "communications_question_changelist")]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_ordering(self, request):
        """What waits: one's own first, whoever has waited longest on top. Else the latest on top."""
        if request.GET.get("state") in ("answered", "all"):
            return ["-asked_at", "-pk"]
        mine = Case(When(assigned_to=request.user, then=Value(0)), default=Value(1), output_field=IntegerField())
        return [mine.asc(), "asked_at", "pk"]

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("question"))
    def question(self, row: Question) -> str:
        return row_link(reverse("admin:communications_question_page", args=[row.public_id]), row)

    @display(description=_("state"), label={"open": "warning", "answered": "success"})
    def state(self, row: Question) -> tuple[str, str]:
        return ("answered", _("answered")) if row.answered_at else ("open", _("open"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_question")
def question_page(request, public_id: UUID) -> HttpResponse:
    answers = Prefetch("answers", Answer.objects.select_related("by"))
    rows = Question.objects.visible_to(request.user).select_related(
        "announcement", "contact", "partner", "assigned_to", "discussion"
    )
    question = get_object_or_404(rows.prefetch_related(answers), public_id=public_id)
    form, status = AnswerForm(request.POST if request.method == "POST" else None), 200
    may_answer = request.user.has_perm("communications.change_question")
    if request.method == "POST":
        status = 422
        try:
            if not may_answer:
                raise NotAllowed(_t("Your role lets you read questions, not answer them."))
            if form.is_valid():
                answer_question(question, by=request.user, text=form.cleaned_data["text"])
                messages.success(request, _t("Your answer is in %(name)s's portal.") % {"name": question.contact})
                return redirect("admin:communications_question_page", public_id)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            status = refusal.status
    around = question.announcement.questions.visible_to(request.user).exclude(pk=question.pk)
    return page(
        request, "question/page.html", _t("%(name)s asks") % {"name": question.contact}, status=status, question=question,
        form=form, may_answer=may_answer, opts=Question._meta,
        published=getattr(question, "discussion", None),
        others=around.filter(partner=question.partner).select_related("contact")[:10],
    )  # fmt: skip
