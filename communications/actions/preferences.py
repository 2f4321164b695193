"""What a person wants to receive."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from activity.actions import record_activity
from communications.models import Channel, Suppression, Topic, TopicPreference


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


@transaction.atomic
def suppress_address(address: str, *, by: User, reason: str) -> Suppression:
    """Mail this address no more, from the next window of messages on."""
    row, _created = Suppression.objects.get_or_create(address=address.strip().lower(), defaults={"reason": reason[:300]})
    record_activity("address.suppressed", f"{row.address} is mailed no more: {row.reason}", by=by, subject=row)
    return row


@transaction.atomic
def lift_suppression(row: Suppression, *, by: User) -> None:
    """Try the address again with the next announcement."""
    record_activity("address.released", f"{row.address} may be mailed again", by=by, subject=row)
    row.delete()
