"""A programme's look: one colour, one logo."""

from io import BytesIO
from uuid import uuid4

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image
from unfold.widgets import UnfoldAdminColorInputWidget

from activity.refusals import Invalid
from partners.brand_colours import FULL_CHROMA, hex_of, hue_and_vividness
from partners.file_types import image_type
from partners.models import Programme

LOGO_MAX_BYTES = 512 * 1024
LOGO_BOX = (640, 160)  # pixels: twice what the widest place shows


class ProgrammeForm(forms.ModelForm):
    colour = forms.CharField(
        label=_("colour"),
        widget=UnfoldAdminColorInputWidget,
        help_text=_(
            "Your brand's colour. Its hue and vividness are kept; how light it is painted, we choose so that it can be read."
        ),
    )

    class Meta:
        model = Programme
        fields = ["name", "key", "is_default", "brand", "logo", "sender_name", "sender_email", "reply_to", "time_zone",
                  "quiet_from", "quiet_until"]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        of = self.instance
        self.initial["colour"] = hex_of(0.5, FULL_CHROMA * of.vividness / 100, of.hue)

    def clean_colour(self) -> str:
        colour = self.cleaned_data["colour"]
        if hue_and_vividness(colour) is None:
            raise forms.ValidationError(
                _("“%(colour)s” is no colour. Choose one, or write it like #1a5fb4."), params={"colour": colour}
            )
        return colour

    def clean_logo(self):
        logo = self.cleaned_data.get("logo")
        return ContentFile(_redrawn(logo), name=f"{uuid4().hex}.png") if isinstance(logo, UploadedFile) else logo

    def save(self, commit=True):
        if "colour" in self.changed_data:
            self.instance.hue, self.instance.vividness = hue_and_vividness(self.cleaned_data["colour"])
        return super().save(commit)


def _redrawn(logo: UploadedFile) -> bytes:
    """Drawn anew, so that nothing but the picture is kept of what was handed in."""
    if logo.size > LOGO_MAX_BYTES:
        raise forms.ValidationError(_("This logo has more than 512 kB. Save it smaller; 640 pixels wide are enough."))
    content = logo.read()
    try:
        kind = image_type(content)
    except Invalid as refusal:
        raise forms.ValidationError(str(refusal)) from None
    if kind not in ("image/png", "image/jpeg", "image/webp"):
        raise forms.ValidationError(
            _("This is no PNG, JPEG or WebP. Save the logo as one of them; PNG keeps its transparent ground.")
        )
    with Image.open(BytesIO(content)) as image:
        drawn = image.convert("RGBA")
        drawn.thumbnail(LOGO_BOX)
        out = BytesIO()
        drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
