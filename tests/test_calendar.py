"""The calendar: what stands on it, moving it, who is loaded in which week, and the programs that read it."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, Refused
from communications import calendar_sources
from communications.actions.announcements import cancel_announcement, change_announcement
from communications.actions.holidays import import_holidays
from communications.actions.planning import move_announcement
from communications.admin.composer_checks import checks_of
from communications.calendar_sources import CalendarEntry, CalendarSource
from communications.models import Announcement, Holiday, State
from communications.queries.calendar import Chosen, calendar_of
from communications.queries.load import BANDS, load_map, partners_in
from communications.queries.portfolio import EVERYONE, Portfolio
from context.models import Review, ReviewState
from context.rules import compile_rules
from partners.models import Partner
from tests import announcement_story, factories, planning_story
from tests.api import integrator
from tests.planning_story import in_days, planned, scheduled

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/communications/announcement/calendar/"


@pytest.fixture
def signed_in(cast):
    client = Client()
    client.force_login(cast.maria)
    return client


def titles(cast, **chosen) -> list[str]:
    ids = {name: row if name == "channel" else row.pk for name, row in chosen.items()}
    found = calendar_of(cast.maria, in_days(-1), in_days(40), Chosen(**ids))
    return [str(item.announcement) for day in found.days for item in day.items]


def where(rule_field: str, value: str) -> dict:
    return {"all": [{"field": rule_field, "op": "eq", "value": value}]}


# --- What stands on it --------------------------------------------------------------------------------------------------


def test_drafts_stand_on_their_planned_day_and_the_scheduled_on_that_of_sending(cast):
    draft, sure = planned(cast, "Draft", 3), scheduled(cast, "Sure", 5)
    without = announcement_story.draft(cast, "Some day")
    gone = planned(cast, "Gone", 4)
    cancel_announcement(gone, by=cast.maria)
    found = calendar_of(cast.maria, in_days(0), in_days(10), Chosen())
    days = {str(item.announcement): (day.day, item.may_move) for day in found.days for item in day.items}
    assert days == {"Draft": (draft.planned_on, True), "Sure": (timezone.localtime(sure.send_at).date(), False)}
    assert found.without_a_day == (without,)


def test_it_stands_on_the_day_that_the_readers_clock_shows(cast):
    late = scheduled(cast, "Late", 5)
    Announcement.objects.filter(pk=late.pk).update(send_at=datetime(2031, 5, 1, 23, 30, tzinfo=ZoneInfo("UTC")))
    with timezone.override(ZoneInfo("Europe/Berlin")):
        found = calendar_of(cast.maria, date(2031, 4, 28), date(2031, 5, 4), Chosen())
    assert [day.day for day in found.days if day.items] == [date(2031, 5, 2)]


def test_it_is_narrowed_by_each_of_what_it_offers(cast):
    objective, theme = planning_story.objective(cast), planning_story.theme(cast)
    one = planned(cast, "One", 3, objective=objective, theme=theme, channels=["portal"])
    other = planned(cast, "Other", 4, channels=["email"])
    other.author = cast.arthur
    other.save()
    for chosen in (
        {"objective": objective},
        {"theme": theme},
        {"segment": one.segment},
        {"channel": "portal"},
        {"author": cast.maria},
    ):
        assert titles(cast, **chosen) == ["One"]
    assert titles(cast, programme=cast.programme) == ["One", "Other"]
    assert titles(cast, programme=factories.make_programme("suppliers")) == []


def test_the_same_segment_twice_on_a_day_is_a_clash_until_the_day_is_over(cast):
    segment = factories.make_segment("Sellers")
    planned(cast, "One", 3, segment=segment)
    planned(cast, "Two", 3, segment=segment)
    planned(cast, "Three", 3)
    past = [planned(cast, f"Past {n}", 3, segment=segment) for n in (1, 2)]
    Announcement.objects.filter(pk__in=[row.pk for row in past]).update(planned_on=in_days(-1))
    found = calendar_of(cast.maria, in_days(-1), in_days(10), Chosen())
    clashes = {str(item.announcement): item.clashes for day in found.days for item in day.items}
    assert clashes == {"One": 1, "Two": 1, "Three": 0, "Past 1": 0, "Past 2": 0}


def test_reviews_and_whatever_else_joins_in_stand_on_it(cast, monkeypatch):
    monkeypatch.setattr(calendar_sources, "_sources", dict(calendar_sources._sources))
    day = in_days(2)
    Review.objects.create(partner=cast.alpenglow, programme=cast.programme, title="Half-year", period_start=day, period_end=day,
                          due_on=day, state=ReviewState.OPEN)  # fmt: skip
    webinar = CalendarEntry("7", "Roadmap webinar", day, last_day=in_days(3))
    calendar_sources.register_calendar_source(CalendarSource("meeting", "Meetings", lambda user, first, last: [webinar]))
    found = calendar_of(cast.maria, in_days(0), in_days(9), Chosen())
    assert [[entry.title for _key, entry in each.entries] for each in found.days[2:5]] == [
        ["Half-year", "Roadmap webinar"], ["Roadmap webinar"], [],
    ]  # fmt: skip
    assert not any(each.entries for each in calendar_of(cast.maria, in_days(0), in_days(9), Chosen(channel="email")).days)


@pytest.mark.parametrize("look", ["month", "week", "list"])
def test_each_look_shows_it_in_few_queries(cast, signed_in, look, django_assert_max_num_queries):
    for n in range(6):
        planned(cast, f"Item {n}", 1)
    Holiday.objects.create(country="DE", day=in_days(1), name="Day off")
    address = f"{CALENDAR}?view={look}&day={in_days(1)}"
    signed_in.get(address)
    with django_assert_max_num_queries(12):
        text = signed_in.get(address).content.decode()
    assert "Item 0" in text
    assert "Day off" in text
    assert ("all 6" in text) == (look == "month")


def test_what_it_can_be_narrowed_to_is_offered_on_the_page(cast, signed_in):
    draft = planned(cast, "Spring", 2, theme=planning_story.theme(cast), objective=planning_story.objective(cast))
    page = signed_in.get(CALENDAR).content.decode()
    for row in (draft.theme, draft.objective, draft.segment, draft.author, draft.programme):
        assert f'<option value="{row.public_id}">' in page, row


def test_the_address_names_what_it_is_narrowed_to(cast, signed_in):
    theme = planning_story.theme(cast)
    planned(cast, "Spoken of", 1, theme=theme)
    planned(cast, "Silent", 1)
    text = signed_in.get(f"{CALENDAR}?view=list&theme={theme.public_id}&author={cast.maria.public_id}").content.decode()
    assert ">Spoken of</a>" in text
    assert ">Silent</a>" not in text


def test_nonsense_in_its_address_is_left_out(signed_in, cast):
    for nonsense in (
        "?day=2026-13-45&view=year",
        "?day=9999-12-31",
        "?day=0001-01-01",
        "?programme=x&theme=%00&author=1&channel=pigeon",
    ):
        assert signed_in.get(CALENDAR + nonsense).status_code == 200, nonsense


# --- Moving -------------------------------------------------------------------------------------------------------------


def test_what_is_planned_moves_and_an_approval_stays(cast, signed_in):
    announcement = announcement_story.approve(planned(cast, "Approved", 3), cast)
    address = reverse("admin:communications_announcement_move", args=[announcement.public_id])
    answer = signed_in.post(address, {"day": in_days(9), "back": "?view=week&theme="})
    assert answer["Location"] == f"{CALENDAR}?view=week&theme="
    announcement.refresh_from_db()
    assert (announcement.planned_on, announcement.state) == (in_days(9), State.APPROVED)
    signed_in.post(address, {"day": ""})
    announcement.refresh_from_db()
    assert announcement.planned_on is None


@pytest.mark.parametrize(
    ("make", "day", "says"),
    [
        (planned, in_days(-1), "has gone by"),
        (scheduled, in_days(9), "approved and scheduled for"),
        (
            lambda cast, title, days: announcement_story.send(announcement_story.draft(cast, title), cast),
            in_days(9),
            "has gone out",
        ),
        (
            lambda cast, title, days: planned(cast, title, 1, expires_at=timezone.now() + timedelta(days=5)),
            in_days(9),
            "It expires on",
        ),
    ],
)
def test_a_move_that_cannot_be_is_refused_and_changes_nothing(cast, signed_in, make, day, says):
    announcement = make(cast, "Fixed", 4)
    before = (announcement.planned_on, announcement.send_at)
    answer = signed_in.post(reverse("admin:communications_announcement_move", args=[announcement.public_id]), {"day": day})
    assert answer.status_code in (409, 422)
    assert says in answer.content.decode()
    with pytest.raises(Refused, match=says):
        move_announcement(announcement, by=cast.maria, day=day)
    announcement.refresh_from_db()
    assert (announcement.planned_on, announcement.send_at) == before


def test_by_api_it_moves_by_the_same_rules(cast):
    api, announcement = integrator(cast.maria), announcement_story.approve(planned(cast, "Approved", 3), cast)
    address = f"announcements/{announcement.public_id}/plan/"
    moved = api.post(address, {"day": in_days(9).isoformat()}).json()
    assert (moved["planned_on"], moved["state"]) == (in_days(9).isoformat(), "approved")
    past = api.post(address, {"day": in_days(-1).isoformat()})
    assert (past.status_code, "has gone by" in past.json()["errors"]["day"][0]) == (422, True), past.content
    sure = api.post(f"announcements/{scheduled(cast, 'Sure', 4).public_id}/plan/", {"day": in_days(9).isoformat()})
    assert (sure.status_code, "off the timetable first" in sure.json()["detail"]) == (409, True)
    assert integrator(cast.arthur).post(address, {"day": None}).status_code == 403
    announcement.refresh_from_db()
    assert announcement.planned_on == in_days(9)
    assert api.post(address, {"day": None}).json()["planned_on"] is None


def test_who_only_approves_does_not_move(cast):
    announcement, client = planned(cast, "Planned", 3), Client()
    client.force_login(cast.arthur)
    answer = client.post(reverse("admin:communications_announcement_move", args=[announcement.public_id]), {"day": in_days(5)})
    assert answer.status_code == 403
    announcement.refresh_from_db()
    assert announcement.planned_on == in_days(3)


def test_back_leads_to_the_calendar_and_nowhere_else(cast, signed_in):
    announcement = planned(cast, "Planned", 3)
    address = reverse("admin:communications_announcement_move", args=[announcement.public_id])
    for back in ("https://evil.example/", "//evil.example", "\r\nSet-Cookie: a=b"):
        answer = signed_in.post(address, {"day": in_days(5), "back": back})
        assert answer["Location"].startswith(CALENDAR)


def test_a_plan_that_has_gone_by_does_not_stop_the_writing(cast):
    announcement = planned(cast, "Planned", 3)
    Announcement.objects.update(planned_on=in_days(-2))
    change_announcement(announcement, by=cast.maria, title="Better", planned_on=in_days(-2))
    with pytest.raises(Invalid, match="has gone by"):
        change_announcement(announcement, by=cast.maria, planned_on=in_days(-1))
    announcement.refresh_from_db()
    assert (announcement.title, announcement.planned_on) == ("Better", in_days(-2))


def test_scheduling_proposes_the_planned_day(cast, signed_in):
    announcement = announcement_story.approve(planned(cast, "Planned", 12), cast)
    text = signed_in.get(reverse("admin:communications_announcement_page", args=[announcement.public_id])).content.decode()
    assert f'value="{in_days(12)}"' in text


# --- Load ---------------------------------------------------------------------------------------------------------------


def test_the_map_counts_each_partner_in_each_week(cast):
    """Two for all in the first week, one of them scheduled; one more for Germans, which is Alpenglow; one for people whom only
    Alpenglow has, a week later; and one that has gone out, which counts by whom it reached."""
    monday = in_days(0) - timedelta(days=in_days(0).weekday()) + timedelta(weeks=1)
    offset = (monday - in_days(0)).days
    everyone = factories.make_segment("Everyone")
    planned(cast, "A", offset + 1, segment=everyone)
    scheduled(cast, "B", offset + 2, segment=everyone)
    planned(cast, "C", offset + 3, segment=factories.make_segment("Germans", where("partner.country", "DE")))
    planned(cast, "D", offset + 8, segment=factories.make_segment("Engineers", None, where("contact.function", "technical")))
    sent = announcement_story.send(
        announcement_story.draft(cast, "E", segment=factories.make_segment("Estonia", where("partner.country", "EE"))), cast
    )
    Announcement.objects.filter(pk=sent.pk).update(send_at=timezone.now() + timedelta(days=offset + 15))
    alone = factories.make_partner("Nobody works there", programme=cast.programme)

    found = load_map(monday, weeks=3)

    assert found.announcements == 5
    assert {row.partner.name: row.weeks for row in found.loaded} == {"Alpenglow GmbH": (3, 1, 0), "Baltic Cloud OÜ": (2, 0, 1)}
    counts = [[cell.partners for cell in band.cells] for band in found.bands]
    assert counts == [[1, 2, 2], [0, 1, 1], [1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert [sum(column) for column in zip(*counts, strict=True)] == [Partner.objects.count()] * 3
    for number, row in enumerate(counts):
        for at, count in enumerate(row):
            rows, more = partners_in(monday, found.weeks[at], number, weeks=3, portfolio=EVERYONE)
            assert (len(rows), more) == (count, False), (BANDS[number], at)
    assert alone in [row.partner for row in partners_in(monday, monday, 0, weeks=3, portfolio=EVERYONE)[0]]
    mine = load_map(monday, weeks=3, portfolio=Portfolio((cast.baltic.pk,)))
    assert [[cell.partners for cell in band.cells] for band in mine.bands][2] == [1, 0, 0]
    assert mine.partners == 1


def test_more_audiences_than_bits_are_still_counted(cast):
    for n in range(70):
        rule = {"any": [*where("partner.country", "DE")["all"], *where("partner.external_id", f"none-{n}")["all"]]}
        planned(cast, f"Item {n}", 1, segment=factories.make_segment(f"Segment {n}", rule))
    found = load_map(in_days(1), weeks=1)
    assert [(row.partner, row.weeks) for row in found.loaded] == [(cast.alpenglow, (70,))]
    assert [row.partner for row in partners_in(in_days(1), found.weeks[0], 5, weeks=1, portfolio=EVERYONE)[0]] == [cast.alpenglow]


def test_what_audiences_share_is_asked_once_and_means_the_same(cast):
    """Each partner's load is the number of audiences that it is in when each is asked by itself."""
    german, at_b = where("partner.country", "DE"), where("partner.external_id", "B-1")
    rules = [german, {"not": german}, {"any": [german, at_b]}, {"not": {"any": [german, at_b]}}, {"not": {"all": [german, at_b]}}]
    segments = [factories.make_segment(f"Segment {n}", rule) for n, rule in enumerate(rules)]
    for segment in segments:
        planned(cast, f"To {segment.name}", 1, segment=segment)
    factories.make_partner("Nobody works there", programme=cast.programme)
    alone = [compile_rules(segment.rule).contacts().values_list("partner_id", flat=True) for segment in segments]
    with CaptureQueriesContext(connection) as asked:
        found = load_map(in_days(1), weeks=1)
    assert {row.partner.pk: row.weeks[0] for row in found.loaded} == Counter(pk for partners in alone for pk in set(partners))
    assert [query["sql"].count("'DE'") for query in asked if "GROUP BY answers_0" in query["sql"]] == [1]


def test_partners_are_counted_together_whatever_made_them_belong_to_an_audience(cast):
    """Alpenglow is German, Baltic has a number: each answers otherwise, and both get the one announcement."""
    rule = {"any": [where("partner.country", "DE"), where("partner.external_id", "B-1")]}
    planned(cast, "To either", 1, segment=factories.make_segment("Either", rule))
    found = load_map(in_days(1), weeks=1)
    assert [cell.partners for band in found.bands for cell in band.cells] == [0, 2, 0, 0, 0, 0]
    assert [(row.partner, row.weeks) for row in found.loaded] == [(cast.alpenglow, (1,)), (cast.baltic, (1,))]


def test_the_composer_warns_of_the_day_and_the_week(cast):
    draft = planned(cast, "Mine", 3)
    planned(cast, "Theirs", 3, segment=factories.make_segment("Engineers", None, where("contact.function", "technical")))
    rows = {row.name: row for row in checks_of(draft, cast.maria).rows}
    assert rows["Day"].names == ("Theirs: 1 person in both",)
    assert rows["Week"].level == "good"
    for n in range(4):
        planned(cast, f"More {n}", 3)
    rows = {row.name: row for row in checks_of(draft, cast.maria).rows}
    assert rows["Week"].level == "warn"
    assert "1 partner gets 6" in rows["Week"].sentence


def test_the_map_and_its_doors_are_pages(cast, signed_in, django_assert_max_num_queries):
    planned(cast, "A", 1)
    address = reverse("admin:communications_announcement_load")
    signed_in.get(address)
    with django_assert_max_num_queries(12):
        text = signed_in.get(address).content.decode()
    assert "Alpenglow GmbH" in text
    monday = in_days(0) - timedelta(days=in_days(0).weekday())
    door = f"{reverse('admin:communications_announcement_load_partners')}?day={in_days(0)}&week={monday}"
    assert signed_in.get(f"{door}&band=0").status_code == 200
    for nonsense in ("&band=9", "&band=x", "&band=0&week=2026-99-99"):
        assert signed_in.get(door + nonsense).status_code == 404


# --- Holidays -----------------------------------------------------------------------------------------------------------

ICS = b"""BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20310501\r
DTEND;VALUE=DATE:20310502\r
SUMMARY:Tag der Arbeit\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20311225\r
DTEND;VALUE=DATE:20311227\r
SUMMARY:Weihnachten\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_a_countrys_holidays_come_from_a_file_once(cast, signed_in):
    address = reverse("admin:communications_holiday_import")
    for added in ("3 new holidays", "0 new holidays"):
        answer = signed_in.post(address, {"country": "de", "file": SimpleUploadedFile("de.ics", ICS)}, follow=True)
        assert added in answer.content.decode()
    assert list(Holiday.objects.values_list("country", "day", "name")) == [
        ("DE", date(2031, 5, 1), "Tag der Arbeit"), ("DE", date(2031, 12, 25), "Weihnachten"),
        ("DE", date(2031, 12, 26), "Weihnachten"),
    ]  # fmt: skip


def test_a_holiday_of_several_countries_is_named_once(cast, signed_in):
    day = in_days(3)
    for country, name in (("AT", "Christmas Day"), ("DE", "Christmas Day"), ("FR", "Noël")):
        Holiday.objects.create(country=country, day=day, name=name)
    for view in ("month", "week", "list"):
        page = signed_in.get(CALENDAR, {"view": view, "day": day}).content.decode()
        assert "Christmas Day <abbr>AT DE</abbr>" in page, view
        assert page.count("Christmas Day") == 1, view
        assert "Noël <abbr>FR</abbr>" in page, view


@pytest.mark.parametrize(
    ("data", "country", "says"),
    [
        (ICS, "Germany", "use DE"),
        (b"<html>", "DE", "Line 1 cannot be read"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "DE", "no day in this file"),
        (ICS.replace(b"SUMMARY:Tag", b"RRULE:FREQ=YEARLY\r\nSUMMARY:Tag"), "DE", "recurs by a rule"),
        (ICS.replace(b"20310501", b"someday"), "DE", "cannot be read"),
        (ICS.replace(b"20311227", b"20320301"), "DE", "more than a month"),
        (b"x" * 1_000_001, "DE", "larger than 1 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(cast, data, country, says):
    with pytest.raises(Invalid, match=says):
        import_holidays(data, by=cast.maria, country=country)
    assert not Holiday.objects.exists()
