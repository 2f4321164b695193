"""What a sentence is about, as far as its words tell: those that carry a meaning, each in one form."""

import re
from hashlib import blake2b

_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBERED = re.compile(r"[^\W_]+")
# They stand in every sentence, so that they tell nothing of what it is about.
_EMPTY_WORDS = """
    a about after all also an and any are as at be been before both but by can each every for from had has have how if in into is it
    its may more most must new no not now of on one only or other our out over per so such than that the their them then there these
    they this those to up us was we were what when which who will with you your
    aber alle als am an auch auf aus bei beim bis da damit das dass dem den der des die dies diese diesem diesen dieser durch ein
    eine einem einen einer eines er es für gibt hat haben ich ihr ihre ihren im ist ja jede jeder jedes kann mehr mit nach neu neue
    neuen nicht noch nun nur ob oder pro sein seine seit sich sie sind so über um und uns unser unsere unseren unter vom von vor war
    was wenn wer wie wir wird werden zu zum zur
    au aux avec ce ces cette chaque comme dans de depuis des du elle elles en est et il ils la le les leur leurs lui mais ne nos
    notre nous ou où par pas plus pour que qui sa sans se ses son sont sur tous tout toute toutes un une vos votre vous
    al como con cada cuando del desde donde el ella ellas ellos entre era esta este estos fue ha han hasta hay las lo los más muy no
    nuestra nuestro para pero por que se sin sobre son su sus también todo todos una uno unos usted ustedes y ya
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_CALENDAR_WORDS = """
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
"""
_OF_CALENDARS = frozenset(word.removesuffix("s") for word in _CALENDAR_WORDS.split())


def words_about(text: str) -> frozenset[str]:
    found = (word for word in _WORD.findall(text.casefold()) if word not in _EMPTY)
    return frozenset(word for one in found if (word := _stem(one)) not in _EMPTY)


def is_empty(word: str) -> bool:
    return word.casefold() in _EMPTY


def skeleton_of(text: str) -> str:
    """The same for two sentences that differ in nothing but their figures, which stand as `#` in `text`."""
    plain = " ".join(_NUMBERED.findall(text.casefold().replace("#", " figure ")))
    return blake2b(plain.encode(), digest_size=12).hexdigest()


def is_about(words: frozenset[str] | set[str], phrase: str) -> bool:
    """Whether all words of the phrase stand there."""
    asked = words_about(phrase)
    return bool(asked) and asked <= words


def names_in(text: str, language: str) -> frozenset[str]:
    """What is spoken of by its name: words with a capital that do not begin a sentence. None in German, where every noun has
    one, and none in a heading in which most words have one."""
    if language.partition("-")[0] == "de":
        return frozenset()
    words = list(_WORD.finditer(text))
    capitals = [word for word in words if word[0][0].isupper() and not _begins_sentence(text, word.start())]
    if 2 * len(capitals) > len(words):
        return frozenset()
    return words_about(" ".join(word[0] for word in capitals)) - _OF_CALENDARS


def are_of_different_things(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each names something that the other does not."""
    return bool(some - others) and bool(others - some)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(' "“«([#*')
    return not before or before[-1] in ".!?:·\n"


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1: how many of their words they share."""
    both = one | other
    return len(one & other) / len(both) if both else 0.0


def _stem(word: str) -> str:
    """Prices and price, Preises and Preis: near enough to find what belongs together."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
