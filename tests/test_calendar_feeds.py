"""The plan in one's own calendar program: secret addresses that are made, read and revoked."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from communications.actions.calendar_feeds import FEEDS_AT_MOST, open_feed, revoke_feed
from communications.actions.engagement import acknowledge_announcement
from communications.actions.planning import move_announcement
from communications.models import CalendarFeed
from communications.rendering.icalendar_reading import components, method_of
from context.models import Review, ReviewState
from partners.actions.erasures import carry_out_erasure, start_erasure
from tests import announcement_story
from tests.planning_story import in_days, planned, scheduled

pytestmark = pytest.mark.django_db


def read(token: str, client: Client | None = None):
    return (client or Client()).get(reverse("communications:calendar_feed", args=[token]))


def test_a_managers_calendar_program_reads_the_plan(cast):
    draft, sure = planned(cast, "Draft, first; of all", 3), scheduled(cast, "Sure", 5)
    _feed, token = open_feed(by=cast.maria)
    answer = read(token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert method_of(answer.content) == "PUBLISH"
    events = {event.first("SUMMARY").text: event for event in components(answer.content)}
    assert events["Draft, first; of all"].first("DTSTART").moment() == draft.planned_on
    assert events["Draft, first; of all"].first("STATUS").value == "TENTATIVE"
    assert events["Sure"].first("DTSTART").moment() == sure.send_at.replace(microsecond=0)
    before = {event.first("UID").value for event in components(answer.content)}
    move_announcement(draft, by=cast.maria, day=in_days(8))
    assert {event.first("UID").value for event in components(read(token).content)} == before


def test_a_partners_person_reads_what_they_have_to_do_and_nothing_of_others(cast):
    asked = announcement_story.send(
        announcement_story.draft(cast, "For {{ partner.name }}", requires_acknowledgement=True, acknowledge_by=in_days(6)), cast
    )
    planned(cast, "Secret plan", 3)
    for partner in (cast.alpenglow, cast.baltic):
        Review.objects.create(partner=partner, programme=cast.programme, title=f"Review {partner}", period_start=in_days(0),
                              period_end=in_days(0), due_on=in_days(4), state=ReviewState.OPEN)  # fmt: skip
    _feed, token = open_feed(by=cast.nora.user, contact=cast.nora)
    told = {event.first("SUMMARY").text for event in components(read(token).content)}
    assert told == {"Acknowledge: For Alpenglow GmbH", "Hand in: Review Alpenglow GmbH"}
    acknowledge_announcement(asked, contact=cast.nora)
    assert {event.first("SUMMARY").text for event in components(read(token).content)} == {"Hand in: Review Alpenglow GmbH"}


def test_a_revoked_address_and_one_of_somebody_gone_were_never_there(cast):
    feed, token = open_feed(by=cast.nora.user, contact=cast.nora)
    other, others = open_feed(by=cast.sven.user, contact=cast.sven)
    assert read(token).status_code == 200
    assert not CalendarFeed.objects.filter(digest=token).exists()
    revoke_feed(feed, by=cast.nora.user)
    revoked, absent = read(token), read("x" * 43)
    assert (revoked.status_code, len(revoked.content)) == (404, len(absent.content))
    cast.sven.left_on = in_days(0)
    cast.sven.save()
    assert read(others).status_code == 404
    manager, managers = open_feed(by=cast.maria)
    cast.maria.is_active = False
    cast.maria.save()
    assert read(managers).status_code == 404


def test_a_person_makes_and_revokes_their_own_addresses_only(cast):
    client = Client()
    client.force_login(cast.nora.user)
    page = client.post(reverse("communications:own_calendar")).content.decode()
    assert read(page.split(".ics")[0].rpartition("/calendar/")[2]).status_code == 200
    assert ".ics" not in client.get(reverse("communications:own_calendar")).content.decode()
    foreign, _token = open_feed(by=cast.sven.user, contact=cast.sven)
    gone = UUID("00000000-0000-7000-8000-000000000001")
    answers = [client.post(reverse("communications:revoke_calendar", args=[pk])).status_code for pk in (foreign.public_id, gone)]
    assert answers == [404, 404]
    assert CalendarFeed.objects.live().filter(pk=foreign.pk).exists()
    for _n in range(FEEDS_AT_MOST - 1):
        open_feed(by=cast.nora.user, contact=cast.nora)
    assert client.post(reverse("communications:own_calendar")).status_code == 409
    own = CalendarFeed.objects.filter(contact=cast.nora).first()
    client.post(reverse("communications:revoke_calendar", args=[own.public_id]))
    assert not CalendarFeed.objects.live().filter(pk=own.pk).exists()


def test_who_is_forgotten_has_no_address_left(cast):
    open_feed(by=cast.ben.user, contact=cast.ben)
    carry_out_erasure(start_erasure(cast.ben, by=cast.maria))
    assert not CalendarFeed.objects.filter(contact=cast.ben).exists()
