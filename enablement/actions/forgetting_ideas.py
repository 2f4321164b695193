"""Taking a person out of ideas: their own words and files go whole, and in what others wrote their name goes. That an idea was
proposed, and how many voted for it, stays counted."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from enablement.models import Idea, IdeaFollow, IdeaMove, IdeaPost, IdeaReport, Vote
from partners.personal_data import ERASED, Person, forget_in, register_eraser


def register() -> None:
    register_eraser("ideas", _find_ideas, _erase_ideas, title=_("Ideas"))
    register_eraser("idea_posts", _find_posts, _erase_posts, title=_("Words and evidence on ideas"))
    register_eraser("votes", _find_votes, _erase_votes, title=_("Votes for ideas"))
    register_eraser("idea_reports", _find_reports, _erase_reports, title=_("Ideas you reported"))
    register_eraser("idea_follows", _find_follows, _erase_follows, title=_("Ideas you follow"))


def _find_ideas(person: Person) -> Iterator[dict]:
    for row in Idea.objects.filter(contact__in=person.contact_ids):
        yield {
            "idea": row.title, "problem": row.problem, "proposal": row.proposal, "hurt": row.hurt, "proposed": row.proposed_at,
            "status": row.get_status_display(), "named_when_shipped": row.may_be_named, "hidden": row.hidden_reason,
        }  # fmt: skip


def _erase_ideas(person: Person) -> int:
    """An idea that others backed stays as an idea: what it proposes is no personal data, its proposer's name is."""
    changed = Idea.objects.filter(contact__in=person.contact_ids).update(may_be_named=False, hidden_reason="")
    changed += forget_in(person, Idea.objects.all(), "title", "problem", "proposal", "hurt", "reason", "hidden_reason")
    return changed + forget_in(person, IdeaMove.objects.all(), "reason")


def _find_posts(person: Person) -> Iterator[dict]:
    for row in IdeaPost.objects.filter(contact__in=person.contact_ids).select_related("idea"):
        yield {
            "idea": row.idea.title, "text": row.text, "file": row.file_name, "written": row.at, "evidence": row.is_evidence,
            "named_when_shipped": row.may_be_named, "hidden": row.hidden_reason,
        }  # fmt: skip


def _erase_posts(person: Person) -> int:
    own = IdeaPost.objects.filter(contact__in=person.contact_ids)
    for row in own.exclude(file=""):
        row.file.delete(save=False)
    gone = {"file": "", "file_name": "", "media_type": "", "size": 0}
    changed = own.update(text=ERASED, hidden_reason="", may_be_named=False, **gone)
    return changed + forget_in(person, IdeaPost.objects.all(), "text", "file_name", "hidden_reason")


def _find_votes(person: Person) -> Iterator[dict]:
    for row in Vote.objects.filter(contact__in=person.contact_ids).select_related("idea"):
        yield {"idea": row.idea.title, "voted": row.at}


def _erase_votes(person: Person) -> int:
    return Vote.objects.filter(contact__in=person.contact_ids).update(contact=None)


def _find_reports(person: Person) -> Iterator[dict]:
    for row in IdeaReport.objects.filter(contact__in=person.contact_ids):
        yield {"reported": row.at, "because": row.reason}


def _erase_reports(person: Person) -> int:
    changed = IdeaReport.objects.filter(contact__in=person.contact_ids).update(reason=ERASED)
    return changed + forget_in(person, IdeaReport.objects.all(), "reason")


def _find_follows(person: Person) -> Iterator[dict]:
    for row in IdeaFollow.objects.filter(contact__in=person.contact_ids).select_related("idea"):
        yield {"follows": row.idea.title}


def _erase_follows(person: Person) -> int:
    return IdeaFollow.objects.filter(contact__in=person.contact_ids).delete()[0]
