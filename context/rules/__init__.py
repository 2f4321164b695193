"""The language segments are written in. `docs/segments.md` describes it."""

from context.rules.checking import check_rule
from context.rules.compiling import CompiledSegment, compile_rules
from context.rules.explaining import Explanation, explain
from context.rules.fields import FIELDS
from context.rules.wording import in_words

__all__ = ["FIELDS", "CompiledSegment", "Explanation", "check_rule", "compile_rules", "explain", "in_words"]
