"""Which questions are about somebody's own things, and are answered from data instead of texts.

A few ways to ask for each are compared with the question by the small model, and a word of one's own has to be there: “when does my
certificate expire” is about mine, “for how long is a certificate valid” about everybody's."""

import re
from functools import cache

import numpy as np

from portal.assistant.asked import lacks_a_name
from search.meaning import meaning_of, meanings_of

CERTIFICATES, TIER, TASKS, MEETINGS, MANAGER = "certificates", "tier", "tasks", "meetings", "manager"
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
    ),
    MEETINGS: (
        "When is my next meeting?", "Which meetings do I have?", "What am I invited to?",
        "Do I have any upcoming meetings or webinars?",
        "Wann ist mein nächster Termin?",
    ),
    MANAGER: (
        "Who is my partner manager?", "Who is responsible for us?", "Whom can I ask at your side?", "Who is our contact person?",
        "How do I reach my partner manager?", "Wer ist unser Ansprechpartner?",
    ),
}  # fmt: skip
_OWN = re.compile(r"\b(?:i|i'm|i’m|me|my|mine|we|we're|we’re|us|our|ours|ich|mir|mich|mein\w*|wir|uns|unser\w*)\b", re.IGNORECASE)
# What these are called may be in the question with a capital, and names nobody else.
_THEIR_NAMES = "certificate certification tier level status platinum gold silver bronze task meeting webinar partner manager"


def tool_for(question: str, own_names: str) -> str | None:
    """`own_names` are those that are the person's own: their name and their organisation's. A question that names somebody else is
    about somebody else, whoever asks."""
    if not _OWN.search(question) or lacks_a_name(question, f"{own_names} {_THEIR_NAMES}"):
        return None
    nearness = _examples() @ np.array(meaning_of(question))
    best = int(nearness.argmax())
    return _tools()[best] if nearness[best] >= NEAR_ENOUGH else None


def _tools() -> list[str]:
    return [tool for tool, examples in EXAMPLES.items() for _example in examples]


@cache
def _examples() -> np.ndarray:
    return np.array(meanings_of([example for examples in EXAMPLES.values() for example in examples]))
