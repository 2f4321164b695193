"""What this app keeps of people: found for their own copy, and forgotten. Deliveries and what was done with them stay counted."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from communications.models import (
    Acknowledgement,
    AnnouncementVersion,
    Answer,
    Attention,
    AttentionPreference,
    CalendarFeed,
    Conversation,
    ConversationMessage,
    CrisisPerson,
    CrisisProtocolVersion,
    CrisisText,
    Delivery,
    Digest,
    EngagementEvent,
    NewsletterPick,
    PixelConsent,
    Question,
    ReadingReminder,
    Reminder,
    ReturnedMail,
    ReviewComment,
    Suppression,
    TopicPreference,
)
from partners.personal_data import ERASED, Person, forget_in, register_eraser, with_address


def register() -> None:
    register_eraser("deliveries", _find_deliveries, _erase_deliveries, title=_("Received"))
    register_eraser("engagement", _find_engagement, _erase_engagement, title=_("Opened and clicked"))
    register_eraser("acknowledgements", _find_acknowledgements, lambda person: 0, title=_("Acknowledgements"))
    register_eraser("crises", _find_crises, _erase_crises, title=_("Crises and drills"))
    register_eraser("reminders", _find_reminders, _erase_reminders, title=_("Reminders"))
    register_eraser("questions", _find_questions, _erase_questions, title=_("Questions"))
    register_eraser("conversations", _find_conversations, _erase_conversations, title=_("Conversations"))
    register_eraser("attention", _find_attention, _erase_attention, title=_("When to be reached, and digests"))
    register_eraser("newsletters", _find_picks, _erase_picks, title=_("Chosen for newsletters"))
    register_eraser("remarks", lambda person: iter(()), _erase_remarks, title=_("Remarks on texts"))
    register_eraser("calendar_feeds", _find_feeds, _erase_feeds, title=_("Calendar addresses"))
    register_eraser("preferences", _find_preferences, _erase_preferences, title=_("Choice of topics"))


def _find_deliveries(person: Person) -> Iterator[dict]:
    rows = Delivery.objects.filter(contact_id__in=person.contact_ids).select_related("announcement").order_by("-announcement_id")
    for row in rows.iterator(chunk_size=1000):
        yield {
            "announcement": str(row.announcement), "channel": row.get_channel_display(), "address": row.address,
            "state": row.get_state_display(),
            "settled": row.settled_at, "read": row.read_at,
        }  # fmt: skip


def _erase_deliveries(person: Person) -> int:
    rows = Delivery.objects.filter(contact_id__in=person.contact_ids)
    # The words of a mail server often repeat the address.
    rows.filter(reason__contains="@").update(reason=ERASED)
    forget = rows.exclude(address="").update(address="")
    versions = AnnouncementVersion.objects.all()
    return forget + forget_in(person, versions, "rule", "contact_rule", "segment_name")


def _find_picks(person: Person) -> Iterator[dict]:
    rows = NewsletterPick.objects.filter(contact_id__in=person.contact_ids).select_related("newsletter__announcement", "item")
    for row in rows.order_by("-newsletter_id", "position").iterator(chunk_size=500):
        yield {"newsletter": str(row.newsletter), "item": str(row.item), "place": row.position, "because": ", ".join(row.reasons)}


def _erase_picks(person: Person) -> int:
    return NewsletterPick.objects.filter(contact_id__in=person.contact_ids).delete()[0]


def _find_reminders(person: Person) -> Iterator[dict]:
    for told in ReadingReminder.objects.filter(contact__in=person.contact_ids).select_related("announcement"):
        yield {"reminded": told.asked_at, "of": str(told.announcement), "state": told.get_state_display()}
    for row in Reminder.objects.filter(contact__in=person.contact_ids):
        yield {"reminded": row.sent_at, "address": row.address, "things": row.things}


def _erase_reminders(person: Person) -> int:
    blank = {"address": "", "reason": ""}
    ReadingReminder.objects.filter(contact__in=person.contact_ids).update(**blank)
    return Reminder.objects.filter(contact__in=person.contact_ids).exclude(address="").update(**blank)


def _find_engagement(person: Person) -> Iterator[dict]:
    for row in EngagementEvent.objects.filter(contact_id__in=person.contact_ids).order_by("-occurred_at")[:10_000]:
        yield {"action": row.action, "when": row.occurred_at, "by": row.actor, "with": row.agent}


def _erase_engagement(person: Person) -> int:
    return EngagementEvent.objects.filter(contact_id__in=person.contact_ids).exclude(agent=ERASED).update(agent=ERASED, network="")


def _find_acknowledgements(person: Person) -> Iterator[dict]:
    for row in Acknowledgement.objects.filter(contact__in=person.contact_ids).select_related("announcement"):
        yield {"announcement": str(row.announcement), "version": row.version, "when": row.at}


def _find_crises(person: Person) -> Iterator[dict]:
    rows = CrisisPerson.objects.filter(contact__in=person.contact_ids).select_related("crisis").order_by("-called_at")
    for row in rows:
        yield {
            "crisis": row.crisis.title, "drill": row.crisis.is_drill, "called": row.called_at, "acknowledged": row.acknowledged_at,
            "how": row.get_acknowledged_how_display(),
        }  # fmt: skip


def _erase_crises(person: Person) -> int:
    """That somebody was called, and acknowledged, stays counted; a protocol that names the person names them no more."""
    texts = forget_in(person, CrisisText.objects.all(), "title", "call_to_action", "what_happened", "next_update", "body")
    versions = CrisisProtocolVersion.objects.all()
    return texts + forget_in(person, versions, "segment_name", "texts", "rule", "contact_rule")


def _find_questions(person: Person) -> Iterator[dict]:
    for row in Question.objects.filter(contact__in=person.contact_ids).prefetch_related("answers"):
        yield {"question": row.text, "asked": row.asked_at, "answers": " · ".join(answer.text for answer in row.answers.all())}


def _erase_questions(person: Person) -> int:
    own = Question.objects.filter(contact__in=person.contact_ids)
    changed = own.update(text=ERASED)
    answers = Answer.objects.filter(question__partner__in=person.partner_ids)
    changed += forget_in(person, answers, "text")
    changed += forget_in(person, Answer.objects.filter(question__in=own), "text", pattern=person.first_names)
    return changed + forget_in(person, Question.objects.filter(partner__in=person.partner_ids), "text")


def _erase_remarks(person: Person) -> int:
    """Managers write them about texts; where one names the person, the name goes."""
    return forget_in(person, ReviewComment.objects.all(), "text", "quote")


def _find_feeds(person: Person) -> Iterator[dict]:
    for row in CalendarFeed.objects.filter(contact__in=person.contact_ids):
        yield {"made": row.created_at, "read": row.read_at, "revoked": row.revoked_at}


def _erase_feeds(person: Person) -> int:
    return CalendarFeed.objects.filter(contact__in=person.contact_ids).delete()[0]


def _find_conversations(person: Person) -> Iterator[dict]:
    rows = ConversationMessage.objects.filter(conversation__contact__in=person.contact_ids).select_related("conversation", "by")
    for row in rows.order_by("-at").iterator(chunk_size=500):
        yield {
            "subject": row.conversation.subject,
            "written": row.at,
            "by": str(row.by or "") if row.is_managers else "",
            "text": row.text,
        }


def _erase_conversations(person: Person) -> int:
    """Their own words go whole; in what a manager wrote to them, or about them to a colleague, they go by name."""
    own = ConversationMessage.objects.filter(conversation__contact__in=person.contact_ids)
    theirs = ConversationMessage.objects.filter(conversation__partner__in=person.partner_ids)
    changed = own.filter(is_managers=False).update(text=ERASED, message_id="")
    own.update(mail_reason="")
    changed += Conversation.objects.filter(contact__in=person.contact_ids).update(subject=ERASED)
    changed += forget_in(person, own.filter(is_managers=True), "text", pattern=person.first_names)
    changed += forget_in(person, Conversation.objects.filter(partner__in=person.partner_ids), "subject")
    return changed + forget_in(person, theirs, "text")


def _find_preferences(person: Person) -> Iterator[dict]:
    for row in with_address(person, TopicPreference.objects.select_related("topic"), "address"):
        yield {"topic": row.topic.name, "wanted": row.is_wanted, "changed": row.changed_at, "how": row.origin}
    for said in with_address(person, PixelConsent.objects.all(), "person"):
        yield {"opened_mails_may_be_noted": said.is_given, "changed": said.changed_at}


def _erase_preferences(person: Person) -> int:
    """Nothing is sent to them any more, so there is no address left to spare."""
    rows = (TopicPreference.objects.all(), Suppression.objects.all(), ReturnedMail.objects.all())
    consents = with_address(person, PixelConsent.objects.all(), "person").delete()[0]
    return consents + sum(with_address(person, each, "address").delete()[0] for each in rows)


def _find_attention(person: Person) -> Iterator[dict]:
    for row in with_address(person, AttentionPreference.objects.all(), "person"):
        yield {
            "digest": row.get_rhythm_display(),
            "best_hour": row.best_hour,
            "quiet": row.quiet,
            "from": row.quiet_from,
            "until": row.quiet_until,
        }
    for held in with_address(person, Attention.objects.all(), "person"):
        yield {"interrupted": held.taken}
    for digest in with_address(person, Digest.objects.all(), "person"):
        yield {"digest": digest.get_state_display(), "due": digest.due_at, "sent": digest.sent_at}


def _erase_attention(person: Person) -> int:
    """Digests that waited go; of the others the count stays."""
    digests = with_address(person, Digest.objects.all(), "person")
    changed = digests.filter(state=Digest.State.WAITING).delete()[0] + digests.update(person="", address="", reason="")
    rows = (AttentionPreference.objects.all(), Attention.objects.all())
    return changed + sum(with_address(person, each, "person").delete()[0] for each in rows)
