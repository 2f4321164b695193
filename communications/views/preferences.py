from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Invalid
from communications.actions.pixels import set_pixel_consent
from communications.actions.preferences import set_attention, set_preference
from communications.forms.attention import AttentionForm
from communications.forms.pixels import PixelForm
from communications.forms.preferences import PreferencesForm
from communications.queries.pixels import pixel_choice_of
from communications.queries.preferences import attention_of, choices_of
from communications.queries.suppressions import suppression_of
from partners.models import Contact, Programme
from partners.readers import for_contacts

ATTENTION = "when"


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def preferences(request):
    """Topics, times and what may be noted are kept together, or none of them is."""
    contact = request.contact
    programme = request.places[0].programme if request.places else Programme.objects.default()
    own = attention_of(contact, programme)
    form = PreferencesForm(choices_of(contact.email), request.POST or None)
    when = AttentionForm(
        request.POST if f"{ATTENTION}-rhythm" in request.POST else None, prefix=ATTENTION, initial=vars(own.chosen)
    )
    usual, is_given = pixel_choice_of(contact)
    seen = PixelForm(request.POST if "seen-opened" in request.POST else None, prefix="seen", usual=usual, is_given=is_given)
    if request.method == "POST" and contact.email and _save(contact, form, when, seen):
        messages.success(request, _("Saved. It holds from the next mail on."))
        return redirect("communications:preferences")
    context = {"form": form, "when": when, "seen": seen, "own": own, "suppressed": suppression_of(contact.email)}
    is_refused = when.errors or seen.errors
    return render(request, "communications/preferences.html", context, status=422 if is_refused else 200)


def _save(contact: Contact, form: PreferencesForm, when: AttentionForm, seen: PixelForm) -> bool:
    if not all([form.is_valid(), *(part.is_valid() for part in (when, seen) if part.is_bound)]):
        return False
    try:
        with transaction.atomic():
            for choice, is_wanted in form.changes():
                set_preference(contact.email, choice.topic, is_wanted=is_wanted, how="preferences")
            if when.is_bound and when.has_changed():
                set_attention(contact, when.choice(), how="preferences")
            if seen.is_bound and seen.has_changed():
                set_pixel_consent(contact, seen.is_given(), how="preferences")
    except Invalid as refusal:
        when.add_error(refusal.field if refusal.field in when.fields else None, str(refusal))
        return False
    return True
