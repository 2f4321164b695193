"""What is held about a person, in the sections that every app registers, as that person reads it and takes it along."""

from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext_lazy as _

from partners.models import Contact
from partners.personal_data import Person, erasers, person_behind

SHOWN = 20
AT_ONCE = 3  # some ask the database three times
FIRST = ("contact", "login")
# What the columns of the sections are called; what has no name here shows its own.
HEADINGS = {
    "about": _("About"), "action": _("What"), "address": _("Address"), "announcement": _("Announcement"), "answers": _("Answers"),
    "bytes": _("Bytes"), "by": _("By"), "certificate": _("Certificate"), "channel": _("Channel"), "comment": _("Comment"),
    "due": _("Due"), "email": _("E-mail address"), "expires": _("Expires"), "file": _("File"), "functions": _("Functions"),
    "given": _("Given"), "how": _("How"), "issued": _("Issued"), "job_title": _("Job title"), "joined": _("Joined"),
    "language": _("Language"), "last_seen": _("Last seen"), "name": _("Name"), "observed": _("Observed"), "partner": _("Partner"),
    "phone": _("Phone"), "purpose": _("Purpose"), "question": _("Question"), "read": _("Read"), "sent": _("Sent"),
    "settled": _("When"), "since": _("Since"), "source": _("Source"), "state": _("State"), "task": _("Task"),
    "time_zone": _("Time zone"), "topic": _("Topic"), "type": _("Type"), "uploaded": _("Uploaded"), "value": _("Value"),
    "verdict": _("Verdict"), "version": _("Version"), "wanted": _("Wanted"), "what": _("What"), "when": _("When"),
    "withdrawn_how": _("How it was withdrawn"), "discussion": _("Discussion"), "written": _("Written"), "text": _("Text"),
    "hidden": _("Hidden because"), "reported": _("Reported"), "because": _("Because"), "follows": _("You follow"),
    "mailed": _("By mail"), "survey": _("Survey"), "answered": _("Answered"), "anonymous": _("Anonymous"),
    "course": _("Course"), "begun": _("Begun"), "passed": _("Passed"), "until": _("Until"), "lesson": _("Lesson"),
    "attempt": _("Attempt"), "percent": _("Percent"), "last": _("Last"), "number": _("Number"), "title": _("Title"),
    "with": _("With"), "withdrawn": _("Withdrawn"), "accepted": _("Accepted"), "asked": _("Asked"), "changed": _("Changed"),
    "answer": _("Answer"), "useful": _("Useful"), "resource": _("Resource"), "taken": _("Taken"), "standing": _("Standing"),
    "seconds": _("Seconds"), "place": _("Place"), "kept by the lesson": _("Kept by the lesson"), "noted": _("Noted"),
    "revoked": _("Revoked"), "reason": _("Reason"), "agreed to be named": _("Agreed to be named"), "idea": _("Idea"),
    "problem": _("Problem"), "proposal": _("Proposal"), "hurt": _("Who is hurt by it"), "proposed": _("Proposed"),
    "status": _("Status"), "named_when_shipped": _("Named once it is shipped"), "evidence": _("Evidence"), "voted": _("Voted"),
    "to": _("To"), "at": _("At"), "room": _("Room"), "instead": _("Instead"), "added": _("Added"), "meeting": _("Meeting"),
    "attended": _("Attended"), "minutes": _("Minutes there"), "left": _("Left"), "crisis": _("Crisis"), "drill": _("Drill"),
    "called": _("Called"), "acknowledged": _("Acknowledged"), "reminded": _("Reminded"), "of": _("Of"), "things": _("Things"),
    "subject": _("Subject"), "digest": _("Digest"), "best_hour": _("Best hour"), "quiet": _("Quiet hours"), "from": _("From"),
    "interrupted": _("Interrupted"), "newsletter": _("Newsletter"), "item": _("Item"), "made": _("Made"),
    "opened_mails_may_be_noted": _("Opened mails may be noted"), "kind": _("Kind"), "mail": _("Mail"),
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """`rows` are the first ones; `more` says that the download has others."""

    title: str
    columns: list[str]
    rows: list[list[tuple]]
    more: bool


@dataclass(frozen=True)
class Part:
    """Some kinds of what is held, and the sections of those of which there is something. `begins` and `ends` count kinds."""

    sections: list[Section]
    begins: int
    ends: int
    of: int

    @property
    def is_last(self) -> bool:
        return self.ends >= self.of


def own_data_of(contact: Contact, begins: int = 0) -> Part:
    """A few kinds at a time, from this one on, so that no page asks for all of them at once."""
    person = person_behind(contact)
    in_order = sorted(erasers(), key=lambda eraser: eraser.label not in FIRST)
    begins = max(0, min(begins, len(in_order)))
    some = in_order[begins : begins + AT_ONCE]
    found = [section for eraser in some if (section := _section(eraser, person))]
    return Part(found, begins, begins + len(some), len(in_order))


def _section(eraser, person: Person) -> Section | None:
    rows = list(islice(eraser.find(person), SHOWN + 1))
    if not rows:
        return None
    columns = [str(HEADINGS.get(name, name)) for name in rows[0]]
    return Section(
        str(eraser.title), columns, [list(zip(columns, row.values(), strict=True)) for row in rows[:SHOWN]], len(rows) > SHOWN
    )
