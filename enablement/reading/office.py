"""The parts of an office file, in the order in which it names them; and paragraphs of presentations, each slide under its title."""

import posixpath
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from enablement.reading.archives import DAMAGED
from enablement.reading.passages import Cutter, Reading, in_one_line

PART_AT_MOST = 20 * 1024 * 1024
PARTS_AT_MOST = 500
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_slides(content: bytes) -> Reading:
    """As they are shown: in their order, without those that are hidden. A page is counted as the program counts it."""
    cutter = Cutter()
    with opened(content) as archive:
        for number, part in enumerate(_slides(archive), start=1):
            slide = tree_of(archive, part)
            if not is_off(slide.get("show")):
                cutter.page = number
                _slide(slide, cutter)
    return cutter.reading()


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """By the numbers of their files where nothing says their order."""
    if "ppt/_rels/presentation.xml.rels" in archive.namelist():
        return [part for _named, part in parts_of(archive, "ppt/presentation.xml", f"{_P}sldId")]
    found = [match for name in archive.namelist() if (match := re.fullmatch(r"ppt/slides/slide(\d+)\.xml", name))]
    return [match.group() for match in sorted(found, key=lambda match: int(match[1]))][:PARTS_AT_MOST]


def _slide(tree: ElementTree.Element, cutter: Cutter) -> None:
    shapes = list(tree.iter(f"{_P}sp"))
    for shape in sorted(shapes, key=lambda shape: not _is_title(shape)):
        lines = [line for paragraph in shape.iter(f"{_A}p") if (line := _words(paragraph))]
        if _is_title(shape) and lines:
            cutter.heading(2, " ".join(lines))
        else:
            cutter.items([[line] for line in lines])
    for table in tree.iter(f"{_A}tbl"):
        rows = [[_words(cell) for cell in row.iter(f"{_A}tc")] for row in table.iter(f"{_A}tr")]
        cutter.table(rows[0] if len(rows) > 1 else [], rows[1:] if len(rows) > 1 else rows)


def _is_title(shape: ElementTree.Element) -> bool:
    return any(place.get("type") in ("title", "ctrTitle") for place in shape.iter(f"{_P}ph"))


def _words(part: ElementTree.Element) -> str:
    return in_one_line("".join(each.text or "" for each in part.iter(f"{_A}t")))


# --- Parts --------------------------------------------------------------------------------------------------------------


def opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError) as error:
        raise _broken() from error


def parts_of(archive: zipfile.ZipFile, whole: str, tag: str) -> list[tuple[ElementTree.Element, str]]:
    """What `whole` names by elements of this kind, in its order, each with the part that it leads to."""
    folder, name = posixpath.split(whole)
    links = {each.get("Id"): each.get("Target", "") for each in tree_of(archive, f"{folder}/_rels/{name}.rels")}
    named = [(each, links.get(each.get(_LINK), "")) for each in tree_of(archive, whole).iter(tag)][:PARTS_AT_MOST]
    return [(each, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")) for each, target in named if target]


def tree_of(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """No more is unpacked than the part says it has, and none that says too much."""
    try:
        if archive.getinfo(name).file_size > PART_AT_MOST:
            raise _broken()
        return fromstring(archive.read(name), forbid_dtd=True)  # entities in one can unpack to more than memory holds
    except (KeyError, ElementTree.ParseError, ValueError, *DAMAGED) as error:
        raise _broken() from error


def is_on(said: str | None) -> bool:
    return said in ("1", "true", "on")


def is_off(said: str | None) -> bool:
    return said in ("0", "false", "off")


def _broken() -> Invalid:
    return Invalid(_("This file cannot be read. Open it in the program that made it and save it anew."), code="unreadable")
