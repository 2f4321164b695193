"""People at partners: added, changed, gone."""

import pytest

from activity.models import Activity
from activity.refusals import Refused
from partners.actions.contacts import add_contact, change_contact, end_contact
from partners.models import Contact
from tests.factories import make_contact

pytestmark = pytest.mark.django_db


def test_a_person_is_added_and_gets_no_access(cast):
    tess = add_contact(
        cast.alpenglow, by=cast.nora.user, name="Tess New", email="Tess@Alpenglow.example", functions=["sales", "sales"]
    )
    assert (tess.email, tess.functions, tess.user) == ("tess@alpenglow.example", ["sales"], None)
    assert Activity.objects.get(verb="contact.added").partner_id == cast.alpenglow.pk


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"email": "tess"}, "email", "is not an e-mail address"),
        ({"email": "tess@x.example\nBcc: a@b.example"}, "email", "line break"),
        ({"email": "NORA@alpenglow.example"}, "email", "already has a contact"),
        ({"functions": ["wizard"]}, "functions", "executive"),
        ({"time_zone": "Nowhere"}, "time_zone", "not a time zone"),
        ({"name": "  "}, "name", "is needed"),
    ],
)
def test_what_is_not_right_is_refused_and_nobody_is_added(cast, fields, field, said):
    before = Contact.objects.count()
    with pytest.raises(Refused) as refusal:
        add_contact(cast.alpenglow, by=cast.maria, **{"name": "Tess", **fields})
    assert refusal.value.field == field
    assert said in str(refusal.value)
    assert Contact.objects.count() == before


def test_the_same_address_may_work_for_two_partners(cast):
    assert add_contact(cast.baltic, by=cast.maria, name="Nora Berg", email=cast.nora.email).pk


def test_a_taken_address_is_refused_on_change_and_stays_what_it_was(cast):
    with pytest.raises(Refused, match="already has a contact"):
        change_contact(cast.ben, by=cast.maria, email=cast.nora.email)
    assert Contact.objects.get(pk=cast.ben.pk).email == "ben@alpenglow.example"


def test_whoever_left_no_longer_speaks_for_the_partner(cast):
    end_contact(cast.nora, by=cast.maria)
    assert not Contact.objects.of_login(cast.nora.user).exists()
    with pytest.raises(Refused, match="already left"):
        end_contact(cast.nora, by=cast.maria)


def test_several_functions_are_kept_in_order(cast):
    tess = make_contact(cast.alpenglow, "Tess", "tess@alpenglow.example")
    change_contact(tess, by=cast.maria, functions=["technical", "executive"])
    tess.refresh_from_db()
    assert tess.functions == ["technical", "executive"]
