"""A passkey: added to one's login and used at the door, with the browser's own virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator

from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                 "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def window(cast, visit):
    """A stranger's window on a device that has a fingerprint reader."""
    window = visit()
    devices = window.page.context.new_cdp_session(window.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return window


def test_nora_adds_a_passkey_and_signs_in_with_it(cast, window):
    page = window.open("/accounts/login/")
    page.get_by_label("E-mail address").fill(cast.nora.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Nothing needs you today").wait_for()

    window.open("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Nora's laptop")
    assert page.get_by_label("Sign in with it alone, without a password").is_checked()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    kept = Authenticator.objects.get(user=cast.nora.user, type=Authenticator.Type.WEBAUTHN)
    assert (kept.wrap().name, kept.wrap().is_passwordless) == ("Nora's laptop", True)

    window.page.context.clear_cookies()
    window.open("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Nothing needs you today").wait_for()
    assert "Nora" in page.locator(".person-menu").inner_text()
    assert window.complaints == []
