"""What is wrong with a whole file, or with a mapping."""

from activity.refusals import Invalid


class BrokenFile(Invalid):
    """The file cannot be read; nothing of it was used. `str(error)` says what to do."""


class BrokenMapping(Invalid):
    """The mapping is not one; `str(error)` names the part."""
