"""Single sign-on with OpenID Connect: it opens the login that an invitation made, and makes none by itself."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from accounts.models import User
from partnerhub.single_sign_on import form_targets, providers
from partners.actions.invitations import accept_invitation, invite_contact
from tests import factories
from tests.identity_provider import CLIENT, SECRET, IdentityProvider

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provider(settings):
    provider = IdentityProvider()
    settings.SOCIALACCOUNT_PROVIDERS = providers(name="Alpenglow ID", url=provider.url, client_id=CLIENT, secret=SECRET)
    policy = settings.CONTENT_SECURITY_POLICY
    directives = {**policy["DIRECTIVES"], "form-action": form_targets(provider.url)}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": directives}
    yield provider
    provider.stop()


@pytest.fixture
def tess(cast, mailoutbox):
    """She was invited and has joined, without a password."""
    tess = factories.make_contact(cast.alpenglow, "Tess New", "tess@alpenglow.example")
    _invitation, token = invite_contact(tess, by=cast.maria)
    return accept_invitation(token, name="Tess New")


def is_at(provider, email: str, *, verified: bool = True) -> None:
    provider.person = {"sub": f"id of {email}", "email": email, "email_verified": verified, "name": "As named there"}


def go_through(visit):
    window = visit()
    page = window.open(reverse("account_login"))
    page.get_by_role("link", name="Continue with Alpenglow ID").click()
    page.get_by_role("button", name="Continue").click()
    return window


def test_an_invited_person_signs_in(tess, provider, visit):
    is_at(provider, "Tess@Alpenglow.example")
    window = go_through(visit)
    window.page.get_by_role("heading", name="Tess").wait_for()

    assert [path for path in provider.asked if path in ("/authorize", "/token", "/userinfo")] == [
        "/authorize",
        "/token",
        "/userinfo",
    ]
    assert SocialAccount.objects.get().user == tess.user
    tess.user.refresh_from_db()
    assert (tess.user.name, tess.user.email) == ("Tess New", "tess@alpenglow.example")
    assert window.complaints == []


def test_the_second_time_the_provider_s_own_id_is_enough(tess, provider, visit):
    is_at(provider, "tess@alpenglow.example")
    go_through(visit).page.get_by_role("heading", name="Tess").wait_for()
    provider.person["email"] = "tess.married@alpenglow.example"
    go_through(visit).page.get_by_role("heading", name="Tess").wait_for()
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(("email", "verified"), [("stranger@else.example", True), ("tess@alpenglow.example", False)])
def test_who_is_unknown_here_or_unproved_there_is_refused_in_a_sentence(tess, provider, visit, email, verified):
    is_at(provider, email, verified=verified)
    before = User.objects.count()
    page = go_through(visit).page
    page.get_by_text("no login here has the address that it proves").wait_for()

    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)
    page.goto(page.url.split("/accounts/")[0] + "/")
    assert "/accounts/login/" in page.url


def test_a_person_who_may_no_longer_sign_in_stays_outside(tess, provider, visit):
    User.objects.filter(pk=tess.user.pk).update(is_active=False)
    is_at(provider, "tess@alpenglow.example")
    page = go_through(visit).page
    page.wait_for_url("**/accounts/inactive/")


def test_a_provider_that_answers_with_an_error_is_said(tess, provider, visit):
    is_at(provider, "tess@alpenglow.example")
    window = visit()
    page = window.open("/accounts/oidc/sso/login/callback/?error=server_error&state=none")
    page.get_by_role("heading", name="Single sign-on did not work").wait_for()
