"""Signatures: what stands below two dashes, what telephones put under a mail, and a card of contact data below a greeting."""

import re

_DASHES = re.compile(r"^--[ \xa0]?$")
LINES_BELOW_BARE_DASHES = 12  # without the space, people use them as a rule, too: then more follows
_LINES_OF_CARD = 10
_DEVICE = (
    r"(?:my |mein(?:em|er) |mon |ma |mi |meu |minha |il mio |mijn |min |mit |mojego |moje(?:j|go) )?"
    r"(?:i ?phone|i ?pad|ipod|apple watch|android\S*|samsung\S*|galaxy\S*|blackberry\S*|windows ?phone|handy|smartphone|mobil\S*|"
    r"mobile( phone| device)?|phone|tablet|nokia\S*|huawei\S*|xiaomi\S*|pixel\S*|outlook\S*|yahoo\S*|gmail\S*|gmx\S*|web\.de\S*|"
    r"proton ?mail\S*|mail\S* for windows\S*|t[ée]l[ée]phone\S*|tel[ée]fono\S*|telefon\S*|móvil|celular|cellulare|puhelim\S*)"
)
_SENT_FROM = re.compile(
    r"^\W{0,3}(?:"
    rf"(?:sent|written|typed) (?:from|with|via|by|on) .{{0,30}}?{_DEVICE}.{{0,60}}|"
    rf"(?:diese (?:nachricht|e-?mail) wurde )?(?:gesendet|verfasst|geschrieben) (?:von|mit|über|aus) .{{0,40}}?{_DEVICE}.{{0,60}}|"
    rf"(?:diese (?:nachricht|e-?mail) wurde )?(?:von|mit|über) .{{0,20}}?{_DEVICE}.{{0,40}} "
    r"(?:gesendet|verschickt|versendet|geschrieben)|"
    rf"envoyé(?:e)? (?:de|depuis|à partir de|avec) .{{0,20}}?{_DEVICE}.{{0,60}}|"
    rf"enviado (?:desde|do|de|a partir do|con|com|pelo) .{{0,20}}?{_DEVICE}.{{0,60}}|"
    rf"inviato (?:da|dal|con) .{{0,20}}?{_DEVICE}.{{0,60}}|"
    rf"verzonden (?:vanaf|met|via) .{{0,20}}?{_DEVICE}.{{0,60}}|verstuurd vanaf .{{0,20}}?{_DEVICE}.{{0,60}}|"
    rf"(?:skickat|sendt) (?:från|fra) .{{0,20}}?{_DEVICE}.{{0,60}}|wysłane? z .{{0,20}}?{_DEVICE}.{{0,60}}|"
    rf"lähetetty .{{0,30}}?{_DEVICE}.{{0,60}}|отправлено с .{{0,60}}|"
    r"get outlook for (?:ios|android|mac).{0,80}|outlook für (?:ios|android|mac) (?:beziehen|herunterladen|abrufen).{0,80}|"
    r"(?:téléchargez|télécharger|obtenir) outlook pour .{0,80}|obtener outlook para .{0,80}|scarica outlook per .{0,80}|"
    r"obter o outlook para .{0,80}|download outlook voor .{0,80}|"
    r"iphoneから送信|从我的 ?iphone ?发送|從我的 ?iphone ?傳送|나의 iphone에서 보냄"
    r")[\W_]{0,3}$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W{0,2}(?:(?:with )?(?:kind|best|warm|many)?\s?regards|cheers|best( wishes)?|sincerely( yours)?|"
    r"yours (?:sincerely|faithfully|truly)|"
    r"many thanks|thanks(?: and (?:best |kind )?regards)?|thank you|(?:mit )?(?:freundliche[nm]?|beste[nrm]?|viele[nm]?|liebe[nm]?|"
    r"schöne[nm]?|herzliche[nm]?) "
    r"gr(?:ü|ue)(?:ß|ss)en?|mfg|vg|lg|gru(?:ß|ss)|(?:bien )?cordialement|(?:bien )?à vous|salutations.{0,20}|"
    r"(?:un )?(?:cordial )?saludos?( cordiales)?|atentamente|cordiali saluti|distinti saluti|met vriendelijke groet(?:en)?|mvh|"
    r"med vänlig(?:a)? hälsning(?:ar)?|med venlig hilsen|atenciosamente|pozdrawiam|z poważaniem|с уважением)\s?[,.!]?\s*$",
    re.IGNORECASE,
)
_CONTACT_DATA = re.compile(
    r"(?:^|\b)(?:tel|phone|telefon|fon|mobile?|mobil|fax|cell|office|direct|t|m|f|p|tél|móvil)\s?[.:]\s?\+?[\d(]|^(?:tel|phone|telefon|fon|mobile?|mobil|fax|cell|tél)\s+\+?[\d(][\d\s()/.-]{4,}$|"
    r"(?:^|\s)\+\d[\d\s()/.-]{6,}|^\W{0,2}(?:https?://|www\.)\S+\W{0,2}$|^\W{0,2}(?:e-?mail\s?[:]?\s?)?[^\s<>@]{1,80}@[^\s<>@]{1,80}\W{0,2}$",
    re.IGNORECASE,
)
# A line that is the name of a firm and nothing else: no sentence ends like that.
_FIRM = re.compile(
    r"^(?:(?:fa\.|firma)\s\S.*|[^.!?,;:]{2,60}\s(?:(?:g?gmbh|ag|kg|ohg|ug|se|kgaa|e\.\s?k\.)(?:\s?&\s?co\.?\s?kg)?|ltd\.?|limited|llc|inc\.?|"
    r"corp\.?|plc|s\.?a\.?r\.?l\.?|s\.?a\.?s\.?|s\.?p\.?a\.?|s\.?r\.?l\.?|b\.?v\.?|n\.?v\.?|aps|a/s|oyj?|oü|"
    r"s\.r\.o\.|sp\. z o\.o\.))$",
    re.IGNORECASE,
)


def without_signature(lines: list[str]) -> list[str]:
    """The lines of one piece of text, which ends where a quotation begins or the mail does."""
    lines = _above_dashes(lines)
    lines = _without_device(lines)
    return _without_card(lines)


def _above_dashes(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _DASHES.match(line) and (len(line) == 3 or len(lines) - at - 1 <= LINES_BELOW_BARE_DASHES):
            return lines[:at]
    return lines


def _without_device(lines: list[str]) -> list[str]:
    last = _last_written(lines)
    while last >= 0 and len(lines[last]) < 160 and _SENT_FROM.match(lines[last].strip()):
        lines = lines[:last]
        last = _last_written(lines)
    return lines


def _without_card(lines: list[str]) -> list[str]:
    """Below a greeting and a name: at least one telephone number, address or firm, and nothing but short lines. Greeting and name
    are the person's words, and stay."""
    last = _last_written(lines)
    for at in range(last, max(last - _LINES_OF_CARD - 3, -1), -1):
        if len(lines[at]) < 60 and _GREETING.match(lines[at].strip()):
            written = [i for i in range(at + 1, last + 1) if lines[i].strip()]
            card = written[1:]
            is_short = len(card) <= _LINES_OF_CARD and all(len(lines[i]) < 100 for i in card)
            if is_short and any(_is_of_card(lines[i].strip()) for i in card):
                return lines[: written[0] + 1]
            return lines
    return lines


def _is_of_card(line: str) -> bool:
    return bool(_CONTACT_DATA.search(line) or _FIRM.search(line))


def _last_written(lines: list[str]) -> int:
    return next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), -1)
