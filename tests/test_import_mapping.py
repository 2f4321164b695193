"""A mapping is data: other nesting, other names, and a sentence where it makes no sense."""

import json

import pytest
import yaml

from context.imports.broken import BrokenMapping
from context.imports.mapping import compile_mapping, shipped_mappings, shipped_spec
from context.models import DataPoint
from partners.models import Partner
from tests.import_story import AGENCIES, AGENCY_MAPPING, bring_in, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.mark.parametrize("ending", ["json", "yml"])
def test_a_mapping_reads_other_nesting_and_other_names(cast, tmp_path, ending):
    DataPoint.objects.create(key="staff", label="Staff", type="number")
    content = json.dumps(AGENCIES) if ending == "json" else yaml.safe_dump(AGENCIES)
    run = bring_in(tmp_path, f"agencies.{ending}", content, AGENCY_MAPPING)
    assert (run.counts["new"], run.counts["refused"]) == (3, 0)
    fjord, geyser, helios = (Partner.objects.get(name=name) for name in ("Fjord Consult", "Geyser ehf", "Helios SA"))
    assert fjord.website == "https://fjord.example"
    assert [partner.enrolments.get().tier and partner.enrolments.get().tier.name for partner in (fjord, geyser, helios)] == [
        "Class A",
        None,
        "Class B",
    ]
    assert fjord.keys.get().value == "17"
    assert fjord.profile.facts["member_since"] == "2019-03-01"
    assert fjord.profile.facts["staff"] == 12
    assert "staff" not in geyser.profile.facts
    assert helios.enrolments.get().starts_on is None
    before = everything()
    assert bring_in(tmp_path, f"agencies.{ending}", content, AGENCY_MAPPING).counts["unchanged"] == 3
    assert everything() == before


def test_the_landscape_mapping_reads_its_shape(cast, tmp_path):
    def sub(name, *items):
        return {"subcategory": None, "name": name, "items": list(items) or None}

    def item(name, key, **more):
        url = f"https://keys.example/{key}"
        return {"item": None, "name": name, "homepage_url": f"https://{key}.example", "crunchbase": url, **more}

    document = {
        "landscape": [
            {
                "name": "Special",
                "subcategories": [
                    sub("Kubernetes Certified Service Provider", item("Inari (KCSP)", "inari"), item("Jotun (KCSP)", "jotun")),
                    sub("Kubernetes Training Partner", item("INARI (KTP)", "inari", homepage_url="https://inari.example/training")),
                    sub("Certified CNFs"),
                ],
            },
            {
                "name": "CNCF Members",
                "subcategories": [sub("Gold", item("Inari (member)", "inari", joined="2018-01-01")), sub("Silver")],
            },
            {"name": "Other", "subcategories": [sub("Silver", item("Jotun (member)", "jotun", joined="2011-01-01"))]},
        ]
    }
    run = bring_in(tmp_path, "landscape.yml", yaml.safe_dump(document), "landscape")
    assert (run.counts["new"], run.counts["new_partners"], run.counts["refused"]) == (3, 2, 0)
    inari, jotun = Partner.objects.get(name="Inari"), Partner.objects.get(name="Jotun")
    places = {place.programme.key: place for place in inari.enrolments.all()}
    assert {key: (place.tier.key, place.is_primary) for key, place in places.items()} == {
        "kcsp": ("gold", True),
        "ktp": ("gold", False),
    }
    assert inari.website == "https://inari.example"
    facts = inari.profile.facts
    assert (facts["website@ktp"], facts["name@ktp"]) == ("https://inari.example/training", "INARI")
    assert (facts["member_since"], places["kcsp"].starts_on) == ("2018-01-01", None)
    assert (jotun.enrolments.get().tier, "member_since" in jotun.profile.facts, jotun.country) == (None, False, "")


def test_every_shipped_mapping_is_sound():
    assert {"landscape", "partners", "listings"} <= set(shipped_mappings())
    for name in shipped_mappings():
        assert compile_mapping(name, shipped_spec(name)).fields["name"]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ([], "set of named parts"),
        ({"fields": {}}, "where the partner's name is"),
        ({"fields": {"name": "n", "nmae": "x"}}, "“nmae” has no meaning"),
        ({"fields": {"name": {"from": "n", "clean": ["shout"]}}}, "no cleaning step “shout”"),
        ({"fields": {"name": {"from": "n", "join": "other"}}}, "a join “other” that it does not describe"),
        ({"fields": {"name": "n"}, "rows": [{"at": ["a"], "where": {"b": {}}}]}, "“b” has no meaning in where"),
        ({"fields": {"name": "n"}, "match": ["key.x"]}, "“key.x” has no meaning in match"),
    ],
)
def test_a_broken_mapping_names_its_part(spec, sentence):
    with pytest.raises(BrokenMapping, match=sentence):
        compile_mapping("own", spec)
