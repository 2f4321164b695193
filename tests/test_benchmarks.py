"""The benchmarks start programs of their own, which nothing else imports: what they name has to be there."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

PROGRAMS = sorted((Path(settings.BASE_DIR) / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_what_a_program_imports_is_there(program):
    for node in ast.walk(ast.parse(program.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("benchmarks."):
            assert all(hasattr(import_module(node.module), name.name) for name in node.names), ast.unparse(node)
