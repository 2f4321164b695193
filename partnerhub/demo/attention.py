"""When people want to be left alone, one who has had enough for today, who reads in a calendar of their own what comes, and a chat
room that announcements can go to."""

from datetime import time, timedelta

from accounts.models import User
from activity.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from communications.actions.attention import take_attention
from communications.actions.calendar_feeds import open_feed
from communications.actions.preferences import AttentionChoice, set_attention
from communications.models import AttentionPreference
from communications.queries.attention import attention_policy, person_of
from partnerhub.demo import dates, vendor
from partnerhub.demo.history import as_of
from partners.models import Contact, Partner

_Rhythm, _Quiet = AttentionPreference.Rhythm, AttentionPreference.Quiet
# Partner, function, days ago, what they chose.
CHOSEN = (
    (vendor.DISTRIBUTOR, "sales", 90, AttentionChoice(_Rhythm.WEEKLY, 8)),
    ("Camino Alto Advisors", "technical", 41, AttentionChoice(_Rhythm.DAILY, None, _Quiet.OWN, time(18, 30), time(8))),
    ("Great Lakes Datahouse", "technical", 33, AttentionChoice(_Rhythm.DAILY, 7, _Quiet.OWN, time(21), time(6, 30))),
    ("Pinewick Advisors", "sales", 12, AttentionChoice(_Rhythm.NEVER, None, _Quiet.NONE)),
)
HAS_HAD_ENOUGH = ("Polderware", "technical")
READS_IN_A_CALENDAR = ("partner@demo.example", "supplier@demo.example")
ROOM, ROOM_URL = "Sales room", "https://chat.alderlane.example/hooks/sales-room-41d7"


def leave_people_alone() -> None:
    for partner, function, days, choice in CHOSEN:
        at = dates.days_ago(days)
        with as_of(at):
            row = set_attention(_contact(partner, function), choice, how="preferences")
        AttentionPreference.objects.filter(pk=row.pk).update(changed_at=at)
    policy, person = attention_policy(), person_of(_contact(*HAS_HAD_ENOUGH))
    for _time in range(policy.per_day):
        take_attention([person], policy)


def read_in_own_calendars(managers: dict[str, User]) -> None:
    """Their addresses are thrown away: whoever wants to read along makes another one."""
    with as_of(dates.days_ago(70)):
        open_feed(by=managers["manager"])
        for email in READS_IN_A_CALENDAR:
            contact = Contact.objects.filter(email=email, is_partner_admin=True).select_related("user").get()
            open_feed(by=contact.user, contact=contact)


def open_a_chat_room() -> None:
    """Its address exists nowhere, so it is paused, and never asked."""
    begun = dates.days_ago(60)
    room = WebhookEndpoint.objects.create(
        name=ROOM, form=WebhookEndpoint.Form.SLACK, url=ROOM_URL, partner_id=Partner.objects.get(name=vendor.DISTRIBUTOR).pk,
        state=WebhookEndpoint.State.PAUSED, last_success_at=begun + timedelta(minutes=1), created_at=begun,
    )  # fmt: skip
    told = WebhookMessage.objects.create(
        endpoint=room, event="webhook.test", body='{"text": "This is a test."}', state=WebhookMessage.State.DELIVERED, attempts=1,
        due_at=begun, created_at=begun, settled_at=begun + timedelta(minutes=1),
    )  # fmt: skip
    WebhookAttempt.objects.create(message=told, at=begun + timedelta(minutes=1), status=200, answer="ok", milliseconds=212)


def _contact(partner: str, function: str) -> Contact:
    return Contact.objects.filter(partner__name=partner, functions__contains=[function]).order_by("pk")[0]
