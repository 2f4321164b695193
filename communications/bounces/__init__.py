"""What a mail that came back says. Pure: bytes in, values out."""

from communications.bounces.reading import Bounce, addressed_to, read_bounce
from communications.bounces.severity import Severity

__all__ = ["Bounce", "Severity", "addressed_to", "read_bounce"]
