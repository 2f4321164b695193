"""The text of a part of a mail, whatever character set it claims: one that is unknown or wrong is read as well as can be."""

import codecs

_CHARSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-mac-roman": "mac_roman",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "utf8mb4": "utf-8",
}


def decoded(content: bytes, charset: str) -> str:
    """In the character set it claims, else in UTF-8, else as Windows would have it: every byte means something there."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            charset, content = name, content[len(mark) :]
    claimed = charset.strip().strip("\"'").lower()
    for name in (_CHARSETS.get(claimed, claimed), "utf-8", "cp1252"):
        try:
            text = content.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
        if isinstance(text, str):
            return text
    return content.decode("latin-1")
