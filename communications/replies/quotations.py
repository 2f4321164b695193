"""How programs announce what they quote: lines that name who wrote when, blocks of headers, separators and forwarded mails.

Everything here looks at one line, or a handful, of a bounded length, so that a quotation costs what its size is."""

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_LINE = 500  # no program announces anything in a longer one
_LINES_OF_ATTRIBUTION = 4
_LINES_OF_HEADERS = 14

_WROTE = (
    r"\b(?:wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrit|écrivait|escribió|escribio|ha scritto|scrisse|schreef|escreveu|"
    r"napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|skrev|skrifaði|kirjoitti|írta|a scris|napisao|napisal|"
    r"yazdı|đã viết|menulis|va escriure|написал(?:\(а\)|а)?|пишет|написа|пише|έγραψε)\b\)?|"
    r"님이 작성|写道|寫道|のメール|が書きました|さんは書きました"
)
_BEGINS = (
    r"(?:On|Am|Le|El|Il|Em|Op|Den|Dne|Dňa|W dniu|Dnia|În|La|Vào|Pada|În data|A\(z\)|Στις|На|В|El dia|U|Í|At|Gesendet|"
    r"(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|ma|ti|ke|to|pe|la|su|po|út|st|čt|pá|ne|"
    r"pon|wt|śr|czw|pt|sob|ndz|пн|вт|ср|чт|пт|сб|вс)\w*[.,]?|\d{4}\s?[-/年.]|\d{1,2}[./-]|于|在)"
)
_ADDRESS = r"[^\s<>@]{1,100}@[^\s<>@]{1,100}"
_ATTRIBUTION_START = re.compile(rf"^\s*{_BEGINS}(?:\s|\d|,|$)", re.IGNORECASE)
_WRITING = re.compile(_WROTE, re.IGNORECASE)
_SOMEBODY = re.compile(_ADDRESS)
_SENDER = re.compile(rf"<\s?(?:mailto:)?{_ADDRESS}\s?>")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}|\b\d{4}\b|\d{1,2}[./-]\d{1,2}|\d{1,2}\.? \w{3,}|\w{3,} \d{1,2}")

_ORIGINAL = (
    r"original message|original email|reply message|ursprüngliche nachricht|originalnachricht|original-?nachricht|"
    r"message d['’]origine|message initial|message original|mensaje original|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|originalmeddelande|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    r"alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|eredeti üzenet|mesaj original|orijinal ileti|"
    r"исходное сообщение|оригинальное сообщение|original besked|原始邮件|原始郵件|元のメッセージ|원본 메시지"
)
_FORWARDED = (
    r"forwarded message|forwarded by.{0,100}|weitergeleitete nachricht|message transféré|message réexpédié|mensaje reenviado|"
    r"messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|doorgestuurd bericht|vidarebefordrat meddelande|"
    r"videresendt (?:meddelelse|melding)|välitetty viesti|wiadomość przekazana|přeposlaná zpráva|továbbított üzenet|"
    r"пересылаемое сообщение|пересланное сообщение|iletilmiş mesaj|转发的邮件|轉寄的郵件|転送メッセージ"
)
_SEPARATOR = re.compile(rf"^\s*[-_=*]{{2,}}\s*(?:{_ORIGINAL}|{_FORWARDED})\s*[-_=*:]{{1,}}\s*$", re.IGNORECASE)
_FORWARD = re.compile(
    r"^\s*(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message (?:réexpédié|transféré)|"
    r"inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (?:reencaminhada|encaminhada)|"
    r"begin doorgestuurd bericht|vidarebefordrat brev|start på videresendt (?:besked|melding)|välitetty viesti alkaa)\s*[:：]\s*$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"^\W{0,12}(?:please )?(?:reply|type your reply|write|antworten sie|bitte) ?"
    r"(?:above this line|oberhalb dieser (?:zeile|linie))\W{0,12}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:[-_=*─—]\s?){5,}\s*$|^\s*[-_=*]{4,}\s{0,3}\S[^\n]{0,60}\S\s{0,3}[-_=*]{4,}\s*$")

_FROM = (
    "from|von|de|da|van|från|fra|od|"
    "от|lähettäjä|kimden|gönderen|feladó|de la|expéditeur|remitente|mittente|差出人|发件人|寄件者|보낸 사람|보낸사람"
)
_SENT = (
    "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada|enviada em|fecha|inviato|data|verzonden|skickat|sendt|"
    "dato|wysłano|wysłane|odesláno|"
    "отправлено|дата|lähetetty|päivämäärä|päiväys|gönderildi|tarih|送信日時|日期|发送时间|傳送時間|보낸 날짜|날짜"
)
_SUBJECT = (
    "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|"
    "předmět|тема|aihe|konu|tárgy|subiect|件名|主题|主旨|제목"
)
_FIRST = "|".join((_FROM, _SENT, _SUBJECT))
_OTHERS = (
    "to|an|à|a|para|aan|till|til|do|komu|кому|vastaanottaja|kime|címzett|către|宛先|收件人|받는 사람|받는사람|cc|bcc|kopie|copie|"
    "kopia|копия|reply-to|antwort an|importance|wichtigkeit|priority"
)
_HEADER = re.compile(rf"^\s*[*_]{{0,2}}({_FIRST}|{_OTHERS})\s?[*_]{{0,2}}\s?[:：][*_]{{0,2}}(?:\s|$)", re.IGNORECASE)
_ANY_HEADER = re.compile(r"^\s*[*_]{0,2}[^\s:：][^:：]{1,24}[:：][*_]{0,2}\s+\S")
_KINDS = {name: kind for kind, names in (("from", _FROM), ("sent", _SENT), ("subject", _SUBJECT)) for name in names.split("|")}


def is_quoted(line: str) -> bool:
    return line.startswith(">")


def is_separator(line: str) -> bool:
    """A line that by itself says: from here on it is not mine."""
    return len(line) <= LONGEST_LINE and bool(_SEPARATOR.match(line) or _FORWARD.match(line) or _ABOVE.match(line))


def is_rule(line: str) -> bool:
    """A drawn line, also with a title in it, which says nothing by itself."""
    return len(line) <= LONGEST_LINE and bool(_RULE.match(line))


def headers_at(lines: list[str], at: int, *, announced: bool) -> int:
    """How many lines from `at` are the headers of a mail; 0 where they are none. People write "From: Berlin" and "To: Munich",
    too: it needs a sender with a subject, or with a date where a line above announced it or an address stands there. What a
    line announced may be in any language."""
    if not announced and not _looked_at(lines[at][:LONGEST_LINE]).kind:
        return 0
    kinds: set[str] = set()
    count = known = named = 0
    has_address = False
    for line in lines[at : at + _LINES_OF_HEADERS]:
        line = line[:LONGEST_LINE]
        looked = _looked_at(line)
        if looked.kind:
            kinds.add(looked.kind)
            known += 1
        elif announced and looked.may_be_header:
            named += 1
        elif not (count and line.startswith((" ", "\t")) and line.strip()):
            break
        count += 1
        has_address = has_address or looked.has_address
    if "from" in kinds and ("subject" in kinds or "sent" in kinds and (announced or has_address)):
        return count
    return count if announced and known + named >= 3 and has_address else 0


class _Line(NamedTuple):
    """What one line says by itself. `kind` is empty where it is no header that is known."""

    kind: str
    may_be_header: bool
    has_address: bool


# The same line is asked about once for each block that might begin above it: a thousand headers in a row would be read a dozen
# times over.
@lru_cache(maxsize=4 * _LINES_OF_HEADERS)
def _looked_at(line: str) -> _Line:
    found = _HEADER.match(line)
    kind = _KINDS.get(found[1].lower(), "other") if found else ""
    return _Line(kind, bool(_ANY_HEADER.match(line)), bool(_SOMEBODY.search(line)))


def attribution_ending(lines: list[str], at: int, *, quote_follows: bool) -> int:
    """How many lines, up to and with `at`, say who wrote when: programs break long ones. 0 where it is none."""
    last = lines[at].rstrip()
    if len(last) > LONGEST_LINE or not last.endswith((":", "：", ":*")):
        return 0
    for count in range(1, _LINES_OF_ATTRIBUTION + 1):
        first = at - count + 1
        if first < 0 or not lines[first].strip() or is_quoted(lines[first]) or len(lines[first]) > LONGEST_LINE:
            break
        whole = " ".join(lines[first : at + 1])
        if _ATTRIBUTION_START.match(lines[first]) and (_names_who_and_when(whole) or quote_follows and _names_who(whole)):
            return count
    names_sender = _SENDER.search(last) and _MOMENT.search(last) and _WRITING.search(last)
    return 1 if names_sender or quote_follows and _names_who(last) else 0


def _names_who_and_when(text: str) -> bool:
    """People end sentences with "he wrote:", too, but without the minute and without an address."""
    if _SENDER.search(text):
        return bool(_MOMENT.search(text))
    return bool(_TIME.search(text) and _MOMENT.search(text) and _WRITING.search(text))


def _names_who(text: str) -> bool:
    return bool(_WRITING.search(text))
