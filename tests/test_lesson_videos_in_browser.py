"""A video in a lesson, in a real browser: Maria uploads it, Ben plays it on his phone and reads what is said in it."""

from base64 import b64decode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from enablement.models import Lesson, VideoWatched
from tests import learning_story
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:04.000\nA pump hums."
# A second of a green picture, made by the browser itself.
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const brush = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const stopped = new Promise((done) => (recorder.onstop = done));
  recorder.start();
  for (let n = 0; n < 20; n++) {
    brush.fillStyle = `rgb(0 ${100 + 5 * n} 90)`;
    brush.fillRect(0, 0, 320, 180);
    await new Promise((done) => setTimeout(done, 50));
  }
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""

TO_ITS_END = "film => { film.muted = true; film.play(); return new Promise((done) => (film.onended = () => done())); }"


def test_a_video_is_uploaded_played_and_told_how_much_of_it(cast, visit):
    course = learning_story.written(cast, certified=False)
    maria, ben = visit(cast.maria), visit(cast.ben.user, width="phone", theme="dark")
    film = b64decode(visit().page.evaluate(FILM))
    page = maria.open(reverse("admin:enablement_course_new_lesson", args=[course.public_id, "video"]))
    page.get_by_label("Title", exact=True).fill("The pump at work")
    page.get_by_label("or upload a video").set_input_files({"name": "pump.webm", "mimeType": "video/webm", "buffer": film})
    page.get_by_label("Transcript", exact=True).fill("A pump starts to **hum**.")
    page.get_by_label("Captions", exact=True).fill(CAPTIONS)
    page.get_by_role("button", name="Add the lesson").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is in the portal now").wait_for()

    learning_story.begun(course, cast.ben)
    theirs = ben.open(f"/learning/courses/{course.public_id}/4/")
    theirs.get_by_text("It counts as seen when you say so.").wait_for()
    assert px_too_wide(theirs) <= 0
    assert Axe().run(theirs, options=RULES).response["violations"] == []
    with theirs.expect_response(lambda answer: "/watched/" in answer.url) as told:
        theirs.locator("video").evaluate(TO_ITS_END)
    assert told.value.status == 204
    theirs.wait_for_load_state("networkidle")
    assert theirs.locator("video").evaluate("film => film.textTracks[0].cues[0].text") == "A pump hums."
    row = VideoWatched.objects.get()
    assert (row.lesson, row.percent > 80) == (Lesson.objects.get(title="The pump at work"), True)
    theirs.get_by_text("Transcript", exact=True).click()
    theirs.get_by_text("A pump starts to hum.").wait_for()
    theirs.get_by_role("button", name="Seen it, go on").click()
    theirs.get_by_role("heading", name="Who buys it").wait_for()
    assert ben.complaints == []
