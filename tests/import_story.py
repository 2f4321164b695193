"""Files for stories of imports, and a short way to bring one in."""

from context.actions.imports import preview_import, run_import, start_import
from context.imports.mapping import compile_mapping
from context.models import Fact, ImportRun
from partners.models import Contact, Enrolment, Partner, PartnerKey, PartnerProfile, Programme, Tier

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
