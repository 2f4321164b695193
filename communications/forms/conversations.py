from django import forms
from django.utils.translation import gettext_lazy as _

from activity.forms import OnceForm
from communications.models import AnswerPolicy

MESSAGE_MAX_CHARACTERS = 20_000


class MessageForm(OnceForm):
    text = forms.CharField(
        label=_("Your message"), max_length=MESSAGE_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 5}), strip=False
    )


class ConversationForm(MessageForm):
    field_order = ["subject", "text"]
    subject = forms.CharField(label=_("What it is about"), max_length=200)


class AnswerPolicyForm(forms.ModelForm):
    class Meta:
        model = AnswerPolicy
        fields = ["hours", "counts", "opens", "closes", "holidays_of", "mails_managers"]

    def clean(self):
        found = super().clean()
        if found.get("opens") and found.get("closes") and found["closes"] <= found["opens"]:
            self.add_error("closes", _("Business hours end after they begin; write a later time."))
        found["holidays_of"] = found.get("holidays_of", "").upper()
        return found
