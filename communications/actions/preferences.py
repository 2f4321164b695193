"""What a person wants to receive, and when."""

from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid
from communications.actions.digests import change_rhythm
from communications.models import AttentionPreference, Channel, Topic, TopicPreference
from communications.queries.attention import best_hours, hour_or_default, person_of, programme_of, reader_of
from partners.models import Contact


@transaction.atomic
def set_preference(address: str, topic: Topic, *, is_wanted: bool, channel: str = Channel.EMAIL, how: str) -> TopicPreference:
    """Keep a choice for an address. It holds from the next window of messages on, also for what is being sent now."""
    row, _created = TopicPreference.objects.update_or_create(
        address=address.strip().lower(),
        topic=topic,
        channel=channel,
        defaults={"is_wanted": is_wanted, "changed_at": timezone.now(), "how": how},
    )
    record_activity(
        "preference.changed", f"{row.address} {'wants' if is_wanted else 'no longer wants'} “{topic}” by {channel}", subject=topic,
        data={"how": how, "is_wanted": is_wanted},
    )  # fmt: skip
    return row


@dataclass(frozen=True)
class AttentionChoice:
    """`quiet_from` and `quiet_until` matter where `quiet` is the person's own. Without a best hour it is learnt."""

    rhythm: str = AttentionPreference.Rhythm.DAILY
    best_hour: int | None = None
    quiet: str = AttentionPreference.Quiet.PROGRAMME
    quiet_from: time | None = None
    quiet_until: time | None = None


@transaction.atomic
def set_attention(contact: Contact, choice: AttentionChoice, *, how: str) -> AttentionPreference:
    """Keep when somebody wants to be reached and how often they want a digest; it holds wherever they are a contact."""
    _check_quiet(choice)
    person = person_of(contact)
    row, _created = AttentionPreference.objects.update_or_create(
        person=person, defaults={**vars(choice), "changed_at": timezone.now()}
    )
    record_activity("preference.changed", f"{person} chose digests {row.get_rhythm_display()}", subject=row, data={"how": how})
    reader = reader_of(contact, programme_of(contact))
    change_rhythm(person, reader, hour_or_default(best_hours({contact.pk: reader})[contact.pk]))
    return row


def set_digest_rhythm(contact: Contact, rhythm: str, *, how: str) -> AttentionPreference:
    """The same for the digest alone."""
    kept = AttentionPreference.objects.filter(person=person_of(contact)).first() or AttentionPreference()
    choice = AttentionChoice(rhythm, kept.best_hour, kept.quiet, kept.quiet_from, kept.quiet_until)
    return set_attention(contact, choice, how=how)


def _check_quiet(choice: AttentionChoice) -> None:
    if choice.quiet != AttentionPreference.Quiet.OWN:
        return
    if choice.quiet_from is None or choice.quiet_until is None:
        raise Invalid(_("Say from when until when, or choose no quiet hours."), field="quiet_from")
    if choice.quiet_from == choice.quiet_until:
        raise Invalid(
            _("Quiet hours that last all day would let nothing through. Choose two different times."), field="quiet_until"
        )
