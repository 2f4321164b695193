"""Log lines of web and worker while people are mailed, refused and looked at: ids only, and each a line a machine can read."""

import json

import pytest

from communications.models import Announcement
from partners.models import Contact, Partner
from tests.faults.house import PROGRAMS, wait_until
from tests.faults.story import company, is_settled
from tests.faults.test_redis import cookie_of

pytestmark = pytest.mark.slow
CANARIES = ("Zephyrine", "Quillfeather", "zephyrine.q", "Canary Works")


def test_no_log_names_anybody(house):
    told = company(3)
    partner = Partner.objects.get()
    Partner.objects.filter(pk=partner.pk).update(name="Canary Works")
    for number in range(3):
        Contact.objects.create(
            partner=partner, name=f"Zephyrine Quillfeather {number}", email=f"zephyrine.q{number}@many.example", functions=["sales"]
        )
    loud = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
    for name in PROGRAMS:
        house.kill(name)
        house.log(name).write_text("")
        house.start(name, **loud)
    with house.sink() as sink:
        sink.on_recipient = lambda address: f"550 5.1.1 <{address}> unknown" if "q1" in address else None
        sink.on_data = lambda address: f"451 4.7.1 {address} must wait" if "q2" in address else None
        announcement = told.send()
        wait_until(
            lambda: announcement.deliveries.filter(state__in=("failed", "deferred")).count() == 2, what="the refusals are noted"
        )
        cookie = cookie_of(told.maria)
        for path in (
            "/admin/",
            "/admin/partners/contact/?q=Zephyrine",
            f"/admin/communications/announcement/{announcement.public_id}/report/",
        ):
            assert house.get(path, cookie=cookie).status == 200
        assert house.get("/api/v1/partners/?search=Canary%20Works").status == 401
    assert not is_settled(announcement)
    logs = {name: house.log(name).read_text() for name in PROGRAMS}
    for name, text in logs.items():
        found = [canary for canary in CANARIES if canary.lower() in text.lower()]
        assert not found, f"{name} logs {found}"
        assert "@many.example" not in text
    lines = [json.loads(line) for line in logs["worker"].splitlines() if line.startswith("{")]
    ours = [line for line in lines if line.get("announcement") == str(Announcement.objects.get().public_id)]
    events = {line["event"] for line in ours}
    assert {"released", "audience_frozen", "chunk_started", "chunk_ended", "window_settled", "not_delivered"} <= events
    refused = next(line for line in ours if line.get("state") == "failed")
    contact = Contact.objects.get(email="zephyrine.q1@many.example")
    assert (refused["contact"], refused["code"], refused["channel"], refused["attempt"]) == (contact.pk, "550 5.1.1", "email", 1)
