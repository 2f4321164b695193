"""A SCORM 1.2 package: which files it holds, and what its manifest says is to be taken, in which order. Nothing is written.

The archive was checked before for bombs, ways out of its folder and links (`enablement/file_types.py`)."""

import mimetypes
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError  # noqa: S405 - the names; it is read through defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from activity.refusals import Invalid

MANIFEST = "imsmanifest.xml"
MANIFEST_AT_MOST = 2 * 1024 * 1024
FILES_AT_MOST, PATH_AT_MOST = 3000, 500
_1_2 = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_2004 = ("http://www.adlnet.org/xsd/adlcp_v1p3", "http://www.imsglobal.org/xsd/imsss", "http://www.adlnet.org/xsd/adlseq_v1p3")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html", ".htm": "text/html", ".css": "text/css",
          ".json": "application/json", ".xml": "text/xml", ".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2",
          ".ttf": "font/ttf", ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".vtt": "text/vtt",
          ".wasm": "application/wasm", ".webp": "image/webp", ".pdf": "application/pdf"}  # fmt: skip


@dataclass(frozen=True)
class Item:
    title: str
    launch: str
    reports: bool
    mastery: int | None
    launch_data: str


@dataclass(frozen=True)
class Package:
    """`files` by path in the package."""

    title: str
    items: list[Item]
    files: dict[str, zipfile.ZipInfo]


def read_package(archive: zipfile.ZipFile) -> Package:
    """`Invalid` with a sentence where it is no SCORM 1.2, or names what it does not hold."""
    files = _files(archive)
    root = _manifest(archive, files)
    _check_version(root)
    organization = _organization(root)
    items = list(_items(organization, _resources(root), files))
    if not items:
        raise _invalid(_("Its manifest names nothing that one could take. Export the course anew, as SCORM 1.2."))
    return Package(_title(organization), items, files)


def media_type_of(path: str) -> str:
    ending = "." + path.rpartition(".")[2].lower()
    return _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def _files(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    files: dict[str, zipfile.ZipInfo] = {}
    for each in archive.infolist():
        path = each.filename.replace("\\", "/")
        if path.endswith("/") or path.startswith("__MACOSX/") or path.rpartition("/")[2] == ".DS_Store":
            continue
        if len(path) > PATH_AT_MOST or not path.isprintable() or path in files:
            raise _invalid(_("It holds “%(name)s” twice, or under a name that is too long. Pack it anew.") % {"name": path[:80]})
        files[path] = each
    if len(files) > FILES_AT_MOST:
        raise _invalid(_("It has more than %(n)d files. Divide the course.") % {"n": FILES_AT_MOST})
    return files


def _manifest(archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo]) -> Element:
    """Document types and entities are the way to attack whoever reads XML: what has one is not read."""
    if MANIFEST not in files:
        raise _invalid(
            _("There is no imsmanifest.xml at its top, so it is no SCORM package. Pack the files themselves, not their folder.")
        )
    if files[MANIFEST].file_size > MANIFEST_AT_MOST:
        raise _invalid(_("Its manifest is larger than 2 MB. Divide the course."))
    content = archive.read(files[MANIFEST])
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content.replace(b"\0", b""), re.I):
        raise _invalid(_("Its manifest defines entities or a document type, which is not read. Export the course anew."))
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise _invalid(_("Its manifest cannot be read: it is no well-formed XML. Export the course anew.")) from None
    if _name(root) != "manifest":
        raise _invalid(_("Its imsmanifest.xml is no manifest. Export the course anew, as SCORM 1.2."))
    return root


def _check_version(root: Element) -> None:
    version = next((_said(each) for each in root.iter() if _name(each) == "schemaversion"), "")
    spaces = {key.rpartition("}")[0].lstrip("{") for each in root.iter() for key in (each.tag, *each.attrib) if "}" in str(key)}
    if "2004" in version or version.startswith("CAM") or spaces & set(_2004):
        raise _invalid(_("This is SCORM 2004. Export the course as SCORM 1.2; most programs offer both."))
    if version != "1.2" and _1_2 not in spaces:
        raise _invalid(_("Its manifest does not say that it is SCORM 1.2. Export the course anew, as SCORM 1.2."))


def _organization(root: Element) -> Element:
    """The one that is the default, else the first."""
    around = _child(root, "organizations")
    found = [] if around is None else _children(around, "organization")
    if not found:
        raise _invalid(_("Its manifest has no organization, so nothing says what is taken in which order. Export the course anew."))
    default = around.get("default")
    return next((each for each in found if each.get("identifier") == default), found[0])


@dataclass(frozen=True)
class _Resource:
    href: str
    reports: bool


def _resources(root: Element) -> dict[str, _Resource]:
    around = _child(root, "resources")
    if around is None:
        return {}
    start = root.get(_BASE, "") + around.get(_BASE, "")
    kept = {}
    for each in _children(around, "resource"):
        kind = next((value for key, value in each.attrib.items() if key.rpartition("}")[2].lower() == "scormtype"), "")
        href = each.get("href", "")
        kept[each.get("identifier", "")] = _Resource(start + each.get(_BASE, "") + href if href else "", kind.lower() == "sco")
    return kept


def _items(organization: Element, resources: dict[str, _Resource], files: dict[str, zipfile.ZipInfo]) -> Iterator[Item]:
    """In the order in which they stand, however deep; those that are not to be seen are left out."""
    waiting = _children(organization, "item")[::-1]
    while waiting:
        item = waiting.pop()
        if item.get("isvisible", "true").lower() == "false":
            continue
        waiting += _children(item, "item")[::-1]
        if not (wanted := item.get("identifierref", "")):
            continue
        title = _title(item)
        if wanted not in resources or not resources[wanted].href:
            raise _invalid(
                _("“%(title)s” names something that its manifest does not hold. Export the course anew.") % {"title": title}
            )
        launch = _launch(title, resources[wanted].href, item.get("parameters", ""), files)
        yield Item(title, launch, resources[wanted].reports, _mastery(item), _said(_child(item, "datafromlms"))[:4096])


def _launch(title: str, href: str, parameters: str, files: dict[str, zipfile.ZipInfo]) -> str:
    address = urlsplit(href.strip().replace("\\", "/").removeprefix("./"))
    path = unquote(address.path)
    if address.scheme or address.netloc:
        raise _invalid(
            _("“%(title)s” begins on another server, where nobody can look after it. Pack its pages in.") % {"title": title}
        )
    if path not in files:
        raise _invalid(_("“%(title)s” begins with “%(path)s”, which is not in the package.") % {"title": title, "path": path[:80]})
    query = "&".join(each for each in (address.query, parameters.strip().lstrip("?&")) if each and not each.startswith("#"))
    launch = quote(path) + (f"?{query}" if query else "") + (f"#{address.fragment}" if address.fragment else "")
    if len(launch) > 1000:
        raise _invalid(_("“%(title)s” begins at an address of more than a thousand characters.") % {"title": title})
    return launch


def _mastery(item: Element) -> int | None:
    said = _said(_child(item, "masteryscore"))
    return min(100, int(float(said))) if re.fullmatch(r"\d{1,3}(\.\d{1,4})?", said, re.ASCII) else None


def _title(element: Element) -> str:
    said = " ".join(_said(_child(element, "title")).replace("\0", "").split())
    return said[:120] or _("Untitled")


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> list[Element]:
    return [each for each in element if _name(each) == name]


def _child(element: Element, name: str) -> Element | None:
    return next(iter(_children(element, name)), None)


def _said(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="not_taken", field="file")
