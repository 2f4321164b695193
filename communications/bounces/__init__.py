"""What a mail that came back says. Pure: bytes in, values out."""

from communications.bounces.reading import Bounce, Severity, addressed_to, read_bounce

__all__ = ["Bounce", "Severity", "addressed_to", "read_bounce"]
