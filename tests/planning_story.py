"""An objective, a theme, what is planned for them, and the calendars that read it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page

from communications.actions.announcements import schedule_announcement
from communications.actions.calendar_feeds import open_feed
from communications.actions.holidays import save_holiday
from communications.actions.objectives import create_objective
from communications.actions.themes import create_theme
from communications.models import Announcement, CalendarFeed, Holiday, Objective, Theme
from partners.models import Certification, PartnerCertification
from tests import announcement_story, factories


@dataclass(frozen=True)
class Planned:
    objective: Objective
    theme: Theme
    draft: Announcement
    managers_feed: CalendarFeed
    noras_feed: CalendarFeed
    noras_token: str


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def planned(cast, title: str, days: int, **fields) -> Announcement:
    return announcement_story.draft(cast, title, planned_on=in_days(days), **fields)


def scheduled(cast, title: str, days: int, **fields) -> Announcement:
    announcement = announcement_story.approve(announcement_story.draft(cast, title, **fields), cast)
    schedule_announcement(announcement, by=cast.maria, send_at=timezone.now() + timedelta(days=days))
    return announcement


def certify(cast, partner, *, on: date, contact=None, key: str = "aurora") -> PartnerCertification:
    certification, _created = Certification.objects.get_or_create(key=key, defaults={"name": key.title()})
    return PartnerCertification.objects.create(partner=partner, contact=contact, certification=certification, issued_on=on)


def objective(cast, name: str = "Twenty engineers", **fields) -> Objective:
    """Certificates taken, over a month that is half gone."""
    Certification.objects.get_or_create(key="aurora", defaults={"name": "Aurora"})
    defaults = {"starts_on": in_days(-14), "ends_on": in_days(14), "outcome": "certificates", "parameter": "aurora", "target": 20}
    return create_objective(by=cast.maria, name=name, programme=cast.programme, **{**defaults, **fields})


def set_objective(page: Page) -> Page:
    """As Maria does it on the empty form; it is open afterwards."""
    page.locator("[name=name]").fill("Twenty engineers")
    page.locator("[name=starts_on]").fill(str(in_days(-7)))
    page.locator("[name=ends_on]").fill(str(in_days(60)))
    page.locator("[name=target]").fill("20")
    page.evaluate("document.querySelector('[name=outcome]').value = 'certificates'")
    page.evaluate("document.querySelector('[name=parameter]').value = 'aurora'")
    page.locator("[name=_save]").click()
    page.locator("a.row-link", has_text="Twenty engineers").click()
    return page


def theme(cast, name: str = "Run it safely", **fields) -> Theme:
    return create_theme(by=cast.maria, name=name, programme=cast.programme, **{"key_messages": ["Updates take an hour."], **fields})


def one_of_each(cast) -> Planned:
    wanted, spoken = objective(cast, segments=[factories.make_segment("Everyone to certify")]), theme(cast)
    certify(cast, cast.alpenglow, on=in_days(-3), contact=cast.ben)
    certify(cast, cast.baltic, on=in_days(-20))
    draft = announcement_story.draft(
        cast,
        "Book your exam",
        objective=wanted,
        theme=spoken,
        stages=["enable"],
        planned_on=in_days(1),
        wanted_action="book the exam",
    )
    save_holiday(Holiday(), by=cast.maria, country="DE", day=in_days(2), name="Day off")
    managers_feed, _token = open_feed(by=cast.maria)
    noras_feed, token = open_feed(by=cast.nora.user, contact=cast.nora)
    return Planned(wanted, spoken, draft, managers_feed, noras_feed, token)
