"""Files of partners come in: from tables and from nested documents, once and again, sound and broken."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
import yaml
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from accounts.models import User
from activity.models import Activity
from context.actions.facts import rebuild_profile_facts, record_fact
from context.actions.imports import preview_import, run_import, start_import
from context.actions.verdicts import give_verdict
from context.imports.broken import BrokenFile, BrokenMapping
from context.imports.mapping import compile_mapping, shipped_mappings, shipped_spec
from context.imports.shaping import open_source
from context.models import DataPoint, Fact, ImportMapping, ImportRun
from partners.models import Contact, Enrolment, Partner, PartnerKey, PartnerProfile, Programme, Tier
from tests.factories import make_partner

pytestmark = pytest.mark.django_db

HEAD = "name,external_id,country,website,kind,tier,status,contact_name,contact_email,contact_functions\n"
TWO = HEAD + (
    'Corvus AG,C-1,CH,https://corvus.example,reseller,gold,active,Ida Frey,ida@corvus.example,"sales, technical"\n'
    "Delta Freight,D-1,NL,,logistics,silver,prospect,,,\n"
)

# Other nesting and other names than the landscape's: regions hold agencies, each wrapped in "entry"; grades lie elsewhere.
AGENCIES = {
    "regions": [
        {
            "label": "North",
            "agencies": [
                {"entry": {"title": "Fjord Consult [agency]", "web": {"url": "https://fjord.example"}, "ref": 17, "staff": 12}},
                {"entry": {"title": "Geyser ehf [agency]", "ref": 18}},
            ],
        },
        {"label": "South", "agencies": [{"entry": {"title": "Helios SA [agency]", "ref": 19, "staff": 40}}]},
        {"label": "West", "agencies": None},
    ],
    "grades": [
        {"grade": "First", "members": [{"ref": 17, "since": "03/2019"}]},
        {"grade": "Second", "members": [{"who": "HELIOS SA"}]},
    ],
}
AGENCY_MAPPING = {
    "rows": [
        {
            "at": "regions.agencies",
            "where": {"regions": {"label": ["North", "South", "West"]}},
            "unwrap": "entry",
            "constants": {"programme": "agencies", "kind": "referral"},
        }
    ],
    "joins": {
        "grade": {
            "at": ["grades", "members"],
            "on": [
                {"row": "ref", "joined": "ref"},
                {"row": {"from": "title", "clean": [{"strip_suffix": "[agency]"}]}, "joined": "who"},
            ],
        }
    },
    "fields": {
        "name": {"from": ["title", "label"], "clean": [{"strip_suffix": "[agency]"}]},
        "website": "web.url",
        "tier": {"join": "grade", "level": "grades", "from": "grade", "clean": [{"map": {"First": "a", "Second": "b"}}]},
    },
    "keys": {"registry": "ref"},
    "facts": {"member_since": {"join": "grade", "from": "since", "clean": [{"date": "%m/%Y"}]}, "staff": "staff"},
    "programmes": {"agencies": {"name": "Agencies", "tiers": {"a": "Class A", "b": "Class B"}}},
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def bring_in(tmp_path, name: str, content, mapping="partners", **fields) -> ImportRun:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    plan = compile_mapping("own", mapping) if isinstance(mapping, dict) else None
    run = ImportRun.objects.create(mapping="own" if plan else mapping, file_name=name, **fields)
    preview_import(run, path, plan)
    if run.status == ImportRun.Status.PREVIEWED:
        start_import(run, by=fields.get("by"))
        run_import(run, path, plan)
    return run


def everything() -> list:
    models = (Partner, PartnerKey, PartnerProfile, Enrolment, Contact, Fact, Programme, Tier)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refusals(run: ImportRun) -> list[str]:
    return [example["what"] for example in run.preview["examples"].get("refused", [])]


def test_a_table_brings_partners_their_places_people_and_the_source_of_each_value(cast, tmp_path):
    run = bring_in(tmp_path, "list.csv", TWO, by=cast.maria)
    assert (run.status, run.counts["new"], run.counts["new_partners"], run.rows_done) == ("done", 2, 2, 2)
    corvus = Partner.objects.get(external_id="C-1")
    assert (corvus.name, corvus.country, corvus.website) == ("Corvus AG", "CH", "https://corvus.example")
    place = corvus.enrolments.get()
    assert (place.programme, place.kind.key, place.tier.key, place.is_primary) == (cast.programme, "reseller", "gold", True)
    assert corvus.contacts.get().functions == ["sales", "technical"]
    facts = {fact.data_point.key: fact for fact in corvus.facts.filter(contact=None).select_related("data_point")}
    assert set(facts) == {"name", "country", "website", "kind", "tier", "status"}
    said = corvus.facts.values_list("source", "method", "asserted_by")
    assert set(said) == {("list.csv", "import", cast.maria.pk)}
    assert corvus.profile.facts["tier@vendor"] == "gold"
    assert Partner.objects.get(external_id="D-1").enrolments.get().status == "prospect"


def test_each_value_of_a_person_has_its_source(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    ida = Contact.objects.get(email="ida@corvus.example")
    told = dict(ida.facts.values_list("data_point__key", "value"))
    assert told == {
        "contact_name": "Ida Frey",
        "contact_email": "ida@corvus.example",
        "contact_functions": ["sales", "technical"],
    }
    assert not [key for key in ida.partner.profile.facts if key.startswith("contact")]


def test_what_is_known_better_of_a_person_stands_against_the_file(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    ida = Contact.objects.get(email="ida@corvus.example")
    give_verdict(ida.facts.get(data_point__key="contact_name"), "verified", by=cast.maria)
    run = bring_in(tmp_path, "other.csv", TWO.replace("Ida Frey", "Ida Freitag").replace('"sales, technical"', "sales"))
    [changed] = run.preview["examples"]["changed"][:1]
    assert changed["what"] == "contact functions: sales, technical → sales"
    ida.refresh_from_db()
    assert (ida.name, ida.functions) == ("Ida Frey", ["sales"])
    assert ida.facts.filter(source="other.csv", value="Ida Freitag").exists()


def test_a_profile_written_by_an_import_is_what_the_ledger_gives(cast, tmp_path):
    rows = "Corvus AG,C-1,CH,gold,2024-05-01\nDelta Freight,D-1,NL,silver,2023-01-01\n"
    bring_in(tmp_path, "list.csv", "name,external_id,country,tier,observed_on\n" + rows)
    before = everything()
    rebuild_profile_facts(Partner.objects.values_list("pk", flat=True))
    assert everything() == before


def test_importing_gives_nobody_access(cast, tmp_path):
    users = User.objects.count()
    bring_in(tmp_path, "list.csv", TWO)
    ida = Contact.objects.get(email="ida@corvus.example")
    assert (ida.user, ida.is_partner_admin, User.objects.count()) == (None, False, users)


def test_the_second_run_changes_nothing(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    before = everything()
    run = bring_in(tmp_path, "list.csv", TWO)
    assert (run.counts["unchanged"], run.counts["new"], run.counts["changed"], run.counts["facts"]) == (2, 0, 0, 0)
    assert everything() == before


def test_one_activity_is_written_for_a_run(cast, tmp_path):
    before = Activity.objects.count()
    run = bring_in(tmp_path, "list.csv", TWO, by=cast.maria)
    [activity] = Activity.objects.order_by("-pk")[: Activity.objects.count() - before]
    assert (activity.verb, activity.actor, activity.subject_id) == ("import.finished", cast.maria, run.pk)


def test_what_changed_in_the_file_changes_and_is_told_before(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    run = bring_in(tmp_path, "list.csv", TWO.replace("gold", "silver").replace("ida@corvus.example,", "IDA@corvus.example,"))
    [changed] = run.preview["examples"]["changed"]
    assert changed == {"row": 2, "name": "Corvus AG", "what": "tier: gold → silver"}
    corvus = Partner.objects.get(external_id="C-1")
    assert (corvus.enrolments.get().tier.key, corvus.facts.filter(data_point__key="tier").count()) == ("silver", 2)


def test_a_verified_value_and_a_later_one_stand_against_the_file(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    corvus = Partner.objects.get(external_id="C-1")
    give_verdict(corvus.facts.get(data_point__key="website"), "verified", by=cast.maria)
    delta = Partner.objects.get(external_id="D-1")
    record_fact(delta, "country", "BE", source="call", method="interview", observed_at=datetime(2024, 5, 1, tzinfo=UTC))
    Partner.objects.filter(pk=delta.pk).update(country="BE")
    old = TWO.replace("https://corvus.example", "https://elsewhere.example").replace("NL", "LU")
    bring_in(tmp_path, "old.csv", old, as_of="2020-01-01")
    assert Partner.objects.get(pk=corvus.pk).website == "https://corvus.example"
    assert corvus.facts.filter(value="https://elsewhere.example", source="old.csv, 2020-01-01").exists()
    assert Partner.objects.get(pk=delta.pk).country == "BE"


def test_a_value_edited_by_hand_stays_when_the_file_says_nothing_new(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    Partner.objects.filter(external_id="C-1").update(website="https://by-hand.example")
    run = bring_in(tmp_path, "list.csv", TWO)
    assert run.counts["unchanged"] == 2
    assert Partner.objects.get(external_id="C-1").website == "https://by-hand.example"


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


def test_a_workbook_reads_like_a_table(cast, tmp_path):
    book = Workbook()
    book.active.append(["Name", "External ID", "Starts on", "Contact name", None])
    book.active.append(["Kelpie Ltd", 4711.0, datetime(2024, 2, 29), "Una Roy"])
    book.active.append([None, None, None, None])
    book.save(tmp_path / "book.xlsx")
    run = bring_in(tmp_path, "book.xlsx", (tmp_path / "book.xlsx").read_bytes())
    assert run.counts["new"] == 1
    kelpie = Partner.objects.get(external_id="4711")
    assert (kelpie.enrolments.get().starts_on.isoformat(), kelpie.contacts.get().name) == ("2024-02-29", "Una Roy")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_survive_each_way_of_writing_unicode(cast, tmp_path, encoding):
    bring_in(tmp_path, "list.csv", "name;external_id\nŁódź Sœur 株式会社;L-1\n".encode(encoding))
    assert Partner.objects.get(external_id="L-1").name == "Łódź Sœur 株式会社"


def test_refused_rows_come_back_mended(cast, tmp_path):
    wrong = TWO.replace(",CH,", ",Schweiz,").replace("logistics", "shipping") + "Echo Ltd,E-1,GB,,reseller,,,,,\n"
    run = bring_in(tmp_path, "list.csv", wrong)
    assert (run.counts["new"], run.counts["refused"]) == (1, 2)
    assert [example["row"] for example in run.preview["examples"]["refused"]] == [2, 3]
    assert "“Schweiz” is not a country code" in refusals(run)[0]
    assert "There is no kind “shipping”. Known are:" in refusals(run)[1]
    assert not Partner.objects.filter(external_id__in=["C-1", "D-1"]).exists()
    handed_back = run.refused.read().decode("utf-8-sig")
    assert handed_back.splitlines()[0] == HEAD.strip() + ",row,reason"
    mended = handed_back.replace("Schweiz", "CH", 1).replace("shipping", "logistics", 1)
    again = bring_in(tmp_path, "mended.csv", mended)
    assert (again.counts["new"], again.counts["refused"], again.preview["unused"]) == (2, 0, [])
    assert Partner.objects.get(external_id="C-1").country == "CH"


def test_refused_rows_of_a_document_come_back_as_plain_columns(cast, tmp_path):
    DataPoint.objects.create(key="staff", label="Staff", type="number")
    broken = json.loads(json.dumps(AGENCIES))
    broken["regions"][0]["agencies"][0]["entry"]["staff"] = "a dozen"
    run = bring_in(tmp_path, "agencies.json", json.dumps(broken), AGENCY_MAPPING)
    assert refusals(run) == ["“a dozen” is no value of “Staff”: it has to be a number such as 1250.5."]
    again = bring_in(tmp_path, "mended.csv", run.refused.read().decode("utf-8-sig").replace("a dozen", "12", 1))
    assert again.counts["new"] == 1
    fjord = Partner.objects.get(name="Fjord Consult")
    assert (fjord.keys.get().system, fjord.enrolments.get().tier.key, fjord.profile.facts["staff"]) == ("registry", "a", 12)


def test_a_row_cannot_hand_a_formula_to_a_spreadsheet(cast, tmp_path):
    run = bring_in(tmp_path, "list.csv", "name,country\n=cmd|'/c calc'!A1,Nowhere\n")
    assert "\n =cmd" in run.refused.read().decode("utf-8-sig")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("Corvus AG,C-1,,,,,,,,\nCorvus Two,C-1,,,,,,,,\n", "Row 2 is about the same partner in the same programme"),
        ("Corvus AG,C-1,,,,,,Ida,i@c.example,\nCorvus AG,C-1,,,,,,Ida,I@c.example,\n", "An earlier row is about the same person"),
        ("Corvus AG,C-1,CH,,,,,Ida,,\nCorvus AG,C-1,AT,,,,,Jan,,\n", "Row 2 says something else about this partner"),
        (",C-1,CH,,,,,,,\n", "A name is needed"),
        ("Corvus AG,,,corvus,,,,,,\n", "“corvus” is not a web address"),
        ("Corvus AG,,,,,platinum,,,,\n", "There is no tier “platinum”. Known are: gold, silver."),
        ("Corvus AG,,,,,,gone,,,\n", "There is no status “gone”"),
        ("Corvus AG,,,,,,,,ida@corvus.example,\n", "but no contact_name"),
        ("Corvus AG,,,,,,,Ida,not an address,\n", "is not an e-mail address"),
        ("Corvus AG,C-1,CH,,,,,,,,slipped\n", "It has 11 values, but there are 10 columns"),
        ("Alpenglow GmbH,X-9,,,,,,,,\n", None),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(cast, tmp_path, rows, sentence):
    run = bring_in(tmp_path, "list.csv", HEAD + rows)
    if sentence is None:
        assert (run.counts["new"], Partner.objects.filter(name="Alpenglow GmbH").count()) == (1, 2)
        return
    assert run.counts["refused"] == 1
    assert sentence in refusals(run)[0]


def test_a_name_that_two_partners_have_asks_for_a_key(cast, tmp_path):
    make_partner("Twin GmbH", programme=cast.programme)
    make_partner("Twin GmbH", programme=cast.programme)
    run = bring_in(tmp_path, "list.csv", "name,country\nTwin GmbH,AT\n")
    assert "There are several partners called “Twin GmbH”" in refusals(run)[0]
    assert not Partner.objects.filter(country="AT").exists()


def test_keys_of_two_partners_in_one_row_are_refused(cast, tmp_path):
    PartnerKey.objects.create(partner=cast.baltic, system="registry", value="77")
    run = bring_in(tmp_path, "list.csv", "name,external_id,key.registry\nAlpenglow GmbH,A-1,77\n")
    assert "Its keys belong to different partners" in refusals(run)[0]


def _zip_bomb() -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("list.csv", "name\nCafé\n".encode("latin-1"), "Line 2 is not UTF-8"),
        ("list.csv", b"na\0me\n", "zero bytes"),
        ("list.csv", b'name\n"open\n', "begins in line 2 cannot be read"),
        ("list.csv", b"title\nX\n", "There is no column “name”. The columns are: title."),
        ("list.csv", b"name,Name\nX,Y\n", "Two columns are called “name”"),
        ("list.csv", b"", "is empty"),
        ("list.csv", b"name\n" + b"x" * 600_000, "at most"),
        ("list.pdf", b"%PDF", "not a CSV, XLSX, JSON or YAML file"),
        ("book.xlsx", b"PK nonsense", "not a workbook"),
        ("book.xlsx", _zip_bomb(), "unpacks to far more"),
        ("doc.json", b'[{"name": ', "not JSON"),
        ("doc.json", b'{"name": "x"}', "expects a list"),
        ("doc.yml", b"a: [1\nb: 2", "not YAML"),
        ("doc.yml", b"[" * 50_000, "nested more than"),
        ("doc.yml", b"!!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_a_broken_file_gets_a_sentence_and_nothing_is_written(cast, tmp_path, settings, name, content, sentence):
    settings.IMPORT_MAX_BYTES = 500_000
    before = everything()
    run = bring_in(tmp_path, name, content)
    assert run.status == ImportRun.Status.FAILED
    assert sentence in run.problem
    assert everything() == before


def test_a_large_json_list_is_read_one_item_at_a_time(tmp_path):
    path = tmp_path / "list.json"
    path.write_text('[{"name": "First"}, {"name": "Second"}, ' + "this is never reached")
    records = iter(open_source(path, "list.json", compile_mapping("partners", shipped_spec("partners"))).records)
    assert next(records).name == "First"
    with pytest.raises(BrokenFile, match="not JSON"):
        list(records)


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


def test_a_run_that_was_cut_off_goes_on_where_it_was(cast, tmp_path, monkeypatch):
    monkeypatch.setattr("context.actions.imports.BATCH_ROWS", 10)
    path = tmp_path / "list.csv"
    path.write_text("name,external_id\n" + "".join(f"P {n},P-{n}\n" for n in range(25)))
    run = ImportRun.objects.create(mapping="partners", file_name="list.csv")
    preview_import(run, path)
    start_import(run, by=None)

    def power_cut(rows: int) -> None:
        if rows > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(run, path, progress=power_cut)
    run.refresh_from_db()
    assert (run.status, run.rows_done, Partner.objects.filter(external_id__startswith="P-").count()) == ("running", 20, 20)
    run_import(run, path)
    assert (run.status, run.counts["new"], Partner.objects.filter(external_id__startswith="P-").count()) == ("done", 25, 25)


def test_an_installation_that_lacks_data_points_gets_them(cast, tmp_path):
    DataPoint.objects.filter(key__startswith="contact_").delete()
    assert bring_in(tmp_path, "list.csv", TWO).status == "done"
    assert Contact.objects.get(email="ida@corvus.example").facts.count() == 3


def test_a_fault_of_ours_ends_the_run_and_is_not_tried_for_ever(cast, tmp_path, monkeypatch):
    def fault(*_args, **_kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr("context.actions.imports.apply_batch", fault)
    before = everything()
    with pytest.raises(RuntimeError):
        bring_in(tmp_path, "list.csv", TWO)
    run = ImportRun.objects.get()
    assert (run.status, "a fault of this portal" in run.problem, everything() == before) == ("failed", True, True)


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, tmp_path, django_assert_max_num_queries):
    rows = "".join(f"P {n},P-{n},DE,,reseller,gold,active,N {n},n{n}@p.example,sales\n" for n in range(400))
    with django_assert_max_num_queries(75):
        assert bring_in(tmp_path, "list.csv", HEAD + rows).counts["new"] == 400


def test_the_command_previews_imports_and_hands_back(cast, tmp_path, capsys):
    path, out = tmp_path / "list.csv", tmp_path / "refused.csv"
    path.write_text(TWO.replace(",CH,", ",XX,"))
    call_command("import_partners", str(path), dry_run=True, refused=out)
    assert "“XX” is not a country code" in capsys.readouterr().out
    assert (ImportRun.objects.count(), Partner.objects.filter(external_id="D-1").count(), out.exists()) == (0, 0, True)
    call_command("import_partners", str(path), refused=out)
    printed = capsys.readouterr()
    assert "Done: 1 partners and 1 enrolments new" in printed.out
    assert "2/2" in printed.err
    assert "XX" in out.read_text("utf-8-sig")


def test_the_command_takes_a_mapping_from_a_file_or_the_database(cast, tmp_path):
    DataPoint.objects.create(key="staff", label="Staff", type="number")
    document, spec = tmp_path / "agencies.json", tmp_path / "agencies.map.yml"
    document.write_text(json.dumps(AGENCIES))
    spec.write_text(yaml.safe_dump(AGENCY_MAPPING))
    call_command("import_partners", str(document), mapping=str(spec))
    ImportMapping.objects.create(key="ours", name="Ours", spec=AGENCY_MAPPING)
    call_command("import_partners", str(document), mapping="ours")
    assert Enrolment.objects.filter(programme__key="agencies").count() == 3


def test_the_command_ends_with_a_sentence_when_the_file_or_the_mapping_is_wrong(cast, tmp_path):
    with pytest.raises(CommandError, match="There is no file “nowhere.csv”"):
        call_command("import_partners", str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match="There is no mapping “nothing”. Known are: partners"):
        call_command("import_partners", str(tmp_path / "nowhere.csv"), mapping="nothing")
