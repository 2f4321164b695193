"""Which reading a type of file gets."""

from io import BytesIO

import mammoth
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from enablement.reading.html import read_html
from enablement.reading.office import read_slides
from enablement.reading.passages import Reading
from enablement.reading.pdf import read_pdf
from enablement.reading.sheets import read_sheets
from enablement.reading.texts import as_text, read_csv, read_markdown, read_plain

_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, SLIDES, SHEETS = (
    f"{_OFFICE}wordprocessingml.document",
    f"{_OFFICE}presentationml.presentation",
    f"{_OFFICE}spreadsheetml.sheet",
)
_OTHERS = {"application/pdf": read_pdf, SLIDES: read_slides, SHEETS: read_sheets}
_TEXTS = {"text/markdown": read_markdown, "text/html": read_html, "text/plain": read_plain, "text/csv": read_csv}


def is_read(media_type: str) -> bool:
    return media_type in _TEXTS or media_type in _OTHERS or media_type == WORD


def read_file(content: bytes, media_type: str) -> Reading:
    """Nothing for a picture, a video or an archive: those have no text. `Invalid` where the file cannot be read."""
    if media_type in _TEXTS:
        text = as_text(content)
        if text is None:
            raise Invalid(_("Its bytes are no text. Save it as UTF-8."), code="unreadable", field="file")
        return _TEXTS[media_type](text)
    if media_type in _OTHERS:
        return _OTHERS[media_type](content)
    if media_type == WORD:
        return read_html(word_as_html(content))
    return Reading()


def word_as_html(content: bytes) -> str:
    """Without its pictures, which no text is in. Not cleaned yet: whoever shows it cleans it."""
    try:
        made = mammoth.convert_to_html(BytesIO(content), convert_image=mammoth.images.img_element(lambda image: {"src": ""}))
    except Exception as error:  # noqa: BLE001 - it fails in as many ways as files are broken
        raise Invalid(_("This Word file cannot be read. Open it in Word and save it anew."), code="unreadable") from error
    return made.value
