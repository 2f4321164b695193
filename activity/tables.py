"""All tables of an app in one operation, for its first migration.

Django draws up every model anew that is tied to the one an operation creates: with us that is nearly all of them, for each
of two hundred models. Here they are drawn up once, with all of them known, so that they may also refer to each other in a circle.
"""

from collections.abc import Sequence

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]):
        self.models = models

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # what was drawn up so far; whoever asks next draws up all
        for create in self.models:
            create.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for create in self.models:
            create.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for create in reversed(self.models):
            create.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create the tables of {len(self.models)} models"
