"""A long list to choose from is what Django makes of it, only sooner."""

import pytest
from django import forms
from pytest_django.asserts import assertHTMLEqual

from partners.forms.selects import LongSelect

CHOICES = [("", "Not said"), ("a<b>", "A & B"), (3, "Three")]


@pytest.mark.parametrize("value", [None, "", "a<b>", 3, "3", "unknown"])
@pytest.mark.parametrize("required", [True, False])
def test_it_is_the_same_list(value, required):
    class Form(forms.Form):
        quick = forms.ChoiceField(choices=CHOICES, widget=LongSelect(attrs={"class": "x"}), required=required, help_text="Help")
        plain = forms.ChoiceField(choices=CHOICES, widget=forms.Select(attrs={"class": "x"}), required=required, help_text="Help")

    form = Form(initial={"quick": value, "plain": value})
    assertHTMLEqual(str(form["quick"]), str(form["plain"]).replace("plain", "quick"))
