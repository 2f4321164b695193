"""The cast. Maria manages the programme, Arthur approves. Nora runs Alpenglow's side and Ben works there;
Sven works for Baltic, another partner, and must never see what is Alpenglow's."""

import gc
import os
import pickle
from dataclasses import dataclass

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from accounts.models import User
from partners.models import Contact, Partner, Programme
from tests import factories
from tests.browser import browser, visit  # noqa: F401 - pytest finds them here
from tests.certificates import certificate  # noqa: F401 - pytest finds it here
from tests.database import django_db_setup, take_out  # noqa: F401 - pytest finds the first here
from tests.smtp_sink import start_sink
from tests.world import world  # noqa: F401 - pytest finds it here

# How busy the machine is says nothing of a rule. Elsewhere each run looks at other examples; a landing is judged by the same
# ones every time.
hypothesis.settings.register_profile("anywhere", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("anywhere")
hypothesis.settings.register_profile("landing", derandomize=True, database=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("landing")


def pytest_collection_finish():
    """What was loaded by now stays. A collector that looks at all of it again and again takes a fifth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


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


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What the cache holds is of the test before, where the same ids were other people's; so is the language of the last reader."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(scope="session")
def _noted_cast(django_db_setup, django_db_blocker) -> tuple[bytes, str]:  # noqa: F811
    """Written once; each test gets copies of its rows and of its objects, in a tenth of the time."""
    with django_db_blocker.unblock():
        people = pickle.dumps(write_cast())
        return people, take_out("cast_of_tests")


@pytest.fixture
def cast(db, _noted_cast) -> Cast:
    people, rows = _noted_cast
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rows)
    return pickle.loads(people)


def write_cast() -> Cast:
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
