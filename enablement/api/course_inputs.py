"""What is said of a course, and a lesson with its questions or its scenes, as they are handed in."""

from decimal import Decimal

from rest_framework import serializers

from accounts.api.inputs import IdField, IdOrKeyField, Input, KeyField
from context.models import Segment
from enablement.actions.lessons import MOST_CHOICES, MOST_LESSONS, MOST_OPTIONS, MOST_QUESTIONS
from enablement.course_checks import MOST_SCENES
from enablement.models import WRITTEN_HERE, QuizQuestion, Resource, ResourceVersion, Scene
from partners.models import Certification, Contact, ContactFunction, Product, Programme, Stage

LARGEST = 10**11
MOST_ASKED_BY_NAME = 500


class NumberField(serializers.FloatField):
    """As it is kept: to a millionth."""

    def to_internal_value(self, data) -> Decimal:
        return Decimal(str(round(super().to_internal_value(data), 6)))


class CourseChange(Input):
    shown_only = ("id", "state", "versions", "created_at")
    title = serializers.CharField(max_length=120)
    summary = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text="What one can do afterwards.")
    segment = IdField(Segment.objects.visible_to, required=False, allow_null=True, help_text="Null: everybody in the programme.")
    functions = serializers.ListField(
        child=KeyField(ContactFunction.objects.all), max_length=50, required=False, help_text="Whom it helps, by key."
    )
    product = IdField(Product.objects.visible_to, required=False, allow_null=True)
    stage = serializers.ChoiceField(choices=Stage.choices, required=False, allow_blank=True)
    certification = KeyField(
        Certification.objects.all, required=False, allow_null=True, help_text="What passing it proves, by key."
    )
    valid_months = serializers.IntegerField(min_value=1, max_value=120, required=False, allow_null=True)
    renew_days = serializers.IntegerField(min_value=1, max_value=365, required=False)

    def validate_functions(self, functions: list[ContactFunction]) -> list[str]:
        return [each.key for each in functions]


class CourseInput(CourseChange):
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")


class OptionInput(Input):
    text = serializers.CharField(max_length=300)
    is_right = serializers.BooleanField(required=False)


class QuestionInput(Input):
    kind = serializers.ChoiceField(choices=QuizQuestion.Kind.choices)
    text = serializers.CharField(max_length=2000)
    options = serializers.ListField(
        child=OptionInput(), required=False, max_length=MOST_OPTIONS, help_text="To be put in order: in the right one."
    )
    number = NumberField(min_value=-LARGEST, max_value=LARGEST, required=False, help_text="What is right, where a number is asked.")
    tolerance = NumberField(min_value=0, max_value=LARGEST, required=False, help_text="Give or take.")
    explanation = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text="For whoever got it wrong.")


class ChoiceInput(Input):
    text = serializers.CharField(max_length=300)
    consequence = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    to = serializers.CharField(max_length=60, help_text="The name of the scene it leads to.")


class SceneInput(Input):
    name = serializers.CharField(max_length=60, help_text="By which choices lead to it; of no meaning afterwards.")
    title = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=4000, help_text="What the situation is.")
    ending = serializers.ChoiceField(choices=[each for each in Scene.Ending.choices if each[0]], required=False)
    choices = serializers.ListField(child=ChoiceInput(), required=False, max_length=MOST_CHOICES)


class LessonChange(Input):
    """Questions or scenes, where they are handed in, take the place of all that were there."""

    shown_only = ("id", "version", "is_published", "kind", "library_version", "uploaded")
    title = serializers.CharField(max_length=120)
    place = serializers.IntegerField(min_value=1, max_value=MOST_LESSONS, required=False, help_text="From 1; the others move on.")
    body = serializers.CharField(max_length=50_000, required=False, allow_blank=True, help_text="Markdown.")
    video_url = serializers.CharField(max_length=500, required=False, allow_blank=True)
    library_video = IdField(
        Resource.objects.visible_to, required=False, allow_null=True, help_text="Of the library; its newest version is played."
    )
    transcript = serializers.CharField(max_length=50_000, required=False, allow_blank=True, help_text="Of a video, in Markdown.")
    captions = serializers.CharField(max_length=200_000, required=False, allow_blank=True, help_text="Of a video, as WebVTT.")
    is_wordless = serializers.BooleanField(required=False, help_text="A video has neither captions nor a transcript.")
    minutes = serializers.IntegerField(min_value=1, max_value=600, required=False, allow_null=True)
    drawn = serializers.IntegerField(
        min_value=1, max_value=100, required=False, allow_null=True, help_text="Questions in an attempt; all, left out."
    )
    pass_mark = serializers.IntegerField(min_value=1, max_value=100, required=False, help_text="In percent.")
    attempts = serializers.IntegerField(
        min_value=1, max_value=50, required=False, allow_null=True, help_text="As many as one likes, left out."
    )
    wait_minutes = serializers.IntegerField(min_value=0, max_value=60 * 24 * 30, required=False)
    limit_minutes = serializers.IntegerField(min_value=1, max_value=600, required=False, allow_null=True)
    questions = serializers.ListField(child=QuestionInput(), required=False, max_length=MOST_QUESTIONS, help_text="Of a quiz.")
    scenes = serializers.ListField(
        child=SceneInput(), required=False, max_length=MOST_SCENES, help_text="Of a simulation; the first begins."
    )

    def validate_library_video(self, resource: Resource | None) -> ResourceVersion | None:
        return resource.current if resource else None


class VideoInput(Input):
    file = serializers.FileField(allow_empty_file=True, help_text="MP4 or WebM.")


class LessonInput(LessonChange):
    shown_only = ("id", "version", "is_published", "library_version", "uploaded")
    kind = serializers.ChoiceField(choices=WRITTEN_HERE)


class PackageInput(Input):
    file = serializers.FileField(allow_empty_file=True, help_text="A ZIP file, exported as SCORM 1.2.")
    title = serializers.CharField(max_length=120, required=False, help_text="The one that the package says when left out.")
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")


class AskInput(Input):
    contacts = serializers.ListField(
        child=IdField(Contact.objects.visible_to), min_length=1, max_length=MOST_ASKED_BY_NAME, required=False,
        help_text="Everybody whom it is for when left out.",
    )  # fmt: skip
    due_on = serializers.DateField(required=False, allow_null=True)


class RevokeInput(Input):
    reason = serializers.CharField(max_length=300, help_text="Whoever checks the certificate reads that it is revoked.")
