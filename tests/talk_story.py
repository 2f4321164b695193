"""A forum in which Nora asks and Sven answers, what is kept of it, and what people are asked about their opinion."""

from dataclasses import dataclass

from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from communications.actions.discussions import accept_answer, begin_discussion, write_post
from communications.actions.forums import create_forum
from communications.actions.known_answers import keep_known_answer
from communications.actions.opinion_questions import save_opinion_question
from communications.actions.opinions import answer_opinion, create_opinion_survey, open_opinion_survey
from communications.models import (
    Discussion,
    Forum,
    KnownAnswer,
    OpinionAsk,
    OpinionQuestion,
    OpinionSurvey,
    Post,
)
from communications.queries.opinions import questions_of
from partners.models import Contact
from tests import factories

Kind = OpinionQuestion.Kind


@dataclass(frozen=True)
class Talk:
    forum: Forum
    discussion: Discussion
    question: Post
    answer: Post
    kept: KnownAnswer


def forum(cast, title: str = "From practice", **fields) -> Forum:
    return create_forum(by=cast.maria, programme=cast.programme, title=title, **fields)


def tell(cast) -> Talk:
    place = forum(cast)
    discussion = begin_discussion(place, title="Storage for thirty users", text="How much do you plan?", contact=cast.nora)
    answer = write_post(discussion, text="Two terabytes.", contact=cast.sven)
    accept_answer(discussion, answer, contact=cast.nora)
    kept = keep_known_answer(
        by=cast.maria, programme=cast.programme, question="How much storage for thirty users?", answer="Two terabytes.",
        discussion=discussion,
    )  # fmt: skip
    return Talk(place, discussion, discussion.posts.earliest("pk"), answer, kept)


def survey(cast, **fields) -> OpinionSurvey:
    """A draft with a question of each kind that has no data point."""
    segment = fields.pop("segment", None) or factories.make_segment(f"Asked {timezone.now():%H%M%S%f}")
    row = create_opinion_survey(
        by=cast.maria, programme=cast.programme, **{"title": "How is it?", "segment": segment, "intro": "Two minutes.", **fields}
    )
    save_opinion_question(row, by=cast.maria, kind=Kind.NPS, wording="Would you recommend us?")
    save_opinion_question(row, by=cast.maria, kind=Kind.CHOICE, wording="Which day?", options=["Monday", "Friday"])
    save_opinion_question(row, by=cast.maria, kind=Kind.TEXT, wording="What else?")
    return row


def write_survey(page: Page, title: str, segment) -> None:
    page.locator("#id_title").fill(title)
    page.locator("#id_segment").select_option(label=str(segment))
    page.get_by_role("button", name="Save", exact=True).click()


def add_question(page: Page, kind: str, wording: str, options: str = "") -> None:
    page.get_by_role("link", name="Add a question").click()
    page.get_by_label("Kind").select_option(kind)
    page.get_by_label("Question").fill(wording)
    page.get_by_label("Answers to choose from").fill(options)
    page.get_by_role("button", name="Keep the question").click()
    page.get_by_text(wording).first.wait_for()


def tell_what_was_done(page: Page, said: str, did: str) -> None:
    page.get_by_role("link", name="Write down what was done").click()
    page.get_by_label("You said").first.fill(said)
    page.get_by_label("We did").first.fill(did)
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Show it to those who were asked").click()


def crowd(cast, partner, count: int, name: str = "Person") -> list[Contact]:
    """People who can sign in, made in two statements."""
    addresses = [f"{name.lower()}{nth}@{partner.pk}.example" for nth in range(count)]
    users = User.objects.bulk_create([User(email=address, name=f"{name} {nth}") for nth, address in enumerate(addresses)])
    return Contact.objects.bulk_create([Contact(partner=partner, name=user.name, email=user.email, user=user) for user in users])


def opened(cast, **fields) -> OpinionSurvey:
    row = survey(cast, **fields)
    open_opinion_survey(row, by=cast.maria)
    return row


def answer(row: OpinionSurvey, contact: Contact, *, nps: int | None = None, day: str = "", text: str = "") -> None:
    keys = {each["kind"]: each["key"] for each in questions_of(row)}
    said = {keys[Kind.NPS]: nps, keys[Kind.CHOICE]: day, keys[Kind.TEXT]: text}
    ask = OpinionAsk.objects.get(survey=row, contact=contact)
    row.refresh_from_db()
    answer_opinion(ask, said, version=row.version, by=contact.user)


def answer_first(row: OpinionSurvey, contact: Contact, nps: str) -> None:
    row.refresh_from_db()
    key = next(each["key"] for each in questions_of(row) if each["kind"] == Kind.NPS)
    answer_opinion(OpinionAsk.objects.get(survey=row, contact=contact), {key: nps}, version=row.version, by=contact.user)


def tell_more(talk: Talk, cast) -> None:
    more = begin_discussion(talk.forum, title="More", text="And for sixty?", contact=cast.ben)
    for contact in (cast.nora, cast.sven):
        write_post(more, text="Four.", contact=contact)
        write_post(talk.discussion, text="Still so.", contact=contact)
