"""Rules that stay as they are: with a copy of each segment that they name, so that a change of one does not reach them."""

from context.rules.checking import Lookups, read_rule
from context.rules.named_segments import with_copies


def frozen_rules(rule: dict, contact_rule: dict) -> tuple[dict, dict]:
    """Raises Invalid where one of the rules cannot be asked."""
    lookups = Lookups()
    read_rule(rule, lookups=lookups)
    read_rule(contact_rule, about="contact", lookups=lookups)
    return with_copies(rule, lookups.book), with_copies(contact_rule, lookups.book)
