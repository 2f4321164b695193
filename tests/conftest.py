"""The cast. Maria manages the programme, Arthur approves. Nora runs Alpenglow's side and Ben works there;
Sven works for Baltic, another partner, and must never see what is Alpenglow's."""

import os
from dataclasses import dataclass

import hypothesis
import pytest

from accounts.models import User
from partners.models import Contact, Partner, Programme
from tests import factories
from tests.browser import browser, visit  # noqa: F401 - pytest finds them here
from tests.database import django_db_setup  # noqa: F401 - pytest finds it here
from tests.smtp_sink import start_sink

# Elsewhere each run looks at other examples; a landing is judged by the same ones every time.
hypothesis.settings.register_profile("landing", derandomize=True, database=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("landing")


@dataclass(frozen=True)
class Cast:
    programme: Programme
    maria: User
    arthur: User
    alpenglow: Partner
    nora: Contact
    ben: Contact
    baltic: Partner
    sven: Contact


@pytest.fixture
def cast(db) -> Cast:
    programme = factories.make_programme("vendor", is_default=True)
    maria = factories.make_user("maria@vendor.example", name="Maria Lund", roles=("Programme admin",))
    arthur = factories.make_user("arthur@vendor.example", name="Arthur Voss", roles=("Approver",))
    alpenglow = factories.make_partner("Alpenglow GmbH", programme=programme, tier="gold", country="DE", external_id="A-1")
    baltic = factories.make_partner("Baltic Cloud OÜ", programme=programme, tier="silver", country="EE", external_id="B-1")
    return Cast(
        programme=programme,
        maria=maria,
        arthur=arthur,
        alpenglow=alpenglow,
        nora=factories.make_contact(
            alpenglow, "Nora Berg", "nora@alpenglow.example", functions=("sales", "executive"), login=True, is_partner_admin=True
        ),
        ben=factories.make_contact(alpenglow, "Ben Ott", "ben@alpenglow.example", functions=("technical",), login=True),
        baltic=baltic,
        sven=factories.make_contact(baltic, "Sven Tamm", "sven@baltic.example", login=True),
    )


@pytest.fixture
def media(settings, tmp_path):
    """Files of a test stay in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def sink(settings):
    """The mail server of a test; whatever the application mails is taken by it."""
    sink, controller = start_sink()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    yield sink
    controller.stop()
