"""The names people read for the keys that rules hold."""

import difflib
from collections.abc import Callable, Iterable

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Invalid
from context.models import Metric, Segment
from context.rules.fields import Type
from context.rules.nodes import Leaf
from partners.countries import country_name, country_names, language_name, language_names
from partners.models import Certification, ContactFunction, PartnerKind, Product, Programme, Region, Specialty, Tier

Names = dict[tuple[str, str], str]

MAX_CHOICES = 300

_LISTS: dict[str, Callable[[], QuerySet]] = {
    "programme": lambda: keyed("programme", Programme.objects.all()),
    "kind": lambda: keyed("kind", PartnerKind.objects.all()),
    "tier": lambda: keyed("tier", Tier.objects.all()),
    "region": lambda: keyed("region", Region.objects.all()),
    "specialty": lambda: keyed("specialty", Specialty.objects.all()),
    "certification": lambda: keyed("certification", Certification.objects.all()),
    "function": lambda: keyed("function", ContactFunction.objects.all()),
    "product": lambda: keyed("product", Product.objects.all(), key="name"),
    "manager": lambda: keyed("manager", User.objects.filter(is_staff=True, is_active=True), key="email"),
    "metric": lambda: keyed("metric", Metric.objects.all(), name="label"),
    "segment": lambda: keyed("segment", Segment.objects.all(), key=Cast("public_id", CharField())),
}


def register_words(vocabulary: str, name: Callable[[], str], rows: Callable[[], QuerySet]) -> None:
    """A list that an app above has: what one of it is called, and its rows by `keyed`."""
    _LISTS[vocabulary], _LIST_NAMES[vocabulary] = rows, name


def keyed(vocabulary: str, rows: QuerySet, *, key: str | Cast = "key", name="name") -> QuerySet:
    """Rows of (vocabulary, key, name), in one shape so that several lists are one query."""
    word = F(key) if isinstance(key, str) else key
    columns = {
        "list": Value(vocabulary, output_field=CharField()),
        "word": word,
        "shown": F(name) if isinstance(name, str) else name,
    }
    return rows.order_by().annotate(**columns).values_list("list", "word", "shown")


def names_of(leaves: Iterable[Leaf]) -> Names:
    """The names of the values these leaves hold and of the metrics they sum up, in one query at most. What has no name is left
    out."""
    leaves = list(leaves)
    return names_of_keys(_words_of(leaves) | {"metric": {leaf.field.column for leaf in leaves if leaf.field.is_performance}})


def _words_of(leaves: Iterable[Leaf]) -> dict[str, set[str]]:
    """Keys by list. Segments are known by name where they are read."""
    wanted: dict[str, set[str]] = {}
    for leaf in leaves:
        if leaf.field.vocabulary in _LISTS and not leaf.field.is_segment:
            wanted.setdefault(leaf.field.vocabulary, set()).update(_texts(leaf))
        for name in ("programme", "region", "product"):
            if word := getattr(leaf.figures, name):
                wanted.setdefault(name, set()).add(word)
    return wanted


KEPT_BY_ROW = ("programme", "kind", "tier", "certification")


def rows_of(leaves: Iterable[Leaf]) -> dict[tuple[str, str], list[int]]:
    """The primary keys of the words that conditions on columns hold, in one query at most. A word may stand for several rows,
    such as a tier that two programmes have. With the keys themselves the planner knows how many rows to expect."""
    wanted = {name: words for name, words in _words_of(leaves).items() if name in KEPT_BY_ROW and words}
    found: dict[tuple[str, str], list[int]] = {}
    lists = [
        _LISTS[name]().annotate(row=F("pk")).filter(word__in=words).values_list("list", "word", "row")
        for name, words in wanted.items()
    ]
    for name, word, row in lists[0].union(*lists[1:], all=True) if lists else ():
        found.setdefault((name, word), []).append(row)
    return found


def refuse_unknown_words(leaves: Iterable[Leaf]) -> None:
    """A choice that is not there, perhaps no longer, finds nobody; better to say so than to count nobody."""
    chosen = [leaf for leaf in leaves if _is_of_words(leaf)]
    wanted = _words_of(chosen)
    names = names_of_keys(wanted)
    wanted["country"] = {str(word) for leaf in chosen if leaf.field.vocabulary == "country" for word in _texts(leaf)}
    known_countries = country_names()
    for vocabulary, words in wanted.items():
        for word in sorted(words):
            if (word not in known_countries) if vocabulary == "country" else ((vocabulary, word) not in names):
                raise Invalid(_unknown_word(vocabulary, word), code="unknown_value")


def _is_of_words(leaf: Leaf) -> bool:
    figures = leaf.figures
    return bool(figures.programme or figures.region or figures.product) or leaf.field.type in (Type.CHOICE, Type.SET)


def _texts(leaf: Leaf) -> list[str]:
    return [text for text in (leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)) if isinstance(text, str)]


def _unknown_word(vocabulary: str, word: str) -> str:
    sentence = _("There is no %(list)s “%(word)s”; it may have been removed.") % {"list": _LIST_NAMES[vocabulary](), "word": word}
    known = country_names() if vocabulary == "country" else {row[1]: row[2] for row in _LISTS[vocabulary]()[:MAX_CHOICES]}
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return sentence + (" " + _("Did you mean “%(name)s”?") % {"name": nearest[0]} if nearest else "")


_LIST_NAMES: dict[str, Callable[[], str]] = {
    "programme": lambda: _("programme"),
    "kind": lambda: _("kind"),
    "tier": lambda: _("tier"),
    "region": lambda: _("region"),
    "specialty": lambda: _("specialty"),
    "certification": lambda: _("certificate"),
    "function": lambda: _("function"),
    "product": lambda: _("product"),
    "country": lambda: _("country"),
}


def names_of_keys(keys: dict[str, set[str]]) -> Names:
    """The same for keys by vocabulary."""
    return _read([_LISTS[name]().filter(word__in=words) for name, words in keys.items() if words])


def all_choices() -> dict[str, list[tuple[str, str]]]:
    """Every list with its keys and names, in the order of the names and cut at `MAX_CHOICES`, in one query."""
    choices: dict[str, list[tuple[str, str]]] = {name: [] for name in _LISTS}
    for (name, key), label in _read([rows() for rows in _LISTS.values()]).items():
        choices[name].append((key, label or key))
    choices["country"] = list(country_names().items())
    choices["language"] = list(language_names().items())
    return {name: sorted(pairs, key=lambda pair: pair[1].casefold())[:MAX_CHOICES] for name, pairs in choices.items()}


def _read(lists: list[QuerySet]) -> Names:
    if not lists:
        return {}
    rows = lists[0].union(*lists[1:]) if len(lists) > 1 else lists[0]
    return {(vocabulary, key): label for vocabulary, key, label in rows}


def name_of(vocabulary: str, key: str, names: Names) -> str:
    if vocabulary == "country":
        return country_name(key)
    if vocabulary == "language":
        return language_name(key)
    return names.get((vocabulary, key)) or key
