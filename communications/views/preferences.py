from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communications.actions.preferences import set_preference
from communications.forms.preferences import PreferencesForm
from communications.queries.preferences import choices_of
from partners.readers import for_contacts


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def preferences(request):
    contact = request.contact
    form = PreferencesForm(choices_of(contact.email), request.POST or None)
    if request.method == "POST" and contact.email and form.is_valid():
        for choice, is_wanted in form.changes():
            set_preference(contact.email, choice.topic, is_wanted=is_wanted, how="preferences")
        messages.success(request, _("Saved. It holds from the next mail on."))
        return redirect("communications:preferences")
    return render(request, "communications/preferences.html", {"form": form})
