"""Colleagues who ask to join: asked by anybody, confirmed by who reads the mailbox, decided by an admin of the organisation, or
by a manager where none answers.

Asking answers everybody alike and does the same work for each; whether an organisation is known is found out later, in the
background, and told to nobody but who reads mail of its domain."""

import secrets
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.actions.sent_mails import send_notice
from activity.languages import words_for
from activity.refusals import Invalid, NotAllowed, Refused
from partners.actions.checks import check_email, check_line
from partners.actions.contacts import add_contact
from partners.actions.invitations import digest_of, invite_contact, resend_invitation
from partners.actions.programmes import default_programme
from partners.models import ColleagueRequest, Contact, Partner, Programme
from partners.queries.colleagues import admins_of, partners_of_domain

State = ColleagueRequest.State
ASKED_AGAIN_AFTER = timedelta(days=1)
VALID_FOR = timedelta(days=3)
AT_MOST_A_RUN = 100
REASON_MAX_CHARACTERS = 300
MAY_DECIDE = "partners.add_invitation"  # of ours


@transaction.atomic
def ask_to_join(*, name: str, email: str) -> None:
    """Says nothing about who is known. An address is written to once a day at most, however often somebody asks for it."""
    name, email = check_line(name, "name", required=True), check_email(email)
    if not email:
        raise Invalid(_("Give the address at which your organisation reaches you."), field="email")
    lately = ColleagueRequest.objects.filter(email=email, asked_at__gt=timezone.now() - ASKED_AGAIN_AFTER)
    if not lately.exists():
        ColleagueRequest.objects.create(name=name, email=email)


def work_off_colleague_requests() -> int:
    """Mail those who asked a link, tell admins of those who confirmed, and drop what leads nowhere. Returns how many mails left."""
    drop_stale_requests()
    asked = ColleagueRequest.objects.filter(state=State.ASKED).order_by("asked_at").values_list("pk", flat=True)[:AT_MOST_A_RUN]
    sent = sum(_answer(pk) for pk in list(asked))
    confirmed = ColleagueRequest.objects.filter(state=State.CONFIRMED, told_at=None).order_by("pk").values_list("pk", flat=True)
    return sent + sum(_tell_admins(pk) for pk in list(confirmed[:AT_MOST_A_RUN]))


def drop_stale_requests() -> int:
    """Nothing is kept of who never confirmed their address."""
    old = ColleagueRequest.objects.filter(state__in=(State.ASKED, State.SENT), asked_at__lt=timezone.now() - VALID_FOR)
    return old.delete()[0]


def request_of(token: str, *, lock: bool = False) -> ColleagueRequest:
    """The one that this link confirms."""
    rows = ColleagueRequest.objects.select_for_update() if lock else ColleagueRequest.objects
    found = rows.filter(digest=digest_of(token)).first()
    if found is None or found.asked_at < timezone.now() - VALID_FOR:
        raise Refused(_("This link is not one of ours, or it is too old. Ask once more."), code="unknown")
    if found.state != State.SENT:
        raise Refused(_("Your address is confirmed already. You get a mail once your organisation has decided."), code="used")
    return found


@transaction.atomic
def confirm_address(token: str) -> None:
    """Now the admins of the organisation may learn who asks."""
    request = request_of(token, lock=True)
    partners = [each for each in partners_of_domain(request.email) if not _is_member(each, request.email)]
    if not partners:
        raise Refused(_("This link is not one of ours, or it is too old. Ask once more."), code="unknown")
    request.partner, request.state, request.confirmed_at = partners[0], State.CONFIRMED, timezone.now()
    request.save(update_fields=["partner", "state", "confirmed_at"])
    copies = [
        ColleagueRequest(name=request.name, email=request.email, partner=partner, state=State.CONFIRMED, asked_at=request.asked_at,
                         confirmed_at=request.confirmed_at)
        for partner in partners[1:]
    ]  # fmt: skip
    for row in (request, *ColleagueRequest.objects.bulk_create(copies)):
        sentence = _("%(name)s asks to join %(partner)s") % {"name": row.name, "partner": row.partner}
        record_activity("colleague.asked", sentence, by=None, partner_id=row.partner_id, subject=row)


@transaction.atomic
def accept_colleague(request: ColleagueRequest, *, by: Contact | User, functions=()) -> Contact:
    """They become a contact and are invited as any other."""
    request = _to_decide(request, by)
    contact = request.partner.contacts.current().filter(email__iexact=request.email).first()
    if contact is None:
        contact = add_contact(request.partner, by=_login(by), name=request.name, email=request.email, functions=functions)
    request.state, request.decided_at, request.decided_by, request.contact = State.ACCEPTED, timezone.now(), _login(by), contact
    request.save(update_fields=["state", "decided_at", "decided_by", "contact"])
    _note("colleague.accepted", _("%(who)s lets %(name)s join"), request, by)
    _invite(contact, by)  # last: where the mail server refuses, nothing has happened
    return contact


@transaction.atomic
def decline_colleague(request: ColleagueRequest, *, by: Contact | User, reason: str) -> None:
    """Who asked reads the reason."""
    request = _to_decide(request, by)
    request.reason = check_line(reason, "reason", required=True, longest=REASON_MAX_CHARACTERS)
    request.state, request.decided_at, request.decided_by = State.DECLINED, timezone.now(), _login(by)
    request.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _note("colleague.declined", _("%(who)s does not let %(name)s join"), request, by)
    _mail("colleague_declined", request.email, _programme_of(request.partner), request=request, partner=request.partner)


@transaction.atomic
def _answer(pk: int) -> bool:
    """A link to whoever belongs to an organisation that we know; of anybody else nothing is kept. Committed before the mail leaves,
    so that a crash mails nobody twice."""
    request = ColleagueRequest.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.ASKED).first()
    if request is None:
        return False
    partners = partners_of_domain(request.email)
    if not partners:
        request.delete()
        return False
    programme = _programme_of(partners[0])
    if all(_is_member(each, request.email) for each in partners):
        request.delete()
        transaction.on_commit(lambda: _try_to_mail("colleague_known", request.email, programme, name=request.name,
                                                   address=settings.SITE_URL + reverse("account_login")))  # fmt: skip
        return True
    token = secrets.token_urlsafe(32)
    request.digest, request.state = digest_of(token), State.SENT
    request.save(update_fields=["digest", "state"])
    address = settings.SITE_URL + reverse("partners:confirm_colleague", args=[token])
    transaction.on_commit(lambda: _try_to_mail("colleague_confirm", request.email, programme, name=request.name, address=address))
    return True


@transaction.atomic
def _tell_admins(pk: int) -> int:
    rows = ColleagueRequest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("partner")
    request = rows.filter(pk=pk, told_at=None).first()
    if request is None:
        return 0
    ColleagueRequest.objects.filter(pk=pk).update(told_at=timezone.now())
    programme, address = _programme_of(request.partner), settings.SITE_URL + reverse("portal:people")
    admins = list(admins_of(request.partner).exclude(email=""))
    for admin in admins:
        values = {"language": admin.language, "name": admin.name, "request": request, "address": address}
        transaction.on_commit(lambda to=admin.email, values=values: _try_to_mail("colleague_asks", to, programme, **values))
    return len(admins)


def _invite(contact: Contact, by: Contact | User) -> None:
    """Also where a colleague invited them in the meantime; who has joined since needs nothing."""
    waiting = contact.invitations.filter(accepted_at=None, withdrawn_at=None).first()
    if waiting:
        resend_invitation(waiting, by=_login(by))
    elif contact.user_id is None:
        invite_contact(contact, by=_login(by))


def _to_decide(request: ColleagueRequest, by: Contact | User) -> ColleagueRequest:
    """Of two who decide at once, the second is told."""
    rows = ColleagueRequest.objects.select_for_update(of=("self",)).select_related("partner")
    current = rows.get(pk=request.pk)
    _check_may_decide(current.partner, by)
    if current.state != State.CONFIRMED:
        words = {"name": current.name, "who": current.decided_by or _("somebody"), "state": current.get_state_display()}
        raise Refused(_("%(who)s decided this just before: the request of %(name)s is %(state)s.") % words, code="decided")
    return current


def _check_may_decide(partner: Partner, by: Contact | User) -> None:
    """An admin of the organisation, or one of ours who may invite its people."""
    if isinstance(by, User):
        if not (by.has_perm(MAY_DECIDE) and Partner.objects.visible_to(by).filter(pk=partner.pk).exists()):
            raise NotAllowed(_("Your role does not let you decide who joins %(partner)s.") % {"partner": partner})
    elif not admins_of(partner).filter(pk=by.pk).exists():
        raise NotAllowed(_("Only your organisation's portal admins may do this."))


def _login(by: Contact | User) -> User | None:
    return by if isinstance(by, User) else by.user


def _is_member(partner: Partner, email: str) -> bool:
    return partner.contacts.current().filter(email__iexact=email, user__isnull=False).exists()


def _programme_of(partner: Partner) -> Programme:
    enrolment = partner.enrolments.current().select_related("programme").order_by("-is_primary", "pk").first()
    return enrolment.programme if enrolment else default_programme()


def _try_to_mail(noun: str, to: str, programme: Programme, **values) -> None:
    """A server that is away loses a mail, not a request: it can be asked for again."""
    try:
        _mail(noun, to, programme, **values)
    except Refused:
        return


def _mail(noun: str, to: str, programme: Programme, *, language: str = "", **values) -> None:
    with words_for(language):
        values |= {"programme": programme, "days": VALID_FOR.days}
        subject, text = (render_to_string(f"partners/mail/{noun}.{kind}", values) for kind in ("subject", "txt"))
    sender = f'"{programme.sender_name.replace(chr(34), "")}" <{programme.sender_email}>'
    try:
        send_notice("colleague", EmailMessage(" ".join(subject.split()), text, sender, [to]))
    except (OSError, SMTPException) as error:
        sentence = _("The mail server did not take the mail to %(email)s. Try again in a while.") % {"email": to}
        raise Refused(sentence, code="mail_failed") from error


def _note(verb: str, sentence: str, request: ColleagueRequest, by: Contact | User) -> None:
    words = {"who": by, "name": request.name}
    record_activity(verb, sentence % words, by=_login(by), partner_id=request.partner_id, subject=request)
