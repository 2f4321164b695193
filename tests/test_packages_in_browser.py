"""A course that was made elsewhere, in a real browser: it finds its API, comes back to where it was, and reaches nothing else."""

import pytest

from enablement.models import LessonDone, PackageRun
from enablement.runtime_notes import PRICE, ROOM, counts_in, error_of, with_notes
from partnerhub.demo.packages import PALLET
from partnerhub.demo.packages import packed as packed_of
from tests import learning_story, package_story
from tests.browser import px_too_wide
from tests.package_story import packed, parts
from tests.test_package_notes import VALUES, WRONG

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("media"), pytest.mark.django_db(transaction=True)]
# What a package would do that wants to act as whoever takes it.
HOSTILE = """<!DOCTYPE html><html><head></head><body><ul id="said"></ul><script>
const said = (name, what) => { const li = document.createElement('li'); li.textContent = name + ': ' + what; said_.append(li); };
const said_ = document.getElementById('said');
const tried = (name, work) => { try { said(name, work() || 'nothing'); } catch (error) { said(name, 'refused'); } };
tried('top', () => top.document.title);
tried('frame', () => { top.location = '/'; return 'left'; });
tried('cookie', () => document.cookie);
tried('real cookie', () => Document.prototype.__lookupGetter__('cookie').call(document));
tried('storage', () => { localStorage.setItem('a', 'own'); return localStorage.getItem('a'); });
(async () => {
  for (const [name, address, how] of [
    ['read', '/', {credentials: 'include'}],
    ['send', '/learning/courses/', {method: 'POST', mode: 'no-cors', credentials: 'include', body: 'a=1'}],
    ['abroad', 'https://evil.example/', {mode: 'no-cors'}],
  ]) await fetch(address, how).then(() => said(name, 'reached'), () => said(name, 'refused'));
  await new Promise((done) => { const img = new Image(); img.onload = () => done(said('picture', 'reached'));
    img.onerror = () => done(said('picture', 'refused')); img.src = '/favicon.ico'; });
  said('all', 'tried');
})();
</script></body></html>"""


def test_ben_takes_it_leaves_comes_back_and_is_done(cast, visit):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    ben = visit(cast.ben.user, width="phone", theme="dark")
    page = ben.open(f"/learning/courses/{course.public_id}/1/")
    lesson = page.frame_locator(".own-ground")
    lesson.get_by_text("ab-initio///Ben Ott").wait_for()
    with page.expect_response(lambda answer: answer.url.endswith("/told/")):
        lesson.get_by_role("button", name="Later").click()
    page.get_by_text("Kept. You may leave and come back.").wait_for()
    assert px_too_wide(page) <= 0
    page.reload()
    lesson.get_by_text("resume/page-2/a=1|b=ü/Ben Ott").wait_for()
    lesson.get_by_role("link", name="On").click()  # another page of the lesson goes on with what the first one said
    lesson.get_by_text("second/page-2").wait_for()
    page.reload()
    lesson.get_by_role("button", name="Answer all").click()
    page.get_by_text("This lesson is done.").wait_for()
    run = PackageRun.objects.get()
    assert (run.status, run.score_raw, run.session_seconds, run.is_finished) == ("passed", 85, 125, True)
    page.get_by_role("link", name="Next lesson").click()
    page.frame_locator(".own-ground").get_by_text("Soap and water").wait_for()
    page.get_by_role("button", name="Read it, go on").click()
    page.get_by_text("You have passed this course.").wait_for()
    assert LessonDone.objects.count() == 2
    assert ben.complaints == []


CALLS = [  # what is called, what it answers, and the error that it leaves
    ("LMSGetValue", ["cmi.core.entry"], "", 301), ("LMSSetValue", ["cmi.core.exit", ""], "false", 301),
    ("LMSCommit", [""], "false", 301), ("LMSFinish", [""], "false", 301), ("LMSInitialize", ["x"], "false", 201),
    ("LMSInitialize", [""], "true", 0), ("LMSInitialize", [""], "false", 101),
    ("LMSGetValue", ["cmi._version"], "3.4", 0), ("LMSGetValue", ["cmi.core.score._children"], "raw,min,max", 0),
    ("LMSGetValue", ["cmi.core.lesson_status"], "not attempted", 0), ("LMSGetValue", ["cmi.core.credit"], "credit", 0),
    ("LMSGetValue", ["cmi.student_data.mastery_score"], "80", 0), ("LMSGetValue", ["cmi.core.session_time"], "", 404),
    ("LMSGetValue", ["cmi.core.entry._children"], "", 202), ("LMSGetValue", ["cmi.core._count"], "", 203),
    ("LMSGetValue", ["cmi.core.wings"], "", 201),
    ("LMSGetValue", ["cmi.interactions._count"], "0", 0), ("LMSGetValue", ["cmi.objectives._children"], "id,score,status", 0),
    ("LMSGetValue", ["cmi.objectives.0.id"], "", 201), ("LMSGetValue", ["cmi.objectives.0.score._children"], "", 201),
    ("LMSSetValue", ["cmi.objectives.1.id", "a"], "false", 201), ("LMSSetValue", ["cmi.objectives.0.id", "a b"], "false", 405),
    ("LMSSetValue", ["cmi.objectives.0.id", "soap"], "true", 0), ("LMSGetValue", ["cmi.objectives.0.id"], "soap", 0),
    ("LMSGetValue", ["cmi.objectives.0.status"], "", 0), ("LMSGetValue", ["cmi.objectives._count"], "1", 0),
    ("LMSGetValue", ["cmi.objectives.0.score._children"], "raw,min,max", 0), ("LMSGetValue", ["cmi.objectives.0.wings"], "", 201),
    ("LMSSetValue", ["cmi.objectives._count", "3"], "false", 402), ("LMSGetValue", ["cmi.objectives.0._count"], "", 201),
    ("LMSSetValue", ["cmi.interactions.0.id", "q"], "true", 0), ("LMSGetValue", ["cmi.interactions.0.id"], "", 404),
    ("LMSSetValue", ["cmi.interactions.0.correct_responses.0.pattern", "a"], "true", 0),
    ("LMSGetValue", ["cmi.interactions.0.correct_responses._count"], "1", 0),
    ("LMSGetValue", ["cmi.interactions.0.objectives._count"], "0", 0),
    ("LMSGetValue", ["cmi.interactions.1.objectives._count"], "", 201),
    ("LMSGetValue", ["cmi.interactions._count"], "1", 0), ("LMSGetValue", ["cmi.interactions.0.wings"], "", 201),
    ("LMSGetValue", ["cmi.student_preference._children"], "audio,language,speed,text", 0),
    ("LMSGetValue", ["cmi.student_preference.audio"], "0", 0),
    ("LMSSetValue", ["cmi.student_preference.audio", "101"], "false", 405),
    ("LMSSetValue", ["cmi.student_preference.audio", "-1"], "true", 0), ("LMSGetValue", ["cmi.student_preference.audio"], "-1", 0),
    ("LMSSetValue", ["cmi.comments", "One. "], "true", 0), ("LMSSetValue", ["cmi.comments", "Two."], "true", 0),
    ("LMSGetValue", ["cmi.comments"], "One. Two.", 0), ("LMSSetValue", ["cmi.comments_from_lms", "x"], "false", 403),
    ("LMSGetErrorString", ["404"], "Element is write only", 403), ("LMSSetValue", ["cmi.core._children", "a"], "false", 402),
    ("LMSSetValue", ["cmi.core.student_name", "a"], "false", 403), ("LMSSetValue", ["cmi.core.wings", "a"], "false", 201),
    ("LMSSetValue", ["cmi.core.lesson_status", "done"], "false", 405), ("LMSSetValue", ["cmi.core.score.raw", "101"], "false", 405),
    ("LMSSetValue", ["cmi.suspend_data", "x" * 4097], "false", 405), ("LMSSetValue", ["cmi.core.session_time", "5"], "false", 405),
    ("LMSSetValue", ["cmi.core.score.raw", ""], "true", 0), ("LMSSetValue", ["cmi.core.lesson_status", "browsed"], "true", 0),
    ("LMSGetValue", ["cmi.core.lesson_status"], "browsed", 0), ("LMSGetErrorString", ["405"], "Incorrect data type", 0),
    ("LMSGetDiagnostic", ["301"], "Not initialized", 0), ("LMSGetErrorString", ["999"], "", 0),
    ("LMSFinish", [""], "true", 0), ("LMSGetValue", ["cmi.core.entry"], "", 301),
]  # fmt: skip


def test_its_api_answers_as_the_standard_says(cast, visit):
    course = package_story.published(cast, packed(parts(**{"wash/index page.html": "<p>Ready</p>"})))
    learning_story.begun(course, cast.ben)
    page = visit(cast.ben.user).open(f"/learning/courses/{course.public_id}/1/")
    lesson = page.frame_locator(".own-ground").locator("p")
    for name, said, answer, error in CALLS:
        asked = "([name, said]) => [API[name](...said), Number(API.LMSGetLastError())]"
        told = lesson.evaluate(f"(_, call) => ({asked})(call)", [name, said])
        assert told == [answer, error], (name, said)
    page.get_by_text("Kept. You may leave and come back.").wait_for()
    run = PackageRun.objects.get()
    assert (run.status, run.notes["cmi.comments"], run.notes["cmi.interactions.0.id"]) == ("browsed", "One. Two.", "q")


def test_browser_and_server_judge_notes_alike_and_keep_the_same(cast, visit):
    """Each element with each value that some element has, one after the other: the lists grow in both."""
    course = package_story.published(cast, packed(parts(**{"wash/index page.html": "<p>Ready</p>"})))
    learning_story.begun(course, cast.ben)
    page = visit(cast.ben.user).open(f"/learning/courses/{course.public_id}/1/")
    lesson = page.frame_locator(".own-ground").locator("p")
    known = sorted({value for table in (VALUES, WRONG) for values in table.values() for value in values if len(value) < 300})
    places = [(0, 0), (1, 0), (1, 2), (5, 0), (0, 1)]
    elements = [shape.replace(".n.", f".{m}.", 1).replace(".n.", f".{n}.") for m, n in places for shape in VALUES]
    calls = [(element, value) for element in elements for value in known if element != "cmi.comments"]
    notes, expected = {}, []
    for element, value in calls:
        expected.append(error_of(element, value, counts_in(notes)))
        if not expected[-1]:
            notes[element] = value
    said = """(_, calls) => { API.LMSInitialize('');
        const codes = calls.map((call) => (API.LMSSetValue(...call), Number(API.LMSGetLastError())));
        API.LMSCommit(''); return codes; }"""
    found = lesson.evaluate(said, [list(call) for call in calls])
    assert [(call, code) for call, code, right in zip(calls, found, expected, strict=True) if code != right] == []
    page.get_by_text("Kept. You may leave and come back.").wait_for()
    assert PackageRun.objects.get().notes == with_notes({}, notes) == notes


def test_a_lesson_that_tells_more_than_there_is_room_for_is_told_so_and_goes_on(cast, visit):
    course = package_story.published(cast, packed(parts(**{"wash/index page.html": "<p>Ready</p>"})))
    learning_story.begun(course, cast.ben)
    page = visit(cast.ben.user).open(f"/learning/courses/{course.public_id}/1/")
    said = """() => { API.LMSInitialize('');
        const codes = new Set();
        for (let n = 0; n < 300; n++) {
          API.LMSSetValue(`cmi.interactions.${n}.student_response`, 'x'.repeat(250));
          codes.add(Number(API.LMSGetLastError()));
        }
        API.LMSSetValue('cmi.core.lesson_status', 'passed'); API.LMSFinish(''); return [...codes]; }"""
    assert page.frame_locator(".own-ground").locator("p").evaluate(said) == [0, 101, 201]
    page.get_by_text("This lesson is done.").wait_for()
    run = PackageRun.objects.get()
    assert (run.status, counts_in(run.notes)["cmi.interactions"]) == ("passed", ROOM // (250 + PRICE))


def test_the_lesson_of_the_demo_asks_and_maria_reads_what_was_answered(cast, visit):
    course = package_story.published(cast, packed_of(PALLET))
    participation = learning_story.begun(course, cast.ben)
    ben = visit(cast.ben.user, width="phone")
    page = ben.open(f"/learning/courses/{course.public_id}/1/")
    lesson = page.frame_locator(".own-ground")
    for title in PALLET.pages:
        lesson.get_by_role("heading", name=title).wait_for()
        lesson.get_by_role("button", name="Go on").click()
    lesson.get_by_label("Two that meet").check()
    lesson.get_by_role("button", name="Check").click()
    lesson.get_by_text("Right. Two that meet at a corner").wait_for()
    page.get_by_text("Kept. You may leave and come back.").wait_for()
    page.reload()  # and it goes on with the question that was answered
    lesson.get_by_text("Right. Two that meet at a corner").wait_for()
    lesson.get_by_role("button", name="Go on").click()
    lesson.get_by_label("Let it go, foil is allowed").check()
    lesson.get_by_role("button", name="Check").click()
    lesson.get_by_text("Not quite.").wait_for()
    lesson.get_by_role("button", name="Go on").click()
    lesson.get_by_label("On your ramp").check()
    lesson.get_by_role("button", name="Check").click()
    lesson.get_by_role("button", name="Go on").click()
    lesson.get_by_text("2 of 3 answers are right.").wait_for()
    lesson.get_by_label("Was something unclear?").fill("Half pallets?")
    lesson.get_by_role("button", name="Tell the author").click()
    lesson.get_by_text("Thank you. The author reads it.").wait_for()
    page.get_by_text("You have passed this course.").wait_for()
    assert ben.complaints == []
    maria = visit(cast.maria)
    shown = maria.open(f"/admin/enablement/course/people/{participation.public_id}/")
    assert [cell.text_content() for cell in shown.locator("tbody tr:nth-child(2) td").all()[:4]] == ["choice", "a", "c", "wrong"]
    shown.get_by_text("Half pallets?").wait_for()


def test_who_leaves_by_a_link_ends_the_lesson_first(cast, visit):
    """It finishes when its page is left, as many do; what it says then is kept."""
    ending = """<p>Ready</p><script>API.LMSInitialize('');
        addEventListener('pagehide', () => { API.LMSSetValue('cmi.core.lesson_location', 'end'); API.LMSFinish(''); });</script>"""
    course = package_story.published(cast, packed(parts(**{"wash/index page.html": ending})))
    learning_story.begun(course, cast.ben)
    page = visit(cast.ben.user).open(f"/learning/courses/{course.public_id}/1/")
    page.frame_locator(".own-ground").get_by_text("Ready").wait_for()
    page.get_by_role("link", name="All lessons").click()
    page.get_by_role("link", name="Go on with “The poster”").wait_for()
    run = PackageRun.objects.get()
    assert (run.location, run.status, run.is_finished) == ("end", "completed", True)


def test_a_lost_connection_loses_nothing(cast, visit):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    ben = visit(cast.ben.user)
    page = ben.open(f"/learning/courses/{course.public_id}/1/")
    lesson = page.frame_locator(".own-ground")
    lesson.get_by_text("ab-initio").wait_for()
    page.route("**/told/", lambda route: route.abort())
    lesson.get_by_role("button", name="Later").click()
    page.get_by_text("The connection is lost.").wait_for()
    assert not PackageRun.objects.filter(location="page-2").exists()
    page.unroute("**/told/")
    page.reload()  # what was kept in the window goes first, then the lesson begins where one was
    lesson.get_by_text("resume/page-2/a=1|b=ü").wait_for()
    assert PackageRun.objects.get().location == "page-2"


def test_what_is_in_a_package_cannot_act_as_whoever_takes_it(cast, visit):
    course = package_story.published(cast, packed(parts(**{"wash/index page.html": HOSTILE})))
    learning_story.begun(course, cast.ben)
    page = visit(cast.ben.user).open(f"/learning/courses/{course.public_id}/1/")
    lesson = page.frame_locator(".own-ground")
    lesson.get_by_text("all: tried").wait_for()
    said = dict(text.split(": ", 1) for text in lesson.locator("li").all_text_contents())
    assert said == {
        "top": "refused", "frame": "refused", "cookie": "nothing", "real cookie": "refused", "storage": "own", "read": "refused",
        "send": "refused", "abroad": "refused", "picture": "refused", "all": "tried",
    }  # fmt: skip
    assert page.url.endswith(f"{course.public_id}/1/")


def test_its_address_alone_is_as_powerless(cast, visit):
    """Opened in a tab of its own, where no frame keeps it apart: the policy it comes with does."""
    course = package_story.published(cast, packed(parts(**{"wash/index page.html": HOSTILE.replace("top.location = '/'", "0")})))
    learning_story.begun(course, cast.ben)
    ben = visit(cast.ben.user)
    address = ben.open(f"/learning/courses/{course.public_id}/1/").locator(".own-ground").get_attribute("data-package")
    page = ben.open(address)
    page.get_by_text("all: tried").wait_for()
    said = dict(text.split(": ", 1) for text in page.locator("li").all_text_contents())
    assert {said[name] for name in ("real cookie", "read", "send", "abroad", "picture")} == {"refused"}
