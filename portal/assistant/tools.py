"""Which questions are about somebody's own things, and are answered from data instead of texts.

A few ways to ask for each are compared with the question by the small model, and a word of one's own has to be there: “when does my
certificate expire” is about mine, “for how long is a certificate valid” about everybody's."""

import re
from functools import cache

import numpy as np

from portal.assistant.asked import lacks_a_name
from portal.assistant.theirs import asks_what_they_have
from portal.assistant.words import is_german
from search.meaning import meaning_of, meanings_of

CERTIFICATES, TIER, TASKS, MEETINGS, MANAGER = "certificates", "tier", "tasks", "meetings", "manager"
POINTS, COURSES = "points", "courses"
NEAR_ENOUGH = 0.66
EXAMPLES = {
    CERTIFICATES: (
        "When do my certificates expire?", "Which certificates do we hold?", "Is my certification still valid?",
        "Which of our certifications run out soon?", "What certificates does my company have?",
        "Wann laufen unsere Zertifikate ab?", "Welche Zertifikate haben wir?",
    ),
    TIER: (
        "What tier are we?", "Which partner level do we have?", "What is missing for our next tier?",
        "What do we still need to reach the next level?", "How far are we from becoming platinum?", "What is our partner status?",
        "Welche Stufe haben wir?", "Was fehlt uns zur nächsten Stufe?",
    ),
    TASKS: (
        "What are my open tasks?", "What do I have to do?", "Which of our tasks are due?", "What is on my to-do list?",
        "Is there anything left for me to do?", "Welche Aufgaben haben wir offen?", "Was muss ich noch erledigen?",
        "Was habe ich noch zu tun?",
    ),
    MEETINGS: (
        "When is my next meeting?", "Which meetings do I have?", "What am I invited to?",
        "Do I have any upcoming meetings or webinars?",
        "Wann ist mein nächster Termin?",
    ),
    POINTS: (
        "How many points do I have?", "What is my score?", "Which level have I reached with my points?",
        "How many points have I earned?", "Wie viele Punkte habe ich?", "Wie ist mein Punktestand?",
    ),
    COURSES: (
        "Which courses have I passed?", "What courses have I taken?", "Which trainings have I finished?",
        "What have I learnt so far?", "Which courses do I still have open?",
        "Welche Kurse habe ich bestanden?", "Welche Schulungen habe ich gemacht?",
    ),
    MANAGER: (
        "Who is my partner manager?", "Who is responsible for us?", "Whom can I ask at your side?", "Who is our contact person?",
        "How do I reach my partner manager?", "Wer ist unser Ansprechpartner?", "Wer ist mein Partnermanager?", "Wer betreut uns?",
    ),
}  # fmt: skip
# The model knows German by its letters only: there a word of the thing itself has to be in the question.
_GERMAN = {
    CERTIFICATES: r"zertifi", TIER: r"stufe|level|tier|status|niveau", TASKS: r"aufgabe|erledig|zu tun|to-?do", POINTS: r"punkt",
    MEETINGS: r"termin|meeting|treffen|webinar|eingeladen", MANAGER: r"ansprechpartner|manager|betreu|zuständig",
    COURSES: r"kurs|schulung|training|gelernt",
}  # fmt: skip
_OF_WHAT_THEY_HAVE = (POINTS, COURSES)  # what gives points, and who needs which course, stands in texts
_OWN = re.compile(r"\b(?:i|i'm|i’m|me|my|mine|we|we're|we’re|us|our|ours|ich|mir|mich|mein\w*|wir|uns|unser\w*)\b", re.IGNORECASE)
_ADVICE = re.compile(r"\b(?:should|sollte\w*)\b", re.IGNORECASE)
# What these are called may be in the question with a capital, and names nobody else.
_THEIR_NAMES = (
    "certificate certification tier level status platinum gold silver bronze task meeting webinar partner manager point course"
)


def tool_for(question: str, own_names: str) -> str | None:
    """`own_names` are those that are the person's own: their name and their organisations'. A question that names somebody else is
    about somebody else, whoever asks."""
    if not is_about_them(question, own_names) or _ADVICE.search(question):
        return None
    nearness = _examples() @ np.array(meaning_of(question))
    best = int(nearness.argmax())
    tool = _tools()[best]
    if nearness[best] < NEAR_ENOUGH or (tool in _OF_WHAT_THEY_HAVE and not asks_what_they_have(question)):
        return None
    return tool if not is_german(question) or re.search(_GERMAN[tool], question, re.IGNORECASE) else None


def is_about_them(question: str, own_names: str) -> bool:
    return _OWN.search(question) is not None and not lacks_a_name(question, f"{own_names} {_THEIR_NAMES}")


def _tools() -> list[str]:
    return [tool for tool, examples in EXAMPLES.items() for _example in examples]


@cache
def _examples() -> np.ndarray:
    return np.array(meanings_of([example for examples in EXAMPLES.values() for example in examples]))
