"""The bar beside the admin's pages: its groups read at a glance, nothing is out of reach, and it remembers what was opened."""

import re

import pytest
from django.urls import reverse

from partnerhub.navigation import GROUPS, Group, Page

READ_AT_A_GLANCE = 14


def labels_of(groups: tuple[Group, ...]) -> list[str]:
    return [place[0] for group in groups for place in group.places if not isinstance(place, Page)]


def test_each_place_stands_once_in_a_group_that_reads_at_a_glance():
    labels = labels_of(GROUPS)
    assert len(labels) == len(set(labels))
    assert {group.key: len(group.places) for group in GROUPS if len(group.places) > READ_AT_A_GLANCE} == {}
    assert len({group.key for group in GROUPS}) == len(GROUPS)


def test_a_closed_group_is_a_button_that_names_what_it_opens(cast, client):
    client.force_login(cast.maria)
    page = client.get(reverse("admin:index")).content.decode()
    closed = re.search(r'<button[^>]*aria-controls="places-talk"[^>]*>', page).group()
    assert 'aria-expanded="false"' in closed
    there = client.get(reverse("admin:communications_conversation_changelist")).content.decode()
    assert 'aria-expanded="true"' in re.search(r'<button[^>]*aria-controls="places-talk"[^>]*>', there).group()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_group_is_opened_by_keyboard_and_stays_open(cast, visit):
    maria = visit(cast.maria)
    page = maria.open(reverse("admin:index"))
    conversations = page.get_by_role("link", name="Conversations", exact=True)
    assert not conversations.is_visible()
    page.get_by_role("button", name="Talk", exact=True).press("Enter")
    conversations.wait_for()
    maria.open(reverse("admin:index"))
    conversations.click()
    page.wait_for_url("**/communications/conversation/")
    assert maria.complaints == []
