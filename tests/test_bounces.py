"""Mails that come back to the vendor, as the servers of the world write them; and some that only look so."""

import json

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from communications.bounces import addressed_to, read_bounce
from communications.bounces.severity import severity_of, status_in

STANDARD = """\
From: MAILER-DAEMON@mx.vendor.example (Mail Delivery System)
To: news@vendor.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.vendor.example.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.vendor.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.alpenglow.example
Diagnostic-Code: smtp; {said}

--b1
Content-Type: message/rfc822

From: Vendor <news@vendor.example>
To: Nora <{recipient}>
Message-ID: <0199.nora@vendor.example>
Subject: News of the month

Hello Nora
--b1--
"""


def standard(action="failed", status="5.1.1", said="550 5.1.1 User unknown", recipient="nora@alpenglow.example") -> bytes:
    return STANDARD.format(action=action, status=status, said=said, recipient=recipient).encode()


@pytest.mark.parametrize(
    ("mail", "severity", "status"),
    [
        (standard(), "hard", "5.1.1"),
        (standard(status="5.1.2", said="Host or domain name not found"), "hard", "5.1.2"),
        (standard(status="5.0.0", said="550 No such user here"), "hard", "5.1.1"),
        (standard(status="5.2.2", said="552 5.2.2 Over quota"), "soft", "5.2.2"),
        (standard(status="5.7.1", said="554 5.7.1 Message refused by policy"), "soft", "5.7.1"),
        (standard(status="4.4.1", said="connect to mx: Connection timed out"), "soft", "4.4.1"),
        (standard(action="delayed", status="4.4.1"), "soft", "4.4.1"),
        (standard(action="delivered", status="2.0.0", said="250 Ok"), "not a bounce", ""),
    ],
)
def test_the_standard_report_is_read(mail, severity, status):
    bounce = read_bounce(mail)
    assert (bounce.severity, bounce.status) == (severity, status)
    if bounce.is_bounce:
        assert bounce.recipients == ("nora@alpenglow.example",)
        assert bounce.message_id == "<0199.nora@vendor.example>"
        assert bounce.is_final == (b"Action: failed" in mail)


def plain(text: str, *, sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example>", subject="Returned mail", **headers) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return f"From: {sender}\nTo: news@vendor.example\nSubject: {subject}\n{more}\n{text}".encode()


QMAIL = """\
Hi. This is the qmail-send program at mx.alpenglow.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<nora@alpenglow.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <news@vendor.example>
Message-ID: <0199.nora@vendor.example>
Subject: News
"""
EXIM = """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nora@alpenglow.example
    host mx.alpenglow.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<nora@alpenglow.example>:
    550 Unknown user

------ This is a copy of the message, including all the headers. ------
"""
WORDS = "Ihre Nachricht konnte nicht zugestellt werden.\n\nnora@alpenglow.example: 550 Der Empfänger existiert nicht\n"
NO_HOST = "There was an error delivering your mail to <nora@alpenglow.example>.\n\nDNS lookup failure: host mx.example not found\n"
OF_A_GATEWAY = "Error message below:\n550 - Requested action not taken: no such user here\n\n  RCPT TO: nora@alpenglow.example\n"
FULL = "The following message could not be delivered:\n\n<nora@alpenglow.example>: 452 4.2.2 Mailbox full\n"


@pytest.mark.parametrize(
    ("mail", "severity", "status"),
    [
        (plain(QMAIL, subject="failure notice"), "hard", "5.1.1"),
        (plain(EXIM, subject="Mail delivery failed: returning message to sender", X_Failed_Recipients="nora@alpenglow.example",
               Auto_Submitted="auto-replied"), "hard", "5.1.1"),
        (plain(WORDS, subject="Unzustellbar: News"), "hard", "5.1.1"),
        (plain(FULL, subject="Undeliverable: News"), "soft", "4.2.2"),
        (plain(NO_HOST, sender="MAILER-DAEMON <>", subject="Mail delivery failed"), "hard", ""),
        (plain(OF_A_GATEWAY, sender="post_master@gateway.example", subject="Re:News"), "hard", "5.1.1"),
    ],
)  # fmt: skip
def test_forms_that_are_no_standard_are_read_too(mail, severity, status):
    bounce = read_bounce(mail)
    assert (bounce.severity, bounce.status, bounce.recipients) == (severity, status, ("nora@alpenglow.example",))


BLAMES_OTHERS = [
    "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org",
    "550 blocked using dnsbl.example.org",
    "550 Message rejected as spam by content filtering",
    "554 5.7.9 Message not accepted for policy reasons",
    "550 SPF check failed for vendor.example",
    "553 5.1.8 <news@vendor.example>... Domain of sender address news@vendor.example does not exist",
    "501 5.1.7 Bad sender address syntax",
    "550 Unroutable sender address",
    "554 Your mail server must have a PTR record",
    "550 relaying denied",
    "552 Too many recipients",
    "retry timeout exceeded",
    "550 Recipient address rejected: mailbox full",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more",
]
SAYS_NOBODY = [
    "550 5.1.1 User unknown",
    "550 5.5.0 Unknown user nora@alpenglow.example",
    "553 5.3.0 <nora@alpenglow.example>... No such user here",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "550 5.1.1 unknown or illegal alias, see our spam policy",
    "550 Requested action not taken: mailbox unavailable",
    "550 nora",
]


def test_who_blames_the_sender_or_the_moment_says_nothing_of_the_address():
    """By the same numbers: a campaign that meets a block list must not lose its recipients for ever."""
    told = {said: severity_of(status_in(said), said).value for said in [*BLAMES_OTHERS, *SAYS_NOBODY]}
    assert told == dict.fromkeys(BLAMES_OTHERS, "soft") | dict.fromkeys(SAYS_NOBODY, "hard")


def test_what_the_server_said_counts_beside_the_code_of_the_report():
    assert read_bounce(standard(status="5.1.1", said="550 5.7.1 IP address blacklisted by recipient")).severity == "soft"
    assert read_bounce(standard(status="5.5.0", said="550 Unknown user")).severity == "hard"
    assert read_bounce(standard(action="deliverable", status="2.1.5", said="250 2.1.5 Ok")).severity == "not a bounce"


def test_that_a_report_calls_itself_permanent_is_no_reason():
    """Exim begins every report so."""
    timed_out = EXIM.replace("SMTP error from remote mail server after RCPT TO:<nora@alpenglow.example>:", "retry timeout exceeded")
    mail = plain(timed_out.replace("    550 Unknown user\n", ""), subject="Mail delivery failed: returning message to sender")
    assert read_bounce(mail).severity == "soft"


def test_the_mail_it_is_about_is_found_in_the_quoted_headers():
    assert read_bounce(plain(QMAIL, subject="failure notice")).message_id == "<0199.nora@vendor.example>"


@pytest.mark.parametrize(
    "mail",
    [
        plain("I am away until Monday. In urgent cases: 555 123.", sender="Nora <nora@alpenglow.example>", subject="Out of office"),
        plain("Back on Monday", sender="Nora <nora@alpenglow.example>", subject="Re: News", Auto_Submitted="auto-replied"),
        plain("Abwesend bis 550.", sender="Nora <nora@alpenglow.example>", subject="Automatische Antwort: News"),
        plain("We sold 550 licences, user unknown territory!", sender="Nora <nora@alpenglow.example>", subject="Re: News"),
        plain("", sender="", subject=""),
        b"",
        b"\xff\xfe\x00no mail at all",
    ],
)
def test_an_ordinary_mail_is_none(mail):
    assert read_bounce(mail).severity == "not a bounce"


COMPLAINT = b"""From: feedback@mail.example
Subject: FW: News
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Rcpt-To: <nora@alpenglow.example>

--b
Content-Type: message/rfc822

Message-ID: <0199.nora@vendor.example>
Subject: News

Hello
--b--
"""


def test_a_complaint_is_no_bounce_but_says_whom_it_is_from():
    bounce = read_bounce(COMPLAINT)
    assert (bounce.severity, bounce.recipients, bounce.message_id) == (
        "complaint", ("nora@alpenglow.example",), "<0199.nora@vendor.example>",
    )  # fmt: skip


def test_of_several_recipients_all_failed_ones_are_told():
    second = b"Final-Recipient: rfc822; ben@alpenglow.example\nAction: failed\nStatus: 4.4.7\n\n--b1\nContent-Type: message/rfc822"
    mail = standard().replace(b"--b1\nContent-Type: message/rfc822", second, 1)
    bounce = read_bounce(mail)
    assert (bounce.severity, bounce.recipients) == ("hard", ("nora@alpenglow.example", "ben@alpenglow.example"))


@given(st.binary(max_size=400), st.integers(0, 1200))
def test_no_broken_mail_stops_the_reading(noise, at):
    mail = standard()
    read_bounce(mail[:at] + noise + mail[at:])
    addressed_to(mail[:at] + noise + mail[at:])
    read_bounce(mail[:at])


def test_a_folder_is_told_as_json(tmp_path, capsys):
    (tmp_path / "one.eml").write_bytes(standard())
    (tmp_path / "two.eml").write_bytes(plain("Back on Monday", sender="Nora <nora@alpenglow.example>", subject="Out of office"))
    (tmp_path / "zz.eml").write_bytes(COMPLAINT)
    call_command("classify_bounces", str(tmp_path), "--json")
    one, two, complaint = json.loads(capsys.readouterr().out)
    assert (one["file"], one["kind"], one["status"], one["recipients"]) == ("one.eml", "hard", "5.1.1", ["nora@alpenglow.example"])
    assert (two["kind"], two["recipients"], two["is_complaint"]) == ("not a bounce", [], False)
    assert (complaint["kind"], complaint["is_complaint"]) == ("not a bounce", True)  # it did arrive
    call_command("classify_bounces", str(tmp_path))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "one.eml: hard 5.1.1 nora@alpenglow.example"
    assert lines[2].startswith("zz.eml: complaint")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("classify_bounces", str(tmp_path / "nothing"))
