"""What a person wrote in a mail, whatever program wrote it down: every mail here is our own."""

from email.message import EmailMessage, Message
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from communications.replies import own_words, read_mail, reply_in_file
from communications.replies.html import text_of_html
from communications.replies.quotations import _looked_at

ANSWER = "Yes, we come.\n\nTwo of us need a hotel."


@pytest.mark.parametrize(
    "quotation",
    [
        "On Mon, May 4, 2026 at 10:11 AM Maria Lund <maria@vendor.example> wrote:\n\n> Will you come?\n> Maria",
        "On Mon, May 4, 2026 at 10:11 AM Maria Lund <\nmaria@vendor.example> wrote:\n\n> Will you come?",
        "On 4 May 2026, at 10:11, Maria Lund <maria@vendor.example> wrote:\n\n\ufeffWill you come?",
        "Maria Lund wrote:\n> Will you come?",
        "Am Mo., 4. Mai 2026 um 10:11 Uhr schrieb Maria Lund <maria@vendor.example>:\n\n> Kommen Sie?",
        "Am 04.05.26 um 10:11 schrieb Maria Lund:\n> Kommen Sie?",
        "Maria Lund <maria@vendor.example> schrieb am Mo., 4. Mai 2026, 10:11:\n\n> Kommen Sie?",
        "Le lun. 4 mai 2026 à 10:11, Maria Lund <maria@vendor.example> a\nécrit\xa0:\n\n> Venez-vous ?",
        "Le 04/05/2026 à 10:11, Maria Lund a écrit :\n> Venez-vous ?",
        "El lun, 4 may 2026 a las 10:11, Maria Lund (<maria@vendor.example>)\nescribió:\n\n> ¿Vienen?",
        "Il giorno lun 4 mag 2026 alle ore 10:11 Maria Lund <maria@vendor.example> ha scritto:\n\n> Venite?",
        "Em seg., 4 de mai. de 2026 às 10:11, Maria Lund <maria@vendor.example> escreveu:\n\n> Vocês vêm?",
        "Op ma 4 mei 2026 om 10:11 schreef Maria Lund <maria@vendor.example>:\n\n> Komt u?",
        "Den mån 4 maj 2026 kl 10:11 skrev Maria Lund <maria@vendor.example>:\n\n> Kommer ni?",
        "pon., 4 maj 2026 o 10:11 Maria Lund <maria@vendor.example> napisał(a):\n\n> Przyjdziecie?",
        "пн, 4 мая 2026 г. в 10:11, Maria Lund <maria@vendor.example>:\n\n> Вы придёте?",
        "2026年5月4日(月) 10:11 Maria Lund <maria@vendor.example>:\n\n> 来ますか",
        "于2026年5月4日周一 10:11写道：\n\n> 你来吗",
        "-----Original Message-----\nFrom: Maria Lund\nSent: Monday, May 4, 2026\nTo: Nora\nSubject: Day\n\nWill you come?",
        "________________________________\nFrom: Maria Lund <maria@vendor.example>\nSent: Monday\nTo: Nora\nSubject: Day\n\nCome?",
        "From: Maria Lund <maria@vendor.example>\nSent: Monday, May 4, 2026 10:11\nTo: Nora\nSubject: Day\n\nWill you come?",
        "*Von:* Maria Lund <maria@vendor.example>\n*Gesendet:* Montag, 4. Mai 2026\n*An:* Nora\n*Betreff:* Tag\n\nKommen Sie?",
        "De : Maria Lund <maria@vendor.example>\nEnvoyé : lundi 4 mai 2026\nÀ : Nora\nObjet : Jour\n\nVenez-vous ?",
        "De: Maria Lund <maria@vendor.example>\nEnviado: lunes, 4 de mayo\nPara: Nora\nAsunto: Día\n\n¿Vienen?",
        "-----Ursprüngliche Nachricht-----\nVon: Maria\nGesendet: Montag\nAn: Nora\nBetreff: Tag\n\nKommen Sie?",
        "---------- Forwarded message ---------\nFrom: Maria Lund <maria@vendor.example>\nDate: Mon\nSubject: Day\n\nCome?",
        "Anfang der weitergeleiteten Nachricht:\n\n> Von: Maria\n> Kommen Sie?",
        "-------- Messaggio per te --------\nMittendo: Maria <maria@vendor.example>\nDatumo: 4.5.\nTemo: Tago\n\nĈu vi venos?",
        "##- Please type your reply above this line -##\n\nWill you come?",
    ],
)
def test_the_quotation_goes_and_the_words_stay(quotation):
    for ends in ("\n", "\r\n"):
        assert own_words(f"{ANSWER}\n\n{quotation}\n".replace("\n", ends)) == ANSWER
        assert own_words(f"{ANSWER}\n\nSent from my iPhone\n\n{quotation}".replace("\n", ends)) == ANSWER


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nNora Berg\nAlpenglow GmbH",
        "--\nNora Berg\nAlpenglow GmbH",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPad",
        "Get Outlook for iOS<https://aka.example/o>",
        "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
        "Sent from my Galaxy\n\n-- \nNora",
    ],
)
def test_the_signature_goes(signature):
    assert own_words(f"{ANSWER}\n\n{signature}\n") == ANSWER


def test_a_greeting_and_a_name_are_the_persons_words_and_a_card_is_not():
    text = "Gern.\n\nViele Grüße\nNora Berg\nVertrieb\nTel.: +49 89 1234567\nwww.alpenglow.example"
    assert own_words(text) == "Gern.\n\nViele Grüße\nNora Berg"
    for firm in ("Fa. Müller GmbH", "Alpenglow GmbH", "Alpenglow AG & Co. KG", "Baltic Cloud OÜ", "Cirrus Ltd.\nTel 030 1234567"):
        assert (
            own_words(f"Gern.\n\nMit freundlichen Grüßen\nHans Müller\n{firm}") == "Gern.\n\nMit freundlichen Grüßen\nHans Müller"
        )
    assert own_words("Yes.\n\nBest regards\nJo Ash\nCirrus\nTel 020 1234567") == "Yes.\n\nBest regards\nJo Ash"
    kept = "Thanks,\nNora\nPS: we buy it for the AG"
    assert own_words(kept) == kept
    assert own_words("Thanks,\nNora\n\nwe meet at +49 89 1234567 or at noon, as we said; I bring the long list of names along and "
                     "all that else was asked for in the call") .endswith("in the call")  # fmt: skip


def test_answers_below_and_between_are_kept():
    below = "Maria Lund wrote:\n> Will you come?\n\nYes.\n-- \nNora"
    between = "On 4/5/2026 10:11, Maria wrote:\n> Will you come?\nYes.\n> How many?\n>> old\nTwo.\n\n> Bye\n"
    under_headers = "From: Maria <maria@vendor.example>\nSent: Monday\nSubject: Day\n\n> Will you come?\n\nYes."
    assert own_words(below) == "Yes."
    assert own_words(between) == "Yes.\n\nTwo."
    assert own_words(under_headers) == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "We travel like this\nFrom: Berlin\nTo: Munich\nDate: 4 May\n\nSee you there",
        "In his book of 2024 he wrote:\n\nnever change a running system",
        "Please write to anna@alpenglow.example until 12:30:\n\nshe knows",
        "Two things:\n\n-----\n\none\n\n-----\n\ntwo",
        "--\n" + "\n".join(f"line {n}" for n in range(20)),
        "I was sent from my iPhone shop to yours, and nobody helps.\nPlease do.",
        "Regards from all of us\n\nThe list follows\n1. a\n2. b",
    ],
)
def test_words_that_only_look_like_it_stay(text):
    assert own_words(text) == text


def test_only_a_quotation_is_no_word():
    assert own_words("> all\n> quoted") == ""
    assert own_words("---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: x\nSubject: y\n\nhi") == ""


def test_html_of_the_usual_programs():
    gmail = (
        '<div dir="ltr">Yes, <b>we</b> come.<br><br>Two of us.</div><br><div class="gmail_quote"><div class="gmail_attr">Dana 4.'
        ' mája napísal:<br></div><blockquote class="gmail_quote"><div>Come?</div></blockquote><div>And Ben.</div><blockquote>Bye'
        '</blockquote></div><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Nora<br>CEO</div>'
    )
    outlook = (
        '<style>p {x:y}</style><p class="MsoNormal">Agreed.<o:p></o:p></p><div>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt">'
        "<p><b>Von:</b> Maria<br><b>Gesendet:</b> Montag</p></div></div><p>Kommen Sie?</p>"
    )
    outlook_web = (
        '<div>Agreed.</div><div id="Signature"><p>Nora</p></div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From'
    )
    apple = '<div>Agreed.</div><div><br><blockquote type="cite"><div>On 4 May, Maria wrote:</div></blockquote></div>'
    thunderbird = (
        '<p>Agreed.</p><div class="moz-cite-prefix">Maria ha scritto:<br></div><blockquote type="cite">Venite?</blockquote>'
    )
    assert own_words(text_of_html(gmail)) == "Yes, we come.\n\nTwo of us.\n\nAnd Ben."
    for html in (outlook, outlook_web, apple, thunderbird):
        assert own_words(text_of_html(html)) == "Agreed."
    assert own_words(text_of_html("<p>a &lt; b &amp; c</p><ul><li>one</li><li>two</li></ul>")) == "a < b & c\n\n- one\n- two"


def test_parts_encodings_and_character_sets():
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Nora <nora@alpenglow.example>", "Re: Day"
    mail.set_content("Größe 5 €\n\nOn 4 May 2026, at 10:11, Maria <m@vendor.example> wrote:\n> Come?\n", cte="quoted-printable")
    mail.add_alternative("<p>other</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="plän.pdf")
    assert reply_in_file(bytes(mail)) == "Größe 5 €"
    assert [file.name for file in read_mail(mail).files] == ["plän.pdf"]

    for charset, body in (
        ("iso-8859-1", "5 € für Åse".encode("cp1252")),
        ("utf-8", "5 € für Åse".encode("cp1252")),
        ("x-unknown", "5 € für Åse".encode()),
        ("no-such-set", "5 € für Åse".encode()),
        ("iso-8859-15", "5 € für Åse".encode("iso-8859-15")),
        ("utf-16", "5 € für Åse".encode("utf-16")),
    ):
        raw = b"Message-ID: <1@x>\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + body
        assert reply_in_file(raw).startswith("5 € für Åse"), charset
    html_only = b"From: a@b\nContent-Type: text/html\n\n<meta charset=windows-1251><p>" + "да".encode("cp1251") + b"</p>"
    assert reply_in_file(html_only) == "да"


def test_flowed_lines_are_joined_and_stuffing_is_undone():
    head = b"MIME-Version: 1.0\nContent-Type: text/plain; format=flowed\n\n"
    raw = head + b"Yes, we all \ncome.\n > 5 of us\n\n> Will you \n> come?\n-- \nNora\n"
    assert reply_in_file(raw) == "Yes, we all come.\n > 5 of us"


def test_the_command_takes_mails_and_texts(tmp_path):
    said = StringIO()
    (tmp_path / "a.eml").write_bytes(b"From: a@b\nSubject: x\n\nIn a mail\n\n> q\n")
    (tmp_path / "b.txt").write_text("In a text\n-- \nNora\n")
    call_command("extract_reply", str(tmp_path / "a.eml"), stdout=said)
    call_command("extract_reply", str(tmp_path / "b.txt"), stdout=said)
    assert said.getvalue() == "In a mail\nIn a text\n"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("extract_reply", str(tmp_path / "absent.eml"))


@pytest.mark.slow
def test_twenty_megabytes_of_quotation_leave_the_words():
    line = "> They all wrote: From: Maria <maria@vendor.example> on 4 May 2026 at 10:11\n"
    assert own_words(f"{ANSWER}\n\nMaria wrote:\n" + line * 280_000) == ANSWER
    html = f"<p>Yes.</p><blockquote>{'<div>lorem &amp; ipsum</div>' * 700_000}</blockquote><p>Bye.</p>"
    assert own_words(text_of_html(html)) == "Yes.\n\nBye."


_TOLD = """> quoted
--\x20
--

Maria wrote:
On 4 May 2026 at 10:11 Maria <m@v.example> wrote:
From: Maria <m@v.example>
Subject: Day
Sent: Monday
-----Original Message-----
_____
Sent from my iPhone
Best regards
+49 89 1234567"""
_LINE = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.sampled_from(_TOLD.split("\n")))
_WORD = st.text("abcdefghijklmnop", min_size=1, max_size=8)
_SENTENCES = st.lists(st.lists(_WORD, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5)


@given(st.lists(_LINE, max_size=25).map("\n".join))
def test_given_in_again_the_words_come_out_as_they_are(text):
    words = own_words(text)
    assert own_words(words) == words
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").removeprefix("\ufeff")
    assert set(words.split("\n")) <= {line.rstrip() for line in plain.split("\n")} | {"", "-- "}


@given(_SENTENCES, _SENTENCES, _SENTENCES)
def test_no_word_is_lost_and_none_of_the_other_is_kept(above, between, quoted):
    marked = "\n".join(f"> {line.upper()}" for line in quoted)
    words = own_words("\n".join([*above, "", "Am 04.05.26 um 10:11 schrieb Maria:", marked, *between, marked, "-- ", "NORA"]))
    assert words.split("\n") == [*above, "", *between]


@given(st.binary(max_size=400))
def test_whatever_the_bytes_there_is_an_answer(content):
    for head in (b"", b"Message-ID: <1@x>\n", b"Message-ID: <1@x>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"):
        assert isinstance(reply_in_file(head + content), str)
    assert isinstance(read_mail(Message()).words, str)


@pytest.mark.parametrize(
    "line", ["To: somebody {}", "From: somebody {}", "Subject: {}\nplain", "----a: b {}----", "Von: a@b.example {}"]
)
def test_each_line_that_looks_like_a_header_is_looked_at_once(line):
    """A dozen times each would make a mail of a million such lines a matter of minutes."""
    text = "\n".join(line.format(nth) for nth in range(500))
    lines = len(text.splitlines())
    _looked_at.cache_clear()
    own_words(text)
    assert 0 < _looked_at.cache_info().misses <= lines + 1
