"""Route × method × role × own/absent, and the promise that a foreign object looks like an absent one.

Write the table anew with `WRITE_PERMISSIONS=1 pytest tests/test_permission_walk.py`, then read its difference: each changed cell
is somebody who sees more or less than before."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions.api_tokens import create_api_token
from accounts.models import ApiToken, User
from activity.actions.tasks import create_task
from activity.models import WebhookEndpoint, WebhookMessage
from collaboration.rendering.meeting_mails import way_out_token as way_out_of_meetings
from communications.actions.conversations import open_conversation
from communications.models import (
    Announcement,
    Attachment,
    Channel,
    ContentTemplate,
    ConversationFile,
    JargonWord,
    OpinionPolicy,
    Question,
    ReviewComment,
    Suppression,
)
from communications.tracking_tokens import Place, TrackingToken
from communications.way_out import way_out_token
from context.actions.facts import record_fact
from context.models import DataPoint, ImportMapping, ImportRun
from enablement.actions.courses import publish_course
from enablement.actions.ideas import assign_idea
from enablement.actions.room_comments import comment_on_draft
from enablement.models import Course, RoomFile
from enablement.package_links import address_for_learner
from enablement.signed_links import link_to
from enablement.writers import Writer
from partners.actions.invitations import invite_contact
from partners.models import ColleagueRequest, Enrolment, Erasure, Evidence, Invitation, Merge, Partner, Product, Site, Split
from tests import (
    alert_story,
    assistant_story,
    cadence_story,
    collecting_story,
    crisis_story,
    factories,
    idea_story,
    journey_story,
    learning_story,
    library_story,
    meeting_story,
    package_story,
    planning_story,
    portal_story,
    room_story,
    statement_story,
    talk_story,
    tier_story,
)
from tests.walk import ABSENT, Route, Visitor, all_routes, path_of, status_of

TABLE = Path(__file__).parent / "permissions.txt"
API_METHODS = ("GET", "POST", "PATCH", "DELETE")
DENIED = {"login", "401", "403", "404", "405"}
# Nobody is asked what they are after before they have a name and the method is one; the object makes no difference.
AT_THE_DOOR = {"login", "401", "405"}
# What answers a person differently from a refusal by design: asking to sign in is a step of signing in.
OPEN_TO_ALL = ("account_", "mfa_", "socialaccount_", "openid_connect_", "accounts/social/")

pytestmark = pytest.mark.django_db


PLACES = {"opened": Place.PIXEL, "clicked": 0, "unsubscribe": Place.WAY_OUT, "file": Place.FILE, "announcement": Place.ANNOUNCEMENT}


@pytest.fixture
def world(cast, sink, settings, media):
    """One of everything that an address can name, all of it Alpenglow's."""
    settings.MAIL_EVENTS_FROM, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": "provider:of-the-walk-0001"}
    letter = cadence_story.drafted(cast)
    alert = alert_story.alerted(cast)
    journey = journey_story.one_of_each(cast)  # first, since it sends in earnest
    asked = portal_story.tell(cast)
    Attachment.objects.create(announcement=asked, name="plan.txt", file="plan.txt", content_type="text/plain", size=1)
    _invitation, token = invite_contact(factories.make_contact(cast.alpenglow, "Ada New", "ada@alpenglow.example"), by=cast.maria)
    product = Product.objects.create(programme=cast.programme, line="Aurora", name="Aurora", version="3")
    run = ImportRun.objects.create(mapping="partners", file_name="partners.csv", by=cast.maria)
    Suppression.objects.create(address="gone@x.example", reason="550")
    DataPoint.objects.get_or_create(key="employees", defaults={"label": "Employees"})
    ImportMapping.objects.get_or_create(key="walk", defaults={"name": "Walk"})
    standing = tier_story.one_of_each(cast)
    planned = planning_story.one_of_each(cast)
    statement = statement_story.one_with_everything(cast, asked)
    draft = factories.make_announcement(
        "Draft", programme=cast.programme, segment=asked.segment, author=cast.maria, body=statement_story.SAYS_OTHERWISE
    )
    collecting = collecting_story.tell(cast)
    Announcement.objects.filter(pk=asked.pk).update(frozen_at=timezone.now(), review_on=timezone.localdate())
    remark = ReviewComment.objects.create(announcement=asked, version=1, text="Hm.", by=cast.arthur)
    fact = record_fact(cast.alpenglow, "employees", "12", source="call", method="manual", by=cast.maria)
    evidence = Evidence.objects.create(partner=cast.alpenglow, file="plan.txt", name="plan.txt", media_type="text/plain", size=1)
    task = create_task("Name a trainer", by=cast.maria, partner_id=cast.alpenglow.pk, is_shared=True)
    template = ContentTemplate.objects.create(name="Short", kind="product_update", title="…", body="…")
    jargon = JargonWord.objects.create(word="Synergise")
    site = Site.objects.get(partner=cast.alpenglow)
    erasure = Erasure.objects.create(partner=cast.alpenglow, state=Erasure.State.DONE, decided_at=timezone.now())
    merge = Merge.objects.create(kept=cast.alpenglow, merged=factories.make_partner("Glow", programme=cast.programme))
    Partner.objects.filter(name="Glow").update(merged_into=cast.alpenglow)
    split = Split.objects.create(partner=cast.alpenglow, made=factories.make_partner("Haul", programme=cast.programme))
    endpoint = WebhookEndpoint.objects.create(name="Room", form="signed", url="https://8.8.8.8/", partner_id=cast.alpenglow.pk)
    told = WebhookMessage.objects.create(endpoint=endpoint, event="test", body="{}", state="failed")
    own = WebhookEndpoint.objects.create(name="CRM", form="signed", url="https://8.8.8.8/", owner=cast.maria)
    talk = open_conversation(cast.ben, subject="Price list", text="When does it come?")
    meeting = meeting_story.invited(cast, partner=cast.alpenglow, people=[cast.nora, cast.ben])
    at_alpenglow = factories.make_segment("At A", rule={"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]})
    protocol = crisis_story.ready(cast, segment=at_alpenglow)
    crisis = crisis_story.start(cast, protocol, is_drill=True)
    public = {
        "communications_cadence": letter.cadence.public_id, "api-cadences": letter.cadence.public_id,
        "communications_alert_": alert.public_id, "communications_alertrule": alert.rule.public_id, "api-alerts": alert.public_id,
        "api-alert-rules": alert.rule.public_id,
        "communications_newsletter": letter.public_id, "item parameter": letter.items.first().announcement.public_id,
        "communications_journey": journey.public_id, "api-journeys": journey.public_id,
        "partner parameter": cast.alpenglow.public_id,
        "communications_crisis": crisis.public_id, "api-crises": crisis.public_id, "acknowledge_crisis": crisis.public_id,
        "communications_crisis_start": protocol.public_id, "communications_crisisprotocol": protocol.public_id,
        "api-crisis-protocols": protocol.public_id,
        "communications_objective": planned.objective.public_id, "api-objectives": planned.objective.public_id,
        "api-themes": planned.theme.public_id, "announcement_feed_revoke": planned.managers_feed.public_id,
        "communications:revoke_calendar": planned.noras_feed.public_id,
        "communications_statement": statement.public_id, "api-statements": statement.public_id,
        "collaboration": meeting.public_id, "api-meetings": meeting.public_id,
        "communications:conversation": talk.public_id, "communications_conversation": talk.public_id,
        "api-conversations": talk.public_id, "communications_conversation_begin": cast.ben.public_id,
        "communications:endpoint_move": endpoint.public_id, "webhookmessage": told.public_id, "api-webhooks": own.public_id,
        "portal:site": site.public_id, "api-sites": site.public_id, "undo_merge": merge.public_id,
        "undo_split": split.public_id,
        "erasure_progress": erasure.public_id, "consent_page": cast.ben.public_id,
        "note_write": cast.alpenglow.public_id,
        "communications": asked.public_id, "api-announcements": asked.public_id, "announcement": asked.public_id,
        "question": Question.objects.latest("pk").public_id, "segments": asked.segment.public_id,
        "context_segment": asked.segment.public_id,
        "programmes": cast.programme.public_id, "api-partners": cast.alpenglow.public_id, "partner": cast.alpenglow.public_id,
        "enrolments": Enrolment.objects.get(partner=cast.alpenglow).public_id, "contacts": cast.ben.public_id,
        "view_as": cast.ben.public_id, "products": product.public_id, "importrun": run.public_id,
        "dispute": fact.public_id, "task_move": task.public_id, "task_done": task.public_id, "erasure_page": cast.ben.public_id,
        "invitation": Invitation.objects.latest("pk").public_id, "resend": Invitation.objects.earliest("pk").public_id,
        "tierpolicy_page": standing.policy.public_id, "tierpolicy_new_criterion": standing.policy.public_id,
        "tierpolicy_criterion": standing.tier_criterion.public_id, "stagemove_criterion": standing.stage_criterion.public_id,
        "tierpolicy_enrolments": standing.enrolment.public_id, "stagemove_enrolments": standing.enrolment.public_id,
        "stagemove_programmes": cast.programme.public_id, "scorecard": standing.line.scorecard.public_id,
        "enrolment parameter": standing.enrolment.public_id, "line parameter": standing.line.public_id,
        "confirm_value": collecting.employees.public_id, "confirm_row": Site.objects.get().public_id,
        "context:survey": collecting.response.public_id, "context:review": collecting.review.public_id,
        "survey": collecting.survey.public_id, "survey_interview": collecting.interview.public_id,
        "datapoint_rename": DataPoint.objects.get(key="scheme").public_id,
        "datapoint": DataPoint.objects.get(key="employees").public_id, "evidence": evidence.public_id,
        "ledger_entry": fact.public_id, "fact_record": cast.alpenglow.public_id, "as_of": cast.alpenglow.public_id,
        "api-facts": fact.public_id, "comment parameter": remark.public_id, "api-remarks": remark.public_id,
        "api-templates": template.public_id, "api-jargon": jargon.public_id,
        "survey_question": collecting.survey.questions.last().public_id, "review": collecting.review.public_id,
        "survey_new_question": collecting.survey.public_id, "review_prepare": cast.alpenglow.public_id,
    }  # fmt: skip
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    talked, asked_of_people = talk_story.tell(cast), talk_story.opened(cast)
    file = ConversationFile.objects.create(message=talk.messages.get(), file="plan.txt", name="plan.txt", content_type="text/plain",
                                           size=1)  # fmt: skip
    public |= {
        "communications_question": Question.objects.latest("pk").public_id,
        "communications:discussion": talked.discussion.public_id, "communications:follow_discussion": talked.discussion.public_id,
        "communications_discussion": talked.discussion.public_id, "api-discussions": talked.discussion.public_id,
        "communications:forum": talked.forum.public_id, "communications:follow_forum": talked.forum.public_id,
        "communications_discussion_begin": talked.forum.public_id, "communications_discussion_post": talked.answer.public_id,
        "communications:post_move": talked.answer.public_id, "communications:report_post": talked.answer.public_id,
        "communications:known_answer": talked.kept.public_id, "communications:opinion": asked_of_people.public_id,
        "communications_opinionsurvey": asked_of_people.public_id, "api-opinions": asked_of_people.public_id,
        "communications_opinionsurvey_question": asked_of_people.questions.first().public_id,
        "communications:conversation_file": file.public_id, "communications_conversation_file": file.public_id,
        "portal:assistant": assistant_story.answered(cast.nora).public_id,
    }  # fmt: skip
    resource = library_story.one_of_each(cast, at_alpenglow)
    public |= {
        "enablement": resource.public_id, "api-resources": resource.public_id,
        "enablement:collection": resource.places.get().collection.public_id,
        "enablement_collection": resource.places.get().collection.public_id,
    }  # fmt: skip
    taught = learning_story.one_of_each(cast, segment=at_alpenglow)
    unwritten = learning_story.written(cast, "Not yet", certified=False)
    quiz, simulation = (unwritten.versions.get().lessons.get(kind=kind) for kind in ("quiz", "simulation"))
    public |= {
        **dict.fromkeys(("enablement:course", "begin_course", "enablement:lesson", "begin_attempt"), taught.course.public_id),
        "enablement:attempt": taught.attempt.public_id, "enablement:certificate": taught.certificate.public_id,
        "badge_achievement": taught.course.public_id, "badge_issuer": cast.programme.public_id,
        "badge_revocations": cast.programme.public_id, "enablement_course": taught.course.public_id,
        "enablement_course_new_lesson": unwritten.public_id, "enablement_course_lesson": quiz.public_id,
        "enablement_course_new_question": quiz.public_id, "enablement_course_question": quiz.questions.last().public_id,
        "enablement_course_new_scene": simulation.public_id, "enablement_course_scene": simulation.scenes.last().public_id,
        "enablement_certificate": taught.certificate.public_id, "enablement_learningpath": taught.path.public_id,
        "lesson parameter": learning_story.lesson_of(taught.course, "text").public_id,
        "api-courses": taught.course.public_id, "api-certificates": taught.certificate.public_id,
        "api-participations": taught.certificate.participation.public_id,
    }  # fmt: skip
    elsewhere = package_story.taken_in(cast)
    Course.objects.filter(pk=elsewhere.pk).update(segment=at_alpenglow)
    publish_course(elsewhere, by=cast.maria)
    public["enablement:lesson_told"] = elsewhere.public_id
    of_nora = learning_story.begun(elsewhere, cast.nora)
    proposed = idea_story.tell(cast)
    assign_idea(proposed.idea, by=cast.maria, owner=cast.maria, segment=at_alpenglow)
    public |= {
        "enablement:idea": proposed.idea.public_id, "enablement_idea": proposed.idea.public_id,
        "api-ideas": proposed.idea.public_id,
        "enablement:change_idea": proposed.idea.public_id, "enablement:vote": proposed.idea.public_id,
        "enablement:follow_idea": proposed.idea.public_id, "enablement:report_idea": proposed.idea.public_id,
        "enablement:idea_file": proposed.evidence.public_id, "enablement_idea_file": proposed.evidence.public_id,
        "enablement_idea_post": proposed.word.public_id, "enablement:idea_post_move": proposed.word.public_id,
    }  # fmt: skip
    room = room_story.opened(cast, contacts=[cast.nora])
    on_draft = comment_on_draft(room, writer=Writer(contact=cast.nora), text="Hm.")
    plan = RoomFile.objects.create(room=room, file="plan.txt", name="plan.txt", media_type="text/plain", size=1, contact=cast.nora)
    to_join = ColleagueRequest.objects.create(
        name="Ida", email="ida@alpenglow.example", partner=cast.alpenglow, state="confirmed", confirmed_at=timezone.now()
    )
    public |= {
        "enablement:room": room.public_id, "enablement:write_draft": room.public_id, "enablement:suggest_wording": room.public_id,
        "enablement:draft_version": room.public_id, "enablement:export_draft": room.public_id,
        "enablement:room_comment_move": on_draft.public_id, "enablement:room_file": plan.public_id,
        "enablement_room_people": room.public_id, "enablement_room_open": cast.alpenglow.public_id,
        "portal:join_request": to_join.public_id, "partners_colleaguerequest": to_join.public_id,
        "portal:colleague": cast.ben.public_id, "portal:leave": cast.ben.public_id,
        "portal:remind_to_read": cast.ben.public_id, "announcement parameter": asked.public_id,
    }  # fmt: skip
    tokens = {name: str(TrackingToken(asked.pk, cast.nora.pk, Channel.EMAIL, 1, place)) for name, place in PLACES.items()}
    called = crisis.messages.get().announcement_id
    tokens["acknowledge"] = str(TrackingToken(called, cast.nora.pk, Channel.EMAIL, 1, Place.ACKNOWLEDGE))
    tokens["stop_topic"] = way_out_token("opinion", asked_of_people.asks.get(contact=cast.nora).pk)
    tokens["calendar_feed"] = planned.noras_token
    tokens["stop_mails"] = way_out_of_meetings(meeting_story.seat(meeting, cast.nora).pk)
    tokens["package_file"] = address_for_learner(of_nora.version.lessons.first().item, of_nora).split("/")[3]
    tokens["library_file"] = link_to(resource.current, cast.nora.user).split("/")[-2]
    return {"cast": cast, "public": public, "invitation": token, "draft": draft, "tracking": tokens}


@pytest.fixture
def visitors(world) -> list[Visitor]:
    cast = world["cast"]
    vera = factories.make_user("vera@vendor.example", name="Vera Sales", roles=("Vendor sales",))
    logins = {
        "nora": cast.nora.user,
        "ben": cast.ben.user,
        "sven": cast.sven.user,
        "maria": cast.maria,
        "arthur": cast.arthur,
        "vera": vera,
    }
    people = [Visitor("anyone", {}, {}), *(Visitor(name, _signed_in(user), {}) for name, user in logins.items())]
    # Seen just now, so that noting it is not taken for a change.
    User.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    _row, token = create_api_token(cast.maria, ["all"])
    _row, narrow = create_api_token(cast.maria, ["partners:read"])
    ApiToken.objects.update(last_used_at=timezone.now() + timedelta(days=1))
    return [
        *people,
        Visitor("token", {}, {"authorization": f"Bearer {token}"}),
        Visitor("reader", {}, {"authorization": f"Bearer {narrow}"}),
    ]


def _signed_in(user) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def own_values(route: Route, world: dict) -> dict[str, object]:
    return {parameter: _value(route, parameter, world) for parameter in route.parameters}


def _value(route: Route, parameter: str, world: dict) -> object:
    if parameter in ("public_id", "id", "invitation"):
        names = [key for key in world["public"] if key in (parameter if parameter == "invitation" else route.name)]
        return world["public"][max(names, key=len)] if names else ABSENT
    if f"{parameter} parameter" in world["public"]:
        return world["public"][f"{parameter} parameter"]
    known = {"token": _token(route, world), "name": "plan.txt", "number": 1,
             "path": "find.js", "verb": _verb(route), "figure": "read", "provider_id": "sso", "uidb36": "1",
             "key": "1-abc", "pk": 2_000_000_000,
             "object_id": world["cast"].alpenglow.pk,
             "kind": _kind(route), "app_label": "partners", "group": "filled",
              "url": "nowhere", "provider": "postmark", "content_type_id": 1, "mail_id": "1"}  # fmt: skip
    return known[parameter]


def _kind(route: Route) -> str:
    kinds = {"ledger_entry": "fact", "resource_make": "page", "enablement_course": "text"}
    return next((kind for name, kind in kinds.items() if name in route.name), "sites")


def _verb(route: Route) -> str:
    verbs = {
        "post_move": "take-back",
        "discussion_post": "leave",
        "discussion_move": "lock",
        "question_move": "up",
        "opinionsurvey_move": "close",
        "task": "done",
        "freshness": "renew",
        "enablement_idea": "leave",
        "room_comment": "settle",
        "room_move": "finish",
        "idea_post_move": "take-back",
        "remark": "settle",
        "journey": "pause",
        "crisisprotocol": "retire",
    }
    return next((verb for name, verb in verbs.items() if name in route.name), "pause")


def _token(route: Route, world: dict) -> str:
    return world["invitation"] if "invitation" in route.pattern else world["tracking"].get(route.name.rpartition(":")[2], "x")


def _absent(route: Route) -> dict[str, object]:
    by_name = {
        "token": "A" * 43,
        "name": "none.txt",
        "number": 99,
        "object_id": 999_999,
        "pk": 999_999,
        "id": ABSENT,
        "figure": "none",
    }
    return {parameter: by_name.get(parameter, ABSENT if "uuid" in route.pattern else "none") for parameter in route.parameters}


def _methods(route: Route) -> tuple[str, ...]:
    return API_METHODS if route.pattern.startswith("api/v1") else ("GET", "POST")


def _is_walked(route: Route) -> bool:
    """The admin's own add, change, delete and history pages are Django's, one check for all; one noun stands for them."""
    if route.pattern.startswith("admin/r/") or route.name.endswith(("_add", "_change", "_delete", "_history")):
        return "partners_partner_" in route.name
    return bool(route.name) and "dev/" not in route.pattern


def _cell(visitor: Visitor, route: Route, method: str, world: dict, problems: list[str]) -> str:
    own = visitor.ask(method, path_of(route, own_values(route, world)))
    answers = [status_of(own)]
    if status_of(own) in DENIED and not own.is_unchanged:
        problems.append(f"{visitor.name} {method} {route.name}: answered {own.status_code}, yet something changed")
    if own.status_code >= 500 and route.name != "health_ready":  # it says 503 while no worker runs
        problems.append(f"{visitor.name} {method} {route.name}: {own.status_code}")
    if route.parameters and answers[0] not in AT_THE_DOOR:
        absent = visitor.ask(method, path_of(route, _absent(route)))
        answers.append(status_of(absent))
        if visitor.name == "sven" and answers[0] == "404" and _shape(own) != _shape(absent):
            problems.append(f"sven {method} {route.name}: a foreign object does not look like an absent one")
    return "/".join(answers)


def _shape(response) -> tuple:
    return response.status_code, response.headers.get("Content-Type"), len(response.content) // 200


def test_every_route_has_its_lines():
    written = {tuple(line.split(" ")[:2]) for line in TABLE.read_text().splitlines()}
    walked = {(route.name, method) for route in all_routes() if _is_walked(route) for method in _methods(route)}
    assert walked == written, "Write the table anew (see above) and read its difference."


LONG = ("accounts", "portal", "admin", "api")


@pytest.mark.parametrize("part", ["sites", *(pytest.param(part, marks=pytest.mark.slow) for part in LONG)])
def test_everyone_gets_what_the_table_says(part, world, visitors):
    problems: list[str] = []
    lines = []
    for route in (route for route in all_routes() if _is_walked(route) and _part_of(route) == part):
        for method in _methods(route):
            cells = {visitor.name: _cell(visitor, route, method, world, problems) for visitor in _asking(visitors, route)}
            lines.append(f"{route.name} {method} " + " ".join(f"{name}={cell}" for name, cell in cells.items()))
    if os.environ.get("WRITE_PERMISSIONS"):
        _write(lines)
    assert lines
    assert not problems, "\n".join(problems)
    names = {line.split(" ")[0] for line in lines}
    assert sorted(lines) == [line for line in TABLE.read_text().splitlines() if line.split(" ")[0] in names]


def _part_of(route: Route) -> str:
    """Sites are walked by themselves: a few addresses with something of everything."""
    first = route.pattern.split("/")[0]
    if first in ("api", "accounts", "admin"):
        return first
    return "sites" if "/sites/" in route.pattern else "portal"


def _write(lines: list[str]) -> None:
    """Replace the lines of these routes, and keep the others."""
    kept = TABLE.read_text().splitlines() if TABLE.exists() else []
    names = {line.split(" ")[0] for line in lines}
    TABLE.write_text("\n".join(sorted([*(line for line in kept if line.split(" ")[0] not in names), *lines])) + "\n")


def _asking(visitors: list[Visitor], route: Route) -> list[Visitor]:
    """Tokens open the API and nothing else."""
    return [visitor for visitor in visitors if route.pattern.startswith("api/") or visitor.name not in ("token", "reader")]
