"""What a course is called and whom it is for, whom it is asked of, and paths."""

from django import forms
from django.utils.translation import gettext_lazy as _

from context.models import Segment
from enablement.models import Course, LearningPath
from partners.models import ContactFunction, Product, Programme


class ServesForm(forms.ModelForm):
    functions = forms.MultipleChoiceField(
        label=_("For people in"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("They find it first. Nobody is kept out by it."),
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(user)
        self.fields["functions"].choices = list(ContactFunction.objects.values_list("key", "name"))
        self.fields["programme"].queryset = programmes
        self.fields["programme"].empty_label = None
        self.fields["product"].queryset = Product.objects.filter(programme__in=programmes).select_related("programme")
        self.fields["product"].empty_label = _("none in particular")


class CourseForm(ServesForm):
    class Meta:
        model = Course
        fields = (
            "title", "programme", "summary", "segment", "functions", "product", "stage", "certification",
            "valid_months", "renew_days",
        )  # fmt: skip
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["segment"].queryset = Segment.objects.visible_to(user)
        self.fields["segment"].empty_label = _("everybody in the programme")
        self.fields["certification"].empty_label = _("no certificate")


class PackageForm(forms.Form):
    file = forms.FileField(
        label=_("Package"), widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=_("The ZIP file that the authoring program exported as SCORM 1.2."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=120, required=False, help_text=_("Empty: the one that the package says."))
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), empty_label=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.visible_to(user)


class PathForm(ServesForm):
    class Meta:
        model = LearningPath
        fields = ("title", "programme", "summary", "functions", "product", "stage", "is_shown")
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}


class AskForm(forms.Form):
    due_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    address = forms.EmailField(
        label=_("Only this person"),
        required=False,
        max_length=254,
        help_text=_("An e-mail address. Empty: everybody whom it is for."),
    )
