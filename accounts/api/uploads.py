"""Actions that take a file take a form besides JSON: JSON cannot carry one."""

from typing import ClassVar

from django.utils.datastructures import MultiValueDict
from rest_framework.parsers import BaseParser

from accounts.api.inputs import Input
from accounts.api.parsing import StorableForm
from accounts.api.resources import Resource


class TakesFiles(Resource):
    """`form_classes` names these actions, and what reads the form of each. Every other action knows JSON alone."""

    form_classes: ClassVar[dict[str, type[Input]]] = {}

    def get_parsers(self) -> list[BaseParser]:
        name = getattr(self, "action", None) or self.action_map.get(self.request.method.lower())
        return [*super().get_parsers(), *([StorableForm()] if name in self.form_classes else [])]

    def parsed(self, input_class: type[Input] | None = None, *, partial: bool = False) -> dict:
        return super().parsed(self.form_classes[self.action] if self.is_form else input_class, partial=partial)

    @property
    def is_form(self) -> bool:
        return isinstance(self.request.data, MultiValueDict)
