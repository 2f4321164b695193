"""What the tests themselves stand on."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from partners.models import Partner
from tests.database import put_back


@pytest.mark.slow  # `make check` asks it, too
@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_for_the_next_and_what_migrations_wrote_is_there():
    before = list(Group.objects.order_by("pk").values_list("pk", "name"))
    first = Partner.objects.create(name="Alpenglow GmbH")
    Group.objects.filter(name="Approver").delete()
    Group.objects.filter(name="Analyst").update(name="Changed")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_behind ()")

    put_back()

    assert list(Group.objects.order_by("pk").values_list("pk", "name")) == before
    assert not Partner.objects.exists()
    assert "left_behind" not in connection.introspection.table_names()
    assert Partner.objects.create(name="Baltic Cloud OÜ").pk <= first.pk


def test_nobody_of_the_cast_is_shared_between_tests(cast):
    cast.alpenglow.name = "Changed here"
    cast.alpenglow.save()
    assert cast.nora.partner is cast.alpenglow


def test_the_cast_of_each_test_is_new(cast):
    assert cast.alpenglow.name == Partner.objects.get(pk=cast.alpenglow.pk).name == "Alpenglow GmbH"
    assert Partner.objects.create(name="Cirrus AS").pk > cast.baltic.pk
