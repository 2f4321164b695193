"""One of everything that an address can name, all of it Alpenglow's: what the walks over all pages go through."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone

from activity.actions.tasks import create_task
from activity.models import WebhookEndpoint, WebhookMessage
from collaboration.actions.minutes import decide
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
from partners.actions.partner_words import add_region, add_specialty
from partners.models import (
    ColleagueRequest,
    Enrolment,
    Erasure,
    Evidence,
    Invitation,
    Merge,
    Partner,
    Product,
    Region,
    Site,
    Specialty,
    Split,
)
from tests import (
    agreement_story,
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
from tests.walk import ABSENT, Route

A_FILE = {"file": "plan.txt", "name": "plan.txt", "size": 1}
AT_ALPENGLOW = {"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]}
PLACES = {"opened": Place.PIXEL, "clicked": 0, "unsubscribe": Place.WAY_OUT, "file": Place.FILE, "announcement": Place.ANNOUNCEMENT}


@dataclass
class World:
    """`public` has the object of an address by a part of the route's name, or as “… parameter” by that of its parameter; `tokens`
    the signed ones by the end of the route's name."""

    cast: Any
    public: dict[str, object] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: Announcement | None = None
    segment: Any = None
    invitation: str = ""

    def name(self, thing, *names: str) -> None:
        self.public |= dict.fromkeys(names, thing.public_id)


@pytest.fixture
def world(cast, sink, settings, media) -> World:
    settings.MAIL_EVENTS_FROM, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": "provider:of-the-walk-0001"}
    made = World(cast)
    _what_sends_in_earnest(made)
    _announcements(made)
    _organisations(made)
    _context(made)
    _webhooks_and_tasks(made)
    _meetings_and_crises(made)
    _talk(made)
    _library(made)
    _learning(made)
    _ideas(made)
    _rooms(made)
    return made


def _what_sends_in_earnest(world: World) -> None:
    letter, alert = cadence_story.drafted(world.cast), alert_story.alerted(world.cast)
    world.name(letter.cadence, "communications_cadence", "api-cadences")
    world.name(letter, "communications_newsletter", "api-newsletters")
    world.name(letter.items.first().announcement, "item parameter")
    world.name(alert, "communications_alert_", "api-alerts")
    world.name(alert.rule, "communications_alertrule", "api-alert-rules")
    world.name(journey_story.one_of_each(world.cast), "communications_journey", "api-journeys")


def _announcements(world: World) -> None:
    cast = world.cast
    world.asked = asked = portal_story.tell(cast)
    world.segment = factories.make_segment("At A", rule=AT_ALPENGLOW)
    Attachment.objects.create(announcement=asked, content_type="text/plain", **A_FILE)
    world.name(asked, "communications", "api-announcements", "announcement", "announcement parameter")
    world.name(asked.segment, "segments", "context_segment")
    world.name(Question.objects.latest("pk"), "question")
    factories.make_announcement(
        "Draft", programme=cast.programme, segment=asked.segment, author=cast.maria, body=statement_story.SAYS_OTHERWISE
    )
    world.name(statement_story.one_with_everything(cast, asked), "communications_statement", "api-statements")
    Announcement.objects.filter(pk=asked.pk).update(frozen_at=timezone.now(), review_on=timezone.localdate())
    world.name(
        ReviewComment.objects.create(announcement=asked, version=1, text="Hm.", by=cast.arthur), "comment parameter", "api-remarks"
    )
    world.name(ContentTemplate.objects.create(name="Short", kind="product_update", title="…", body="…"), "api-templates")
    world.name(JargonWord.objects.create(word="Synergise"), "api-jargon")
    Suppression.objects.create(address="gone@x.example", reason="550")
    world.tokens |= {name: str(TrackingToken(asked.pk, cast.nora.pk, Channel.EMAIL, 1, place)) for name, place in PLACES.items()}
    planned = planning_story.one_of_each(cast)
    world.name(planned.objective, "communications_objective", "api-objectives")
    world.name(planned.theme, "api-themes")
    world.name(planned.managers_feed, "announcement_feed_revoke")
    world.name(planned.noras_feed, "communications:revoke_calendar")
    world.tokens["calendar_feed"] = planned.noras_token


def _organisations(world: World) -> None:
    cast = world.cast
    ada = factories.make_contact(cast.alpenglow, "Ada New", "ada@alpenglow.example")
    invitation, world.invitation = invite_contact(ada, by=cast.maria)
    world.name(invitation, "invitation")
    world.name(Invitation.objects.earliest("pk"), "resend")
    world.name(cast.programme, "programmes")
    world.name(cast.alpenglow, "partner", "api-partners", "partner parameter", "note_write")
    world.name(cast.ben, "contacts", "view_as", "consent_page", "erasure_page", "portal:colleague", "portal:leave",
               "portal:remind_to_read")  # fmt: skip
    world.name(Enrolment.objects.get(partner=cast.alpenglow), "enrolments")
    world.name(Product.objects.create(programme=cast.programme, line="Aurora", name="Aurora", version="3"), "products")
    erasure = Erasure.objects.create(partner=cast.alpenglow, state=Erasure.State.DONE, decided_at=timezone.now())
    world.name(erasure, "erasure_progress")
    glow, haul = (factories.make_partner(name, programme=cast.programme) for name in ("Glow", "Haul"))
    world.name(Merge.objects.create(kept=cast.alpenglow, merged=glow), "undo_merge")
    Partner.objects.filter(pk=glow.pk).update(merged_into=cast.alpenglow)
    world.name(Split.objects.create(partner=cast.alpenglow, made=haul), "undo_split")
    to_join = ColleagueRequest.objects.create(
        name="Ida", email="ida@alpenglow.example", partner=cast.alpenglow, state="confirmed", confirmed_at=timezone.now()
    )
    world.name(to_join, "portal:join_request", "partners_colleaguerequest")


def _context(world: World) -> None:
    cast = world.cast
    world.name(ImportRun.objects.create(mapping="partners", file_name="partners.csv", by=cast.maria), "importrun")
    ImportMapping.objects.get_or_create(key="walk", defaults={"name": "Walk"})
    employees, _made = DataPoint.objects.get_or_create(key="employees", defaults={"label": "Employees"})
    standing = tier_story.one_of_each(cast)
    world.name(standing.policy, "tierpolicy_page", "tierpolicy_new_criterion")
    world.name(standing.tier_criterion, "tierpolicy_criterion")
    world.name(standing.stage_criterion, "stagemove_criterion")
    world.name(standing.enrolment, "tierpolicy_enrolments", "stagemove_enrolments", "enrolment parameter")
    world.name(cast.programme, "stagemove_programmes")
    world.name(standing.line.scorecard, "scorecard")
    world.name(standing.line, "line parameter")
    collecting = collecting_story.tell(cast)
    world.name(collecting.employees, "confirm_value")
    world.name(Site.objects.get(), "confirm_row", "portal:site", "api-sites")
    world.name(agreement_story.signed(cast), "api-agreements")
    world.name(tier_story.sells(cast.alpenglow, 100), "api-performance")
    world.name(tier_story.certify(cast.alpenglow, "gate"), "api-partner-certifications")
    region, specialty = Region.objects.create(key="walk", name="Walk"), Specialty.objects.create(key="walk", name="Walk")
    world.name(add_region(cast.alpenglow, region, by=cast.maria), "api-partner-regions")
    world.name(add_specialty(cast.alpenglow, specialty, by=cast.maria), "api-partner-specialties")
    world.name(collecting.response, "context:survey")
    world.name(collecting.review, "context:review", "review")
    world.name(collecting.survey, "survey", "survey_new_question", "survey_preview")
    world.name(collecting.survey.questions.last(), "survey_question")
    world.name(collecting.interview, "survey_interview")
    world.name(cast.alpenglow, "review_prepare", "fact_record", "as_of")
    fact = record_fact(cast.alpenglow, "employees", "12", source="call", method="manual", by=cast.maria)
    world.name(fact, "dispute", "ledger_entry", "api-facts")
    world.name(employees, "datapoint")
    world.name(DataPoint.objects.get(key="scheme"), "datapoint_rename")
    world.name(Evidence.objects.create(partner=cast.alpenglow, media_type="text/plain", **A_FILE), "evidence")


def _webhooks_and_tasks(world: World) -> None:
    cast = world.cast
    room = WebhookEndpoint.objects.create(name="Room", form="signed", url="https://8.8.8.8/", partner_id=cast.alpenglow.pk)
    world.name(room, "communications:endpoint_move")
    world.name(WebhookMessage.objects.create(endpoint=room, event="test", body="{}", state="failed"), "webhookmessage")
    own = WebhookEndpoint.objects.create(name="CRM", form="signed", url="https://8.8.8.8/", owner=cast.maria)
    world.name(own, "api-webhooks")
    task = create_task("Name a trainer", by=cast.maria, partner_id=cast.alpenglow.pk, is_shared=True)
    world.name(task, "task_move", "task_done")


def _meetings_and_crises(world: World) -> None:
    cast = world.cast
    meeting = meeting_story.invited(cast, partner=cast.alpenglow, people=[cast.nora, cast.ben])
    world.name(meeting, "collaboration", "api-meetings")
    world.name(cast.nora, "contact parameter")
    world.public["step parameter"] = 1
    world.public["decision parameter"] = decide(meeting, "Prices stay", by=cast.maria).pk
    world.tokens["stop_mails"] = way_out_of_meetings(meeting_story.seat(meeting, cast.nora).pk)
    protocol = crisis_story.ready(cast, segment=world.segment)
    crisis = crisis_story.start(cast, protocol, is_drill=True)
    world.name(crisis, "communications_crisis", "api-crises", "acknowledge_crisis")
    world.name(protocol, "communications_crisis_start", "communications_crisisprotocol", "api-crisis-protocols")
    called = crisis.messages.get().announcement_id
    world.tokens["acknowledge"] = str(TrackingToken(called, cast.nora.pk, Channel.EMAIL, 1, Place.ACKNOWLEDGE))


def _talk(world: World) -> None:
    cast = world.cast
    talk = open_conversation(cast.ben, subject="Price list", text="When does it come?")
    world.name(talk, "communications:conversation", "communications_conversation", "api-conversations")
    world.name(cast.ben, "communications_conversation_begin")
    file = ConversationFile.objects.create(message=talk.messages.get(), content_type="text/plain", **A_FILE)
    world.name(file, "communications:conversation_file", "communications_conversation_file")
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    told, opinion = talk_story.tell(cast), talk_story.opened(cast)
    world.name(Question.objects.latest("pk"), "communications_question")
    world.name(told.discussion, "communications:discussion", "communications:follow_discussion", "communications_discussion",
               "api-discussions")  # fmt: skip
    world.name(told.forum, "communications:forum", "communications:follow_forum", "communications_discussion_begin", "api-forums")
    world.name(
        told.answer, "communications_discussion_post", "communications:post_move", "communications:report_post", "post parameter"
    )
    world.name(told.kept, "communications:known_answer")
    world.name(opinion, "communications:opinion", "communications_opinionsurvey", "api-opinions")
    world.name(opinion.questions.first(), "communications_opinionsurvey_question", "question parameter")
    world.tokens["stop_topic"] = way_out_token("opinion", opinion.asks.get(contact=cast.nora).pk)
    world.name(assistant_story.answered(cast.nora), "portal:assistant")


def _library(world: World) -> None:
    resource = library_story.one_of_each(world.cast, world.segment)
    world.name(resource, "enablement", "api-resources")
    world.name(resource.places.get().collection, "enablement:collection", "enablement_collection")
    world.tokens["library_file"] = link_to(resource.current, world.cast.nora.user).split("/")[-2]


def _learning(world: World) -> None:
    cast = world.cast
    taught = learning_story.one_of_each(cast, segment=world.segment)
    world.name(taught.course, "enablement:course", "begin_course", "enablement:lesson", "begin_attempt", "badge_achievement",
               "enablement_course", "api-courses")  # fmt: skip
    world.name(taught.attempt, "enablement:attempt")
    done = taught.certificate.participation.attempts.get(lesson__kind="quiz")
    world.name(done, "enablement_course_attempt", "api-quiz-attempts")
    world.name(done.lesson, "enablement_course_items", "enablement_course_item_attempts")
    world.name(taught.certificate, "enablement:certificate", "enablement_certificate", "api-certificates")
    world.name(taught.certificate.participation, "api-participations", "enablement_course_answers",
               "enablement_course_another_attempt")  # fmt: skip
    world.name(taught.path, "enablement_learningpath")
    world.name(cast.programme, "badge_issuer", "badge_revocations")
    world.name(learning_story.lesson_of(taught.course, "quiz"), "lesson parameter")
    filmed = learning_story.filmed(cast, segment=world.segment)
    world.name(filmed.course, "enablement:lesson_video", "enablement:lesson_captions", "enablement:lesson_watched")
    world.name(learning_story.lesson_of(filmed.course, "video"), "enablement_course_video", "enablement_course_captions")
    unwritten = learning_story.written(cast, "Not yet", certified=False)
    quiz, simulation = (unwritten.versions.get().lessons.get(kind=kind) for kind in ("quiz", "simulation"))
    world.name(unwritten, "enablement_course_new_lesson")
    world.name(quiz, "enablement_course_lesson", "enablement_course_new_question")
    world.name(quiz.questions.last(), "enablement_course_question")
    world.name(simulation, "enablement_course_new_scene")
    world.name(simulation.scenes.last(), "enablement_course_scene")
    package = package_story.taken_in(cast)
    Course.objects.filter(pk=package.pk).update(segment=world.segment)
    publish_course(package, by=cast.maria)
    world.name(package, "enablement:lesson_told")
    begun = learning_story.begun(package, cast.nora)
    world.tokens["package_file"] = address_for_learner(begun.version.lessons.first().item, begun).split("/")[3]


def _ideas(world: World) -> None:
    proposed = idea_story.tell(world.cast)
    assign_idea(proposed.idea, by=world.cast.maria, owner=world.cast.maria, segment=world.segment)
    world.name(proposed.idea, "enablement:idea", "enablement_idea", "api-ideas", "enablement:change_idea", "enablement:vote",
               "enablement:follow_idea", "enablement:report_idea")  # fmt: skip
    world.name(proposed.evidence, "enablement:idea_file", "enablement_idea_file")
    world.name(proposed.word, "enablement_idea_post", "enablement:idea_post_move")


def _rooms(world: World) -> None:
    cast = world.cast
    room = room_story.opened(cast, contacts=[cast.nora])
    world.name(room, "enablement:room", "enablement:write_draft", "enablement:suggest_wording", "enablement:draft_version",
               "enablement:export_draft", "enablement_room_people")  # fmt: skip
    world.name(cast.alpenglow, "enablement_room_open")
    world.name(comment_on_draft(room, writer=Writer(contact=cast.nora), text="Hm."), "enablement:room_comment_move")
    plan = RoomFile.objects.create(room=room, media_type="text/plain", contact=cast.nora, **A_FILE)
    world.name(plan, "enablement:room_file")


def own_values(route: Route, world: World) -> dict[str, object]:
    return {parameter: _value(route, parameter, world) for parameter in route.parameters}


def _value(route: Route, parameter: str, world: World) -> object:
    if parameter in ("public_id", "id", "invitation"):
        names = [key for key in world.public if key in (parameter if parameter == "invitation" else route.name)]
        return world.public[max(names, key=len)] if names else ABSENT
    if f"{parameter} parameter" in world.public:
        return world.public[f"{parameter} parameter"]
    known = {"token": _token(route, world), "name": "plan.txt", "number": 1,
             "path": "find.js", "verb": _verb(route), "figure": "read", "provider_id": "sso", "uidb36": "1",
             "key": "1-abc", "pk": 2_000_000_000,
             "object_id": world.cast.alpenglow.pk,
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


def _token(route: Route, world: World) -> str:
    return world.invitation if "invitation" in route.pattern else world.tokens.get(route.name.rpartition(":")[2], "x")
