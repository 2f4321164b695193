"""From a version's text to what a person reads. Functions of values: nothing here asks the database.

`compile_text` turns Markdown into pieces once; a message is a join of pieces and escaped values."""

from communications.rendering.compiling import CompiledText, compile_text
from communications.rendering.merge_fields import MERGE_FIELDS, MergeValues, check_merge_fields

__all__ = ["MERGE_FIELDS", "CompiledText", "MergeValues", "check_merge_fields", "compile_text"]
