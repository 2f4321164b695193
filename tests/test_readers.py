"""“As read by”: anybody of the audience can be found, not only the first page of them."""

import pytest
from django.urls import reverse

from communications.queries.readers import READERS_OFFERED
from partners.models import Contact
from tests import announcement_story, factories

FORM = "admin:communications_announcement_readers"


@pytest.fixture
def crowd(cast):
    """Sixty people whose names come before everybody else's, so that Sven is on no first page."""
    people = [Contact(partner=cast.alpenglow, name=f"Aaron {n:02}", email=f"aaron{n}@alpenglow.example") for n in range(60)]
    return Contact.objects.bulk_create(people)


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_the_composer_offers_the_first_and_says_that_there_are_more(cast, maria, crowd):
    draft = announcement_story.draft(cast)
    page = maria.get(reverse("admin:communications_announcement_change", args=[draft.public_id]))
    assert len(page.context["readers"].people) == READERS_OFFERED
    assert "search for them" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["sven", "Tamm baltic", "sven@baltic.example", "BALTIC CLOUD"])
def test_anybody_is_found_by_name_partner_or_address(cast, maria, crowd, words, django_assert_max_num_queries):
    segment = factories.make_segment()
    maria.get(reverse("admin:index"))
    with django_assert_max_num_queries(12):
        found = maria.post(reverse(FORM), {"segment": segment.pk, "look_for": words}).content.decode()
    assert "Sven Tamm, Baltic Cloud OÜ" in found
    assert "Aaron" not in found


@pytest.mark.django_db
def test_only_the_audience_is_found(cast, maria, crowd):
    germans = factories.make_segment("Germans", {"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    found = maria.post(reverse(FORM), {"segment": germans.pk, "look_for": "sven"}).content.decode()
    assert "nobody in the audience" in found


@pytest.mark.django_db
def test_a_manager_finds_people_of_their_own_partners_only(cast, client, crowd):
    manager = factories.make_user("mo@vendor.example", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=manager)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    segment = factories.make_segment()
    assert "Nora Berg" in client.post(reverse(FORM), {"segment": segment.pk, "look_for": "berg"}).content.decode()
    assert "Sven" not in client.post(reverse(FORM), {"segment": segment.pk, "look_for": "sven"}).content.decode()


@pytest.mark.django_db
def test_whom_the_search_finds_is_whom_the_preview_is_for(cast, maria, crowd):
    draft = announcement_story.draft(cast)
    one = {"args": [draft.public_id, 0]}
    look = {"look_for": "sven"}
    assert "Sven Tamm" in maria.get(reverse("admin:communications_announcement_version_readers", **one), look).content.decode()
    assert (
        "Hello Sven Tamm" in maria.get(reverse("admin:communications_announcement_version_preview", **one), look).content.decode()
    )
    page = maria.get(reverse("admin:communications_announcement_page", args=[draft.public_id]), {"look_as": cast.sven.public_id})
    assert page.context["readers"].people[0] == cast.sven
    assert f"look_as={cast.sven.public_id}" in page.content.decode()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_in_the_composer_it_follows_what_is_typed(cast, visit, crowd):
    draft = announcement_story.draft(cast)
    maria = visit(cast.maria)
    page = maria.open(reverse("admin:communications_announcement_change", args=[draft.public_id]))
    page.frame_locator(".co-frame:not(.is-waiting)").get_by_text("Hello Aaron 00").wait_for()

    page.get_by_label("Find a reader").fill("tamm")
    page.frame_locator(".co-frame:not(.is-waiting)").get_by_text("Hello Sven Tamm").wait_for()
    assert page.locator("#look_as option").all_inner_texts() == ["Sven Tamm, Baltic Cloud OÜ"]
    page.get_by_label("Find a reader").press("Enter")
    page.get_by_label("Title", exact=True).press("Enter")
    assert len(page.context.pages) == 1
    assert maria.complaints == []
