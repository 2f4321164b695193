"""Every page that Nora can open, in German: nothing that is asked of the catalogue is missing in it. What pages say by themselves,
from whatever file, is found so; locale/partner_side.txt names the files."""

import re

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from tests.every_page import portal_pages_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def missing(monkeypatch) -> set[str]:
    """What was asked for in German while pages were made, and is not there."""
    found: set[str] = set()
    catalogue = trans_real.DjangoTranslation

    def noting(ask):
        def asked(self, message, *others):
            key = message if ask.__name__ == "gettext" else (message, self.plural(others[-1]))
            if self.language() == "de" and message and key not in self._catalog and re.search(r"[^\W\d_]{2}", message):
                found.add(message.replace("\x04", "|"))
            return ask(self, message, *others)

        return asked

    for name in ("gettext", "ngettext"):
        monkeypatch.setattr(catalogue, name, noting(getattr(catalogue, name)))
    return found


def test_all_that_a_page_says_is_said_in_german(cast, world, client, missing):
    cast.nora.user.language = "de"
    cast.nora.user.save()
    client.force_login(cast.nora.user)
    with translation.override("de"):
        translation.gettext("There is no translation of this.")
    assert missing == {"There is no translation of this."}
    missing.clear()
    pages = portal_pages_of(cast.nora.user, world)
    for address in pages.values():
        client.get(address)
    assert len(pages) > 40
    assert sorted(missing) == []
