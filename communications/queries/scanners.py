"""The networks of link scanners that managers named, as hits are judged by them."""

import ipaddress

from communications.models import ScannerNetwork
from communications.rendering.machines import Networks


def named_networks() -> Networks:
    """Asked once for a batch of hits."""
    return tuple(ipaddress.ip_network(network) for network in ScannerNetwork.objects.values_list("network", flat=True))
