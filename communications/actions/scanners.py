"""Which networks are those of link scanners. A change holds from the next hits on; `classify_hits` judges the kept ones again."""

import ipaddress

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from communications.models import ScannerNetwork

# Of an address a hit keeps its network only, which is enough to know a machine and not a person.
_KEPT_BITS = {4: 24, 6: 48}
_WIDEST = {4: 8, 6: 16}


@transaction.atomic
def set_scanner_network(row: ScannerNetwork, values: dict, *, by: User) -> ScannerNetwork:
    """A new row, or other values for one that is there."""
    for name, value in values.items():
        setattr(row, name, value)
    row.network, row.whose = _network(row.network), row.whose.strip()
    if not row.whose:
        raise Invalid(_("Say whose scanner it is, for whoever wonders later."), field="whose")
    if known := ScannerNetwork.objects.filter(network=row.network).exclude(pk=row.pk).first():
        raise Invalid(_("%(network)s is named already: %(whose)s.") % {"network": known, "whose": known.whose}, field="network")
    row.save()
    record_activity("scanner_network.named", f"Hits from {row} are a machine's: {row.whose}", by=by, subject=row)
    return row


@transaction.atomic
def remove_scanner_network(row: ScannerNetwork, *, by: User) -> None:
    sentence = f"Hits from {row} are no machine's for that any more: {row.whose}"
    record_activity("scanner_network.removed", sentence, by=by, subject=row)
    row.delete()


def _network(text: str) -> str:
    """As it is kept and compared. An address alone stands for the network that a hit keeps of it."""
    text = text.strip()
    try:
        named = text if "/" in text else f"{text}/{_KEPT_BITS[ipaddress.ip_address(text).version]}"
        network = ipaddress.ip_network(named, strict=False)
    except ValueError:
        raise Invalid(_("Write a network as in 203.0.113.0/24 or 2001:db8:12::/48."), field="network") from None
    kept, widest = _KEPT_BITS[network.version], _WIDEST[network.version]
    if network.prefixlen > kept:
        told = _("Of an address only the first %(bits)d bits are kept, so that no person is known by it. Name %(network)s.")
        raise Invalid(told % {"bits": kept, "network": network.supernet(new_prefix=kept)}, field="network")
    if network.prefixlen < widest:
        told = _("That would be a large part of the internet. Name a network of %(bits)d bits or more.")
        raise Invalid(told % {"bits": widest}, field="network")
    return str(network)
