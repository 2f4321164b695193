"""A partner comes in, changes, moves within programmes; what is not right is refused with a sentence."""

import pytest

from activity.models import Activity
from activity.refusals import Invalid, Refused
from partners.actions.enrolments import change_enrolment, end_enrolment, enrol_partner
from partners.actions.partners import change_partner, create_partner
from partners.actions.products import change_product, create_product
from partners.actions.programmes import default_programme
from partners.actions.relations import end_relation, relate_partners
from partners.models import Enrolment, Partner, PartnerProfile, Programme, Tier
from tests.factories import make_programme

pytestmark = pytest.mark.django_db


def test_a_partner_comes_in_with_enrolment_profile_and_record(cast):
    partner = create_partner(
        by=cast.maria, name="  Cirrus AG ", country="ch", website="https://cirrus.example", kind="integrator", tier="gold"
    )
    assert (partner.name, partner.country) == ("Cirrus AG", "CH")
    enrolment = partner.enrolments.get()
    assert (enrolment.programme, enrolment.kind.key, enrolment.tier.key, enrolment.is_primary) == (
        cast.programme,
        "integrator",
        "gold",
        True,
    )
    assert PartnerProfile.objects.filter(partner=partner).exists()
    assert list(Activity.objects.of_partner(partner.pk).values_list("verb", "actor")) == [
        ("enrolment.created", cast.maria.pk),
        ("partner.created", cast.maria.pk),
    ]


def test_the_first_programme_is_made_when_there_is_none(db):
    assert not Programme.objects.exists()
    programme = default_programme()
    assert programme.is_default
    assert default_programme() == programme


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"name": ""}, "name", "A name is needed"),
        ({"name": "Cirrus\r\nBcc: all@example.com"}, "name", "line break"),
        ({"name": "x" * 201}, "name", "201 characters"),
        ({"country": "Germany"}, "country", "use DE"),
        ({"country": "QQ"}, "country", "ISO 3166-1"),
        ({"website": "javascript:alert(1)"}, "website", "https://"),
        ({"website": "cirrus"}, "website", "https://"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Europe/Berlin"),
        ({"language": "klingon"}, "language", "ISO 639"),
        ({"kind": "wizard"}, "kind", "reseller"),
        ({"tier": "diamond"}, "tier", "gold, silver"),
        ({"status": "sleeping"}, "status", "prospect, applied"),
        ({"external_id": "A-1"}, "external_id", "Another partner already has"),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_written(cast, fields, field, said):
    before = Partner.objects.count(), Activity.objects.count()
    with pytest.raises(Refused) as refusal:
        create_partner(by=cast.maria, **{"name": "Cirrus AG", **fields})
    assert refusal.value.field == field
    assert said in str(refusal.value)
    assert (Partner.objects.count(), Activity.objects.count()) == before


def test_a_change_writes_what_differs_and_says_what_it_was(cast):
    change_partner(cast.alpenglow, by=cast.maria, name="Alpenglow GmbH", country="at", tier="silver")
    cast.alpenglow.refresh_from_db()
    assert cast.alpenglow.country == "AT"
    assert cast.alpenglow.enrolments.get().tier.key == "silver"
    of_partner, of_enrolment = Activity.objects.of_partner(cast.alpenglow.pk).order_by("pk")
    assert of_partner.data == {"changes": {"country": ["DE", "AT"]}}
    assert of_enrolment.data == {"changes": {"tier": ["Gold", "Silver"]}}


def test_an_unchanged_change_leaves_no_trace(cast):
    change_partner(cast.alpenglow, by=cast.maria, name="Alpenglow GmbH", country="DE", tier="gold")
    assert not Activity.objects.exists()


def test_a_field_that_cannot_be_changed_is_named(cast):
    with pytest.raises(Invalid, match="“public_id” cannot be changed"):
        change_partner(cast.alpenglow, by=cast.maria, public_id="x")


def test_one_current_enrolment_per_programme_and_one_primary(cast):
    makers = make_programme("makers")
    with pytest.raises(Refused, match="already in"):
        enrol_partner(cast.alpenglow, cast.programme, by=cast.maria)
    second = enrol_partner(cast.alpenglow, makers, by=cast.maria)
    assert not second.is_primary
    change_enrolment(second, by=cast.maria, is_primary=True)
    assert cast.alpenglow.enrolments.filter(is_primary=True).get() == second
    end_enrolment(second, by=cast.maria)
    assert cast.alpenglow.enrolments.filter(is_primary=True).get().programme == cast.programme
    with pytest.raises(Refused, match="history now"):
        change_enrolment(second, by=cast.maria, stage="sell")


def test_a_tier_of_another_programme_is_unknown_here(cast):
    makers = make_programme("makers")
    theirs = Tier.objects.create(programme=makers, key="strategic", name="Strategic")
    enrolment = cast.alpenglow.enrolments.get()
    with pytest.raises(Invalid, match="gold, silver"):
        change_enrolment(enrolment, by=cast.maria, tier=theirs)
    enrolment.refresh_from_db()
    assert enrolment.tier.key == "gold"


def test_only_a_manager_can_be_responsible(cast):
    with pytest.raises(Invalid, match="is not a manager"):
        change_partner(cast.alpenglow, by=cast.maria, manager=cast.nora.user)
    assert Enrolment.objects.get(partner=cast.alpenglow).manager is None


def test_relations_have_no_circle_of_two(cast):
    relation = relate_partners(cast.alpenglow, "distributed_by", cast.baltic, by=cast.maria)
    with pytest.raises(Refused, match="already on record"):
        relate_partners(cast.alpenglow, "distributed_by", cast.baltic, by=cast.maria)
    with pytest.raises(Refused, match="opposite"):
        relate_partners(cast.baltic, "distributed_by", cast.alpenglow, by=cast.maria)
    end_relation(relation, by=cast.maria)
    relate_partners(cast.baltic, "distributed_by", cast.alpenglow, by=cast.maria)


def test_a_product_is_there_once(cast):
    product = create_product(by=cast.maria, line="Aurora", name="Aurora", version="3")
    with pytest.raises(Refused, match="already has a product"):
        create_product(by=cast.maria, line="Aurora", name="Aurora", version="3")
    change_product(product, by=cast.maria, status="end_of_sale")
    product.refresh_from_db()
    assert product.status == "end_of_sale"
