"""What is meant for whom: their programmes, and the segments that they are in, each person by themselves."""

import pytest
from django.contrib.auth.models import AnonymousUser

from context.membership import Reader, meant_for
from enablement.models import Resource
from partners.models import Contact
from tests import factories, library_story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def rule(field: str, value: str) -> dict:
    return {"all": [{"field": field, "op": "eq", "value": value}]}


@pytest.fixture
def two(cast):
    """Nora also works for Elbe, of another programme."""
    other = factories.make_programme("other")
    elbe = factories.make_partner("Elbe", programme=other, tier="silver")
    return factories.make_contact(elbe, "Nora", "nora@elbe.example", user=cast.nora.user)


def written(cast, title: str, programme, segment=None) -> None:
    resource = library_story.written(cast, title, segment=segment)
    Resource.objects.filter(pk=resource.pk).update(programme=programme)


def titles(meant) -> set[str]:
    return set(Resource.objects.filter(meant).values_list("title", flat=True))


def test_what_one_is_in_as_one_person_opens_nothing_as_another(cast, two):
    """One login for two partners: a segment of the one is no key to what its other programme has for the same segment."""
    gold = factories.make_segment("Gold", rule=rule("enrolment.tier", "gold"))
    silver = factories.make_segment("Silver", rule=rule("enrolment.tier", "silver"))
    theirs = two.partner.enrolments.get().programme
    written(cast, "Gold here", cast.programme, gold)
    written(cast, "Silver here", cast.programme, silver)
    written(cast, "Gold there", theirs, gold)
    written(cast, "Silver there", theirs, silver)
    assert titles(Reader(cast.nora.user).meant) == {"Gold here", "Silver there"}
    assert titles(Reader(cast.sven.user).meant) == {"Silver here"}
    assert titles(Reader(AnonymousUser()).meant) == set()
    assert titles(meant_for([cast.nora], Resource.objects.all())) == {"Gold here"}
    assert titles(meant_for([two], Resource.objects.all())) == {"Silver there"}
    assert titles(meant_for([cast.nora, two], Resource.objects.all())) == {"Gold here", "Silver there"}
    Contact.objects.filter(pk=two.pk).update(left_on="2026-01-01")
    assert titles(Reader(cast.nora.user).meant) == {"Gold here"}


def test_it_is_asked_anew_each_time(cast):
    german = factories.make_segment("German", rule=rule("partner.country", "DE"))
    written(cast, "For Germany", cast.programme, german)
    assert titles(Reader(cast.nora.user).meant) == {"For Germany"}
    cast.alpenglow.country = "AT"
    cast.alpenglow.save()
    assert titles(Reader(cast.nora.user).meant) == set()


@pytest.mark.parametrize("segments", [1, 12])
def test_two_queries_whatever_the_number_of_segments_and_partners(cast, two, segments, django_assert_num_queries):
    for n in range(segments):
        written(cast, f"Guide {n}", cast.programme, factories.make_segment(f"Gold {n}", rule=rule("enrolment.tier", "gold")))
    reader = Reader(cast.nora.user)
    with django_assert_num_queries(2):
        meant = reader.meant
        assert reader.people == [cast.nora, two]
    assert len(titles(meant)) == segments
    with django_assert_num_queries(2):
        meant_for([cast.nora, two], Resource.objects.all())
