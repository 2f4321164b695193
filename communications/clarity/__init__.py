"""Is a text easy to read? Functions of a text and its language; nothing here asks the database, and nothing stops anybody.

Every rule is a rule of thumb, named as what it is in docs/writing.md."""

from communications.clarity.remarks import Remark, remarks_on

__all__ = ["Remark", "remarks_on"]
