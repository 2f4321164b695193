"""Writing lessons, questions and scenes. Boxes that stay empty are left out, so that nothing has to be added by a script."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enablement.actions.lessons import MOST_CHOICES, MOST_OPTIONS, NEW_SCENE
from enablement.models import Lesson, LessonKind, QuizQuestion, ResourceVersion, Scene

_ALWAYS = ("title", "body", "minutes")
_OF_KIND = {
    LessonKind.TEXT: (),
    LessonKind.VIDEO: ("library_video", "upload", "video_url", "transcript", "captions", "is_wordless"),
    LessonKind.QUIZ: ("drawn", "pass_mark", "attempts", "wait_minutes", "limit_minutes"),
    LessonKind.SIMULATION: ("attempts", "wait_minutes"),
    LessonKind.PACKAGE: (),
}


class VideoField(forms.ModelChoiceField):
    def label_from_instance(self, version: ResourceVersion) -> str:
        return _("%(title)s, version %(n)d") % {"title": version.resource, "n": version.number}


class LessonForm(forms.ModelForm):
    library_video = VideoField(
        ResourceVersion.objects.none(), label=_("Video of the library"), required=False, empty_label=_("none of them"),
        help_text=_("Learners see it as long as it is out there, and for them."),
    )  # fmt: skip
    upload = forms.FileField(
        label=_("or upload a video"), required=False, widget=forms.FileInput(attrs={"accept": "video/mp4,video/webm"}),
        help_text=_("MP4 or WebM, for this lesson alone."),
    )  # fmt: skip
    video_url = forms.URLField(
        label=_("or its address elsewhere"), required=False, max_length=500, assume_scheme="https",
        help_text=_("It opens in another tab, at whoever runs that address."),
    )  # fmt: skip

    class Meta:
        model = Lesson
        fields = (
            "title",
            "library_video",
            "upload",
            "video_url",
            "transcript",
            "captions",
            "is_wordless",
            "body",
            "minutes",
            "drawn",
            "pass_mark",
            "attempts",
            "wait_minutes",
            "limit_minutes",
        )
        widgets = {
            "body": forms.Textarea(attrs={"rows": 14}), "transcript": forms.Textarea(attrs={"rows": 8}),
            "captions": forms.Textarea(attrs={"rows": 4, "placeholder": "WEBVTT"}),
        }  # fmt: skip

    def __init__(self, kind: str, *args, videos, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["library_video"].queryset = videos
        for name in set(self.fields) - {*_ALWAYS, *_OF_KIND[LessonKind(kind)]}:
            del self.fields[name]
        if kind != LessonKind.TEXT:
            self.fields["body"].widget.attrs["rows"] = 4


class QuestionForm(forms.ModelForm):
    """With a line for each option."""

    class Meta:
        model = QuizQuestion
        fields = ("kind", "text", "number", "tolerance", "explanation")
        widgets = {
            "kind": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 3}),
            "explanation": forms.Textarea(attrs={"rows": 2}),
            "number": forms.NumberInput(attrs={"step": "any"}),
            "tolerance": forms.NumberInput(attrs={"step": "any"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tolerance"].required = False
        kept = self.instance.options if self.instance.pk else []
        for n in range(MOST_OPTIONS):
            option = kept[n] if n < len(kept) else {}
            number = {"n": n + 1}
            self.fields[f"option_{n}"] = forms.CharField(
                label=_("Option %(n)d") % number, required=False, max_length=300, initial=option.get("text", "")
            )
            self.fields[f"right_{n}"] = forms.BooleanField(
                label=_("Option %(n)d is right") % number, required=False, initial=option.get("is_right", False)
            )
            self.fields[f"key_{n}"] = forms.CharField(
                required=False, max_length=8, initial=option.get("key", ""), widget=forms.HiddenInput
            )

    @property
    def lines(self) -> list[tuple]:
        return [(self[f"option_{n}"], self[f"right_{n}"], self[f"key_{n}"]) for n in range(MOST_OPTIONS)]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        known = {option["key"] for option in self.instance.options} if self.instance.pk else set()
        options = [
            {
                "text": data[f"option_{n}"],
                "is_right": data[f"right_{n}"],
                "key": data[f"key_{n}"] if data[f"key_{n}"] in known else "",
            }
            for n in range(MOST_OPTIONS)
        ]
        return {**{name: data[name] for name in self.Meta.fields}, "options": options}


class SceneForm(forms.ModelForm):
    class Meta:
        model = Scene
        fields = ("title", "text", "ending")
        widgets = {"text": forms.Textarea(attrs={"rows": 5}), "ending": forms.RadioSelect}

    def __init__(self, lesson: Lesson, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ending"].choices = Scene.Ending.choices
        ways = [("", _("Choose a scene")), *lesson.scenes.values_list("key", "title"), (NEW_SCENE, _("a new scene, written next"))]
        kept = self.instance.choices if self.instance.pk else []
        for n in range(MOST_CHOICES):
            choice, number = kept[n] if n < len(kept) else {}, {"n": n + 1}
            self.fields[f"choice_{n}"] = forms.CharField(
                label=_("Choice %(n)d") % number, required=False, max_length=300, initial=choice.get("text", "")
            )
            self.fields[f"consequence_{n}"] = forms.CharField(
                label=_("What comes of it"), required=False, max_length=1000, initial=choice.get("consequence", ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[f"to_{n}"] = forms.ChoiceField(
                label=_("Leads to"), required=False, choices=ways, initial=choice.get("to", "")
            )
            self.fields[f"key_{n}"] = forms.CharField(
                required=False, max_length=8, initial=choice.get("key", ""), widget=forms.HiddenInput
            )

    @property
    def lines(self) -> list[tuple]:
        names = ("choice", "consequence", "to", "key")
        return [tuple(self[f"{name}_{n}"] for name in names) for n in range(MOST_CHOICES)]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        known = {choice["key"] for choice in self.instance.choices} if self.instance.pk else set()
        choices = [
            {
                "text": data[f"choice_{n}"],
                "consequence": data[f"consequence_{n}"],
                "to": data[f"to_{n}"],
                "key": data[f"key_{n}"] if data[f"key_{n}"] in known else "",
            }  # fmt: skip
            for n in range(MOST_CHOICES)
        ]
        return {**{name: data[name] for name in self.Meta.fields}, "choices": choices}
