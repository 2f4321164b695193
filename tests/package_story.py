"""A course that was made elsewhere: “Safe hands”, with a lesson that reports, one that only is looked at, and a small quiz."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.base import ContentFile

from enablement.actions.courses import publish_course
from enablement.actions.packages import import_package
from enablement.models import Course

ITEMS = """
  <item identifier="i1"><title>Wash your hands</title><item identifier="i2" identifierref="r1"><title>How to wash</title>
    <adlcp:masteryscore>80</adlcp:masteryscore><adlcp:datafromlms>soap=1</adlcp:datafromlms></item></item>
  <item identifier="i3" identifierref="r2"><title>The poster</title></item>
  <item identifier="i4" identifierref="r2" isvisible="false"><title>Hidden</title></item>"""
RESOURCES = """
  <resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="wash/index%20page.html?lang=en"/>
  <resource identifier="r2" type="webcontent" adlcp:scormtype="asset" href="poster.html"/>"""
# As authoring programs write it: it looks for the API in the windows around first, then in its own.
SCO = """<!DOCTYPE html>
<!-- <head> -->
<html><head><meta charset="utf-8"><title>Wash</title><script src="../find.js"></script></head><body>
<h1>How to wash</h1><p id="said"></p>
<button onclick="api.LMSSetValue('cmi.core.lesson_location', 'page-2');api.LMSSetValue('cmi.suspend_data', 'a=1|b=ü');
  api.LMSSetValue('cmi.core.exit', 'suspend');api.LMSCommit('')">Later</button>
<button onclick="api.LMSSetValue('cmi.core.score.raw', '85');api.LMSSetValue('cmi.core.session_time', '00:02:05.5');
  api.LMSFinish('')">Answer all</button><a href="second.html">On</a>
<script>api.LMSInitialize('');
document.getElementById('said').textContent = [api.LMSGetValue('cmi.core.entry'), api.LMSGetValue('cmi.core.lesson_location'),
  api.LMSGetValue('cmi.suspend_data'), api.LMSGetValue('cmi.core.student_name')].join('/');</script></body></html>"""
SECOND = """<html><head><script src="../find.js"></script></head><body><p id="said"></p><script>
document.getElementById('said').textContent = 'second/' + api.LMSGetValue('cmi.core.lesson_location');</script></body></html>"""
FIND = """function find(win) { for (var n = 0; win && !win.API && win.parent && win.parent != win && n < 9; n++) win = win.parent;
  return win && win.API; }
var api = find(window.parent) || find(window);"""


def manifest(
    items: str = ITEMS, resources: str = RESOURCES, *, version: str = "1.2", before: str = "", organization: bool = True
) -> str:
    around = f'<organization identifier="o1"><title>Safe hands</title>{items}</organization>' if organization else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<manifest identifier="m" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
 <metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
 <organizations default="o1">{around}</organizations><resources>{resources}</resources></manifest>"""


def parts(**changes) -> dict[str, str]:
    own = {"imsmanifest.xml": manifest(), "wash/index page.html": SCO, "wash/second.html": SECOND, "find.js": FIND,
           "poster.html": "<h1>Soap and water</h1>"}  # fmt: skip
    return {**own, **changes}


def packed(files: dict[str, str | bytes] | None = None) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, content in (files or parts()).items():
            archive.writestr(name, content)
    return kept.getvalue()


def taken_in(cast, content: bytes | None = None, *, name: str = "safe-hands.zip", **fields) -> Course:
    file = ContentFile(content or packed(), name=name)
    return import_package(file, by=cast.maria, programme=cast.programme, **fields)


def published(cast, content: bytes | None = None) -> Course:
    course = taken_in(cast, content)
    publish_course(course, by=cast.maria)
    return course
