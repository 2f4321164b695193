"""What people of both programmes looked for and did not find, and words that a manager taught the search."""

from accounts.models import User
from partnerhub.demo import dates
from partnerhub.demo.history import as_of
from search.actions.missed_searches import note_missed_search
from search.actions.synonyms import keep_synonym
from search.models import MissedSearch, Synonym

SYNONYMS = (
    ("MDF", ("market development funds", "marketing money"), ""),
    ("deal registration", ("opportunity registration", "project protection"), "en"),
    ("Rückvergütung", ("Bonus", "Kickback"), "de"),
    ("KQS", ("quality standard", "label standard"), ""),
)
# What was looked for, how many people, days ago.
MISSED = (("battlecard arctura", 3, 2), ("public sector discount", 2, 6), ("logo pack", 4, 9), ("roadmap 2028", 1, 12))


def search_in_vain(managers: dict[str, User]) -> None:
    with as_of(dates.days_ago(20)):
        for word, words, language in SYNONYMS:
            keep_synonym(Synonym(), by=managers["manager"], word=word, words=words, language=language)
    people = list(User.objects.filter(is_staff=False).order_by("pk")[: max(count for _text, count, _ago in MISSED)])
    for text, count, ago in MISSED:
        for person in people[:count]:
            note_missed_search(text, by=person)
        at = dates.days_ago(ago)
        MissedSearch.objects.filter(text=text).update(first_at=at, last_at=at)
