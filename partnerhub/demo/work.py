"""Everyday work and privacy in the demo: tasks, a hand-over that is planned, a leave that is covered, purposes and consents."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from activity.actions.accesses import record_access
from activity.actions.tasks import create_task, finish_task
from activity.models import Access
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.actions.consents import give_consent
from partners.actions.handovers import cover_leave, plan_handover
from partners.actions.purposes import create_purpose
from partners.actions.retention import save_rule
from partners.models import Consent, Contact, Purpose, RetentionRule

# Partner, title, owner, days from today, shared.
TASKS = (
    (vendor.RESELLER, "Agree on the dates of the two training days", "manager", 4, True),
    (vendor.RESELLER, "Name who speaks at the autumn meeting", "manager", 0, True),
    (vendor.RESELLER, "Check the discount that was promised by phone", "manager", -2, False),
    (vendor.SECOND_EMPLOYER, "Send the new price list", "manager", 9, False),
    (carmaker.SUPPLIER, "Ask for the renewed ISO certificate", "pavel", 12, True),
)
PURPOSES = (
    ("partnership", "Running the partnership", "We keep who you are and how to reach you, so that we can work together.",
     Purpose.Basis.CONTRACT),
    ("planning", "Planning training and support", "We look at certificates and figures to know where help is needed.",
     Purpose.Basis.LEGITIMATE_INTEREST),
    ("stories", "Success stories", "We tell about projects you did, with your name and a picture.", Purpose.Basis.CONSENT),
)  # fmt: skip


def make_work(worlds: dict[str, World], managers: dict[str, User]) -> None:
    partners = {name: partner for world in worlds.values() for name, partner in world.partners.items()}
    by = managers["manager"]
    for name, title, owner, days, is_shared in TASKS:
        with as_of(dates.days_ago(8)):
            create_task(
                title, by=by, partner_id=partners[name].pk, owner=managers[owner], due_on=dates.today() + timedelta(days=days),
                is_shared=is_shared,
            )  # fmt: skip
    done = create_task("Send the welcome pack", by=by, partner_id=partners[vendor.RESELLER].pk, owner=by, is_shared=True)
    finish_task(done, by=by)
    today = timezone.localdate()
    plan_handover(managers["isabel"], managers["jonas"], by=by, on_day=today + timedelta(days=21))
    cover_leave(managers["elena"], managers["pavel"], by=by, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=9))
    _make_privacy(partners[vendor.RESELLER], by, managers)


def _make_privacy(partner, by: User, managers: dict[str, User]) -> None:
    for key, name, text, basis in PURPOSES:
        create_purpose(by=by, key=key, name=name, text=text, basis=basis)
    paula = Contact.objects.get(email="partner@demo.example", partner=partner)
    give_consent(paula, Purpose.objects.get(key="stories"), by=paula.user, how="portal")
    Consent.objects.update(given_at=dates.days_ago(60))
    record_access(partner.pk, by=managers["analyst"], way=Access.Way.FILE)
    Access.objects.update(day=dates.today() - timedelta(days=3), first_at=dates.days_ago(3))
    record_access(partner.pk, by=by, way=Access.Way.PAGE)
    save_rule(RetentionRule(what="accesses", days=365, is_active=True), by=by)
    save_rule(RetentionRule(what="left_contacts", days=730, is_active=False), by=by)
