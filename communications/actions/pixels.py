"""Who decides whether an opened mail is noted: a rule for a country, and before it what a person says."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from communications.models import PixelConsent, PixelPolicy
from communications.queries.attention import person_of
from partners.models import Contact

ONE_EACH = _("There is a rule for this country already. Change that one.")


@transaction.atomic
def set_pixel_policy(policy: PixelPolicy, values: dict, *, by: User) -> PixelPolicy:
    """It holds from the next window of mails on. One rule for each country."""
    for name, value in values.items():
        setattr(policy, name, value)
    if PixelPolicy.objects.filter(country=policy.country).exclude(pk=policy.pk).exists():
        raise Invalid(str(ONE_EACH), field="country")
    policy.save()
    record_activity("pixel_policy.changed", f"Opened mails, {policy}", by=by, subject=policy)
    return policy


@transaction.atomic
def remove_pixel_policy(policy: PixelPolicy, *, by: User) -> None:
    record_activity("pixel_policy.removed", f"No rule of its own for opened mails any more: {policy}", by=by, subject=policy)
    policy.delete()


@transaction.atomic
def set_pixel_consent(contact: Contact, is_given: bool | None, *, how: str) -> None:
    """What somebody says of their own mails, wherever they are a contact; None leaves it to the rule of the country."""
    person = person_of(contact)
    if is_given is None:
        PixelConsent.objects.filter(person=person).delete()
    else:
        PixelConsent.objects.update_or_create(person=person, defaults={"is_given": is_given, "changed_at": timezone.now()})
    said = {True: "may be noted", False: "must not be noted", None: "follow the rule of the country"}[is_given]
    record_activity(
        "preference.changed", f"{person}: opened mails {said}", subject=contact, data={"how": how, "is_given": is_given}
    )
