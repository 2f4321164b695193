"""A crisis as it is lived: Maria writes a protocol, Arthur approves it; Nora and Ben of Alpenglow and Sven of Baltic are called."""

from datetime import timedelta
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from communications.actions.crises import start_crisis
from communications.actions.crisis_ladder import climb_ladders
from communications.actions.protocols import approve_protocol, create_protocol, replace_parts, submit_protocol
from communications.models import AttentionPreference, Crisis, CrisisAlarm, CrisisPerson, CrisisProtocol
from context.models import Segment
from partners.models import ContactFunction
from tests import factories
from tests.announcement_story import work_off

SILENT_AGAIN = {"after_minutes": 10, "missing": 20, "measure": "percent", "whom": "silent"}
CALL_EXECUTIVES = {"after_minutes": 15, "missing": 1, "measure": "organisations", "whom": "partner_role", "function": "executive"}
ALARM_MANAGERS = {"after_minutes": 20, "missing": 1, "measure": "organisations", "whom": "managers"}
ALARM_LEAD = {"after_minutes": 30, "missing": 2, "measure": "people", "whom": "our_role", "role": "Lead"}
LADDER = (SILENT_AGAIN, CALL_EXECUTIVES, ALARM_MANAGERS, ALARM_LEAD)


def words(title: str = "Break-in at our servers", **changes) -> dict[str, str]:
    return {
        "title": title, "call_to_action": "Administrators: change all passwords now", "what_happened": "Somebody got in",
        "next_update": "in two hours", "body": "Dear {{ contact.name }}, [this is what to do](https://vendor.example/do).",
        **changes,
    }  # fmt: skip


GERMAN = words(
    "Einbruch in unsere Server", call_to_action="Administratoren: jetzt alle Passwörter ändern",
    what_happened="Jemand ist eingedrungen", next_update="in zwei Stunden", body="Guten Tag, bitte handeln Sie.",
)  # fmt: skip
TEXTS = {
    "alarm": {"en": words(), "de": GERMAN},
    "update": {"en": words("How it stands")},
    "all_clear": {"en": words("It is over", next_update="none"), "de": {**GERMAN, "title": "Entwarnung"}},
}


def write(cast, name: str = "Security breach", *, rungs=LADDER, texts=None, **fields) -> CrisisProtocol:
    for key in ("sales", "technical", "executive"):
        ContactFunction.objects.get_or_create(key=key, defaults={"name": key.title()})
    segment = fields.pop("segment", None) or Segment.objects.filter(name="Everyone").first() or factories.make_segment()
    defaults = {"incident": "security_breach", "channels": ["portal", "email", "webhook"], "late_after": 10}
    protocol = create_protocol(by=cast.maria, programme=cast.programme, name=name, segment=segment, **{**defaults, **fields})
    roles = [{"name": "Lead", "duty": "Decide", "holder": cast.maria, "stand_in": cast.arthur}]
    replace_parts(protocol, by=cast.maria, roles=roles, rungs=list(rungs), texts=texts or TEXTS)
    return protocol


def ready(cast, name: str = "Security breach", **fields) -> CrisisProtocol:
    protocol = write(cast, name, **fields)
    version = submit_protocol(protocol, by=cast.maria)
    approve_protocol(protocol, by=cast.arthur, version=version.number)
    return protocol


def start(cast, protocol: CrisisProtocol | None = None, *, is_drill: bool = False, **fields) -> Crisis:
    confirmed = "drill" if is_drill else "real"
    return start_crisis(
        protocol or ready(cast), by=cast.maria, is_drill=is_drill, key=fields.pop("key", uuid4()),
        confirmed=fields.pop("confirmed", confirmed), **fields,
    )  # fmt: skip


def let_pass(crisis: Crisis, minutes: int) -> Crisis:
    """As if it had begun so many minutes earlier."""
    back = timedelta(minutes=minutes)
    Crisis.objects.filter(pk=crisis.pk).update(started_at=F("started_at") - back, late_at=F("late_at") - back)
    CrisisAlarm.objects.filter(crisis=crisis).update(due_at=F("due_at") - back)
    CrisisPerson.objects.filter(crisis=crisis).update(called_at=F("called_at") - back, acknowledged_at=F("acknowledged_at") - back)
    crisis.refresh_from_db()
    return crisis


def climb() -> int:
    """What beat and a worker do until no rung is due any more; how many alarmed somebody."""
    raised = 0
    while turn := climb_ladders():
        raised += turn
        work_off()
    return raised


def person(crisis: Crisis, contact) -> CrisisPerson:
    return CrisisPerson.objects.with_standing().get(crisis=crisis, contact=contact)


def always_asleep(*contacts) -> None:
    """Quiet hours around this moment."""
    now = timezone.now()
    for contact in contacts:
        AttentionPreference.objects.create(
            person=contact.email, quiet=AttentionPreference.Quiet.OWN, quiet_from=(now - timedelta(hours=2)).time(),
            quiet_until=(now + timedelta(hours=2)).time(),
        )  # fmt: skip


def mails_to(sink, address: str) -> list:
    return [message for recipient, message in sink.mails if recipient == address]
