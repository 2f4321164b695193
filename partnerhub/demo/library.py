"""The library of both programmes: a handful of real small files, pages and links, in collections, taken by a few people."""

from io import BytesIO

from django.core.files.base import ContentFile
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from accounts.models import User
from context.models import Segment
from enablement.actions.collections import create_collection, put_into_collections
from enablement.actions.downloads import note_download
from enablement.actions.resources import add_version, create_resource, publish_resource
from enablement.models import Resource, ResourceDownload, ResourceVersion
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact, Product

SIZING = (
    "# Sizing Lumenvale Harbour",
    "How much storage, memory and time a first Harbour cluster needs, measured at forty customers.",
    "## Storage",
    "Plan 2 TB of storage for a first cluster with thirty users, and set the alarm at 70 percent. Connectors to SAP need half as "
    "much again, because they keep the documents of the last ninety days.",
    "## Memory",
    (("Users", "Memory", "Nodes"), ("up to 30", "64 GB", "3"), ("up to 120", "256 GB", "5"), ("more than 120", "512 GB", "7")),
    "## How long it takes",
    "An experienced engineer needs two days for the installation and three for the first connectors.",
)
SIZING_BEFORE = (
    *SIZING[:3],
    "Plan 1 TB of storage for a first cluster with thirty users.",
    *SIZING[4:],
)
BATTLE_CARD = """# Win against Harbourline

## What they say

Harbourline promises an installation in a day. It leaves out the connectors, which take a week each.

## What you answer

- Harbour brings 140 connectors that are ready on the first day.
- A customer keeps the old version running for thirty days while the new one is tried.
- The price includes two environments; Harbourline charges for each.

## The question that decides

Ask the customer who maintains the connectors in the third year. With Harbourline it is always the partner.
"""
RENEWAL = """A renewal is won ninety days before it is due.

## Ninety days before

Send the renewal quote, and name what the customer used most in the last year. The usage report is in the admin console.

## Thirty days before

Send it once more. Most renewals are signed after the second mail.

## When they hesitate

Offer the three-year term: it keeps the price of the first year for all three.
"""
PRICES = "Product,Edition,Price per year in EUR\nHarbour,Team,4800\nHarbour,Enterprise,14500\nGate,per 100 users,1900\n"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 80"><title>Lumenvale Partner</title>'
    '<rect width="240" height="80" rx="10" fill="#3b3b98"/>'
    '<text x="24" y="48" fill="#fff" font-size="24">Lumenvale Partner</text></svg>'
)
LABELS = (
    "# Labels under KQS 4.1",
    "From the start date each container carries one label on two neighbouring sides.",
    "## Size and print",
    "The label measures 210 by 74 millimetres and is printed by thermal transfer with a resin ribbon, since parts are oiled.",
    "## What stands on it",
    (("Field", "Content"), ("P", "part number"), ("Q", "quantity"), ("V", "supplier number"), ("S", "serial number")),
    "Stickers over a wrong label are accepted for three weeks after the start date, and refused afterwards.",
)
AUDIT = """Bring these to the process audit.

- The control plan of each part that is delivered in series.
- The last three results of the measuring system analysis.
- Proof that IATF 16949 holds at each site that delivers.

An audit takes a day at each site. The report follows within ten working days.
"""


def keep_library(worlds: dict[str, World], managers: dict[str, User], segments: dict[str, Segment]) -> None:
    _of_the_network(worlds[vendor.PROGRAMME.key], managers["author"], segments)
    _of_the_suppliers(worlds[carmaker.PROGRAMME.key], managers["pavel"])


def _of_the_network(world: World, by: User, segments: dict[str, Segment]) -> None:
    make = _Maker(world, by)
    sizing = make.file(
        "Sizing guide for Harbour", "harbour-sizing.pdf", _pdf(SIZING_BEFORE), days=160, product="Lumenvale Harbour",
        summary="Storage, memory and days for a first cluster, with a table by number of users.",
    )  # fmt: skip
    card = make.file(
        "Battle card: Harbourline", "win-against-harbourline.md", BATTLE_CARD.encode(), days=60, product="Lumenvale Harbour",
        summary="What they say, what you answer, and the question that decides.", segment=segments["sellers"],
    )  # fmt: skip
    prices = make.file(
        "Price list", "prices.csv", PRICES.encode(), days=45, summary="All editions, in euros.", segment=segments["sellers"]
    )
    make.file("Partner logo", "lumenvale-partner.svg", LOGO.encode(), days=300, summary="For your website and your offers.")
    renewal = make.page("How to win a renewal", RENEWAL, days=30, summary="What to send when, and what helps when they hesitate.")
    make.link("Status of all services", "https://status.lumenvale.example/", days=200)
    _take(sizing, ("partner@demo.example", "member@demo.example"), days=90)
    with as_of(dates.days_ago(12)):
        changed = _pdf(SIZING)
        add_version(
            sizing, by=by, changes="Twice the storage for a first cluster, as partners reported.",
            file=ContentFile(changed, "harbour-sizing.pdf"),
        )  # fmt: skip
    ResourceVersion.objects.filter(pk=sizing.current_id).update(made_at=dates.days_ago(12))
    _take(sizing, ("member@demo.example",), days=5)
    _collect(world, by, "Win against Harbourline", "What you need when the customer has their offer, too.", (card, sizing, prices))
    _collect(world, by, "Renew", "From ninety days before until it is signed.", (renewal, prices))


def _of_the_suppliers(world: World, by: User) -> None:
    make = _Maker(world, by)
    labels = make.file(
        "Labels under KQS 4.1", "kqs-4-1-labels.pdf", _pdf(LABELS), days=25,
        summary="Size, print and content of the container label, with the date from which it holds.",
    )  # fmt: skip
    audit = make.page("Getting ready for a process audit", AUDIT, days=80, summary="What to have at hand, and how long it takes.")
    _take(labels, ("supplier@demo.example",), days=20)
    _collect(world, by, "Introduce KQS 4.1", "Everything about the new standard.", (labels, audit))


class _Maker:
    """Resources of one world, each as if it had been made so many days ago."""

    def __init__(self, world: World, by: User) -> None:
        self.world, self.by = world, by

    def file(self, title: str, name: str, content: bytes, *, days: int, product: str = "", **fields) -> Resource:
        return self._made(days, product, kind="file", title=title, file=ContentFile(content, name), **fields)

    def page(self, title: str, body: str, *, days: int, **fields) -> Resource:
        return self._made(days, "", kind="page", title=title, body=body, **fields)

    def link(self, title: str, url: str, *, days: int) -> Resource:
        return self._made(days, "", kind="link", title=title, url=url)

    def _made(self, days: int, product: str, **fields) -> Resource:
        moment = dates.days_ago(days)
        products = Product.objects.filter(programme=self.world.programme, name=product)[:1] if product else []
        with as_of(moment):
            resource = create_resource(by=self.by, programme=self.world.programme, products=products, owner=self.by, **fields)
            publish_resource(resource, by=self.by)
        Resource.objects.filter(pk=resource.pk).update(created_at=moment, published_at=moment)
        ResourceVersion.objects.filter(pk=resource.current_id).update(made_at=moment)
        return resource


def _take(resource: Resource, addresses: tuple[str, ...], *, days: int) -> None:
    resource.refresh_from_db()
    for contact in Contact.objects.filter(email__in=addresses, partner__enrolments__programme=resource.programme).distinct():
        taken = note_download(resource.current, contact)
        ResourceDownload.objects.filter(pk=taken.pk).update(at=dates.days_ago(days, 10))


def _collect(world: World, by: User, title: str, description: str, resources: tuple[Resource, ...]) -> None:
    with as_of(dates.days_ago(20)):
        collection = create_collection(by=by, programme=world.programme, title=title, description=description)
        for resource in resources:
            inside = [place.collection for place in resource.places.select_related("collection")]
            put_into_collections(resource, [*inside, collection], by=by)


def _pdf(blocks: tuple) -> bytes:
    styles = getSampleStyleSheet()
    story: list = []
    for block in blocks:
        if isinstance(block, tuple):
            story += [Table(block, hAlign="LEFT", style=[("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]), Spacer(0, 12)]
        else:
            hashes, _space, words = block.partition(" ") if block.startswith("#") else ("", "", block)
            style = {"#": "Title", "##": "Heading2"}.get(hashes, "BodyText")
            story.append(Paragraph(words, styles[style]))
    kept = BytesIO()
    SimpleDocTemplate(kept, pagesize=A4, title=blocks[0].removeprefix("# ")).build(story)
    return kept.getvalue()
