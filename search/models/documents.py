"""What can be found: a document for each thing, a passage for each of its paragraphs."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Collate, Lower
from django.utils import timezone
from pgvector.django import HalfVectorField, HnswIndex

IN_ANY_ALPHABET = "pg_c_utf8"  # small letters of all alphabets, whatever the database's own locale knows
DIMENSIONS = 384  # of the model in search/meaning.py


class TextSearchConfigurationField(models.CharField):
    """The name of a text search configuration as PostgreSQL's own type, so that a column can be generated from it."""

    def db_type(self, connection) -> str:
        return "regconfig"


class DocumentQuerySet(models.QuerySet):
    def current(self):
        """Not expired at this moment, whatever any background work has got to."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()))

    def quotable(self):
        """Nor overdue for a review."""
        return self.current().filter(models.Q(review_on=None) | models.Q(review_on__gte=timezone.localdate()))


class Document(models.Model):
    """A copy for finding; the noun itself stays the truth. Who may see it is asked of the noun (search/sources.py)."""

    kind = models.CharField(max_length=40)
    public_id = models.UUIDField()
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=500)
    file_name = models.CharField(max_length=255, blank=True, default="", db_default="")
    language = models.CharField(max_length=12, default="en", db_default="en")
    expires_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    indexed_at = models.DateTimeField(default=timezone.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "public_id"], name="search_document_once")]

    def __str__(self) -> str:
        return self.title


def _stems(column: str, weight: str) -> SearchVector:
    return SearchVector(Lower(Collate(column, IN_ANY_ALPHABET)), config=models.F("configuration"), weight=weight)


class Passage(models.Model):
    """A paragraph. The title stands beside it, so that a question finds it by words of both."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    heading = models.CharField(max_length=300, blank=True, default="", db_default="")
    text = models.TextField()
    configuration = TextSearchConfigurationField(max_length=40)
    words = models.GeneratedField(
        expression=_stems("title", "A") + _stems("heading", "B") + _stems("text", "C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="search_passage_once")]
        indexes = [
            GinIndex(fields=["words"], name="search_passage_words"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} · {self.number}"


class Meaning(models.Model):
    """What a passage means: in a narrow table of its own, which is read whole in a fraction of the time. Empty until the model has
    read it, a moment after it was written. `reading` is what each of its words means, as `Read.kept`: it is fetched for the few
    passages that a question comes near to, and lies outside the rows."""

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True, blank=True)
    reading = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["passage"], name="search_meaning_waiting", condition=models.Q(reading=None)),
            HnswIndex(name="search_meaning_near", fields=["vector"], opclasses=["halfvec_ip_ops"], m=16, ef_construction=64),
        ]

    def __str__(self) -> str:
        return str(self.passage_id)


class Word(models.Model):
    """A word that some passage has, for guessing what somebody meant who typed another. It is never shown: whoever is given a
    guess could tell that a text exists which they may not see."""

    word = models.CharField(max_length=40, primary_key=True)

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_trigrams")]

    def __str__(self) -> str:
        return self.word
