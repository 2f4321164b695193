"""The language segments are written in. `docs/segments.md` describes it."""

from context.rules.checking import Lookups, check_rule, read_rule
from context.rules.compiling import CompiledSegment, compile_for_few, compile_rules
from context.rules.explaining import Explanation, ask_many, deciding, explain, retold
from context.rules.fields import FIELDS
from context.rules.freezing import frozen_rules
from context.rules.own_words import hidden_from_partners, own_words
from context.rules.wording import all_in_words, in_words, partners_in_words

__all__ = [
    "FIELDS",
    "CompiledSegment",
    "Explanation",
    "Lookups",
    "all_in_words",
    "ask_many",
    "check_rule",
    "compile_for_few",
    "compile_rules",
    "deciding",
    "explain",
    "frozen_rules",
    "hidden_from_partners",
    "in_words",
    "own_words",
    "partners_in_words",
    "read_rule",
    "retold",
]
