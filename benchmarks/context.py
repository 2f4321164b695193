"""What knowing partners costs: segments while typing, a partner's page, the ledger, and a large import."""

import csv
import statistics
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks import world
from benchmarks.figures import Figure, p95, seconds, served
from context.actions.facts import Observation, record_fact, record_observations
from context.actions.imports import preview_import, run_import, start_import
from context.actions.profiles import rebuild_profiles
from context.actions.tier_policies import add_tier_criterion, draft_policy, publish_policy
from context.actions.tiers import evaluate_tiers
from context.models import DataPoint, ImportRun, Segment
from context.queries.profiles import profiles_that_differ
from context.queries.segments import preview_segment
from context.queries.tiers import enrolments_under
from partners.models import Method, Partner, PartnerProfile

ASKED_EACH = 3
PAGES = 30
SINGLE_FACTS = 1_000
BULK_FACTS = 50_000


def _leaf(field: str, op: str, value, **options) -> dict:
    return {"field": field, "op": op, "value": value, **options}


GERMAN = _leaf("partner.country", "in", ["DE", "AT", "CH"])
GOLD = _leaf("enrolment.tier", "in", ["gold", "platinum"])
REVENUE = _leaf("performance.license_revenue", "gt", 60_000, quarters=4)
EMEA_REVENUE = _leaf("performance.license_revenue", "gt", 60_000, quarters=4, region="emea")
EXPIRING = _leaf("certification.expires", "within_days", 90)
GOLD_SELLERS, EXPIRING_SOON = "0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"
SALES = _leaf("contact.function", "eq", "sales")
RULES: dict[str, tuple[dict, dict | None]] = {
    "everyone": ({"all": []}, None),
    "aggregate": ({"all": [REVENUE]}, None),
    "aggregate of a region and relative date": ({"any": [EMEA_REVENUE, EXPIRING]}, None),
    "exclude": ({"all": [GOLD, {"not": {"all": [GERMAN, EXPIRING]}}]}, None),
    "facts": ({"all": [_leaf("fact.bench-0", "gte", 500), _leaf("fact.bench-2", "eq", "high")]}, None),
    "only verified": (
        {
            "all": [
                _leaf("fact.bench-5", "gte", 200, only=["verified", "fresh"]),
                _leaf("partner.specialty", "eq", "cloud", only=["verified"]),
            ]
        },
        None,
    ),
    "arrays": ({"all": [_leaf("partner.specialty", "in", ["cloud", "data"]), _leaf("partner.region", "eq", "emea")]}, None),
    "people": ({"all": [GOLD]}, {"any": [SALES, _leaf("contact.function", "eq", "technical")]}),
    "nested": (
        {
            "all": [
                {"any": [GOLD, {"all": [GERMAN, REVENUE]}]},
                {"not": {"any": [EXPIRING, _leaf("partner.country", "eq", "JP")]}},
                {"any": [_leaf("fact.bench-5", "lt", 300), _leaf("fact.bench-9", "eq", True)]},
            ]
        },
        {"all": [SALES]},
    ),
    "segments": (
        {"all": [_leaf("segment", "in", [GOLD_SELLERS]), {"not": _leaf("segment", "eq", EXPIRING_SOON)}]},
        {"all": [_leaf("segment", "in", [GOLD_SELLERS])]},
    ),
}
SEGMENTS = {  # that the rules above name
    GOLD_SELLERS: ("Sellers of gold", {"all": [GOLD, GERMAN]}, {"all": [SALES]}),
    EXPIRING_SOON: ("Expiring soon", {"all": [EXPIRING]}, {"all": []}),
}  # fmt: skip


def segment_count(programme, _size: int) -> Figure:
    """The page of the builder while typing: both counts and ten examples, for each of ten rules."""
    for public_id, (name, rule, contact_rule) in SEGMENTS.items():
        Segment.objects.create(public_id=public_id, name=name, rule=rule, contact_rule=contact_rule)
    samples = [seconds(lambda rules=rules: preview_segment(*rules)) for rules in RULES.values() for _ in range(ASKED_EACH)]
    with connection.cursor() as cursor:
        limit = seconds(lambda: cursor.execute("SELECT count(*) FROM partners_contact WHERE name <> ''"))
    return Figure(p95(samples) * 1000, "ms", limit * 1000, "one scan of all contacts")


def partner_page(programme, _size: int) -> Figure:
    client = Client(SERVER_NAME="localhost")
    client.force_login(_manager())
    partners = list(Partner.objects.order_by("?")[:PAGES])
    pages = [reverse("admin:partners_partner_overview", args=[partner.public_id]) for partner in partners]
    client.get(pages[0])
    return Figure(p95([served(client, page) for page in pages]) * 1000, "ms", _facts_of(partners) * 1000, "its facts in one query")


def as_of(programme, _size: int) -> Figure:
    """The page that tells what was known of a partner a year ago."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(_manager())
    partners = list(Partner.objects.order_by("?")[:PAGES])
    asked = f"?on={timezone.localdate() - timedelta(days=365)}&ask=known_at"
    pages = [reverse("admin:context_partner_as_of", args=[partner.public_id]) + asked for partner in partners]
    client.get(pages[0])
    return Figure(p95([served(client, page) for page in pages]) * 1000, "ms", _facts_of(partners) * 1000, "its facts in one query")


def single_facts(programme, _size: int) -> Figure:
    """One at a time on one connection, each in a durable commit: ledger, profile row and activity."""
    by, partners = _manager(), list(Partner.objects.order_by("?")[:SINGLE_FACTS])
    data_point = DataPoint.objects.get(key="bench-0")
    ours = seconds(
        lambda: [
            record_fact(partner, data_point, number, source="bench", method=Method.API, by=by)
            for number, partner in enumerate(partners)
        ]
    )
    bare = (
        "INSERT INTO context_fact "
        "(public_id, partner_id, data_point_id, value, source, method, observed_at, recorded_at, evidence) "
        "VALUES (gen_random_uuid(), %s, %s, '1', 'bare', 'api', now(), now(), '')"
    )
    with connection.cursor() as cursor:
        limit = seconds(lambda: [cursor.execute(bare, [partner.pk, data_point.pk]) for partner in partners])
    return Figure(len(partners) / ours, "per second", len(partners) / limit, "bare INSERT, a commit each")


def bulk_facts(programme, size: int) -> Figure:
    partners = list(Partner.objects.order_by("pk").values_list("pk", flat=True)[: BULK_FACTS // 10])
    now = timezone.now()
    rows = [Observation(pk, None, f"bench-{n}", "", n, now) for pk in partners for n in range(0, 50, 5)]
    ours = seconds(lambda: record_observations(rows, source="bulk", method=Method.IMPORT))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare AS SELECT * FROM context_fact WITH NO DATA")
        limit = seconds(
            lambda: cursor.execute("INSERT INTO bare SELECT * FROM context_fact ORDER BY id DESC LIMIT %s", [len(rows)])
        )
        cursor.execute("DROP TABLE bare")
    return Figure(len(rows) / ours, "per second", len(rows) / limit, "into a table without indexes")


def rebuild(programme, _size: int) -> Figure:
    PartnerProfile.objects.update(facts={}, verified=[], stale_at={}, regions=[], specialties=[], certifications=[], products=[])
    ours = seconds(rebuild_profiles)
    with connection.cursor() as cursor:
        limit = seconds(lambda: cursor.execute("SELECT partner_id, jsonb_agg(value) FROM context_fact GROUP BY partner_id"))
    return Figure(ours, "s", limit, "one aggregate over all facts")


def rebuild_differences(programme, _size: int) -> Figure:
    return Figure(len(profiles_that_differ()), "rows")


def tiers(programme, _size: int) -> Figure:
    """Everybody under a policy that asks for figures, a value and a certificate, once it has moved whom it moves."""
    policy = draft_policy(programme, by=None)
    asked = {"gold": [REVENUE, _leaf("fact.bench-0", "gte", 500)], "platinum": [REVENUE, EXPIRING]}
    for key, rules in asked.items():
        for number, rule in enumerate(rules):
            add_tier_criterion(policy, programme.tiers.get(key=key), by=None, label=f"{key} {number}", rule=rule)
    publish_policy(policy, by=None)
    evaluate_tiers(policy)
    ours = seconds(lambda: evaluate_tiers(policy))
    count = enrolments_under(policy).count()
    with connection.cursor() as cursor:
        sums = "SELECT partner_id, sum(value) FROM partners_performancerecord GROUP BY partner_id"
        limit = seconds(lambda: cursor.execute(sums))
    return Figure(count / ours, "per second", count / limit, "one sum over all figures")


def import_partners(programme, size: int) -> Figure:
    """As many new partners as the world has, each with an enrolment, three facts and a person."""
    with tempfile.TemporaryDirectory() as folder:
        path = _file_of_partners(Path(folder) / "partners.csv", programme, size // 10)
        run = ImportRun.objects.create(mapping="partners", file_name=path.name)
        preview_import(run, path)
        start_import(run, by=None)
        ours = seconds(lambda: run_import(run, path))
    run.refresh_from_db()
    if run.counts.get("new_partners") != size // 10:
        raise SystemExit(f"Not everybody came in: {run.counts}, {run.problem}")
    return Figure(ours, "s", size / 10 * 7 / 250_000, "COPY of as many rows at 250,000 a second")


def _file_of_partners(path: Path, programme, count: int) -> Path:
    columns = ["external_id", "name", "country", "website", "programme", "kind", "tier", "contact_name", "contact_email"]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, "bench-0", "bench-1", "bench-2"])
        for n in range(count):
            writer.writerow(
                [f"new-{n}", f"New {n}", "DE", f"https://new-{n}.example", programme.key, "reseller", "gold", f"Person {n}",
                 f"p{n}@new.example", n % 1000, f"value {n % 97}", "high"]
            )  # fmt: skip
    return path


def _of_the_told(measure: Callable[..., Figure]) -> Callable[..., Figure]:
    """Whichever is asked for first finds a world of which much is known."""

    def measured(programme, size: int) -> Figure:
        if not DataPoint.objects.filter(key__startswith="bench-").exists():
            world.tell()
            rebuild_profiles()
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE partners_partnerprofile")
        return measure(programme, size)

    return measured


def _manager() -> User:
    manager, _made = User.objects.get_or_create(email="manager@bench.example", defaults={"is_staff": True, "is_superuser": True})
    return manager


def _facts_of(partners: list[Partner]) -> float:
    with connection.cursor() as cursor:
        return statistics.median(
            seconds(
                lambda pk=partner.pk: cursor.execute("SELECT * FROM context_fact WHERE partner_id = %s", [pk]) or cursor.fetchall()
            )
            for partner in partners
        )


_MEASURES: dict[str, Callable[..., Figure]] = {
    "segment_count_p95_ms": segment_count,
    "partner_page_ms": partner_page,
    "as_of_ms": as_of,
    "facts_single_per_second": single_facts,
    "facts_bulk_per_second": bulk_facts,
    "rebuild_seconds": rebuild,
    "rebuild_differences": rebuild_differences,
    "import_100k_seconds": import_partners,
    "tiers_evaluated_per_second": tiers,
}
MEASURES = {name: _of_the_told(measure) for name, measure in _MEASURES.items()}
