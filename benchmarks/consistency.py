"""What it costs to hold a text against all that is out."""

import itertools

from django.db import connection
from django.utils import timezone

from benchmarks.figures import Figure, p95, seconds
from benchmarks.planned import planned
from communications.actions.mentions import mentions_of
from communications.consistency.texts import said_in
from communications.models import Announcement, Mention, State
from communications.queries.contradictions import consistency_of

ASKED = 10
TEXTS, TEXTS_READ = 10_000, 1_000
PRODUCTS = ("Harbour", "Gate", "Beacon", "Current", "Lantern", "Quay", "Pilot", "Anchor")
EDITIONS = ("standard", "premium", "enterprise", "trial", "education", "regional")
SUBJECTS = ("list price", "support fee", "training price", "renewal price", "upgrade fee", "certification fee", "hosting price")
PLACES = ("resellers", "distributors", "integrators", "consultants", "hospitals", "schools", "ports", "banks", "insurers", "cities")


def _text(n: int, price: int) -> str:
    """Five sentences with a figure each; only the price tells one text from another about the same thing."""
    product, edition, place = PRODUCTS[n % 8], EDITIONS[n // 8 % 6], PLACES[n // 48 % 10]
    return "\n\n".join(
        f"The {SUBJECTS[(n + k) % 7]} of {product} {edition} for {place} is €{price + k} from quarter {n // 480 % 20} on. "
        f"It holds from 1 May {2030 + k}, with {k + 3} % for each {place[:-1]} that renews {product}."
        for k in range(5)
    )


def _published(programme) -> Announcement:
    """Ten thousand items that are out, and a draft to hold against them."""
    author = planned(programme)
    draft = Announcement.objects.filter(programme=programme, title="Bench draft").first()
    if draft:
        return draft
    segment, topic = Announcement.objects.filter(author=author).values_list("segment", "topic").first()
    common = {"programme": programme, "segment_id": segment, "topic_id": topic, "author": author}
    now = timezone.now()
    items = Announcement.objects.bulk_create(
        [
            Announcement(title=f"Out {n}", body="", state=State.SENT, approved_version=1, version=1, frozen_at=now, **common)
            for n in range(TEXTS)
        ]
    )
    read = [[("en", "", each) for each in said_in(_text(n, 100 + n % 50), "en", {})] for n in range(TEXTS_READ)]
    mentions = (mentions_of("announcement", item.pk, programme, read[n % TEXTS_READ], number=1) for n, item in enumerate(items))
    Mention.objects.bulk_create(itertools.chain.from_iterable(mentions), batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE communications_mention")
    return Announcement.objects.create(title="Bench draft", body=_text(3, 400) + "\n\n" + _text(700, 400), **common)


def contradictions(programme, _size: int) -> Figure:
    draft = _published(programme)
    found = consistency_of(draft, draft.author)
    assert found.exact, "it must find what is there"
    ours = p95([seconds(lambda: consistency_of(draft, draft.author)) for _n in range(ASKED)])
    print(f"{Mention.objects.count()} figures in {TEXTS} texts, {found.figures} in the draft, {len(found.exact)} exact")
    return Figure(ours, "s", 1.0, "what a check while writing may take")
