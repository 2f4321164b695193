"""What people change about themselves."""

from django.db import transaction

from accounts.models import User
from partners.actions.changes import write_changes
from partners.actions.checks import check_language, check_line, check_time_zone
from partners.actions.contacts import change_contact
from partners.models import Contact


@transaction.atomic
def change_own_profile(user: User, *, name: str, language: str, time_zone: str) -> User:
    """One person has one name, language and time zone, however many partners they work for."""
    values = {
        "name": check_line(name, "name", required=True),
        "language": check_language(language),
        "time_zone": check_time_zone(time_zone),
    }
    write_changes(user, values)
    for contact in Contact.objects.of_login(user):
        change_contact(contact, by=user, **values)
    return user
