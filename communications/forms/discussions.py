from django import forms
from django.utils.translation import gettext_lazy as _

from activity.forms import OnceForm
from communications.actions.discussions import POST_MAX_CHARACTERS, REASON_MAX_CHARACTERS, TITLE_MAX_CHARACTERS
from communications.actions.known_answers import ANSWER_MAX_CHARACTERS
from communications.answer_keepers import answer_keepers
from communications.models import DiscussionPolicy, Forum, KnownAnswer
from context.models import Segment


class PostForm(OnceForm):
    text = forms.CharField(label=_("Your post"), max_length=POST_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 4}))


class DiscussionForm(PostForm):
    field_order = ["title", "text"]
    title = forms.CharField(label=_("What it is about"), max_length=TITLE_MAX_CHARACTERS)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=REASON_MAX_CHARACTERS)


class PublishForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=TITLE_MAX_CHARACTERS)
    text = forms.CharField(label=_("Question"), max_length=POST_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 4}))
    answer = forms.CharField(label=_("Answer"), max_length=POST_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 6}))


class KeepForm(forms.Form):
    question = forms.CharField(label=_("Question"), max_length=300)
    answer = forms.CharField(label=_("Answer"), max_length=ANSWER_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 6}))
    segment = forms.ModelChoiceField(
        label=_("For the people of"), queryset=Segment.objects.all(), required=False, empty_label=_("everybody in the programme")
    )
    keeper = forms.ChoiceField(label=_("Keep it in"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keeper"].choices = [(each.key, each.label) for each in answer_keepers()]


class ForumForm(forms.ModelForm):
    class Meta:
        model = Forum
        fields = ["programme", "title", "description", "segment", "is_open"]


class KnownAnswerForm(forms.ModelForm):
    class Meta:
        model = KnownAnswer
        fields = ["programme", "segment", "question", "answer", "is_current"]


class NamesForm(forms.ModelForm):
    class Meta:
        model = DiscussionPolicy
        fields = ["programme", "names"]
