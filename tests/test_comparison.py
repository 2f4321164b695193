"""Announcements side by side: chosen from the list or from a report, with rates, ranges and an honest word about chance."""

import pytest
from django.urls import reverse

from communications.models import Action, Actor
from communications.queries.announcement_comparison import chosen_announcements, comparison_of
from tests import announcement_story, factories
from tests.api import integrator

pytestmark = pytest.mark.django_db
COMPARE = "admin:communications_announcement_compare"


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def two(cast, sink):
    first = announcement_story.tell(cast)
    second = announcement_story.send(announcement_story.draft(cast, "Aurora 4 is here"), cast)
    announcement_story.touch(second, cast.nora, Action.CLICKED, Actor.HUMAN, link=0)
    announcement_story.touch(second, cast.sven, Action.CLICKED, Actor.MACHINE, link=0)
    return first, second


def figure(comparison, name: str):
    return next(figure for figure in comparison.figures if figure.name == name)


def test_each_figure_has_its_denominator_and_machines_are_left_out(cast, two):
    compared = comparison_of(two)
    assert [(rate.count, rate.of) for rate in figure(compared, "received").rates] == [(3, 3), (3, 3)]
    assert [(rate.count, rate.of) for rate in figure(compared, "clicked").rates] == [(1, 3), (1, 3)]
    acknowledged = figure(compared, "acknowledged").rates
    assert (acknowledged[0].count, acknowledged[1]) == (1, None)


def test_the_page_shows_them_with_what_may_be_concluded(cast, maria, two):
    page = maria.get(reverse(COMPARE), {"id": [row.public_id for row in two]})
    text = page.content.decode()
    assert text.count('class="rp-funnel"') == 5
    assert "Too few people to tell a difference from chance." in text
    assert "There is no difference." in text
    assert "Only one of them asks for it." in text
    assert "Wilson" in text
    assert [row.pk for row in page.context["chosen"]] == [row.pk for row in two]


def test_enough_people_are_told_from_chance(cast, maria, sink):
    for n in range(60):
        factories.make_contact(cast.baltic, f"Person {n}", f"person{n}@baltic.example")
    quiet, loud = (announcement_story.send(announcement_story.draft(cast, title), cast) for title in ("Quiet", "Loud"))
    people = list(cast.baltic.contacts.all())
    for contact in people[:40]:
        announcement_story.touch(loud, contact, Action.CLICKED, Actor.HUMAN)
    for contact in people[:5]:
        announcement_story.touch(quiet, contact, Action.CLICKED, Actor.HUMAN)
    found = figure(comparison_of([quiet, loud]), "clicked").difference
    assert (found.higher, found.lower, found.is_explained_by_chance) == (1, 0, False)
    text = maria.get(reverse(COMPARE), {"id": [quiet.public_id, loud.public_id]}).content.decode()
    assert "Chance hardly explains it: “Loud” is above “Quiet”" in text
    assert "within what chance explains" not in text.split("Asked, of those")[0].split("Followed a link, of those")[1]


def test_from_the_list_and_from_a_report(cast, maria, two):
    changelist = reverse("admin:communications_announcement_changelist")
    chosen = {"action": "compare", "_selected_action": [row.pk for row in two]}
    answer = maria.post(changelist, chosen)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse(COMPARE) + "?id=")
    report = maria.get(reverse("admin:communications_announcement_report", args=[two[0].public_id])).content.decode()
    assert f"{reverse(COMPARE)}?id={two[0].public_id}" in report


def test_with_one_or_none_the_others_are_offered(cast, maria, two):
    alone = maria.get(reverse(COMPARE), {"id": two[0].public_id})
    assert "Choose what “Aurora 3 is here” is to be compared with." in alone.content.decode()
    assert [row.pk for row in alone.context["offered"]] == [two[1].pk]
    assert maria.get(reverse(COMPARE), {"q": "nothing like it"}).context["offered"] == []
    for odd in ("nothing", "0190a000-0000-7000-8000-00000000000a", ""):
        assert maria.get(reverse(COMPARE), {"id": odd}).status_code == 200


def test_what_has_not_gone_out_is_not_compared(cast, two):
    draft = announcement_story.draft(cast, "Not yet")
    assert chosen_announcements(cast.maria, [draft.public_id, two[0].public_id]) == [two[0]]


def test_a_portfolio_managers_comparison_counts_their_own(cast, client, two):
    manager = factories.make_user("mo@vendor.example", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=manager)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(COMPARE), {"id": [row.public_id for row in two]})
    assert [line.audience for line in page.context["comparison"].totals] == [2, 2]
    assert "the people of your own partners" in page.content.decode()


def test_it_asks_little(cast, maria, two, django_assert_max_num_queries):
    ids = [row.public_id for row in two]
    maria.get(reverse(COMPARE), {"id": ids})
    with django_assert_max_num_queries(12):
        maria.get(reverse(COMPARE), {"id": ids})


def test_by_api_it_is_the_same(cast, two):
    api = integrator(cast.maria)
    ids = [str(row.public_id) for row in two]
    assert api.get("announcements/comparison/", ids=",".join(ids)).json() == comparison_of(two).as_dict()
    draft = announcement_story.draft(cast, "Not yet")
    for bad in ("", ids[0], "x,y", f"{ids[0]},{draft.public_id}"):
        answer = api.get("announcements/comparison/", ids=bad)
        assert answer.status_code in (400, 422), bad
        assert "ids" in answer.text
