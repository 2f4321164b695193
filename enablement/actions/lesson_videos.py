"""The video of a lesson: an address elsewhere, a file of the library, or one that is uploaded for it; and its words."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _
from uuid6 import uuid7

from activity.refusals import Invalid
from enablement.actions.uploads import check_file
from enablement.models import Lesson, LessonKind, LessonVideo, ResourceVersion
from enablement.models.versions import library_files

SOURCES = ("video_url", "library_video", "upload")
logger = logging.getLogger(__name__)


def set_video(lesson: Lesson, said: dict[str, Any], *, by) -> None:
    """The one that is said; whatever it had before goes. One that was uploaded stays where nothing else is said."""
    if "captions" in said:
        lesson.captions = checked_captions(said["captions"])
    given = [name for name in SOURCES if said.get(name)]
    if not given:
        for name in {"video_url", "library_video"} & said.keys():
            setattr(lesson, name, said[name])
        return
    _check(lesson, given)
    source, value = given[0], said[given[0]]
    before = lesson.video
    lesson.video_url, lesson.library_video, lesson.video = "", None, None
    if source == "video_url":
        lesson.video_url = _checked_address(value)
    elif source == "library_video":
        lesson.library_video = _checked_version(lesson, value)
    else:
        lesson.video = _kept(value, by=by)
    if before:
        lesson.save(update_fields=["video"])
        drop_unused_videos([before.pk])


def _check(lesson: Lesson, given: list[str]) -> None:
    if lesson.kind != LessonKind.VIDEO:
        raise Invalid(_("Only a video lesson plays a video."), field=given[0])
    if len(given) > 1:
        sentence = _("A lesson plays one video: an address, one of the library, or one that you upload. Leave the others empty.")
        raise Invalid(sentence, field=given[-1])


def _checked_address(address: str) -> str:
    if urlsplit(address).scheme not in ("http", "https"):
        raise Invalid(_("The address of a video begins with https://."), field="video_url")
    return address


def _checked_version(lesson: Lesson, version: ResourceVersion) -> ResourceVersion:
    if not version.is_video:
        raise Invalid(_("“%(title)s” is no video.") % {"title": version.resource}, field="library_video")
    if version.resource.programme_id != lesson.version.course.programme_id:
        sentence = _("“%(title)s” is in the library of another programme.") % {"title": version.resource}
        raise Invalid(sentence, field="library_video")
    return version


def _kept(file, *, by) -> LessonVideo:
    checked = check_file(file)
    if not checked.media_type.startswith("video/"):
        raise Invalid(_("“%(name)s” is no video. A lesson plays MP4 and WebM.") % {"name": checked.name}, field="upload")
    video = LessonVideo(name=checked.name, media_type=checked.media_type, size=checked.size, sha256=checked.sha256, uploaded_by=by)
    video.file.save(f"{uuid7()}.{checked.name.rpartition('.')[2].lower()}", checked.file, save=False)
    video.save()
    return video


def checked_captions(text: str) -> str:
    """WebVTT with at least one cue, or nothing."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
    if text and not (text.startswith("WEBVTT") and "-->" in text):
        raise Invalid(
            _("Captions begin with the line WEBVTT, and each has a line such as 00:01.000 --> 00:04.000."), field="captions"
        )
    return text


def drop_unused_videos(videos: list[int]) -> None:
    """Those that no lesson plays any more, with their files, once that is certain. Called after lessons went."""
    unused = LessonVideo.objects.filter(pk__in=videos, lessons=None)
    names = list(unused.values_list("file", flat=True))
    unused.delete()
    transaction.on_commit(lambda: _take_away(names))


def _take_away(names: list[str]) -> None:
    """What the store does not let go is left behind, which costs room and nothing else."""
    for name in names:
        try:
            library_files().delete(name)
        except Exception:
            logger.warning("%s of a lesson could not be deleted", name, exc_info=True)
