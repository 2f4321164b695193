"""Mail by a provider's own interface instead of SMTP, through anymail: one call for many mails where the provider puts the parts of
a mail together itself.

A call is never repeated for a mail that it may have sent. What is not known after it is in doubt, all mails of the call at most."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from itertools import islice

from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection

from communications.channels.contract import Mail, SharedMail, Witness
from communications.channels.durations import Took, noted
from communications.channels.outcomes import Outcome
from communications.channels.provider_answers import RefusedError, outcome_of_error, outcome_of_status
from communications.channels.provider_messages import message_of_bytes
from communications.models import DeliveryState
from communications.rendering.mime import put_into_holes


@dataclass(frozen=True)
class Provider:
    """`at_once` is how many mails one call may be for. `mark` is how its texts name a value of a person, and `opens` what begins
    such a mark, so that an author who writes that gets what they wrote."""

    at_once: int = 1
    mark: Callable[[str], str] = str
    opens: tuple[str, ...] = ()
    extra: tuple[tuple[str, object], ...] = ()
    tracks: bool = True  # can be told not to rewrite our links


# What one call is for at most, so that a worker that dies leaves no more than that in doubt.
_MANY = 200
PROVIDERS = {
    "brevo": Provider(tracks=False),
    "mailgun": Provider(_MANY, "%recipient.{}%".format, ("%recipient",)),
    "mailjet": Provider(50, "{{{{var:{}}}}}".format, ("{{", "{%"), (("Globals", {"TemplateLanguage": True}),)),
    "postmark": Provider(),
    "sparkpost": Provider(_MANY, "{{{{{{{}}}}}}}".format, ("{{",)),
}


@contextmanager
def provider_channel() -> Iterator["ProviderChannel"]:
    yield ProviderChannel(settings.MAIL_PROVIDER)


class ProviderChannel:
    wants_parts = True

    def __init__(self, name: str):
        self.name, self.provider = name, PROVIDERS[name]

    def hand_over(self, mails: Iterable[Mail], journal: Witness) -> Iterator[tuple[int, Outcome]]:
        source = iter(mails)
        while taken := list(islice(source, self.provider.at_once)):
            for together in _together(taken):
                yield from self._hand_over(together, journal)

    def _hand_over(self, mails: list[Mail], journal: Witness) -> Iterator[tuple[int, Outcome]]:
        """What a provider refuses as a whole it has not sent, so it is told in halves, until it is clear which mail it is about."""
        journal.begin([mail.contact_id for mail in mails])
        try:
            outcomes = self._call(mails)
        except RefusedError as refused:
            if len(mails) > 1:
                middle = len(mails) // 2
                yield from self._hand_over(mails[:middle], journal)
                yield from self._hand_over(mails[middle:], journal)
                return
            outcomes = [Outcome(DeliveryState.FAILED, str(refused))]
        settled = list(zip(mails, outcomes, strict=True))
        for mail, outcome in settled:
            journal.end(mail.contact_id, outcome)
        journal.write()
        for mail, outcome in settled:
            yield mail.contact_id, outcome

    def _call(self, mails: list[Mail]) -> list[Outcome]:
        try:
            message = self._message(mails)
        except (ValueError, AnymailError) as error:  # an address or a name that cannot be written
            raise RefusedError(f"cannot be sent: {error}") from error
        try:
            with noted(Took.ANSWER):
                get_connection(f"anymail.backends.{self.name}.EmailBackend").send_messages([message])
        except AnymailRecipientsRefused:
            pass  # each says so itself
        except AnymailRequestsAPIError as error:
            return [outcome_of_error(error)] * len(mails)
        except AnymailError as error:  # raised while the call was put together
            raise RefusedError(f"cannot be sent: {error}") from error
        answers = {address.lower(): status for address, status in message.anymail_status.recipients.items()}
        return [outcome_of_status(answers.get(mail.address.lower())) for mail in mails]

    def _message(self, mails: list[Mail]) -> AnymailMessage:
        personal = mails[0].personal
        if personal is None:
            return message_of_bytes(mails[0])
        merged = self.provider.at_once > 1
        message = _merged(personal.shared, mails, self.provider) if merged else _filled(mails[0])
        message.to = [_mailbox(mail.personal.name, mail.address) for mail in mails]
        if self.provider.tracks:
            message.track_clicks = message.track_opens = False
        return message


def _together(mails: list[Mail]) -> list[list[Mail]]:
    """Those that one call can be for: of one shared mail, each address once."""
    groups: dict[tuple, list[Mail]] = {}
    for number, mail in enumerate(mails):
        key = (id(mail.personal.shared), 0) if mail.personal else (None, number)
        if any(mail.address.lower() == other.address.lower() for other in groups.get(key, ())):
            key = (None, number)
        groups.setdefault(key, []).append(mail)
    return list(groups.values())


def _merged(shared: SharedMail, mails: list[Mail], provider: Provider) -> AnymailMessage:
    names = {opening: f"opening{number}" for number, opening in enumerate(provider.opens)}

    def told(marked: str) -> str:
        return put_into_holes(marked, provider.mark, between=lambda text: _without_marks(text, names, provider.mark))

    message = _written(shared, told(shared.subject), told(shared.text))
    message.attach_alternative(told(shared.html), "text/html")
    openings = {name: opening for opening, name in names.items()}
    message.merge_data = {mail.address: openings | mail.personal.values for mail in mails}
    message.merge_metadata = {mail.address: {"delivery": mail.personal.token} for mail in mails}
    message.merge_headers = {mail.address: _headers(mail) for mail in mails}
    message.esp_extra = dict(provider.extra)
    return message


def _without_marks(text: str, names: dict[str, str], mark: Callable[[str], str]) -> str:
    """What an author wrote is no mark, whatever it looks like: its beginning is put in as a value, too."""
    for opening, name in names.items():
        text = text.replace(opening, f"\ue006{name}\ue007")
    for name in names.values():
        text = text.replace(f"\ue006{name}\ue007", mark(name))
    return text


def _filled(mail: Mail) -> AnymailMessage:
    shared, values = mail.personal.shared, mail.personal.values
    subject, text, html = (put_into_holes(part, values.__getitem__) for part in (shared.subject, shared.text, shared.html))
    message = _written(shared, subject, text)
    message.attach_alternative(html, "text/html")
    message.extra_headers = _headers(mail)
    message.metadata = {"delivery": mail.personal.token}
    return message


def _written(shared: SharedMail, subject: str, text: str) -> AnymailMessage:
    return AnymailMessage(subject, text, shared.sender, reply_to=[shared.reply_to] if shared.reply_to else None)


def _headers(mail: Mail) -> dict[str, str]:
    values = mail.personal.values
    return {name: put_into_holes(value, values.__getitem__) for name, value in mail.personal.shared.headers.items()}


def _mailbox(name: str, address: str) -> str:
    return str(Address(" ".join(name.split()), addr_spec=address))
