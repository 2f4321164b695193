from django import forms


class ComponentsForm(forms.Form):
    """One box of each kind, for the page that shows them."""

    empty = forms.CharField(label="Name", help_text="As it stands on the certificate.")
    chosen = forms.ChoiceField(label="Country", choices=[("de", "Germany"), ("at", "Austria")], required=False)
    several = forms.MultipleChoiceField(
        label="Functions",
        choices=[("sales", "Sales"), ("technical", "Technical")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ticked = forms.BooleanField(label="Mail me each morning", required=False)
    locked = forms.CharField(label="E-mail address", disabled=True, initial="nora@alpenglow.example", required=False)
    long = forms.CharField(label="Your question", widget=forms.Textarea(attrs={"rows": 3}), required=False)

    @classmethod
    def with_an_error(cls, ground: str) -> "ComponentsForm":
        form = cls({"chosen": "at", "several": ["sales"], "ticked": "on"}, auto_id=f"{ground}_%s")
        form.is_valid()
        return form
