"""What the pages of tiers, stages and scorecards share: a checked POST, and the page of a criterion."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from activity.refusals import Refused
from context.admin.pages import page
from context.forms.criteria import CriterionForm
from context.models.criteria import Criterion
from context.queries.segment_builder import builder_offer, builder_words


def wide_page(request, template: str, title: str, opts, **context):
    return page(request, template, title, opts, is_fullwidth="1", **context)


def permit(request, *permissions: str) -> None:
    if not all(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied


def told(form, act: Callable[[dict], object]):
    """What `act` made of a valid form; None where the form or the action refused, with the sentence in the form."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data) or True
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def tried(request, act: Callable[[], object]) -> bool:
    """For buttons without a form: the sentence of a refusal stands above the page."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def criterion_page(
    request, title: str, opts, *, back: str, about, save: Callable[[dict], object], criterion: Criterion | None = None
):
    """The form of a criterion: the builder of segments for its rule, whom it holds for beside it. `about` is what it belongs to."""
    initial = {"label": criterion.label, "rule": criterion.rule} if criterion else {}
    form = CriterionForm(request.POST or None, initial=initial)
    if request.method == "POST" and told(form, save):
        return redirect(back)
    builder = {"builder": builder_offer(request.user).as_dict(), "builder_words": builder_words()}
    shown = {"form": form, "criterion": criterion, "back": back, "about": about, **builder}
    return wide_page(request, "standing/criterion.html", title, opts, **shown)
