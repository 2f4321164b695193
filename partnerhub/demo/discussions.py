"""Forums of both programmes with what partners asked and answered there: a published question, a kept answer, a reported post."""

from datetime import datetime

from accounts.models import User
from communications.actions.discussions import (
    accept_answer,
    begin_discussion,
    follow,
    publish_question,
    report_post,
    write_post,
)
from communications.actions.forums import create_forum, set_names
from communications.actions.known_answers import keep_known_answer
from communications.models import Discussion, Follow, Forum, Names, Post, Question
from context.models import Segment
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact

SIZING = "How much storage do you plan for a first Harbour cluster with thirty users?"
SIZING_ANSWER = "We begin with 2 TB and watch it for a month. Nobody has needed more before the second project."
SIZING_OURS = "That is what we see, too: 2 TB, and the alarm at 70 %. The sizing sheet says so from the next version on."
RENEWAL = "Do you send the renewal quote 90 or 60 days ahead? Ours are often forgotten in the holidays."
RENEWAL_ANSWER = "90 days, and once more at 30. The second one is what they answer."
RUDE = "Whoever planned this price list has never met a customer."
LABELS = "Which printer do you use for the new KQS 4.1 labels? Ours smears on oiled parts."
LABELS_ANSWER = "Thermal transfer with a resin ribbon. Ask for a sample on your own surface before you order."
SALES_PITCH = "We sell printers, too. Call me for a price that nobody else gets."
# The title under which an answered question is published, by programme.
PUBLISHED = {
    vendor.PROGRAMME.key: "Introductory margin through a distributor",
    carmaker.PROGRAMME.key: "The batch on boxes that are packed by part number",
}


def discuss(worlds: dict[str, World], managers: dict[str, User], segments: dict[str, Segment]) -> None:
    network, suppliers = worlds[vendor.PROGRAMME.key], worlds[carmaker.PROGRAMME.key]
    begun = dates.days_ago(30)
    with as_of(begun):
        practice = create_forum(
            by=managers["manager"], programme=network.programme, title="From practice",
            description="How other partners sell, install and support it.",
        )  # fmt: skip
        create_forum(
            by=managers["manager"], programme=network.programme, title="Engineers among themselves",
            description="Sizing, upgrades, faults.", segment=segments["builders"],
        )  # fmt: skip
        plants = create_forum(
            by=managers["pavel"], programme=suppliers.programme, title="Standards in daily work",
            description="KQS, labels, audits: what works in other plants.",
        )  # fmt: skip
        set_names(suppliers.programme, Names.ORGANISATION, by=managers["pavel"])
    _in_the_network(practice, managers["manager"])
    _at_the_suppliers(plants, managers["pavel"])
    _publish(managers["manager"])


def _in_the_network(forum: Forum, manager: User) -> None:
    paula = Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER)
    milo = Contact.objects.get(email="member@demo.example")
    others = _others(forum, without=paula)
    sizing = _begin(forum, others[0], "Storage for a first cluster", SIZING, dates.days_ago(12, 9))
    helped = _write(sizing, SIZING_ANSWER, dates.days_ago(12, 15), contact=paula)
    _write(sizing, SIZING_OURS, dates.days_ago(11, 17), by=manager)
    accept_answer(sizing, helped, contact=others[0])
    with as_of(dates.days_ago(10)):
        keep_known_answer(by=manager, programme=forum.programme, question=SIZING, answer=SIZING_ANSWER, discussion=sizing)
    renewal = _begin(forum, paula, "When do you send renewal quotes?", RENEWAL, dates.days_ago(3, 11))
    _write(renewal, RENEWAL_ANSWER, dates.days_ago(2, 15), contact=others[1])
    rude = _write(renewal, RUDE, dates.days_ago(1, 17), contact=others[2])
    report_post(rude, contact=milo, reason="This is about somebody, not about renewals.")
    follow(paula, forum=forum, when=Follow.When.DIGEST)


def _at_the_suppliers(forum: Forum, manager: User) -> None:
    sofia = Contact.objects.get(email="supplier@demo.example")
    others = _others(forum, without=sofia)
    labels = _begin(forum, sofia, "Labels on oiled parts", LABELS, dates.days_ago(5, 10))
    accept_answer(labels, _write(labels, LABELS_ANSWER, dates.days_ago(4, 15), contact=others[0]), contact=sofia)
    with as_of(dates.days_ago(3)):
        keep_known_answer(by=manager, programme=forum.programme, question=LABELS, answer=LABELS_ANSWER, discussion=labels)
    pitch = _write(labels, SALES_PITCH, dates.days_ago(1, 9), contact=others[1])
    report_post(pitch, contact=sofia, reason="This is an advertisement.")


def _publish(manager: User) -> None:
    """The question that was answered on the newsletter, and that on the standard."""
    at = dates.days_ago(2, 16)
    for programme, title in PUBLISHED.items():
        question = Question.objects.exclude(answered_at=None).get(announcement__programme__key=programme)
        with as_of(at):
            discussion = publish_question(question, by=manager, title=title, text=question.text, answer=question.answers.get().text)
        _date(discussion, at)


def _others(forum: Forum, *, without: Contact) -> list[Contact]:
    """People with a login at other partners of the programme, one of each."""
    places = forum.programme.enrolments.current().values("partner")
    rows = Contact.objects.current().filter(partner__in=places, user__is_active=True).exclude(partner=without.partner_id)
    return list(rows.select_related("user", "partner").order_by("partner_id", "pk").distinct("partner_id")[:3])


def _begin(forum: Forum, contact: Contact, title: str, text: str, at: datetime) -> Discussion:
    with as_of(at):
        discussion = begin_discussion(forum, title=title, text=text, contact=contact)
    _date(discussion, at)
    return discussion


def _write(discussion: Discussion, text: str, at: datetime, *, contact: Contact | None = None, by: User | None = None) -> Post:
    post = write_post(discussion, text=text, contact=contact, by=by)
    Post.objects.filter(pk=post.pk).update(at=at)
    Discussion.objects.filter(pk=discussion.pk).update(last_at=at)
    return post


def _date(discussion: Discussion, at: datetime) -> None:
    discussion.posts.update(at=at)
    Discussion.objects.filter(pk=discussion.pk).update(opened_at=at, last_at=at)
