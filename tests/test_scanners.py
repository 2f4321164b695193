"""Where a company's own scanner follows links, managers say so: its hits are a machine's, and no person is known by it."""

import pytest
from django.urls import reverse

from activity.models import Activity
from activity.refusals import Invalid
from communications.actions.hits import classify_hits, write_hits
from communications.actions.scanners import remove_scanner_network, set_scanner_network
from communications.models import EngagementEvent, ScannerNetwork
from communications.queries.counters import drift_of
from tests.bounce_story import mailed
from tests.test_hits import counted, hit

pytestmark = pytest.mark.django_db


def name(cast, network: str = "192.0.2.0/24", whose: str = "Alpenglow's gateway") -> ScannerNetwork:
    return set_scanner_network(ScannerNetwork(), {"network": network, "whose": whose}, by=cast.maria)


def test_hits_from_there_are_a_machines(cast):
    sent = mailed(cast)
    write_hits([hit(sent, cast.nora, after=0)])
    row = name(cast)
    write_hits([hit(sent, cast.ben, after=0), hit(sent, cast.sven, after=0, address="198.51.100.7")])
    assert dict(EngagementEvent.objects.values_list("contact_id", "signal")) == {
        cast.nora.pk: "", cast.ben.pk: "known_network", cast.sven.pk: "",
    }  # fmt: skip
    assert counted(sent) == (2, 1, 2, 1)

    assert sum(classify_hits(sent).values()) == 1, "what was there before is judged again when asked for"
    assert counted(sent) == (1, 2, 1, 2)
    remove_scanner_network(row, by=cast.maria)
    classify_hits(sent)
    assert counted(sent) == (3, 0, 3, 0)
    assert drift_of(sent.pk).differences == 0


def test_an_address_stands_for_the_network_that_is_kept_of_it(cast):
    assert str(name(cast, " 192.0.2.77 ")) == "192.0.2.0/24"
    assert str(name(cast, "2001:DB8:12:3::4")) == "2001:db8:12::/48"
    assert str(name(cast, "198.51.100.9/23")) == "198.51.100.0/23"
    assert Activity.objects.filter(verb="scanner_network.named", actor=cast.maria).count() == 3


@pytest.mark.parametrize(
    ("network", "says"),
    [
        ("gateway.example", "Write a network as in"), ("192.0.2.0/33", "Write a network as in"), ("", "Write a network as in"),
        ("192.0.2.64/28", "first 24 bits are kept, so that no person is known by it. Name 192.0.2.0/24."),
        ("2001:db8:12:3::/64", "Name 2001:db8:12::/48."), ("0.0.0.0/0", "a large part of the internet"),
        ("198.51.100.0/24", "named already: Baltic's gateway"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_gets_a_sentence(cast, network, says):
    name(cast, "198.51.100.0/24", "Baltic's gateway")
    with pytest.raises(Invalid, match=says.replace("(", r"\(")):
        name(cast, network)
    assert ScannerNetwork.objects.count() == 1


def test_managers_name_them_on_their_page(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    add = reverse("admin:communications_scannernetwork_add")
    refused = client.post(add, {"network": "192.0.2.64/28", "whose": "Alpenglow"})
    assert "Name 192.0.2.0/24." in refused.text
    client.post(add, {"network": "192.0.2.0/24", "whose": "Alpenglow"})
    listed = client.get(reverse("admin:communications_scannernetwork_changelist")).text
    assert "192.0.2.0/24" in listed
    client.force_login(cast.arthur, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(add).status_code == 403
