"""The language segments are written in. `docs/segments.md` describes it."""

from context.rules.checking import check_rule
from context.rules.compiling import CompiledSegment, compile_rules
from context.rules.fields import FIELDS

__all__ = ["FIELDS", "CompiledSegment", "check_rule", "compile_rules"]
