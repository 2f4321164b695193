"""Composing in the admin: what is typed is kept, what is wrong is said, and one button says what will happen."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from activity.models import Activity
from communications.models import Announcement, Attachment, AttentionPolicy, State
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db
ADD = "admin:communications_announcement_add"


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


def entered(segment, /, **changes) -> dict:
    return {
        "title": "Aurora 3 is here", "body": "Hello {{ contact.first_name }}.", "kind": "product_update", "segment": segment.pk,
        "detail_product": "Aurora", "detail_effective_on": "2030-05-01", "channels": ["portal", "email"], "then": "save", **changes,
    }  # fmt: skip


def change_url(announcement) -> str:
    return reverse("admin:communications_announcement_change", args=[announcement.public_id])


def picture(name: str = "plan.png") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (4, 4), "teal").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def test_from_a_segment_it_is_written_to_them(cast, maria):
    segment = factories.make_segment("Resellers")
    address = f"{reverse(ADD)}?segment={segment.public_id}"
    assert address in maria.get(reverse("admin:context_segment_change", args=[segment.pk])).text
    text = maria.get(address).text
    assert re.search(rf'<option value="{segment.pk}"\s+selected', text)
    assert "Nora Berg" in text  # whom the preview is read as
    for odd in ("nothing", "0190a000-0000-7000-8000-00000000000a", ""):
        assert maria.get(f"{reverse(ADD)}?segment={odd}").status_code == 200


def test_a_new_one_is_kept_as_a_draft(cast, maria):
    page = maria.get(reverse(ADD))
    assert page.status_code == 200
    answer = maria.post(reverse(ADD), entered(factories.make_segment()), follow=True)

    made = Announcement.objects.get()
    assert (made.title, made.state, made.author, made.programme) == ("Aurora 3 is here", State.DRAFT, cast.maria, cast.programme)
    assert answer.redirect_chain == [(change_url(made), 302)]


def test_an_empty_page_asks_for_a_segment_and_complains_of_nothing(cast, maria):
    page = maria.get(reverse(ADD)).content.decode()
    assert "Choose a segment." in page
    assert "at least one condition" not in page


def test_what_few_need_is_folded_until_something_in_it_is_said_or_wrong(cast, maria):
    def unfolded(page) -> list[str]:
        return re.findall(r'<details class="co-fold" open><summary>([^<]+)', page.text)

    assert unfolded(maria.get(reverse(ADD))) == []
    assert unfolded(maria.get(reverse(ADD) + "?planned_on=2030-05-01")) == ["What it is for"]
    wrong = maria.post(reverse(ADD), entered(factories.make_segment(), review_every="never"))
    assert unfolded(wrong) == ["How long it stays right"]
    assert not Announcement.objects.exists()


def test_a_new_one_goes_by_every_channel_unless_one_is_taken_off(cast, maria):
    page = maria.get(reverse(ADD)).content.decode()
    assert len(re.findall(r'name="channels"[^>]*checked', page)) == 2


def test_sending_the_form_twice_makes_one(cast, maria):
    new_id = maria.get(reverse(ADD)).context["form"].initial["new_id"]
    form = entered(factories.make_segment(), new_id=str(new_id))
    first, second = maria.post(reverse(ADD), form), maria.post(reverse(ADD), form)
    assert Announcement.objects.get().public_id == new_id
    assert first.url == second.url


def test_submitting_freezes_a_version(cast, maria):
    maria.post(reverse(ADD), entered(factories.make_segment(), then="submit"))
    made = Announcement.objects.get()
    assert (made.state, made.version) == (State.SUBMITTED, 1)
    assert "Submit version 2 for approval" in maria.get(change_url(made)).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "required"),
        ({"body": "Dear {{ contact.nmae }}"}, "Did you mean {{ contact.name }}"),
        ({"body": "![shot](https://tracker.example/x.png)"}, "not attached"),
        ({"channels": []}, "required"),
        ({"segment": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(cast, maria, changes, words):
    before = Activity.objects.count()
    answer = maria.post(reverse(ADD), entered(factories.make_segment(), **changes))
    assert answer.status_code == 422
    assert words in answer.context["form"].errors.as_text()
    assert (Announcement.objects.count(), Activity.objects.count()) == (0, before)


def test_what_cannot_be_submitted_is_still_kept(cast, maria):
    nobody = factories.make_segment("Nobody", {"all": [{"field": "partner.country", "op": "eq", "value": "JP"}]})
    answer = maria.post(reverse(ADD), entered(nobody, then="submit"), follow=True)
    assert "It is saved" in answer.content.decode()
    assert "reaches nobody" in answer.content.decode()
    assert Announcement.objects.get().state == State.DRAFT


def test_a_picture_is_attached_and_taken_off_again(cast, maria):
    draft = announcement_story.draft(cast)
    form = entered(draft.segment, body="See ![the plan](plan.png).")
    maria.post(change_url(draft), {**form, "files": [picture()]})
    assert draft.attachments.get().name == "plan.png"
    maria.post(change_url(draft), {**form, "remove": ["plan.png"]})
    assert not Attachment.objects.exists()


def test_a_file_that_could_carry_a_script_is_refused_and_nothing_else_is_written(cast, maria):
    draft = announcement_story.draft(cast)
    upload = SimpleUploadedFile("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    answer = maria.post(change_url(draft), {**entered(draft.segment, title="Another"), "files": [upload]})
    assert answer.status_code == 422
    assert "cannot be attached" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Aurora 3 is here"


def test_exchanging_a_picture_takes_the_approval_back(cast, maria):
    draft = announcement_story.approve(announcement_story.draft(cast), cast)
    maria.post(change_url(draft), {**entered(draft.segment), "files": [picture()]})
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    assert draft.approved_version is None


def test_nobody_writes_over_what_a_colleague_saved_meanwhile(cast, maria):
    draft = announcement_story.draft(cast)
    seen = draft.updated_at.isoformat()
    Announcement.objects.update(title="Arthur's title", updated_at=datetime(2030, 1, 1, tzinfo=UTC))
    answer = maria.post(change_url(draft), entered(draft.segment, title="Maria's title", seen=seen))
    assert answer.status_code == 422
    assert "Somebody else has saved" in answer.content.decode()
    assert Announcement.objects.get().title == "Arthur's title"


def test_what_is_on_its_way_is_not_edited(cast, maria, sink):
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    answer = maria.post(change_url(sent), entered(sent.segment, title="Too late"), follow=True)
    assert "can no longer be changed" in answer.content.decode()
    sent.refresh_from_db()
    assert sent.title == "Aurora 3 is here"


def test_the_checks_say_whom_it_reaches_and_what_to_mend(cast, maria):
    factories.make_contact(cast.baltic, "Olga Mets", "")
    form = entered(factories.make_segment(), body="Dear {{ contact.nmae }}")
    words = maria.post(reverse("admin:communications_announcement_checks"), form).content.decode()
    assert "4 people at 2 partners" in words
    assert "1 without an address" in words
    assert "Did you mean" in words
    assert "Another person has to approve it" in words


def test_what_its_kind_asks_for_is_missed_before_it_is_saved(cast, maria):
    """What is attached comes with the first saving, so that a picture is not missed yet."""
    address, segment = reverse("admin:communications_announcement_checks"), factories.make_segment()
    form = entered(segment, detail_product="", detail_effective_on="")
    assert "Ready to be submitted" not in maria.post(address, form).text
    assert "“Product”" in maria.post(address, form).text
    assert "Ready to be submitted" in maria.post(address, entered(segment, body="![The plan](plan.png)")).text
    past = entered(segment, expires_at="2020-01-01T09:00")
    assert "It expired on" in maria.post(address, past).text


def test_of_a_large_audience_only_some_are_named(cast, maria, sink):
    for number in range(25):
        factories.make_contact(cast.baltic, f"Person {number:02}", f"p{number}@baltic.example")
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_week": 1})
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    words = maria.post(reverse("admin:communications_announcement_checks"), entered(sent.segment)).text
    assert "and 8 more" in words
    assert "Person 18" not in words


def test_the_checks_say_whose_week_is_full(cast, maria, sink):
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_week": 1})
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    words = maria.post(reverse("admin:communications_announcement_checks"), entered(sent.segment)).content.decode()
    assert "3 people have had enough for now" in words
    urgent = entered(sent.segment, kind="security_advisory")
    assert "goes to them all the same" in maria.post(reverse("admin:communications_announcement_checks"), urgent).content.decode()


def test_a_test_goes_to_oneself_as_somebody(cast, maria, sink):
    draft = announcement_story.draft(cast)
    maria.post(change_url(draft), entered(draft.segment, then="test", look_as=str(cast.ben.public_id)))
    mail = sink.to("maria@vendor.example")
    assert mail["Subject"] == "[Test] Aurora 3 is here"
    assert "Hello Ben." in mail.get_body(("plain",)).get_content()
    assert sink.recipients == ["maria@vendor.example"]


@pytest.mark.parametrize(("role", "may_add"), [("Author", True), ("Approver", False), ("Analyst", False), ("Vendor sales", False)])
def test_only_who_writes_may_compose(cast, client, role, may_add):
    person = factories.make_user("someone@vendor.example", roles=(role,))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    segment = factories.make_segment()
    assert client.get(reverse(ADD)).status_code == (200 if may_add else 403)
    assert client.post(reverse(ADD), entered(segment)).status_code == (302 if may_add else 403)
    assert Announcement.objects.exists() == may_add


def test_the_composer_asks_little_whatever_the_audience(cast, maria, django_assert_max_num_queries):
    for n in range(60):
        factories.make_contact(cast.baltic, f"Person {n}", f"person{n}@baltic.example")
    draft = announcement_story.draft(cast)
    maria.get(change_url(draft))
    with django_assert_max_num_queries(32):
        maria.get(change_url(draft))
