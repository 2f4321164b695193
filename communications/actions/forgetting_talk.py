"""Taking a person out of what people write to each other in discussions, of files they mailed, and out of opinion surveys."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from communications.models import (
    ConversationFile,
    Discussion,
    DiscussionMail,
    Follow,
    KnownAnswer,
    OpinionAsk,
    OpinionOutcome,
    OpinionQuestion,
    OpinionResponse,
    Post,
    PostReport,
)
from partners.personal_data import ERASED, Person, forget_in, register_eraser


def register() -> None:
    register_eraser("discussions", _find_posts, _erase_posts, title=_("Discussions"))
    register_eraser("post_reports", _find_reports, lambda person: 0, title=_("Posts you reported"))
    register_eraser("follows", _find_follows, lambda person: 0, title=_("Discussions you follow"))
    register_eraser("mailed_files", _find_files, _erase_files, title=_("Files sent by mail"))
    register_eraser("opinions", _find_asks, _erase_opinions, title=_("Opinion surveys"))
    register_eraser("opinion_answers", _find_answers, lambda person: 0, title=_("Opinions given with your name"))


def _find_posts(person: Person) -> Iterator[dict]:
    for row in Post.objects.filter(contact__in=person.contact_ids).select_related("discussion").order_by("-at"):
        yield {"discussion": row.discussion.title, "written": row.at, "text": row.text, "hidden": row.hidden_reason}


def _find_reports(person: Person) -> Iterator[dict]:
    for report in PostReport.objects.filter(contact__in=person.contact_ids):
        yield {"reported": report.at, "because": report.reason}


def _find_follows(person: Person) -> Iterator[dict]:
    for follow in Follow.objects.filter(contact__in=person.contact_ids).select_related("forum", "discussion"):
        yield {"follows": str(follow), "mailed": follow.when}


def _erase_posts(person: Person) -> int:
    """Their own words go whole; in what others wrote, they go by name. Anybody may have named them, so all of it is searched."""
    own = Post.objects.filter(contact__in=person.contact_ids)
    begun = Discussion.objects.filter(contact__in=person.contact_ids)
    changed = own.update(text=ERASED, hidden_reason="") + begun.update(title=ERASED)
    changed += forget_in(person, Post.objects.all(), "text", "hidden_reason") + forget_in(person, Discussion.objects.all(), "title")
    answers = Post.objects.filter(discussion__in=begun.values("pk"))
    changed += forget_in(person, answers, "text", pattern=person.first_names)
    changed += forget_in(person, KnownAnswer.objects.all(), "question", "answer")
    changed += PostReport.objects.filter(contact__in=person.contact_ids).update(reason=ERASED)
    changed += forget_in(person, PostReport.objects.all(), "reason")
    changed += Follow.objects.filter(contact__in=person.contact_ids).delete()[0]
    return changed + DiscussionMail.objects.filter(contact__in=person.contact_ids).update(address="", reason="")


def _files(person: Person):
    return ConversationFile.objects.filter(message__conversation__contact__in=person.contact_ids).exclude(file="")


def _find_files(person: Person) -> Iterator[dict]:
    for row in _files(person).filter(message__is_managers=False):
        yield {"file": row.name, "type": row.content_type, "bytes": row.size}


def _erase_files(person: Person) -> int:
    """What they sent goes; of what they were sent the names are searched."""
    changed = 0
    for row in _files(person).filter(message__is_managers=False):
        row.file.delete(save=False)
        row.file, row.name, row.size = "", ERASED, 0
        row.save()
        changed += 1
    return changed + forget_in(person, ConversationFile.objects.all(), "name")


def _find_asks(person: Person) -> Iterator[dict]:
    """What somebody answered in an anonymous survey cannot be found, not even for them."""
    for ask in OpinionAsk.objects.filter(contact__in=person.contact_ids).select_related("survey"):
        yield {
            "survey": ask.survey.title,
            "asked": ask.asked_at,
            "answered": ask.has_answered,
            "anonymous": ask.survey.is_anonymous,
        }


def _find_answers(person: Person) -> Iterator[dict]:
    for row in OpinionResponse.objects.filter(contact__in=person.contact_ids).select_related("survey"):
        yield {"survey": row.survey.title, "answers": " · ".join(str(each) for each in row.answers.values())}


def _erase_opinions(person: Person) -> int:
    """Counts stay; what they wrote in their own words goes where it is known whose it is, and by name everywhere."""
    changed = 0
    for row in OpinionResponse.objects.filter(contact__in=person.contact_ids).select_related("survey"):
        version = row.survey.versions.get(number=row.version)
        texts = {question["key"] for question in version.questions if question["kind"] == OpinionQuestion.Kind.TEXT}
        row.answers = {key: ERASED if key in texts else value for key, value in row.answers.items()}
        row.save(update_fields=["answers"])
        changed += 1
    changed += forget_in(person, OpinionResponse.objects.all(), "answers")
    changed += forget_in(person, OpinionOutcome.objects.all(), "said", "did")
    return changed + OpinionAsk.objects.filter(contact__in=person.contact_ids).update(person="", mail_reason="")
