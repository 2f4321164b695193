"""What rules may ask of people: whether they were told a value that a statement had."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from communications.consistency.values import Value as Stated
from communications.models import Delivery, DeliveryState, Mention, Statement, StatementRevision
from communications.models.statements import ANNOUNCEMENTS
from communications.queries.statements import saying
from communications.queries.told import received_by
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from partners.models import Partner

TOLD = "statement.told"


def register() -> None:
    register_words("told_value", lambda: _t("value of a statement"), _words)
    register_happening(TOLD, _("value they were told"), "told_value", _told)
    register_happened(_happened)


def word_of(statement: Statement, revision: StatementRevision) -> str:
    return f"{statement.public_id}:{revision.number}"


_WORD = Concat(Cast("statement__public_id", CharField()), Value(":"), Cast("number", CharField()), output_field=CharField())


def _words() -> QuerySet:
    name = Concat(F("statement__name"), Value(": "), F("text"), Value(" "), F("currency"), output_field=CharField())
    return keyed("told_value", StatementRevision.objects.all(), key=_WORD, name=name)


def _told(words: tuple[str, ...] | None) -> QuerySet:
    """With no words: any value of any statement that was put in."""
    if words is None:
        return received_by(Mention.objects.filter(source=ANNOUNCEMENTS, statement__isnull=False))
    revisions = StatementRevision.objects.annotate(word=_WORD).filter(word__in=words).select_related("statement")
    by_statement: dict[int, list[StatementRevision]] = defaultdict(list)
    for row in revisions:
        by_statement[row.statement_id].append(row)
    mentions = [
        mention
        for rows in by_statement.values()
        for mention in saying(rows[0].statement, [row.value for row in rows]).only("source_id", "language", "variant")
    ]
    return received_by(mentions)


def _happened(partner: Partner) -> Iterator[Happened]:
    """In any of the languages: who is shown this has been found by the rule itself."""
    rows = Delivery.objects.filter(contact__partner=partner, contact__left_on=None, state=DeliveryState.DELIVERED)
    reached = list(rows.values_list("contact_id", "announcement_id").distinct())
    said = Mention.objects.filter(source=ANNOUNCEMENTS, source_id__in={pk for _contact, pk in reached}, statement__isnull=False)
    by_text = defaultdict(set)
    for pk, name, kind, text, currency in said.values_list("source_id", "statement__name", "kind", "text", "currency"):
        by_text[pk].add(f"{name}: {Stated(kind, text, currency).said('en')}")
    for contact_id, pk in reached:
        for words in sorted(by_text[pk]):
            yield TOLD, contact_id, words
