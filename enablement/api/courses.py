"""Courses as integrators write and read them, who takes them, and certificates."""

from typing import ClassVar
from uuid import UUID

from django.db.models import Count
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, IdOrKeyFilter, MomentFilter
from accounts.api.idempotency import once_per_key
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.api.uploads import TakesFiles
from accounts.models import Scope
from enablement.actions.attempts import give_another_attempt
from enablement.actions.certificates import revoke_certificate
from enablement.actions.courses import (
    change_course,
    create_course,
    drop_version,
    offer_again,
    publish_course,
    retire_course,
    write_version,
)
from enablement.actions.lessons import remove_row
from enablement.actions.packages import import_package
from enablement.actions.participations import ask_audience
from enablement.actions.whole_lessons import add_lesson, change_lesson
from enablement.api.course_inputs import (
    AskInput,
    CourseChange,
    CourseInput,
    LessonChange,
    LessonInput,
    PackageInput,
    RevokeInput,
    VideoInput,
)
from enablement.api.quiz_answers import TellsAnswers
from enablement.models import Certificate, Course, CourseState, CourseVersion, Lesson, Participation
from partners.actions.programmes import default_programme

STANDINGS = ("asked", "begun", "passed")


class CourseSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    product = serializers.UUIDField(source="product.public_id", allow_null=True, default=None)
    certification = serializers.CharField(source="certification.key", allow_null=True, default=None)
    stage = serializers.CharField(read_only=True, help_text="Empty: for none in particular.")
    versions = serializers.IntegerField(source="n_versions", help_text="How many were published.")

    class Meta:
        model = Course
        fields = (
            "id", "programme", "title", "summary", "state", "segment", "functions", "product", "stage", "certification",
            "valid_months", "renew_days", "versions", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class LessonSerializer(serializers.ModelSerializer):
    """Which answers are right is never told."""

    id = serializers.UUIDField(source="public_id")
    place = serializers.IntegerField(help_text="From 1.")
    version = serializers.IntegerField(source="version.number")
    is_published = serializers.BooleanField(source="version.is_published", help_text="What is published is not changed any more.")
    questions = serializers.IntegerField(source="n_questions", help_text="How many.")
    scenes = serializers.IntegerField(source="n_scenes", help_text="How many.")
    library_video = serializers.UUIDField(source="library_video.resource.public_id", allow_null=True, default=None)
    library_version = serializers.IntegerField(
        source="library_video.number", allow_null=True, default=None, help_text="Which version of it is played."
    )
    uploaded = serializers.CharField(
        source="video.name", allow_null=True, default=None, help_text="The name of the video that was uploaded for it."
    )

    class Meta:
        model = Lesson
        fields = (
            "id", "place", "version", "is_published", "kind", "title", "body", "video_url", "library_video",
            "library_version", "uploaded", "transcript", "captions", "is_wordless", "minutes", "drawn", "pass_mark",
            "attempts", "wait_minutes", "limit_minutes", "questions", "scenes",
        )  # fmt: skip
        read_only_fields = fields


class AskedSerializer(serializers.Serializer):
    asked = serializers.IntegerField(help_text="How many were asked now. Who is on it, or has passed it, is not asked again.")


class CourseFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    state = filters.ChoiceFilter(choices=CourseState.choices)

    class Meta:
        model = Course
        fields = ()


class Courses(Lists, Retrieves, Creates, Changes, TakesFiles, TellsAnswers):
    """Courses, with what passing them proves, and their lessons."""

    noun = "enablement.course"
    read_scope = Scope.LEARNING_READ
    write_scope = Scope.LEARNING_WRITE
    serializer_class = CourseSerializer
    input_class = CourseInput
    change_class = CourseChange
    form_classes: ClassVar = {"take_in": PackageInput, "lesson_video": VideoInput}
    filterset_class = CourseFilters

    def rows(self, user):
        rows = Course.objects.visible_to(user).select_related("programme", "segment", "product", "certification")
        return rows.annotate(n_versions=Count("versions__published_at"))

    def make(self, by, **fields):
        return create_course(by=by, **{"programme": fields.pop("programme", None) or default_programme(), **fields})

    def change(self, course, by, **fields) -> None:
        change_course(course, by=by, **fields)

    @extend_schema(request={"multipart/form-data": PackageInput}, responses={201: CourseSerializer})
    @action(detail=False, methods=["post"], url_path="take-in", filter_backends=[])
    def take_in(self, request):
        """A SCORM 1.2 package, sent as multipart/form-data, becomes a draft with a lesson for each of its parts."""

        def work() -> Response:
            said = self.parsed(PackageInput)
            said["programme"] = said.get("programme") or default_programme()
            return self.answer(import_package(by=request.user, **said), status=201)

        return once_per_key(request, work)

    @extend_schema(methods=["GET"], responses={200: LessonSerializer(many=True)})
    @extend_schema(methods=["POST"], request=LessonInput, responses={201: LessonSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def lessons(self, request, id):
        """Those of the version that is being written, else of what is out; a POST adds one to what is being written."""
        course = self.get_object()
        if request.method == "GET":
            return Response(LessonSerializer(_lessons(course.versions.first()), many=True).data)

        def work() -> Response:
            return Response(_shown(add_lesson(course, by=request.user, **self.parsed(LessonInput))), status=201)

        return once_per_key(request, work)

    @extend_schema(methods=["PATCH"], request=LessonChange, responses={200: LessonSerializer})
    @extend_schema(methods=["DELETE"], request=None, responses={204: None})
    @action(detail=True, methods=["patch", "delete"], url_path="lessons/<uuid:lesson>", filter_backends=[])
    def lesson(self, request, id, lesson: UUID):
        """Change a lesson of the version that is being written, its place among them, or take it out."""
        found = self._lesson_or_404(lesson)
        if request.method == "PATCH":
            return Response(_shown(change_lesson(found, by=request.user, **self.parsed(LessonChange, partial=True))))
        remove_row(found, by=request.user)
        return Response(status=204)

    @extend_schema(request={"multipart/form-data": VideoInput}, responses={200: LessonSerializer})
    @action(detail=True, methods=["post"], url_path="lessons/<uuid:lesson>/video", filter_backends=[])
    def lesson_video(self, request, id, lesson: UUID):
        """Upload the video of a lesson, sent as multipart/form-data; what it played before goes."""

        def work() -> Response:
            found, upload = self._lesson_or_404(lesson), self.parsed(VideoInput)["file"]
            return Response(_shown(change_lesson(found, by=request.user, upload=upload)))

        return once_per_key(request, work)

    def _lesson_or_404(self, lesson: UUID) -> Lesson:
        found = Lesson.objects.filter(version__course=self.get_object(), public_id=lesson).select_related("version").first()
        if found is None:
            raise Http404
        return found

    @extend_schema(request=None, responses={200: CourseSerializer})
    @action(detail=True, methods=["post"])
    def write(self, request, id):
        """Begin the next version, with the lessons of what is out; one that is being written stays as it is."""
        return self._moved(request, write_version)

    @extend_schema(request=None, responses={200: CourseSerializer})
    @action(detail=True, methods=["post"])
    def drop(self, request, id):
        """Forget what is being written; what is out stays."""
        return self._moved(request, drop_version)

    @extend_schema(request=None, responses={200: CourseSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request, id):
        """What is written is frozen, and those whom it is for may take it. What is missing is told."""
        return self._moved(request, publish_course)

    @extend_schema(request=None, responses={200: CourseSerializer})
    @action(detail=True, methods=["post"])
    def retire(self, request, id):
        """Nobody begins it any more; who has begun may end it, and certificates hold."""
        return self._moved(request, retire_course)

    @extend_schema(request=None, responses={200: CourseSerializer})
    @action(detail=True, methods=["post"])
    def offer(self, request, id):
        """What was retired may be begun again."""
        return self._moved(request, offer_again)

    @extend_schema(request=AskInput, responses={200: AskedSerializer})
    @action(detail=True, methods=["post"])
    def ask(self, request, id):
        """Put it on the list of everybody whom it is for, or of some of them."""

        def work() -> Response:
            said = self.parsed(AskInput)
            asked = ask_audience(self.get_object(), by=request.user, only=said.get("contacts"), due_on=said.get("due_on"))
            return Response({"asked": asked})

        return once_per_key(request, work)

    def _moved(self, request, move) -> Response:
        def work() -> Response:
            course = self.get_object()
            move(course, by=request.user)
            return self.answer(course)

        return once_per_key(request, work)


def _lessons(version: CourseVersion | None) -> list[Lesson]:
    rows = (
        Lesson.objects.filter(version=version).select_related("version", "video", "library_video__resource").order_by("order", "pk")
    )
    found = list(rows.annotate(n_questions=Count("questions", distinct=True), n_scenes=Count("scenes", distinct=True)))
    for place, lesson in enumerate(found, start=1):
        lesson.place = place
    return found


def _shown(lesson: Lesson) -> dict:
    return LessonSerializer(next(row for row in _lessons(lesson.version) if row.pk == lesson.pk)).data


class ParticipationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    course = serializers.UUIDField(source="course.public_id")
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="contact.partner.public_id")
    standing = serializers.ChoiceField(choices=STANDINGS)
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    lessons = serializers.IntegerField(help_text="0 before it is begun.")
    lessons_done = serializers.IntegerField()
    certificate = serializers.UUIDField(source="certificate.public_id", allow_null=True, default=None)

    class Meta:
        model = Participation
        fields = (
            "id", "course", "contact", "partner", "standing", "version", "lessons", "lessons_done", "asked_at", "due_on",
            "began_at", "passed_at", "certificate",
        )  # fmt: skip
        read_only_fields = fields


class ParticipationFilters(filters.FilterSet):
    course = IdFilter("course")
    contact = IdFilter("contact")
    partner = filters.UUIDFilter(field_name="contact__partner__public_id", label="The id of a partner.")
    passed_after = MomentFilter(field_name="passed_at", lookup_expr="gte", label="Passed at this time or later.")

    class Meta:
        model = Participation
        fields = ()


class Participations(Lists, Retrieves, Resource):
    """Who takes which course, and how far they are."""

    noun = "enablement.course"
    read_scope = Scope.LEARNING_READ
    write_scope = Scope.LEARNING_WRITE
    permissions: ClassVar = {"another_attempt": "enablement.change_participation"}
    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilters

    def rows(self, user):
        rows = Participation.objects.visible_to(user).select_related("course", "contact__partner", "version", "certificate")
        return rows.annotate(lessons=Count("version__lessons", distinct=True), lessons_done=Count("done", distinct=True))

    @extend_schema(request=None, responses={200: ParticipationSerializer})
    @action(detail=True, methods=["post"], url_path="another-attempt")
    def another_attempt(self, request, id):
        """One more at each lesson where no attempt is left; refused where none is needed."""

        def work() -> Response:
            row = self.get_object()
            give_another_attempt(row, by=request.user)
            return self.answer(row)

        return once_per_key(request, work)


class CertificateSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    course = serializers.UUIDField(source="course.public_id")
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="contact.partner.public_id")
    certification = serializers.CharField(source="course.certification.key", allow_null=True, default=None)
    standing = serializers.ChoiceField(choices=("valid", "expired", "revoked"))

    class Meta:
        model = Certificate
        fields = (
            "id", "number", "course", "contact", "partner", "name", "title", "certification", "issued_on", "expires_on",
            "standing", "revoked_at",
        )  # fmt: skip
        read_only_fields = fields


class CertificateFilters(filters.FilterSet):
    course = IdFilter("course")
    contact = IdFilter("contact")
    partner = filters.UUIDFilter(field_name="contact__partner__public_id", label="The id of a partner.")
    expires_before = filters.DateFilter(field_name="expires_on", lookup_expr="lt", label="Expires before this day.")

    class Meta:
        model = Certificate
        fields = ()


class Certificates(Lists, Retrieves, Resource):
    """Certificates that were issued, those that were revoked among them."""

    noun = "enablement.certificate"
    read_scope = Scope.LEARNING_READ
    write_scope = Scope.LEARNING_WRITE
    permissions: ClassVar = {"revoke": "enablement.change_certificate"}
    serializer_class = CertificateSerializer
    filterset_class = CertificateFilters

    def rows(self, user):
        return Certificate.objects.visible_to(user).select_related("course__certification", "contact__partner")

    @extend_schema(request=RevokeInput, responses={200: CertificateSerializer})
    @action(detail=True, methods=["post"])
    def revoke(self, request, id):
        """It no longer holds: its page and its badge say so, and the partner's profile no longer counts it."""

        def work() -> Response:
            found = self.get_object()
            revoke_certificate(found, by=request.user, **self.parsed(RevokeInput))
            return self.answer(found)

        return once_per_key(request, work)
