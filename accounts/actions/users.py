"""Logins."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused


@transaction.atomic
def create_login(email: str, *, name: str, password: str | None = None, time_zone: str = "", language: str = "", by=None) -> User:
    """A login whose address has been proved, by a link that was mailed to it. Without a password the person signs in
    with a code by e-mail."""
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("There is a login with the address %(email)s already.") % {"email": email}, field="email")
    user = User(email=email.lower(), name=name, time_zone=time_zone or "UTC", language=(language or "en").partition("-")[0])
    if password:
        _check_password(password, user)
    user.set_password(password or None)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record_activity("login.created", _("A login was made for %(email)s") % {"email": user.email}, by=by or user, subject=user)
    return user


def note_visit(user: User) -> None:
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(last_seen_at=now)
    user.last_seen_at = now


def end_sessions(user: User) -> None:
    """Wherever this person is signed in, the next click asks them to sign in."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from None
