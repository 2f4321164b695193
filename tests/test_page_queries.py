"""No page of the portal asks the database often, whatever it tells: what is asked by its frame counts with it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.every_page import portal_pages_of

pytestmark = pytest.mark.django_db
MOST = 12


def test_every_page_of_the_portal_asks_at_most_a_dozen_times(cast, world):
    pages = portal_pages_of(cast.nora.user, world)  # each of them was read once by now
    client = Client()
    client.force_login(cast.nora.user)
    client.get("/")
    asked = {}
    for name, path in pages.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        asked[name] = len(queries)
    assert len(asked) > 60
    assert {name: queries for name, queries in asked.items() if queries > MOST} == {}
