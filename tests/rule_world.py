"""A small world of partners for rules to be asked about."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from context.models import DataPoint, Segment
from partners.models import (
    Certification,
    Contact,
    Enrolment,
    Partner,
    PartnerAgreement,
    PartnerCertification,
    PartnerKind,
    PartnerProfile,
    PartnerRegion,
    PartnerRelation,
    PerformanceRecord,
    Product,
    Region,
    Site,
    Tier,
)
from tests import factories

TODAY = datetime.now(UTC).date()


ENROLMENT_FACTS = ("staff", "motto", "founded", "lines", "quoted")


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@dataclass
class Org:
    """Values by field name; `rows` by subject, each a dictionary of values by field name. `verified` and `stale` name the values
    that are so, `figures` are records of performance. A row that is old is stale, but for agreements, which never age."""

    name: str
    values: dict
    enrolments: list[dict] = field(default_factory=list)
    certificates: list[dict] = field(default_factory=list)
    agreements: list[dict] = field(default_factory=list)
    sites: list[dict] = field(default_factory=list)
    people: list[dict] = field(default_factory=list)
    verified: tuple = ()
    stale: tuple = ()
    figures: list[dict] = field(default_factory=list)


def _figure(value, end=-1, region=None, product=None, industry="", activity="", verified=False, programme=None, old=False) -> dict:
    return {"value": value, "end": day(end), "region": region, "product": product, "industry": industry, "activity": activity,
            "verified": verified, "programme": programme, "stale": old}  # fmt: skip


def _enrolment(
    programme, kind=None, tier=None, status="active", stage="", manager=None, starts=None, verified=(), stale=(), **facts
) -> dict:
    return {"enrolment.programme": programme, "enrolment.kind": kind, "enrolment.tier": tier, "enrolment.status": status,
            "verified": verified, "stale": stale, "enrolment.stage": stage, "enrolment.manager": manager,
            "enrolment.starts": starts,
            **{f"enrolment.fact.{key}": facts.get(key) for key in ENROLMENT_FACTS}}  # fmt: skip


def _person(name, functions=(), language="", certificates=()) -> dict:
    return {
        "contact.name": name,
        "contact.function": list(functions),
        "contact.language": language,
        "certificates": list(certificates),
    }


def _row(values: dict, *, verified: bool, old: bool, ages=True) -> dict:
    names = tuple(values)
    return {**values, "verified": names if verified else (), "stale": names if old and ages else (), "old": old}


def _certificate(key, expires=None, verified=False, old=False) -> dict:
    return _row({"certification.key": key, "certification.expires": expires}, verified=verified, old=old)


def _agreement(kind, title, expires=None, verified=False, old=False) -> dict:
    values = {"agreement.kind": kind, "agreement.title": title, "agreement.expires": expires}
    return _row(values, verified=verified, old=old, ages=False)


def _site(kind, name, country="", city="", does=(), serves=(), capacity=None, unit="", verified=False, old=False) -> dict:
    values = {"site.kind": kind, "site.name": name, "site.country": country, "site.city": city, "site.activities": list(does),
              "site.serves": list(serves), "site.capacity": capacity, "site.capacity_unit": unit}  # fmt: skip
    return _row(values, verified=verified, old=old)


WORLD = [
    Org(
        "Alpen_glow",
        {"partner.external_id": "A-1", "partner.country": "DE", "partner.created": day(-400), "partner.region": ["dach"],
         "partner.distributed_by": [], "fact.staff": 12, "fact.motto": "100% ours",
         "fact.founded": day(-3000).isoformat(), "fact.lines": ["cloud", "edge"], "fact.quoted": True},
        [_enrolment("vendor", "reseller", "gold", stage="sell", manager="mia@vendor.example", starts=day(-30), staff=11.5,
                    motto="We SELL", lines=["edge"], verified=("enrolment.fact.staff",), stale=("enrolment.fact.lines",)),
         _enrolment("cars", "supplier", "silver", status="suspended", staff=12, quoted=True, founded=day(-3000).isoformat())],
        [_certificate("kubernetes", day(30), verified=True), _certificate("iso", None, old=True)],
        [_agreement("supply", "Frame 2030", day(90), verified=True, old=True), _agreement("framework", "Of parts")],
        [_site("plant", "Foundry", "DE", "Ulm", ["makes"], ["DE", "AT"], 500, "Pallets", verified=True),
         _site("warehouse", "Depot", "AT", "", ["delivers", "sells"], [], 500.25, "", verified=True, old=True)],
        [_person("Nora", ["sales", "executive"], "de"), _person("Ben", ["technical"], "", [_certificate("kubernetes", day(200))])],
        verified=("fact.staff", "fact.lines", "partner.region"),
        stale=("fact.staff", "fact.motto"),
        figures=[_figure(60, -1, "dach", "Aurora", "Steel", "sells", True), _figure(40, -100, programme="cars", old=True),
                 _figure(10_000, -800, "dach", programme="vendor")],
    ),
    Org(
        "Baltic",
        {"partner.external_id": None, "partner.country": "EE", "partner.created": day(-5), "partner.region": ["nordics", "dach"],
         "partner.distributed_by": ["A-1", "Alpen_glow"], "fact.staff": 0, "fact.motto": "",
         "fact.lines": [], "fact.quoted": False},
        [_enrolment("vendor", "distributor", "silver", status="prospect"),
         _enrolment("cars", None, "gold", stage="market", staff=0, motto="x", lines=["cloud"], quoted=False)],
        [_certificate("iso", day(-10), verified=True, old=True)],
        [_agreement("supply", "x", day(-10))],
        [_site("warehouse", "Hall_1", "", "Tartu", [], ["EE"], 0, "m²", old=True), _site("plant", "x", "EE", "Ulm")],
        [_person("Sven", ["sales"], "et")],
        verified=("fact.motto", "fact.quoted"),
        stale=("fact.quoted", "fact.lines", "partner.region"),
        figures=[_figure(-4, -200, "nordics", None, "", "makes"), _figure(0.5, -500, verified=True, old=True)],
    ),
    Org("Cumulus", {"partner.external_id": "100%", "partner.country": "", "partner.created": day(0), "partner.region": [],
                    "partner.distributed_by": []}),
    Org(
        "Delta",
        {"partner.external_id": "a_1", "partner.country": "AT", "partner.created": day(-31), "partner.region": [],
         "partner.distributed_by": ["100%", "Cumulus"]},
        [_enrolment("vendor", "reseller", None, manager="MIA@vendor.example")],
        [_certificate("kubernetes", day(90))],
        [],
        [_site("service_area", "The Alps", "AT", "", ["installs"], ["AT", "DE"], None, "")],
        [_person("Zoë", [], "de", [_certificate("iso", day(0), verified=True)])],
        figures=[_figure(0.5, -3, activity="sells")],
    ),
]  # fmt: skip

# What hypothesis picks values from, by field: some that are there, and some that are not.
POOLS = {
    "partner.name": ["alpen_glow", "l", "_", "%", "\\", "Delta", "x"],
    "partner.external_id": ["A-1", "100%", "a_1", "_", "'; --"],
    "partner.country": ["DE", "at", "EE", "FR"],
    "partner.created": [day(-31).isoformat(), day(0).isoformat(), day(-400).isoformat(), day(3).isoformat()],
    "partner.region": ["dach", "nordics", "apac"],
    "partner.distributed_by": ["A-1", "cumulus", "100%", "%"],
    "enrolment.programme": ["vendor", "cars", "none"],
    "enrolment.kind": ["reseller", "supplier", "x"],
    "enrolment.tier": ["gold", "silver", "x"],
    "enrolment.status": ["active", "suspended", "prospect"],
    "enrolment.stage": ["sell", "market", "recruit"],
    "enrolment.manager": ["mia@vendor.example", "mia", "x"],
    "enrolment.starts": [day(-30).isoformat(), day(-29).isoformat()],
    "certification.key": ["kubernetes", "iso", "x"],
    "certification.expires": [day(30).isoformat(), day(90).isoformat(), day(-10).isoformat()],
    "agreement.kind": ["supply", "framework", "other"],
    "agreement.title": ["frame 2030", "x", "a"],
    "agreement.expires": [day(90).isoformat(), day(-10).isoformat()],
    "site.kind": ["plant", "warehouse", "branch", "service_area"],
    "site.name": ["foundry", "l_1", "x"],
    "site.country": ["de", "AT", "FR"],
    "site.city": ["ulm", "t", "x"],
    "site.activities": ["makes", "sells", "installs"],
    "site.serves": ["DE", "at", "FR"],
    "site.capacity": [500, 500.25, 0, 1],
    "site.capacity_unit": ["pallets", "m", "x"],
    "contact.function": ["sales", "technical", "x"],
    "contact.language": ["de", "et", "en"],
    "contact.name": ["nora", "n", "x"],
    "performance.revenue": [100, 0.5, 0, -4, 99.9999],
    "fact.staff": [12, 0, 11.5],
    "fact.motto": ["100%", "ours", "x"],
    "fact.founded": [day(-3000).isoformat(), day(-2999).isoformat()],
    "fact.lines": ["cloud", "edge", "x"],
    "fact.quoted": [True, False],
}
# Segments that rules name: one of partners, one of people, too, and one that names both.
SEGMENTS = {
    "0190a000-0000-7000-8000-000000000001": ("German", {"field": "partner.country", "op": "eq", "value": "DE"}, {"all": []}),
    "0190a000-0000-7000-8000-000000000002": (
        "Sellers of gold",
        {"field": "enrolment.tier", "op": "eq", "value": "gold"},
        {"all": [{"field": "contact.function", "op": "eq", "value": "sales"},
                 {"field": "partner.name", "op": "contains", "value": "l"}]},
    ),
    "0190a000-0000-7000-8000-000000000003": (
        "Of certificates",
        {"all": [{"field": "segment", "op": "ne", "value": "0190a000-0000-7000-8000-000000000001"},
                 {"field": "certification.key", "op": "eq", "value": "iso"}]},
        {"any": [{"field": "segment", "op": "in", "value": ["0190a000-0000-7000-8000-000000000002"]},
                 {"field": "certification.key", "op": "eq", "value": "iso"}]},
    ),
}  # fmt: skip
POOLS["segment"] = [*SEGMENTS]
POOLS |= {f"enrolment.fact.{key}": POOLS[f"fact.{key}"] for key in ENROLMENT_FACTS}
# Rows age by their data points. Those of the world are just fresh still, or just stale, at noon of its day.
AGEING = ("regions", "certifications", "sites", "performance")
DAYS_FRESH = 100
NOON = datetime.combine(TODAY, time(12), UTC)
FACT_TYPES = {"staff": "number", "motto": "text", "founded": "date", "lines": "choices", "quoted": "yes_no"}


def write_world() -> None:
    programmes = {key: factories.make_programme(key) for key in ("vendor", "cars")}
    mia = factories.make_user("mia@vendor.example", roles=("Partner manager",))
    for key in ("kubernetes", "iso"):
        Certification.objects.create(key=key, name=key.upper())
    for key in ("dach", "nordics", "apac"):
        Region.objects.get_or_create(key=key, defaults={"name": key})
    Product.objects.create(programme=programmes["vendor"], line="", name="Aurora")
    for public_id, (name, rule, contact_rule) in SEGMENTS.items():
        Segment.objects.create(public_id=public_id, name=name, rule=rule, contact_rule=contact_rule)
    for key, kind in FACT_TYPES.items():
        DataPoint.objects.create(key=key, label=key, type=kind)
    for key in AGEING:
        DataPoint.objects.update_or_create(key=key, defaults={"type": "rows", "stale_after_days": DAYS_FRESH})
    rows = {org.name: _write_partner(org) for org in WORLD}
    for org in WORLD:
        _write_rows(org, rows[org.name], programmes, mia)
    for org in WORLD:
        for name in org.values["partner.distributed_by"][1:]:
            PartnerRelation.objects.create(partner=rows[org.name], kind="distributed_by", other=rows[name])


def _write_partner(org: Org) -> Partner:
    values = org.values
    created = datetime.combine(values["partner.created"], datetime.min.time(), tzinfo=UTC)
    partner = Partner.objects.create(
        name=org.name, external_id=values["partner.external_id"], country=values["partner.country"], created_at=created
    )
    facts = {name.removeprefix("fact."): value for name, value in values.items() if name.startswith("fact.")}
    for row in org.enrolments:
        own = {key: row[f"enrolment.fact.{key}"] for key in ENROLMENT_FACTS if row[f"enrolment.fact.{key}"] is not None}
        facts |= {f"{key}@{row['enrolment.programme']}": value for key, value in own.items()}
    if org.name != "Delta":  # no profile row is as good as an empty one
        PartnerProfile.objects.create(partner=partner, regions=values["partner.region"], facts=facts, **_standing(org))
    for key in values["partner.region"]:
        stands = _stands("partner.region" in org.verified, "partner.region" in org.stale)
        PartnerRegion.objects.create(partner=partner, region=Region.objects.get(key=key), **stands)
    return partner


def _stands(verified: bool, old: bool) -> dict:
    observed_at = NOON - timedelta(days=DAYS_FRESH, seconds=1 if old else 0)
    return {"verified_at": datetime.now(UTC) if verified else None, "observed_at": observed_at}


def _standing(org: Org) -> dict:
    """Which values the profile calls verified, and since when or until when each of the others is fresh."""

    def keys(named: str) -> list[str]:
        own = [name.removeprefix("fact.") for name in getattr(org, named) if name.startswith("fact.")]
        rows = [(row["enrolment.programme"], name) for row in org.enrolments for name in row[named]]
        return own + [f"{name.removeprefix('enrolment.fact.')}@{programme}" for programme, name in rows]

    moments = {key: f"{day(400)}T00:00:00.000000" for key in ("founded", "staff@cars")}
    return {"verified": keys("verified"), "stale_at": moments | {key: f"{day(-1)}T23:59:59.000000" for key in keys("stale")}}


def _write_rows(org: Org, partner: Partner, programmes: dict, mia) -> None:
    for row in org.enrolments:
        programme = programmes[row["enrolment.programme"]]
        kind, tier = row["enrolment.kind"], row["enrolment.tier"]
        Enrolment.objects.create(
            partner=partner, programme=programme, status=row["enrolment.status"], stage=row["enrolment.stage"],
            kind=PartnerKind.objects.get(key=kind) if kind else None, starts_on=row["enrolment.starts"],
            tier=Tier.objects.get_or_create(programme=programme, key=tier, defaults={"name": tier})[0] if tier else None,
            manager=mia if row["enrolment.manager"] else None,
        )  # fmt: skip
    for row in org.people:
        _write_person(row, partner)
    for row in org.certificates:
        _write_certificate(row, partner, None)
    for row in org.agreements:
        PartnerAgreement.objects.create(
            partner=partner, kind=row["agreement.kind"], title=row["agreement.title"], expires_on=row["agreement.expires"],
            **_stands(bool(row["verified"]), row["old"]),
        )  # fmt: skip
    for row in org.sites:
        own = {name.removeprefix("site."): value for name, value in row.items() if name.startswith("site.")}
        own["capacity_value"] = own.pop("capacity")
        Site.objects.create(partner=partner, **own, **_stands(bool(row["verified"]), row["old"]))
    for row in org.figures:
        PerformanceRecord.objects.create(
            partner=partner, metric="revenue", value=row["value"], period_start=row["end"] - timedelta(days=30),
            period_end=row["end"], industry=row["industry"], activity=row["activity"],
            region=Region.objects.get(key=row["region"]) if row["region"] else None,
            product=Product.objects.get(name=row["product"]) if row["product"] else None,
            programme=programmes.get(row["programme"]), **_stands(row["verified"], row["stale"]),
        )  # fmt: skip
    # What is over counts for nothing.
    Enrolment.objects.create(partner=partner, programme=programmes["cars"], status="ended", starts_on=day(-30), ends_on=day(-1))
    gone = factories.make_contact(partner, "Gone", "", functions=("technical",), left_on=day(-1))
    _write_certificate(_certificate("kubernetes", day(10)), partner, gone)


def _write_person(row: dict, partner: Partner) -> None:
    person = Contact.objects.create(
        partner=partner, name=row["contact.name"], functions=row["contact.function"], language=row["contact.language"]
    )
    for certificate in row["certificates"]:
        _write_certificate(certificate, partner, person)


def _write_certificate(row: dict, partner: Partner, contact: Contact | None) -> None:
    certification = Certification.objects.get(key=row["certification.key"])
    PartnerCertification.objects.create(
        partner=partner, contact=contact, certification=certification, expires_on=row["certification.expires"],
        **_stands(bool(row["verified"]), row["old"]),
    )  # fmt: skip
