"""An SVG as a picture: what it draws, and nothing that acts, loads or leads elsewhere. Only what is known stays.

A page shows it as an image, where browsers run nothing of it either; whoever opens its address alone meets a policy that lets
nothing run. Each of the three would do."""

import re
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring

from enablement.reading.texts import as_text

SVG = "http://www.w3.org/2000/svg"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
BYTES_AT_MOST = 2 * 1024 * 1024
ELEMENTS_AT_MOST = 20_000
SIDE = 1200  # of one that does not say how large it is
_DRAWN = {"svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
          "text", "tspan", "textPath", "image", "marker", "mask", "clipPath", "pattern", "linearGradient", "radialGradient", "stop",
          "style"}  # fmt: skip
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
# A backslash writes a letter otherwise, so no address is read through one.
_ELSEWHERE = re.compile(r"url\s*\(\s*[\"']?\s*(?![#\s\"'])|image-set|@import|expression\s*\(|\\|javascript:", re.I)


def svg_picture(content: bytes) -> tuple[bytes, int, int] | None:
    """With its width and height; None where it is no SVG, or larger or more nested than anyone looks at before they download."""
    text = as_text(content) if len(content) <= BYTES_AT_MOST else None
    if text is None or re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.I):
        return None
    try:
        return _drawn(re.sub(r"\A\s*<\?xml.*?\?>", "", text, flags=re.S))
    except (ElementTree.ParseError, RecursionError):
        return None


def _drawn(text: str) -> tuple[bytes, int, int] | None:
    root = fromstring(text, forbid_dtd=True)
    if root.tag != f"{{{SVG}}}svg" or sum(1 for _each in root.iter()) > ELEMENTS_AT_MOST:
        return None
    _clean(root)
    if _multiplies(root):
        return None
    width, height = _size(root)
    root.attrib.update(width=str(width), height=str(height))
    root.attrib.setdefault("viewBox", f"0 0 {width} {height}")
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="utf-8"), width, height


def _clean(root: ElementTree.Element) -> None:
    """Without recursion, for what is nested a thousand deep."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        for name in [name for name, value in element.attrib.items() if not _is_harmless(element, name, value)]:
            del element.attrib[name]
        for child in list(element):
            if _is_drawn(child):
                waiting.append(child)
            else:
                element.remove(child)


def _is_drawn(element: ElementTree.Element) -> bool:
    name = _name(element)
    return name in _DRAWN and not (name == "style" and _ELSEWHERE.search("".join(element.itertext())))


def _is_harmless(element: ElementTree.Element, name: str, value: str) -> bool:
    if name in _HREFS:
        is_picture = _name(element) == "image" and _PICTURE.fullmatch(value.strip())
        return value.strip().startswith("#") or bool(is_picture)
    is_known = not name.startswith("{") or name == "{http://www.w3.org/XML/1998/namespace}space"
    return is_known and not name.lower().startswith("on") and not _ELSEWHERE.search(value)


def _name(element: ElementTree.Element) -> str:
    """Nothing for what is of another language."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(f"{{{SVG}}}") if tag.startswith(f"{{{SVG}}}") else ""


def _multiplies(root: ElementTree.Element) -> bool:
    """Copies of what holds copies: a few lines of them are more than a browser can draw."""
    used = {each.get(name, "").strip()[1:] for each in root.iter(f"{{{SVG}}}use") for name in _HREFS}
    copied = [each for each in root.iter() if each.get("id") in used]
    return any(each.tag == f"{{{SVG}}}use" for one in copied for each in one.iter())


def _size(root: ElementTree.Element) -> tuple[int, int]:
    """No larger than a picture of a page, in the proportions that it says."""
    box = re.findall(r"[-+.\deE]+", root.get("viewBox", ""))
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if not (width and height) and len(box) == 4:
        width, height = _length(box[2]), _length(box[3])
    if not (width and height):
        return SIDE, SIDE
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {width:g} {height:g}")
    scale = min(1, SIDE / width, SIDE / height)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _length(said: str) -> float:
    """In pixels; nothing where it says per cent or nonsense."""
    found = re.fullmatch(r"\s*(\d{1,7}(?:\.\d{1,6})?)(?:px|pt|mm|cm|in)?\s*", said)
    return float(found.group(1)) if found else 0
