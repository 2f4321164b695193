"""A portal with something in it: what Alpenglow's people find on an ordinary morning."""

import re
from datetime import date, timedelta

from django.utils import timezone

from communications.actions.indexing import index_announcement
from communications.models import Announcement, AnnouncementVersion, Answer, Delivery, DeliveryState, Question, State, Topic
from partners.models import (
    Certification,
    Contact,
    Invitation,
    PartnerCertification,
    PartnerRegion,
    PartnerSpecialty,
    PerformanceRecord,
    Region,
    Site,
    Specialty,
)
from tests import factories

BODY = """
Aurora 3 brings **one licence for every site**.
{{ contact.first_name }}, the change concerns {{ partner.name }} from the next quarter on.

## What changes

* Orders name the site, no longer the server.
* The price list has three lines instead of eleven.
* Support covers the two versions before.

> Nothing changes for orders that are confirmed before the end of the month.

Read [the migration notes](https://vendor.example/notes) before you quote.
"""


def topic(key: str, name: str, description: str = "") -> Topic:
    defaults = {"name": name, "description": description, "is_default": key == "general"}
    return Topic.objects.get_or_create(key=key, defaults=defaults)[0]


def announce(cast, title: str, *contacts: Contact, days_ago: float = 0, read: bool = False, **fields) -> Announcement:
    """An announcement that has been sent and has reached these contacts in the portal."""
    sent_at = timezone.now() - timedelta(days=days_ago)
    segment = factories.make_segment(f"For “{title}”")
    announcement = factories.make_announcement(
        title, programme=cast.programme, segment=segment, author=cast.maria, version=1, approved_version=1, state=State.SENT,
        send_at=sent_at, **fields,
    )  # fmt: skip
    AnnouncementVersion.objects.create(
        announcement=announcement, number=1, title=title, body=announcement.body, kind=announcement.kind,
        channels=announcement.channels, topic=announcement.topic, requires_acknowledgement=announcement.requires_acknowledgement,
        acknowledge_by=announcement.acknowledge_by, call_to_action=announcement.call_to_action, segment_name=segment.name,
        rule=segment.rule, contact_rule=segment.contact_rule, links=["https://vendor.example/notes"], details=announcement.details,
    )  # fmt: skip
    for contact in contacts:
        Delivery.objects.create(
            announcement=announcement, contact=contact, partner_id=contact.partner_id, channel="portal", address=contact.email,
            state=DeliveryState.DELIVERED, settled_at=sent_at, read_at=sent_at if read else None,
        )  # fmt: skip
    index_announcement(announcement)
    return announcement


def tell(cast) -> Announcement:
    """The whole morning. Returns the announcement that asks for an acknowledgement."""
    everyone = (cast.nora, cast.ben)
    products = topic("products", "Product news", "New versions, end of sale, road map.")
    prices = topic("prices", "Prices and terms", "Price lists and changes to the programme.")
    events = topic("events", "Events and training", "Dates that are worth a journey.")
    asked = announce(
        cast, "Aurora 3 changes how you licence a site", *everyone, body=BODY, topic=prices, kind="policy",
        requires_acknowledgement=True, acknowledge_by=timezone.localdate() + timedelta(days=6),
        call_to_action="Sales leads: read this before you quote for the next quarter.",
    )  # fmt: skip
    announce(cast, "Two half days on Aurora 3 for your engineers", *everyone, days_ago=1, topic=events, kind="training",
             call_to_action="Technical leads: choose a date by Friday.")  # fmt: skip
    announce(cast, "Security update 2.8.4 closes CVE-2026-1142", *everyone, days_ago=3, topic=products, kind="security_advisory")
    announce(cast, "Partner letter, October", *everyone, days_ago=24, read=True, topic=products, kind="newsletter")
    _questions(cast, asked)
    _organisation(cast)
    _colleagues(cast)
    return asked


def _questions(cast, announcement: Announcement) -> None:
    question = Question.objects.create(
        announcement=announcement, contact=cast.nora, partner=cast.alpenglow, answered_at=timezone.now(),
        text="Does the site licence cover a test environment at the same address?",
    )  # fmt: skip
    Answer.objects.create(question=question, by=cast.maria, text="Yes. One test environment for each site is included.")
    Question.objects.create(announcement=announcement, contact=cast.ben, partner=cast.alpenglow,
                            text="Where do we find the new part numbers?")  # fmt: skip


def _organisation(cast) -> None:
    today = timezone.localdate()
    partner = cast.alpenglow
    for key, name, days in (
        ("iso-27001", "ISO 27001", 400),
        ("aurora-pro", "Aurora Professional", 41),
        ("iso-9001", "ISO 9001", -12),
    ):
        certification = Certification.objects.create(key=key, name=name)
        PartnerCertification.objects.create(
            partner=partner, certification=certification, expires_on=today + timedelta(days=days), source="Certificate on file",
            verified_at=timezone.now() if days > 100 else None, verified_by=cast.maria if days > 100 else None,
        )  # fmt: skip
    for key, name in (("dach", "DACH"), ("nordics", "Nordics")):
        PartnerRegion.objects.create(
            partner=partner, region=Region.objects.create(key=key, name=name), source="Onboarding interview"
        )
    specialty = Specialty.objects.create(key="public-sector", name="Public sector")
    PartnerSpecialty.objects.create(partner=partner, specialty=specialty, source="Survey", verified_at=timezone.now())
    Site.objects.create(partner=partner, name="Munich", kind="branch", city="Munich", country="DE", capacity="24 people")
    for back, value in enumerate((412_000, 388_500, 351_000, 362_250, 298_000, 305_400)):
        year, quarter = divmod(today.year * 4 + (today.month - 1) // 3 - 1 - back, 4)
        start = date(year, quarter * 3 + 1, 1)
        end = date(year + quarter // 3, (quarter * 3 + 3) % 12 + 1, 1) - timedelta(days=1)
        PerformanceRecord.objects.create(partner=partner, metric="licence_revenue", unit="EUR", value=value, period_start=start,
                                         period_end=end, source="Licence server")  # fmt: skip
    enrolment = partner.enrolments.get()
    enrolment.manager = cast.maria
    enrolment.save()
    factories.Tier.objects.create(programme=cast.programme, key="platinum", name="Platinum", rank=9)


def _colleagues(cast) -> None:
    factories.make_contact(cast.alpenglow, "Ida Falk", "ida@alpenglow.example", functions=("marketing",))
    jonas = factories.make_contact(cast.alpenglow, "Jonas Weidenfeller", "jonas@alpenglow.example", functions=("finance",))
    Invitation.objects.create(
        contact=jonas, email=jonas.email, digest="told", invited_by=cast.nora.user,
        expires_at=timezone.now() + timedelta(days=9), sent_at=timezone.now() - timedelta(days=5),
    )  # fmt: skip


def own_data(client) -> str:
    """All that is held about a person, which comes part by part."""
    pages, address = [], "/data/you/"
    while address:
        pages.append(client.get(address).content.decode())
        further = re.search(r"hx-get=\"(/data/you/[^\"]+)", pages[-1])
        address = further[1] if further else ""
    return "".join(pages)
