"""Nora proposes an idea, Sven backs and proves it; what becomes of it is Maria's to say."""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from enablement.actions.idea_posts import add_evidence_to_idea, write_on_idea
from enablement.actions.ideas import propose_idea
from enablement.actions.votes import vote_for
from enablement.models import Idea, IdeaPost

GERMAN = {"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]}
HURT = "Our two engineers, half a day for each customer."


@dataclass(frozen=True)
class Told:
    idea: Idea
    evidence: IdeaPost
    word: IdeaPost


def propose(cast, title: str = "Export the sizing sheet as a spreadsheet", *, contact=None, **fields) -> Idea:
    words = {"problem": "We type its numbers into our quotes by hand.", "proposal": "A button that saves it as CSV.", "hurt": HURT}
    return propose_idea(cast.programme, title=title, contact=contact or cast.nora, **{**words, **fields})


def lost_orders() -> SimpleUploadedFile:
    return SimpleUploadedFile("lost orders.csv", b"month,orders\nMay,3\n", "text/csv")


def tell(cast, **fields) -> Told:
    """Of three people of two partners: proposed, backed, proved, spoken about."""
    idea = propose(cast, **fields)
    vote_for(idea, contact=cast.ben)
    evidence = add_evidence_to_idea(idea, contact=cast.ben, text="Three orders in May.", upload=lost_orders())
    word = write_on_idea(idea, text="It is the same for us.", contact=cast.nora)
    idea.refresh_from_db()
    return Told(idea, evidence, word)
