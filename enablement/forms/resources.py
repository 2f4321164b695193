"""Making a resource, changing what is said of it, and a new version of what it holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.forms import OnceForm
from activity.refusals import Refused
from communications.forms.freshness import owners
from communications.languages import choices_with
from communications.models.freshness import LONGEST, REVIEW_DAYS, SHORTEST
from context.models import Segment
from enablement.actions.resources import BODY_MAX_CHARACTERS
from enablement.file_types import TYPES
from enablement.models import Resource, ResourceKind
from partners.models import Product, Programme

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_ACCEPTED = ",".join(f".{ending}" for ending in TYPES)


class Refusable(forms.Form):
    def refuse(self, refusal: Refused) -> None:
        """Where it belongs, else above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class ContentForm(Refusable):
    """What a version holds: of the three fields the one for this kind."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": _ACCEPTED}))
    url = forms.URLField(label=_("Address"), max_length=1000, assume_scheme="https")
    body = forms.CharField(
        label=_("Text"), max_length=BODY_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 14}), help_text=_("Markdown.")
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        kept = {ResourceKind.FILE: "file", ResourceKind.LINK: "url", ResourceKind.PAGE: "body"}[ResourceKind(kind)]
        for name in {"file", "url", "body"} - {kept}:
            del self.fields[name]


class VersionForm(ContentForm):
    changes = forms.CharField(
        label=_("What changed"), max_length=400, help_text=_("A sentence for those who have the version before.")
    )
    field_order = ["file", "url", "body", "changes"]

    def __init__(self, *args, resource: Resource, **kwargs):
        """A page and an address are changed rather than written anew."""
        version = resource.current
        super().__init__(*args, kind=resource.kind, initial={"body": version.body, "url": version.url}, **kwargs)


class SaidForm(Refusable):
    """What is said of a resource, and whom it is for."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("Summary"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences: what it is good for."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"))
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Products"), required=False, widget=forms.CheckboxSelectMultiple
    )
    segment = forms.ModelChoiceField(
        Segment.objects.all(), label=_("For the people of"), required=False, empty_label=_("everybody in the programme"),
        help_text=_("Asked anew each time somebody looks."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        owners(),
        label=_("Owner"),
        required=False,
        empty_label=_("nobody"),
        help_text=_("Who says, at each review, whether it holds."),
    )
    review_on = forms.DateField(
        label=_("Next review"), required=False, widget=_DAY, help_text=_("Empty: so many days after it is published.")
    )
    review_every = forms.IntegerField(label=_("Review every … days"), min_value=SHORTEST, max_value=LONGEST, initial=REVIEW_DAYS)
    expires_at = forms.DateTimeField(
        label=_("Expires"), required=False, widget=_MOMENT, help_text=_("From then on no partner sees it. Empty: never.")
    )

    def __init__(self, *args, programme: Programme | None = None, language: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = choices_with(language)
        self.fields["products"].queryset = Product.objects.filter(programme=programme) if programme else Product.objects.all()
        if not self.fields["products"].queryset.exists():
            del self.fields["products"]


class NewResourceForm(SaidForm, ContentForm, OnceForm):
    programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Programme"), empty_label=None)
    publish = forms.BooleanField(label=_("Publish it at once"), required=False, initial=True)
    field_order = ["file", "url", "body", "title", "summary", "language", "programme", "products", "segment", "owner", "review_on",
                   "review_every", "expires_at", "publish"]  # fmt: skip

    def __init__(self, *args, may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["title"].required = False
            self.fields["title"].help_text = _("Empty: the name of the file.")
        if "body" in self.fields:
            self.order_fields(["title", "summary", "body"])
        if not may_publish:
            del self.fields["publish"]


def said_of(resource: Resource) -> dict:
    """As the form begins."""
    names = ("title", "summary", "language", "segment", "owner", "review_on", "review_every", "expires_at")
    return {**{name: getattr(resource, name) for name in names}, "products": list(resource.products.all())}
