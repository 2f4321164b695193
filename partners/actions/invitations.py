"""Into the portal: invite, resend, withdraw, accept.

The token is mailed and never stored; its hash finds the invitation, and the invitation names one contact of one partner,
so a link can never open another partner's door."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions.users import create_login
from accounts.models import User
from activity.actions import record_activity
from activity.actions.sent_mails import send_notice
from activity.languages import words_for
from activity.refusals import NotAllowed, Refused
from partners.actions.checks import check_line
from partners.actions.programmes import default_programme
from partners.models import Contact, Invitation, Programme


@dataclass(frozen=True)
class Invited:
    """What came of inviting many: the invitations sent, and a sentence for each contact left out."""

    sent: tuple[Invitation, ...]
    refused: tuple[tuple[Contact, str], ...]


@transaction.atomic
def invite_contact(contact: Contact, *, by, connection=None) -> tuple[Invitation, str]:
    """Mail the contact a link into the portal. Returns `(invitation, token)`."""
    _refuse_who_needs_none(contact)
    waiting = contact.invitations.select_for_update().filter(accepted_at=None, withdrawn_at=None).first()
    if waiting and waiting.expires_at > timezone.now():
        raise Refused(
            _("%(name)s was invited on %(day)s and has not joined yet. Resend the invitation instead.")
            % {"name": contact, "day": date_format(timezone.localtime(waiting.sent_at))}
        )
    if waiting:
        waiting.withdrawn_at = timezone.now()
        waiting.save(update_fields=["withdrawn_at"])
    token = _new_token()
    invitation = Invitation.objects.create(
        contact=contact, email=contact.email, digest=digest_of(token), invited_by=by, expires_at=_last_day()
    )
    _record("contact.invited", _("%(name)s was invited to the portal"), invitation, by=by)
    # Last in the transaction: where the mail server refuses, nothing has happened.
    _mail(invitation, token, connection)
    return invitation, token


def invite_contacts(contacts, *, by) -> Invited:
    """Each on its own: who cannot be invited does not hold up the others."""
    sent, refused = [], []
    connection = get_connection()
    for contact in contacts:
        try:
            sent.append(invite_contact(contact, by=by, connection=connection)[0])
        except Refused as refusal:
            refused.append((contact, str(refusal)))
    connection.close()
    return Invited(tuple(sent), tuple(refused))


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by) -> tuple[Invitation, str]:
    """A new link; the one mailed before stops working."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse_closed(invitation)
    _refuse_who_needs_none(invitation.contact)
    token = _new_token()
    invitation.digest, invitation.email = digest_of(token), invitation.contact.email
    invitation.sent_at, invitation.expires_at = timezone.now(), _last_day()
    invitation.times_sent += 1
    invitation.save()
    _record("invitation.resent", _("The invitation of %(name)s was sent again"), invitation, by=by)
    _mail(invitation, token)
    return invitation, token


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse_closed(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _record("invitation.withdrawn", _("The invitation of %(name)s was withdrawn"), invitation, by=by)
    return invitation


@transaction.atomic
def accept_invitation(
    token: str, *, name: str, password: str | None = None, user: User | None = None, language: str = ""
) -> Contact:
    """Join the portal. `user` is who is signed in, if anyone: a person who already has a login, perhaps at another
    partner, joins with it and must be signed in as that person. Without a password, codes by e-mail open the door. `language` is
    the one they read the invitation in by their own choice; without it theirs, else their partner's. So with the time zone."""
    invitation = invitation_of(token, lock=True)
    contact = invitation.contact
    contact.language = contact.language or language or contact.partner.language
    contact.time_zone = contact.time_zone or contact.partner.time_zone
    login = _login_for(invitation, user) or create_login(
        invitation.email,
        name=check_line(name, "name", required=True),
        password=password,
        time_zone=contact.time_zone,
        language=language or contact.language,
    )
    contact.user, contact.name = login, check_line(name, "name") or contact.name
    contact.save(update_fields=["user", "name", "language", "time_zone"])
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _record("contact.joined", _("%(name)s joined the portal"), invitation, by=login)
    return contact


def invitation_of(token: str, *, lock: bool = False) -> Invitation:
    """The invitation that this link still opens; refused with the reason where it opens none."""
    rows = Invitation.objects.select_related("contact__partner", "contact__user")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(digest=digest_of(token)).first()
    if found is None:
        raise Refused(
            _("This link is not an invitation of ours, or a newer one was sent since. Look for the latest mail."), code="unknown"
        )
    _refuse_closed(found)
    if found.expires_at <= timezone.now():
        raise Refused(
            _("This invitation expired on %(day)s. Ask for a new one.")
            % {"day": date_format(timezone.localtime(found.expires_at))},
            code="expired",
        )
    if found.contact.left_on or found.contact.email.lower() != found.email.lower():
        raise Refused(_("This invitation no longer holds. Ask for a new one."), code="withdrawn")
    if found.contact.user_id:
        raise Refused(_("%(name)s has already joined. Sign in instead.") % {"name": found.contact}, code="used")
    return found


def login_of(invitation: Invitation) -> User | None:
    """The login that the invited address already has."""
    return User.objects.filter(email__iexact=invitation.email).first()


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _last_day():
    return timezone.now() + timedelta(days=settings.INVITATION_VALID_DAYS)


def _refuse_who_needs_none(contact: Contact) -> None:
    if contact.left_on:
        raise Refused(_("%(name)s no longer works for %(partner)s.") % {"name": contact, "partner": contact.partner})
    if contact.user_id:
        raise Refused(_("%(name)s has already joined.") % {"name": contact})
    if not contact.email:
        raise Refused(_("%(name)s has no e-mail address. Add one first.") % {"name": contact}, field="email")


def _refuse_closed(invitation: Invitation) -> None:
    if invitation.accepted_at:
        raise Refused(_("This invitation has already been used. Sign in instead."), code="used")
    if invitation.withdrawn_at:
        raise Refused(_("This invitation was withdrawn. Ask for a new one."), code="withdrawn")


def _login_for(invitation: Invitation, user: User | None) -> User | None:
    existing = login_of(invitation)
    if user is not None and user != existing:
        raise NotAllowed(
            _("This invitation is for %(invited)s; you are signed in as %(user)s. Sign out, then open the link again.")
            % {"invited": invitation.email, "user": user.email}
        )
    if existing is None:
        return None
    if existing.is_staff or not existing.is_active:
        raise NotAllowed(_("The login %(email)s cannot join a partner. Ask whoever invited you.") % {"email": existing.email})
    if user is None:
        raise Refused(
            _("%(email)s already has a login. Sign in with it, then open this link again.") % {"email": existing.email},
            code="sign_in",
        )
    return existing


def _mail(invitation: Invitation, token: str, connection=None) -> None:
    contact = invitation.contact
    programme = _programme_of(contact)
    values = {
        "contact": contact,
        "programme": programme,
        "invited_by": invitation.invited_by,
        "expires_at": invitation.expires_at,
        "address": settings.SITE_URL + reverse("partners:invitation", args=[token]),
    }
    with words_for(contact.language):
        subject, text, html = (render_to_string(f"partners/mail/invitation.{kind}", values) for kind in ("subject", "txt", "html"))
        subject = " ".join(subject.split())
        mail = EmailMultiAlternatives(subject, text, _sender(programme), [invitation.email], connection=connection)
        mail.attach_alternative(html, "text/html")
        try:
            send_notice("invitation", mail, about_id=invitation.pk)
        except (OSError, SMTPException) as error:
            raise Refused(
                _("The mail server did not take the invitation to %(email)s. Try again in a while.") % {"email": invitation.email},
                code="mail_failed",
            ) from error


def _programme_of(contact: Contact) -> Programme:
    enrolment = contact.partner.enrolments.current().select_related("programme").order_by("-is_primary", "pk").first()
    return enrolment.programme if enrolment else default_programme()


def _sender(programme: Programme) -> str:
    name = programme.sender_name.replace('"', "")
    return f'"{name}" <{programme.sender_email}>'


def _record(verb: str, sentence: str, invitation: Invitation, *, by) -> None:
    contact = invitation.contact
    record_activity(verb, sentence % {"name": contact}, by=by, partner_id=contact.partner_id, subject=contact)
