"""Who was there from a file: read and looked at first, then taken, as on the page of a meeting."""

import json
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input, TimeField
from accounts.api.uploads import TakesFiles
from collaboration.actions.attendance import LONGEST_FILE, drop_file, keep_file, take_file
from collaboration.models import AttendanceFile, Meeting
from collaboration.queries.attendance import Matched, matched

JSON, FORM = "application/json", "multipart/form-data"


class AttendanceReportInput(Input):
    name = serializers.CharField(max_length=200, required=False, help_text="What to call it while it is looked at.")
    report = serializers.DictField(
        child=serializers.JSONField(),
        help_text="As Teams (`attendanceRecords`) or Zoom (`participants`) hand it out. A CSV file is sent as multipart/form-data.",
    )


class AttendanceFileInput(Input):
    file = serializers.FileField(allow_empty_file=True, help_text="The CSV that Zoom or Teams exports, or a report in JSON.")


class TakeInput(Input):
    read_at = TimeField(help_text="As it was told: a file that was read since then is not taken in its place.")


class ThereSerializer(serializers.Serializer):
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    contact = serializers.UUIDField(source="contact.public_id", allow_null=True, default=None)
    minutes = serializers.IntegerField(allow_null=True)
    is_by_name = serializers.BooleanField(help_text="No address says who it was.")


class AttendancePlanSerializer(serializers.Serializer):
    name = serializers.CharField()
    read_at = serializers.DateTimeField()
    unread = serializers.IntegerField(help_text="Lines that could not be read.")
    invited = ThereSerializer(many=True)
    uninvited = ThereSerializer(many=True, help_text="Known, and not invited: they are added to the meeting.")
    strangers = ThereSerializer(many=True, help_text="Listed with the meeting; no contacts are made of them.")


class TakenSerializer(serializers.Serializer):
    there = serializers.IntegerField(help_text="People who are noted as having been there.")
    strangers = serializers.IntegerField()


class TakesAttendanceFiles(TakesFiles):
    """Of a meeting: `attendance-file/` and `attendance-file/take/`."""

    form_classes: ClassVar[dict[str, type[Input]]] = {"read_attendance": AttendanceFileInput}

    @extend_schema(responses={200: AttendancePlanSerializer})
    @action(detail=True, methods=["get"], url_path="attendance-file")
    def attendance_file(self, request, id):
        """The file that was read and waits to be taken: whom it names, who was not invited, and strangers. 404 where none waits."""
        return Response(_plan(_waiting(self.get_object()), request.user))

    @extend_schema(request={JSON: AttendanceReportInput, FORM: AttendanceFileInput}, responses={201: AttendancePlanSerializer})
    @attendance_file.mapping.post
    def read_attendance(self, request, id):
        """Read a file and look at what it would do; nothing is noted yet. Another file takes its place."""

        def work() -> Response:
            meeting = self.get_object()
            keep_file(meeting, *self._content(), by=request.user)
            return Response(_plan(_waiting(meeting), request.user), status=201)

        return once_per_key(request, work)

    @extend_schema(request=None, responses={204: None})
    @attendance_file.mapping.delete
    def drop_attendance(self, request, id):
        """Leave it: nothing is noted."""
        meeting = self.get_object()
        _waiting(meeting)
        drop_file(meeting)
        return Response(status=204)

    @extend_schema(request=TakeInput, responses={200: TakenSerializer})
    @action(detail=True, methods=["post"], url_path="attendance-file/take")
    def take_attendance(self, request, id):
        """Note all of it, in place of what an earlier file said."""

        def work() -> Response:
            found = take_file(self.get_object(), by=request.user, at=self.parsed(TakeInput)["read_at"].isoformat())
            return Response({"there": len(found.invited) + len(found.uninvited), "strangers": len(found.strangers)})

        return once_per_key(request, work)

    def _content(self) -> tuple[str, bytes]:
        said = self.parsed(AttendanceReportInput)
        if self.is_form:
            return said["file"].name or "", said["file"].read(LONGEST_FILE + 1)
        return said.get("name", "report.json"), json.dumps(said["report"]).encode()


def _waiting(meeting: Meeting) -> AttendanceFile:
    file = AttendanceFile.objects.filter(meeting=meeting).select_related("meeting").first()
    if file is None:
        raise Http404
    return file


def _plan(file: AttendanceFile, reader) -> dict[str, Any]:
    found: Matched = matched(file, reader)
    told = {"name": file.name, "read_at": file.at, "unread": file.unread, "invited": found.invited,
            "uninvited": found.uninvited, "strangers": found.strangers}  # fmt: skip
    return AttendancePlanSerializer(told).data
