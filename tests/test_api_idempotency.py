"""Fifty impatient clients with one key make one partner."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from partners.models import Partner
from tests.api import Integrator, integrator

IMPATIENT = 50


def post_at_once(maria: Integrator, times: int) -> list:
    def one(_number):
        try:
            return Integrator(maria.token, type(maria.client)()).post("partners/", {"name": "Cirrus AS"}, idempotency_key="k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_one_key_make_one_partner(cast):
    maria = integrator(cast.maria)
    answers = post_at_once(maria, IMPATIENT)
    assert Partner.objects.filter(name="Cirrus AS").count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert set(made) == {str(Partner.objects.get(name="Cirrus AS").public_id)}
    assert all(answer.json()["type"].endswith("in_flight") for answer in answers if answer.status_code == 409)
