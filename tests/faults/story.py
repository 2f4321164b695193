"""What drills send, and how they count what came of it: the ledger on one side, what the mail server took on the other."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from communications.actions import announcements
from communications.actions.leases import LEASE
from communications.models import Announcement, AttentionPolicy, Delivery, DeliveryChunk
from communications.models.attention import MOST
from communications.queries.announcement_report import report_of
from partners.actions.summaries import set_summary
from partners.models import Contact, Programme
from tests import factories

NORA = "nora@many.example"


@dataclass(frozen=True)
class Company:
    """A programme with one partner where Nora and others work."""

    programme: Programme
    maria: User
    arthur: User
    people: int

    def send(self, title: str = "Aurora 3 is here", **fields) -> Announcement:
        """Written, approved and due now; beat and the workers do the rest."""
        announcement = self.approve(title, **fields)
        announcements.schedule_announcement(announcement, by=self.maria)
        return announcement

    def approve(self, title: str = "Aurora 3 is here", **fields) -> Announcement:
        fields = {"channels": ["email"], "segment": factories.make_segment(f"Everyone for {title}"), **fields}
        announcement = factories.make_announcement(title, programme=self.programme, author=self.maria, **fields)
        version = announcements.submit_announcement(announcement, by=self.maria)
        announcements.approve_announcement(announcement, by=self.arthur, version=version.number)
        return announcement


def company(people: int) -> Company:
    programme = factories.make_programme("vendor", is_default=True)
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_day": MOST, "per_week": MOST})
    maria = factories.make_user("maria@vendor.example", name="Maria Lund", roles=("Programme admin",), is_superuser=True)
    arthur = factories.make_user("arthur@vendor.example", name="Arthur Voss", roles=("Approver",))
    for manager in (maria, arthur):
        set_summary(manager, is_wanted=False)  # what arrives is the announcement alone
    partner = factories.make_partner("Many GmbH", programme=programme, tier="gold")
    factories.make_contact(partner, "Nora Berg", NORA)
    Contact.objects.bulk_create(
        [
            Contact(partner=partner, name=f"Person {number}", email=f"p{number}@many.example", functions=["sales"])
            for number in range(people - 1)
        ],
        batch_size=5000,
    )
    return Company(programme, maria, arthur, people)


def sums_of(announcement: Announcement) -> dict[str, int]:
    """By state, without those of which there are none. They add up, whenever it is asked."""
    sums = report_of(announcement).channels.get("email")
    if sums is None:
        return {}
    found = {name: getattr(sums, name) for name in ("delivered", "failed", "suppressed", "in_doubt", "cancelled", "pending")}
    assert sum(found.values()) == sums.audience
    return {name: count for name, count in found.items() if count}


def is_settled(announcement: Announcement) -> bool:
    sums = sums_of(announcement)
    return bool(sums) and not sums.get("pending")


def end_pauses() -> None:
    """The pauses are over."""
    Delivery.objects.filter(state="deferred").update(next_try_at=timezone.now())
    DeliveryChunk.objects.filter(done_at=None, lease=None).update(due_at=timezone.now(), handed_out_at=None)


def end_forgotten(size) -> bool:
    """In the small drill leases that nobody has renewed for half their time count as run out. Whoever lives renews them sooner."""
    if not size.waits:
        stale = timezone.now() + LEASE / 2
        DeliveryChunk.objects.filter(done_at=None, leased_until__lt=stale).exclude(lease=None).update(leased_until=timezone.now())
    return False


def compare(announcement: Announcement, taken: list[str], people: int) -> int:
    """The mail server's own list beside the ledger: nobody lost, nobody twice. Returns how many are in doubt."""
    ledger = dict(Delivery.objects.filter(announcement=announcement, channel="email").values_list("address", "state"))
    assert len(ledger) == people
    assert set(ledger.values()) <= {"delivered", "in_doubt"}
    twice = [address for address, count in Counter(taken).items() if count > 1]
    assert not twice, f"mailed twice: {twice[:5]}"
    arrived = set(taken)
    assert arrived <= ledger.keys()
    lost = [address for address, state in ledger.items() if state == "delivered" and address not in arrived]
    assert not lost, f"delivered by the ledger, never taken by the server: {lost[:5]}"
    return sum(state == "in_doubt" for state in ledger.values())
