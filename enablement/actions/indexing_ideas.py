"""Telling the index of search what ideas there are. Who may see which is asked when somebody looks; the assistant quotes none of
them, for nobody has verified what they say."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from context.membership import Reader, register_meant_noun
from enablement.models import Idea
from enablement.queries.ideas import IDEA, ideas_of
from search.actions.indexing import Paragraph, forget_document, index_document
from search.sources import Source, register_source


def register() -> None:
    register_meant_noun(Idea)
    register_source(Source(IDEA, _("Ideas"), _visible, answers=False, rebuild=index_all_ideas))


def index_idea(idea: Idea) -> None:
    if idea.merged_into_id or idea.hidden_at:
        forget_document(IDEA, idea.public_id)
        return
    index_document(
        IDEA, idea.public_id, title=idea.title, address=reverse("enablement:idea", args=[idea.public_id]),
        paragraphs=[Paragraph("", text) for text in (idea.problem, idea.proposal)],
    )  # fmt: skip


def index_all_ideas() -> int:
    count = 0
    for idea in Idea.objects.iterator(chunk_size=500):
        index_idea(idea)
        count += 1
    return count


def _visible(reader: Reader) -> QuerySet:
    if reader.user.is_staff:
        rows = Idea.objects.visible_to(reader.user).filter(hidden_at=None)
    else:
        rows = ideas_of(reader.people, reader.meant)
    return rows.filter(merged_into=None).order_by().values("public_id")
