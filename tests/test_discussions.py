"""Nora asks in a forum, Sven of another partner answers; nobody learns more of the other than the programme allows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.discussion_mails import mail_followers, settle_abandoned_discussion_mails
from communications.actions.discussions import (
    accept_answer,
    begin_discussion,
    follow,
    hide_post,
    keep_post,
    lock_discussion,
    publish_question,
    report_post,
    show_post,
    take_back_post,
    unfollow,
    write_post,
)
from communications.actions.forums import change_forum, create_forum, set_names
from communications.actions.known_answers import change_known_answer, keep_known_answer
from communications.actions.preferences import set_digest_rhythm, set_preference
from communications.actions.questions import answer_question, ask_question
from communications.answer_keepers import answer_keepers, keep_answer, register_answer_keeper
from communications.models import (
    SERVER,
    Attention,
    AttentionPolicy,
    Discussion,
    DiscussionMail,
    Follow,
    Forum,
    KnownAnswer,
    Names,
    Post,
    PostReport,
    SendingGrant,
    SendingLimit,
    Topic,
)
from communications.queries.discussions import discussions_for, found_in, said_to, said_to_manager
from communications.queries.forums import forums_of, known_answers_for
from partners.actions.merges import merge_partners, undo_merge
from tests import factories, portal_story, talk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(cast):
    return talk_story.tell(cast)


def who_is_read_by(contact, discussion) -> list[tuple[str, str]]:
    return [(said.who, said.organisation) for said in said_to(contact, discussion)]


# Names.


def test_nobody_elses_name_is_shown_unless_the_programme_allows(cast, talk):
    assert who_is_read_by(cast.sven, talk.discussion) == [("Partner 1", ""), ("Sven Tamm", "Baltic Cloud OÜ")]
    assert who_is_read_by(cast.ben, talk.discussion) == [("Nora Berg", "Alpenglow GmbH"), ("Partner 2", "")]
    write_post(talk.discussion, text="We see the same.", by=cast.maria)
    assert who_is_read_by(cast.sven, talk.discussion)[-1] == ("Maria Lund", "Vendor")


def test_what_was_promised_when_it_was_written_is_never_widened(cast, talk):
    set_names(cast.programme, Names.PERSON, by=cast.maria)
    write_post(talk.discussion, text="And for sixty?", contact=cast.nora)
    assert who_is_read_by(cast.sven, talk.discussion) == [
        ("Partner 1", ""), ("Sven Tamm", "Baltic Cloud OÜ"), ("Nora Berg", "Alpenglow GmbH")
    ]  # fmt: skip
    set_names(cast.programme, Names.ORGANISATION, by=cast.maria)
    assert who_is_read_by(cast.sven, talk.discussion)[-1] == ("Alpenglow GmbH", "")
    set_names(cast.programme, Names.NOBODY, by=cast.maria)
    assert who_is_read_by(cast.sven, talk.discussion)[-1] == ("Partner 1", "")


def test_a_manager_reads_names_of_partners_they_see_only(cast, talk):
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=paul)
    assert [each.who for each in said_to_manager(paul, talk.discussion)] == ["Nora Berg", "Partner 2"]
    assert [each.who for each in said_to_manager(cast.maria, talk.discussion)] == ["Nora Berg", "Sven Tamm"]


# Who sees what.


def test_a_forum_is_for_its_programme_and_its_segment(cast):
    other = factories.make_programme("carmaker")
    create_forum(by=cast.maria, programme=other, title="Suppliers")
    german = factories.make_segment("German", rule={"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    technical = factories.make_segment(
        "Engineers", contact_rule={"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
    )
    talk_story.forum(cast, "All")
    in_germany = talk_story.forum(cast, "Germany", segment=german)
    engineers = talk_story.forum(cast, "Engineers", segment=technical)
    begin_discussion(in_germany, title="DE", text="x", contact=cast.nora)
    assert [each.title for each in forums_of(cast.nora)] == ["All", "Germany"]
    assert [each.title for each in forums_of(cast.ben)] == ["All", "Engineers", "Germany"]
    assert [each.title for each in forums_of(cast.sven)] == ["All"]
    assert (discussions_for(cast.nora).count(), discussions_for(cast.sven).count()) == (1, 0)
    assert engineers.discussions.count() == 0


def test_on_an_announcement_those_discuss_who_got_it_and_while_it_holds(cast):
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.nora, cast.sven)
    begin_discussion(announcement, title="Two sites?", text="Does one licence cover both?", contact=cast.nora)
    assert [discussions_for(each).count() for each in (cast.nora, cast.sven, cast.ben)] == [1, 1, 0]
    type(announcement).objects.filter(pk=announcement.pk).update(expires_at=timezone.now())
    assert discussions_for(cast.nora).count() == 0


def test_words_are_found_in_titles_and_in_posts_that_are_shown(cast, talk):
    rows = discussions_for(cast.nora)
    assert found_in(rows, "storage terabytes").count() == 1
    hide_post(talk.answer, by=cast.maria, reason="Wrong.")
    assert found_in(rows, "storage terabytes").count() == 0


def test_a_discussion_is_in_one_place(cast, talk):
    with pytest.raises(IntegrityError), transaction.atomic():
        Discussion.objects.create(title="Nowhere")


# Writing and moderating.


@pytest.mark.parametrize("text", ["", "  \n", "x" * 8001])
def test_nothing_and_too_much_are_refused(cast, text):
    place = talk_story.forum(cast)
    with pytest.raises(Invalid):
        begin_discussion(place, title="Storage", text=text, contact=cast.nora)
    with pytest.raises(Invalid):
        begin_discussion(place, title="", text="How much?", contact=cast.nora)
    assert (Discussion.objects.count(), Post.objects.count()) == (0, 0)


def test_a_locked_discussion_and_a_closed_forum_take_no_posts(cast, talk):
    lock_discussion(talk.discussion, by=cast.maria, is_locked=True)
    with pytest.raises(Refused, match="closed"):
        write_post(talk.discussion, text="More.", contact=cast.nora)
    lock_discussion(talk.discussion, by=cast.maria, is_locked=False)
    change_forum(talk.forum, by=cast.maria, is_open=False)
    for write in (
        lambda: write_post(talk.discussion, text="More.", contact=cast.nora),
        lambda: begin_discussion(talk.forum, title="New", text="More.", contact=cast.nora),
    ):
        with pytest.raises(Refused, match="closed"):
            write()
    assert Post.objects.count() == 2


def test_a_hidden_post_is_read_by_its_writer_with_the_reason(cast, talk):
    report_post(talk.answer, contact=cast.nora, reason="An advertisement.")
    assert Discussion.objects.reported().count() == 1
    with pytest.raises(Invalid):
        hide_post(talk.answer, by=cast.maria, reason=" ")
    hide_post(talk.answer, by=cast.maria, reason="No advertisements, please.")
    assert [said.text for said in said_to(cast.nora, talk.discussion)] == ["How much do you plan?", ""]
    own = said_to(cast.sven, talk.discussion)[1]
    assert (own.text, own.post.hidden_reason) == ("Two terabytes.", "No advertisements, please.")
    talk.discussion.refresh_from_db()
    assert (talk.discussion.accepted, Discussion.objects.reported().count()) == (None, 0)
    show_post(talk.answer, by=cast.maria)
    assert said_to(cast.nora, talk.discussion)[1].text == "Two terabytes."


def test_with_its_first_post_a_whole_discussion_is_hidden(cast, talk):
    hide_post(talk.question, by=cast.maria, reason="Not here.")
    assert discussions_for(cast.nora).count() == 0
    show_post(talk.question, by=cast.maria)
    assert discussions_for(cast.nora).count() == 1


def test_a_report_is_one_for_each_person_and_is_settled_by_leaving_it(cast, talk):
    report_post(talk.answer, contact=cast.nora, reason="Hm.")
    report_post(talk.answer, contact=cast.nora, reason="Really.")
    assert PostReport.objects.get().reason == "Really."
    with pytest.raises(Refused, match="your own"):
        report_post(talk.answer, contact=cast.sven, reason="Mine.")
    keep_post(talk.answer, by=cast.maria)
    assert Discussion.objects.reported().count() == 0
    assert talk.answer.is_shown


def test_words_that_are_taken_back_are_gone(cast, talk):
    with pytest.raises(NotAllowed):
        take_back_post(talk.answer, contact=cast.nora)
    take_back_post(talk.answer, contact=cast.sven)
    talk.discussion.refresh_from_db()
    assert (talk.answer.text, talk.discussion.accepted) == ("", None)
    assert said_to(cast.nora, talk.discussion)[1].text == ""


def test_who_asked_or_a_manager_says_what_helped(cast, talk):
    with pytest.raises(NotAllowed):
        accept_answer(talk.discussion, None, contact=cast.sven)
    with pytest.raises(Invalid, match="not an answer"):
        accept_answer(talk.discussion, talk.question, by=cast.maria)
    other = talk_story.forum(cast, "Other")
    elsewhere = begin_discussion(other, title="Else", text="x", contact=cast.sven)
    with pytest.raises(Invalid, match="not an answer"):
        accept_answer(talk.discussion, elsewhere.posts.get(), by=cast.maria)
    talk.discussion.refresh_from_db()
    assert talk.discussion.accepted == talk.answer


# Questions that are published, answers that are kept.


def test_a_question_is_published_with_its_answer_and_without_a_name(cast):
    set_names(cast.programme, Names.PERSON, by=cast.maria)
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.nora, cast.sven)
    question = ask_question(announcement, contact=cast.nora, text="Does Alpenglow get the margin?")
    words = {"title": "The margin", "text": "Do we get the margin?", "answer": "You all do."}
    with pytest.raises(Refused, match="Answer the question first"):
        publish_question(question, by=cast.maria, **words)
    answer_question(question, by=cast.maria, text="Alpenglow does.")
    discussion = publish_question(question, by=cast.maria, **words)
    assert [(said.who, said.text, said.is_accepted) for said in said_to(cast.sven, discussion)] == [
        ("Partner 1", "Do we get the margin?", False), ("Maria Lund", "You all do.", True)
    ]  # fmt: skip
    with pytest.raises(Refused, match="published already"):
        publish_question(question, by=cast.maria, **words)
    assert Discussion.objects.count() == 1


def test_a_kept_answer_outlives_its_discussion_and_follows_its_audience(cast, talk):
    assert [each.question for each in known_answers_for(cast.sven, "storage TERABYTES")] == ["How much storage for thirty users?"]
    hide_post(talk.question, by=cast.maria, reason="Old.")
    assert known_answers_for(cast.sven).count() == 1
    german = factories.make_segment("German", rule={"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    change_known_answer(talk.kept, by=cast.maria, segment=german)
    assert (known_answers_for(cast.nora).count(), known_answers_for(cast.sven).count()) == (1, 0)
    change_known_answer(talk.kept, by=cast.maria, is_current=False)
    assert known_answers_for(cast.nora).count() == 0


def test_only_an_accepted_answer_is_kept_and_once(cast, talk):
    words = {"by": cast.maria, "programme": cast.programme, "question": "Why?", "answer": "So.", "discussion": talk.discussion}
    with pytest.raises(Refused, match="kept already"):
        keep_known_answer(**words)
    open_one = begin_discussion(talk.forum, title="Open", text="x", contact=cast.nora)
    with pytest.raises(Refused, match="Accept an answer first"):
        keep_known_answer(**{**words, "discussion": open_one})
    assert KnownAnswer.objects.count() == 1


def test_another_place_may_take_accepted_answers_too(cast, talk, monkeypatch):
    monkeypatch.setattr("communications.answer_keepers._keepers", {each.key: each for each in answer_keepers()})
    register_answer_keeper("shelf", "the shelf", lambda discussion, by, question, answer, segment: f"/shelf/{question}/")
    assert {each.key for each in answer_keepers()} == {"answers", "library", "shelf"}
    words = {"by": cast.maria, "question": "why", "answer": "So.", "segment": None}
    assert keep_answer("shelf", talk.discussion, **words) == "/shelf/why/"
    assert keep_answer("nowhere", talk.discussion, **words) is None


# Subscriptions and mail.


@pytest.fixture
def news(cast, talk):
    """Nora is told of what Sven wrote; it was long enough ago."""
    Follow.objects.update(told_at=timezone.now() - timedelta(hours=2))
    Post.objects.update(at=timezone.now() - timedelta(hours=1))
    return talk


def test_who_writes_follows_and_is_mailed_once_without_names(cast, news, sink):
    assert set(Follow.objects.values_list("contact__name", flat=True)) == {"Nora Berg", "Sven Tamm"}
    assert (mail_followers(), mail_followers()) == (2, 0)
    text = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert "Partner 2: Two terabytes." in text
    assert "Sven" not in text
    assert "Baltic" not in text
    assert "How much do you plan?" not in text
    assert DiscussionMail.objects.filter(state="sent").count() == 2


def test_the_way_out_of_the_mail_stops_all_of_them_and_get_changes_nothing(cast, news, sink, client):
    mail_followers()
    mail = sink.to("nora@alpenglow.example")
    way_out = mail["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    assert client.get(f"/{way_out}").status_code == 200
    Follow.objects.update(told_at=timezone.now() - timedelta(hours=2))
    assert client.post(f"/{way_out}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    sink.mails.clear()
    mail_followers()
    assert sink.recipients == ["sven@baltic.example"]
    assert client.get(f"/{way_out[:-3]}xyz").status_code == 404


def test_what_was_hidden_or_is_not_theirs_any_more_is_not_mailed(cast, news, sink):
    hide_post(news.answer, by=cast.maria, reason="No.")
    cast.baltic.enrolments.update(ends_on=timezone.localdate())
    assert (mail_followers(), sink.recipients) == (0, [])


def test_quiet_hours_and_a_spent_budget_put_it_off(cast, news, sink):
    AttentionPolicy.objects.update(per_day=1)
    Attention.objects.create(person="nora@alpenglow.example", taken=[timezone.now()])
    assert (mail_followers(), sink.recipients) == (1, ["sven@baltic.example"])
    waiting = Follow.objects.get(contact=cast.nora)
    assert waiting.not_before > timezone.now()
    assert waiting.told_at < timezone.now() - timedelta(hours=1)
    Attention.objects.all().delete()
    Follow.objects.update(not_before=timezone.now() - timedelta(minutes=1))
    assert (mail_followers(), sink.recipients) == (1, ["sven@baltic.example", "nora@alpenglow.example"])


def test_the_limits_of_sending_put_it_off_and_take_nothing(cast, news, sink):
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    SendingGrant.objects.create(place=SERVER, at=timezone.now(), mails=1)
    assert (mail_followers(), sink.recipients) == (0, [])
    assert not any(row.taken for row in Attention.objects.all())
    SendingGrant.objects.all().delete()
    Follow.objects.update(not_before=None)
    assert mail_followers() == 1


def test_with_the_digest_it_waits_for_its_time_and_for_who_wants_none_it_never_comes(cast, news, sink):
    Follow.objects.update(when=Follow.When.DIGEST)
    set_digest_rhythm(cast.sven, "never", how="preferences")
    Post.objects.update(at=timezone.now() - timedelta(minutes=5))
    set_preference("nora@alpenglow.example", Topic.objects.get(key="general"), is_wanted=True, how="preferences")
    mail_followers()
    assert "sven@baltic.example" not in sink.recipients
    Follow.objects.filter(contact=cast.nora, not_before__isnull=False).update(not_before=timezone.now())
    mail_followers()
    assert sink.recipients.count("nora@alpenglow.example") == 1


def test_a_server_that_asks_to_wait_is_asked_again_and_a_refused_address_is_not(cast, news, sink):
    sink.on_recipient = lambda address: "450 later" if address.startswith("nora") else "550 unknown"
    assert mail_followers() == 0
    sink.on_recipient = lambda _address: None
    assert mail_followers() == 0
    Follow.objects.update(not_before=None)
    assert (mail_followers(), sink.recipients) == (1, ["nora@alpenglow.example"])


def test_what_a_crash_left_is_not_sent_again(cast, news, sink):
    DiscussionMail.objects.create(contact=cast.nora, address="nora@alpenglow.example", at=timezone.now() - timedelta(hours=1))
    assert (settle_abandoned_discussion_mails(), settle_abandoned_discussion_mails()) == (1, 0)
    assert DiscussionMail.objects.get().state == "failed"


def test_following_and_not(cast, talk):
    follow(cast.ben, forum=talk.forum, when=Follow.When.DIGEST)
    follow(cast.ben, forum=talk.forum)
    assert Follow.objects.get(contact=cast.ben).when == "soon"
    with pytest.raises(Invalid):
        follow(cast.ben, forum=talk.forum, when="always")
    unfollow(cast.ben, forum=talk.forum)
    assert not Follow.objects.filter(contact=cast.ben).exists()


def test_a_forum_has_its_title_once_in_a_programme(cast):
    talk_story.forum(cast)
    with pytest.raises(Invalid, match="already"):
        talk_story.forum(cast)
    assert Forum.objects.count() == 1


def test_what_the_second_contact_of_a_person_wrote_is_theirs_after_a_merge(cast, talk):
    """Svens partner was there twice, and he with it."""
    twin = factories.make_partner("Baltic Cloud", programme=factories.make_programme("carmaker"))
    again = factories.make_contact(twin, "Sven Tamm", "SVEN@baltic.example")
    write_post(talk.discussion, text="It is me.", contact=again)
    merge = merge_partners(cast.baltic, twin, by=cast.maria)
    assert set(Post.objects.filter(partner=cast.baltic).values_list("contact", flat=True)) == {cast.sven.pk}
    assert Follow.objects.filter(contact=cast.sven).count() == 1
    undo_merge(merge, by=cast.maria)
    assert Post.objects.get(contact=again).partner == twin
