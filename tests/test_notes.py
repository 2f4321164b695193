"""Notes of calls, visits and check-ins: internal or shared, with files, also by a mail's BCC."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.mail_notes import note_mail
from context.actions.notes import change_note, delete_note, write_note
from context.models import Note
from context.notes_address import notes_address_of, owner_of
from partners.models import Enrolment, Evidence
from partners.personal_data import erasers, person_of
from tests.factories import make_contact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


def test_a_call_is_noted_with_who_took_part_and_its_files(cast):
    note = write_note(cast.alpenglow, by=cast.maria, kind="call", text=" Nora wants a training \r\n", contacts=[cast.nora],
                      files=[SimpleUploadedFile("minutes.txt", b"We agreed on May.")])  # fmt: skip

    assert (note.text, note.written_by, note.is_shared) == ("Nora wants a training", cast.maria, False)
    assert (note.contacts.get(), note.files.get().name) == (cast.nora, "minutes.txt")
    told = Activity.objects.filter(partner_id=cast.alpenglow.pk, verb="note.written").get()
    assert told.sentence == "Call noted"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": "  "}, "Write down what was said"),
        ({"kind": "dream"}, "dream"),
        ({"happened_at": timezone.now() + timedelta(days=1)}, "still to come"),
        ({"files": [SimpleUploadedFile("x.pdf", b"MZ\x90\x00")]}, "not what its name says"),
    ],
)
def test_what_is_no_note_is_refused_and_nothing_is_kept(cast, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        write_note(cast.alpenglow, by=cast.maria, **{"kind": "call", "text": "Hello", **wrong})
    assert not Note.objects.exists()
    assert not Evidence.objects.exists()


def test_people_of_another_partner_did_not_take_part(cast):
    with pytest.raises(Invalid, match="Only people of Alpenglow"):
        write_note(cast.alpenglow, by=cast.maria, kind="call", text="Hello", contacts=[cast.sven])


def test_a_note_is_changed_by_who_wrote_it(cast):
    rita = make_user("rita@vendor.example", name="Rita", roles=("Partner manager",))
    note = write_note(cast.alpenglow, by=cast.maria, kind="visit", text="First")
    with pytest.raises(NotAllowed, match="Only Maria Lund"):
        change_note(note, by=rita, text="Mine")
    with pytest.raises(NotAllowed):
        delete_note(note, by=rita)

    change_note(note, by=cast.maria, text="Second", is_shared=True)

    note.refresh_from_db()
    assert (note.text, note.is_shared) == ("Second", True)


def test_a_partners_people_see_what_was_shared_and_nothing_else(cast, client):
    write_note(cast.alpenglow, by=cast.maria, kind="call", text="They are late with payments")
    shared = write_note(cast.alpenglow, by=cast.maria, kind="check_in", text="We agreed on a training", is_shared=True,
                        files=[SimpleUploadedFile("minutes.txt", b"May")])  # fmt: skip
    assert list(Note.objects.visible_to(cast.ben.user)) == [shared]
    assert not Note.objects.visible_to(cast.sven.user).exists()

    client.force_login(cast.ben.user)
    page = client.get("/organisation/notes/").content.decode()
    assert "We agreed on a training" in page
    assert "late with payments" not in page
    file = f"/evidence/{shared.files.get().public_id}/"
    assert client.get(file).status_code == 200
    client.force_login(cast.sven.user)
    assert client.get(file).status_code == 404


def test_of_many_notes_every_one_can_be_read(cast, client):
    """The partner's people turn pages; Maria's page of the partner leads to all of them."""
    for number in range(23):
        happened = timezone.now() - timedelta(days=number)
        write_note(cast.alpenglow, by=cast.maria, kind="call", text=f"Talk {number:02}", is_shared=True, happened_at=happened)
    write_note(cast.baltic, by=cast.maria, kind="call", text="Another partner's talk")
    client.force_login(cast.ben.user)
    first, second = (client.get("/organisation/notes/", {"page": number}).text for number in (1, 2))
    assert ("Talk 00" in first, "Talk 22" in first, "Talk 22" in second) == (True, False, True)

    client.force_login(cast.maria)
    page = client.get(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]), {"tab": "work"}).text
    door = f"/admin/context/note/?partner__id__exact={cast.alpenglow.pk}"
    assert door in page
    found = client.get(door).context["cl"].queryset
    assert (found.count(), {note.partner for note in found}) == (23, {cast.alpenglow})


def test_a_file_of_an_internal_note_is_the_managers(cast, client):
    note = write_note(cast.alpenglow, by=cast.maria, kind="call", text="Internal", files=[SimpleUploadedFile("m.txt", b"x")])
    file = f"/evidence/{note.files.get().public_id}/"
    client.force_login(cast.nora.user)
    assert client.get(file).status_code == 404
    client.force_login(cast.arthur)
    assert client.get(file).status_code == 200


def test_a_note_is_written_on_the_page_of_the_partner(cast, maria):
    write = f"/admin/context/note/write/{cast.alpenglow.public_id}/"
    form = {"kind": "visit", "text": "Saw the plant", "contacts": [cast.nora.pk], "is_shared": "on",
            "files": SimpleUploadedFile("plan.txt", b"Plan")}  # fmt: skip
    page = maria.post(write, form, follow=True).content.decode()
    assert "Saw the plant" in page
    assert "plan.txt" in page
    assert "notes+" in page

    refused = maria.post(write, {**form, "text": "Long thoughts", "happened_at": "2999-01-01T10:00", "files": ""})
    assert refused.status_code == 422
    assert "still to come" in refused.content.decode()
    assert "Long thoughts</textarea>" in refused.content.decode()
    assert maria.get("/admin/context/note/", {"q": "plant"}).content.decode().count("Saw the plant") >= 1


def test_an_analyst_reads_and_does_not_write(cast, client):
    client.force_login(make_user("ana@vendor.example", roles=("Analyst",)))
    answer = client.post(f"/admin/context/note/write/{cast.alpenglow.public_id}/", {"kind": "call", "text": "x"})
    assert answer.status_code == 403
    assert not Note.objects.exists()


def test_a_mail_with_the_notes_address_becomes_a_note_of_each_partner(cast):
    mail = _mail(cast.maria, to="Nora Berg <NORA@alpenglow.example>, someone@else.example", cc="sven@baltic.example")
    mail.add_attachment(b"Agreed", maintype="text", subtype="plain", filename="agreed.txt")
    mail.add_attachment(b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="run.exe")

    notes = note_mail(bytes(mail), [notes_address_of(cast.maria)])

    assert {note.partner for note in notes} == {cast.alpenglow, cast.baltic}
    note = Note.objects.get(partner=cast.alpenglow)
    assert (note.kind, note.is_shared, note.written_by, list(note.contacts.all())) == ("mail", False, cast.maria, [cast.nora])
    assert note.text == "Training in May\n\nDear Nora,\nas agreed.\n\n> earlier\n\nNot kept: run.exe"
    assert note.files.get().name == "agreed.txt"
    assert note_mail(bytes(mail), [notes_address_of(cast.maria)]) == []


def test_an_address_in_the_header_does_as_well(cast):
    mail = _mail(cast.maria, to=f"nora@alpenglow.example, {notes_address_of(cast.maria)}")
    assert len(note_mail(bytes(mail))) == 1


_MIXED = "Content-Type: multipart/mixed; boundary=a"
_ODD = {
    "an unknown character set": ("Content-Type: text/plain; charset=x-nothing", b"Gr\xc3\xbc\xc3\x9fe", "Grüße", []),
    "bytes that are none of the set": ("Content-Type: text/plain; charset=utf-8", b"Gr\xfc\xdfe", "Grüße", []),
    "an attached text of an unknown set": (
        _MIXED,
        b"--a\n\nHello\n--a\nContent-Type: text/plain; charset=bogus\nContent-Disposition: attachment; filename=a.txt\n\nhi\n--a--",
        "Hello", ["a.txt"],
    ),
    "an attachment of parts": (
        _MIXED,
        b"--a\n\nHello\n--a\nContent-Type: multipart/alternative; boundary=b\nContent-Disposition: attachment; filename=q\n\n"
        b"--b\n\nq\n--b--\n--a--",
        "Not kept: q", [],
    ),
    "a mail within the mail": (
        _MIXED,
        b"--a\n\nHello\n--a\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\nSubject: x\n\ninner\n--a--",
        "Hello", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("odd", _ODD)
def test_odd_mails_are_noted_as_well_as_can_be(cast, odd):
    head, body, says, files = _ODD[odd]
    sent = f"From: {cast.maria.email}\nTo: {cast.nora.email}\nBcc: {notes_address_of(cast.maria)}\nMessage-ID: <1@x>\n{head}\n\n"
    [note] = note_mail(sent.encode() + body)
    assert says in note.text
    assert [file.name for file in note.files.all()] == files


def test_who_is_not_the_owner_of_the_address_is_refused(cast):
    strange = _mail(cast.maria, to="nora@alpenglow.example")
    del strange["From"]
    strange["From"] = "mallory@evil.example"
    made_up = f"notes+{cast.maria.pk}-{'0' * 24}@localhost"
    for mail, address in (
        (strange, notes_address_of(cast.maria)),
        (_mail(cast.maria, to="nora@alpenglow.example"), made_up),
        (_mail(cast.nora.user, to="nora@alpenglow.example"), notes_address_of(cast.nora.user)),
    ):
        with pytest.raises(NotAllowed, match="nobody else"):
            note_mail(bytes(mail), [address])
    assert not Note.objects.exists()
    assert owner_of(made_up) is None


def test_a_mail_to_nobody_known_is_refused_also_to_someone_out_of_ones_portfolio(cast):
    paul = make_user("paul@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=paul)
    with pytest.raises(Invalid, match="Nobody this mail went to"):
        note_mail(bytes(_mail(paul, to="nora@alpenglow.example")), [notes_address_of(paul)])
    assert len(note_mail(bytes(_mail(paul, to="sven@baltic.example")), [notes_address_of(paul)])) == 1


def test_a_person_who_is_erased_is_erased_from_notes(cast):
    tess = make_contact(cast.alpenglow, "Tess New", "tess@alpenglow.example")
    note = write_note(cast.alpenglow, by=cast.maria, kind="call", text="Tess New called", contacts=[tess],
                      files=[SimpleUploadedFile("m.txt", b"x")])  # fmt: skip
    eraser = next(eraser for eraser in erasers() if eraser.label == "notes")

    assert eraser.erase(person_of(tess)) > 0

    note.refresh_from_db()
    assert note.text == "[erased] called"
    assert note.files.get().name == "[erased]"
    assert not note.events.filter(text__contains="Tess").exists()


def _mail(sender, *, to: str, cc: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{sender.name} <{sender.email}>", to, "Training in May"
    mail["Message-ID"], mail["Date"] = "<1@vendor.example>", "Mon, 02 Mar 2026 10:00:00 +0100"
    if cc:
        mail["Cc"] = cc
    mail.set_content("Dear Nora,\nas agreed.\n\n> earlier\n")
    return mail
