"""Through the door: with a password, with a code by e-mail; and what a stranger learns, which is nothing."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

WITH_A_CODE = "account_request_login_code"


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_home_sends_a_stranger_to_the_sign_in(client):
    assert client.get("/").url == reverse("account_login") + "?next=/"


def test_nora_signs_in_with_her_password(client, cast):
    answer = client.post(reverse("account_login"), {"login": "nora@alpenglow.example", "password": PASSWORD}, follow=True)

    assert answer.redirect_chain[-1][0] == "/"
    assert "Nora" in answer.content.decode()


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, cast):
    wrong = client.post(reverse("account_login"), {"login": "nora@alpenglow.example", "password": "not it at all"})
    unknown = client.post(reverse("account_login"), {"login": "nobody@else.example", "password": "not it at all"})

    assert "not correct" in wrong.context["form"].non_field_errors()[0]
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_nora_signs_in_with_a_code(client, cast):
    client.post(reverse(WITH_A_CODE), {"email": "nora@alpenglow.example"})
    code = re.search(r"^ {4}(\S+)$", mail.outbox[0].body, re.MULTILINE)[1]
    assert code in mail.outbox[0].subject

    answer = client.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == "/"


def test_a_wrong_code_opens_nothing(client, cast):
    client.post(reverse(WITH_A_CODE), {"email": "nora@alpenglow.example"})

    client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    assert "_auth_user_id" not in client.session


def test_asking_for_a_code_tells_nobody_who_has_access(client, cast):
    known = client.post(reverse(WITH_A_CODE), {"email": "nora@alpenglow.example"}, follow=True)
    known_page = known.content.decode().replace("nora@alpenglow.example", "…")
    client.cookies.clear()
    unknown = client.post(reverse(WITH_A_CODE), {"email": "nobody@else.example"}, follow=True)
    unknown_page = unknown.content.decode().replace("nobody@else.example", "…")

    assert known.redirect_chain == unknown.redirect_chain
    assert _without_secrets(known_page) == _without_secrets(unknown_page)


def test_resetting_a_password_tells_nobody_who_has_access(client, cast):
    pages = []
    for address in ("nora@alpenglow.example", "nobody@else.example"):
        client.cookies.clear()
        pages.append(client.post(reverse("account_reset_password"), {"email": address}, follow=True))

    assert pages[0].redirect_chain == pages[1].redirect_chain
    assert _without_secrets(pages[0].content.decode()) == _without_secrets(pages[1].content.decode())
    assert "/accounts/password/reset/key/" in mail.outbox[0].body
    assert "No login has this address" in mail.outbox[1].body


def test_nobody_signs_up_alone(client, db):
    answer = client.post(reverse("account_signup"), {"email": "new@else.example", "password1": PASSWORD})

    assert "by invitation" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["account_login", WITH_A_CODE, "account_reset_password", "account_signup"])
def test_the_door_is_designed_and_strict(client, db, name):
    answer = client.get(reverse(name))

    assert 'class="entrance"' in answer.content.decode()
    assert " style=" not in answer.content.decode()
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name", ["account_email", "account_change_password", "mfa_index", "account_logout", "socialaccount_connections"]
)
def test_a_persons_own_pages_are_designed(client, cast, name):
    client.post(reverse("account_login"), {"login": "nora@alpenglow.example", "password": PASSWORD})

    assert 'class="settings"' in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_what_guards_the_access_asks_once_more(client, cast, name):
    client.force_login(cast.nora.user, backend="django.contrib.auth.backends.ModelBackend")
    asked = client.get(reverse(name), follow=True)
    assert "Confirm that it is you" in asked.content.decode()

    page = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True).content.decode()

    assert 'class="settings"' in page
    assert " style=" not in page


def _without_secrets(page: str) -> str:
    page = re.sub(r'nonce="[^"]+"', "", page)
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
