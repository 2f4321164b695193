"""A mail is a join of bytes; what a mail program reads in it is what rendering says, for any name and any text."""

import uuid
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from activity.refusals import Invalid
from communications.models import Announcement, AnnouncementVersion, Topic
from communications.queries.mail_window import Recipient
from communications.rendering import MergeValues, check_merge_fields
from communications.rendering.mail import MailTemplate, MailUrls
from partners.models import Programme

BODY = (
    "Dear {{ contact.first_name }},\n\n.hidden\n\n{{ partner.name }}: [notes](https://vendor.example/notes?a=1&b=2) and "
    "[more](https://vendor.example/more), see ![it](diagram.png).\n\n" + "Grüße an alle bei {{partner.name}}! " * 9
)


def template(title="Aurora 3 for {{ partner.name }}", body=BODY, **fields) -> MailTemplate:
    programme = Programme(pk=1, key="vendor", name="Vendor", brand="Vändor & Co", sender_name="Vändor, Partners",
                          sender_email="news@vendor.example", reply_to="help@vendor.example")  # fmt: skip
    announcement = Announcement(pk=7, programme=programme, public_id=uuid.UUID(int=7))
    version = AnnouncementVersion(
        announcement=announcement, number=2, title=title, body=body, topic=Topic(name="Products"), **fields
    )
    return MailTemplate.of(version)


def recipient(name="Nora Berg", partner="Alpenglow GmbH", address="nora@alpenglow.example") -> Recipient:
    values = MergeValues(name, address, partner, "DE", "Vendor", tier="Gold", manager_name="Jürgen Groß")
    return Recipient(11, str(uuid.UUID(int=11)), address, values)


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def agrees(mail: MailTemplate, person: Recipient) -> None:
    """The bytes keep to the rules of mail, and say what the plain way of rendering says."""
    raw = mail.message_for(person)
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert raw.isascii()
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    assert b"\r\n." not in raw
    message = message_from_bytes(raw, policy=default)
    urls = MailUrls(7, 11, 2, str(uuid.UUID(int=7)))
    # Each end of a line in a value is one, also where the text goes on with another.
    partner = person.values.partner_name.replace("\r\n", "\n").replace("\r", "\n")
    rendered = mail.render(replace(person.values, partner_name=partner), urls)
    assert not message.defects
    assert message["Subject"] == rendered.subject
    [to] = message["To"].addresses
    name = " ".join(person.values.contact_name.split())
    shown = to.display_name
    if len(name.encode()) > 42:  # the standard library puts a blank between the words that a long name is encoded in
        name, shown = name.replace(" ", ""), shown.replace(" ", "")
    assert (shown, to.addr_spec) == (name, person.address)
    assert message["From"].addresses[0].display_name == "Vändor, Partners"
    assert message["List-Unsubscribe"] == f"<{urls.unsubscribe}>"
    assert message["Message-ID"] == f"<{uuid.UUID(int=7)}.{uuid.UUID(int=11)}@vendor.example>"
    names = ["Subject", "From", "To", "Reply-To", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-ID",
             "Auto-Submitted", "MIME-Version", "Content-Type"]  # fmt: skip
    assert message.keys() == names
    assert lines_of(message.get_body(("plain",)).get_content()) == lines_of(rendered.text)
    assert lines_of(message.get_body(("html",)).get_content()) == lines_of(rendered.html)


@pytest.mark.parametrize(
    "name",
    ["Nora Berg", "Jürgen Müller-Lüdenscheidt", "O'Neil, \"Bob\" (x) <y>", "李小龍", "N" * 200, "Ä" * 200, "", "=?utf-8?q?evil?=",
     "Nora\r\nBcc: everyone@x.example", "Nora\n\n.\n", ". dot", "a=b", "trailing \t"],
)  # fmt: skip
def test_any_name_is_read_as_it_is_written(name):
    agrees(template(), recipient(name, partner=name))
    agrees(template("{{ contact.name }}"), recipient(name))
    agrees(template("Grüße, Aurora ist da " * 8), recipient(name))


def test_a_short_title_is_only_written_once():
    agrees(template("Aurora 3 is here", requires_acknowledgement=True, call_to_action="Everyone: by Friday"), recipient())


# What the rules of XML or PostgreSQL would not let in, a form does not either.
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Co", "Zl", "Zp")), max_size=120)

ANYTHING = st.text(st.characters(blacklist_categories=("Cs", "Co"), blacklist_characters="\0"), max_size=200)


@pytest.mark.slow
@budget(max_examples=150, deadline=None)
@given(name=TEXT, partner=ANYTHING, title=TEXT, body=st.text(max_size=300))
@example("x", "y\r\n.\r\nz", ".", ".\n{{ partner.name }}")
@example("", "\r", "", "")
def test_whatever_is_written_is_read(name, partner, title, body):
    try:
        check_merge_fields(title + body, field="body")
        mail = template(title, body + "\n\n{{ partner.name }}{{ contact.name }}")
    except Invalid:
        return
    agrees(mail, recipient(name, partner))
