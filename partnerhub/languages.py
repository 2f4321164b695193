"""The portal's languages: a translation is one file, locale/<language>/LC_MESSAGES/django.po, and needs no tool of its own.

Here is what `xgettext`, `msgmerge` and `msgfmt` would do, in as far as we need it: find what a partner can read, read and write a
catalogue, and compile it to the form that Django loads. `manage.py makemessages` works, too, where gettext is installed."""

import ast
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

DOMAIN = "django"
KEPT_FROM = "allauth"  # sayings of a library that we word ourselves; no file of ours holds them
PLURALS = "nplurals=2; plural=(n != 1);"
_CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
_IN_CONTEXT = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 2, "npgettext_lazy": 2}
_TEMPLATE_CALL = re.compile(r"""\b(?P<name>n?p?gettext|_)\((?P<arguments>(?:\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?)+)""")
_STRING = re.compile(r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL)
_HOLE = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


@dataclass
class Message:
    """`translations` has one text, or one for each plural form; empty where nothing is translated yet."""

    text: str
    plural: str = ""
    context: str = ""
    translations: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text

    @property
    def is_translated(self) -> bool:
        return bool(self.translations) and all(self.translations) and len(self.translations) == (2 if self.plural else 1)

    @property
    def wrong_holes(self) -> set[str]:
        """Places for values that the translation lacks or makes up: it would show a hole, or break the page. Of one thing the
        number may go without saying."""
        wanted = set(_HOLE.findall(self.text)) | set(_HOLE.findall(self.plural))
        may_go = wanted if self.plural else set()
        found = set()
        for number, text in enumerate(filter(None, self.translations)):
            said = set(_HOLE.findall(text))
            found |= (said - wanted) | (wanted - said - (may_go if number == 0 else set(_HOLE.findall(self.plural)) - wanted))
        return found


# --- What can be read ------------------------------------------------------------------------------------------------


def messages_in(root: Path, path: Path) -> Iterator[Message]:
    found = _in_python(root / path) if path.suffix == ".py" else _in_template(root / path)
    for message in found:
        message.places = [str(path)]
        yield message


def partner_side(root: Path) -> list[Path]:
    """The files that locale/partner_side.txt names."""
    lines = [line for line in (root / "locale" / "partner_side.txt").read_text().splitlines() if line and line[0] != "#"]
    left_out = {line[1:] for line in lines if line[0] == "!"}
    found = {path.relative_to(root) for line in lines if line[0] != "!" for path in root.glob(line) if path.is_file()}
    return sorted(path for path in found if str(path) not in left_out)


def _in_python(path: Path) -> Iterator[Message]:
    tree = ast.parse(path.read_text())
    is_model = path.parent.name == "models"
    nodes = [node for choices in _choices(tree) for node in ast.walk(choices)] if is_model else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [
                argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
            if name in _CALLS and len(texts) >= _CALLS[name]:
                yield Message(*texts[: _CALLS[name]])
            elif name in _IN_CONTEXT and len(texts) > _IN_CONTEXT[name]:
                yield Message(*texts[1 : 1 + _IN_CONTEXT[name]], context=texts[0])


def _choices(tree: ast.Module) -> Iterator[ast.ClassDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(getattr(base, "attr", "").endswith("Choices") for base in node.bases):
            yield node


def _in_template(path: Path) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    for call in _TEMPLATE_CALL.finditer(templatize(path.read_text(), origin=str(path))):
        texts = [ast.literal_eval(text) for text in _STRING.findall(call["arguments"])]
        context = texts.pop(0) if "p" in call["name"].removesuffix("gettext") else ""
        yield Message(texts[0], texts[1] if call["name"].startswith("n") else "", context)


def gathered(root: Path) -> dict[tuple[str, str], Message]:
    found: dict[tuple[str, str], Message] = {}
    for path in partner_side(root):
        for message in messages_in(root, path):
            known = found.setdefault(message.key, message)
            known.plural = known.plural or message.plural
            known.places = list(dict.fromkeys([*known.places, *message.places]))
    return found


def missing_from(catalogue: dict[tuple[str, str], Message], found: dict[tuple[str, str], Message]) -> list[Message]:
    return [message for key, message in found.items() if key not in catalogue or not catalogue[key].is_translated]


# --- Catalogues ------------------------------------------------------------------------------------------------------


def read_catalogue(path: Path) -> dict[tuple[str, str], Message]:
    """What is marked as fuzzy is a guess that nobody has looked at: it is left out."""
    blocks = re.split(r"\n\s*\n", path.read_text()) if path.exists() else []
    messages = [_read(block) for block in blocks if not re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)]
    return {message.key: message for message in messages if message}


def _read(block: str) -> Message | None:
    parts: dict[str, str] = {}
    places: list[str] = []
    name = ""
    for line in block.splitlines():
        if line.startswith("#: "):
            places += line.removeprefix("#: ").split()
        elif line.startswith('"'):
            parts[name] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            name, _space, text = line.partition(" ")
            parts[name] = ast.literal_eval(text)
    if "msgid" not in parts:
        return None
    translations = [text for key, text in sorted(parts.items()) if key.startswith("msgstr")]
    return Message(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""), translations, places)


def write_catalogue(path: Path, language: str, messages: Iterable[Message]) -> None:
    head = {"Language": language, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit", "Plural-Forms": PLURALS}  # fmt: skip
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(_quoted(f"{name}: {value}\n") for name, value in head.items())]
    blocks += [_block(message) for message in sorted(messages, key=lambda one: (one.places[:1], one.text)) if message.text]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n")


def _block(message: Message) -> str:
    lines = [f"#: {' '.join(message.places[:3])}"] if message.places else []
    lines += [f"msgctxt {_quoted(message.context)}"] if message.context else []
    lines.append(f"msgid {_quoted(message.text)}")
    if message.plural:
        one, many = message.translations if len(message.translations) == 2 else ("", "")
        lines += [f"msgid_plural {_quoted(message.plural)}", f"msgstr[0] {_quoted(one)}", f"msgstr[1] {_quoted(many)}"]
    else:
        lines.append(f"msgstr {_quoted(message.translations[0] if len(message.translations) == 1 else '')}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


# --- What Django loads -----------------------------------------------------------------------------------------------


def compile_stale(folder: Path) -> None:
    """Each catalogue that is newer than its compiled form, which is written beside it. Where nothing may be written, as in an image
    whose catalogues were compiled when it was built, nothing is; nor for a file that is no catalogue."""
    for source in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        partial = compiled.with_name(f"{DOMAIN}.{id(source):x}.partial")
        try:
            partial.write_bytes(_compiled(read_catalogue(source)))
            partial.replace(compiled)
        except (OSError, ValueError, SyntaxError, KeyError):  # nowhere to write, or no catalogue: `check_languages` says it
            partial.unlink(missing_ok=True)


def languages_in(folder: Path) -> tuple[str, ...]:
    """English, in which everything is written, and those there is a catalogue of."""
    return ("en", *sorted(path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def complete_in(folder: Path) -> tuple[str, ...]:
    """Those of them in which a page is no mixture: nothing is untranslated that another catalogue has."""
    first, *others = languages_in(folder)
    if len(others) < 2:
        return (first, *others)
    catalogues = {each: read_catalogue(folder / each / "LC_MESSAGES" / f"{DOMAIN}.po") for each in others}
    every = {key for catalogue in catalogues.values() for key, message in catalogue.items() if message.places != [KEPT_FROM]}
    return (first, *(each for each, found in catalogues.items() if all(key in found and found[key].is_translated for key in every)))


def _compiled(messages: dict[tuple[str, str], Message]) -> bytes:
    """The binary form of gettext: two tables of lengths and offsets, then all originals and all translations."""
    shown = [message for message in messages.values() if not message.text or message.is_translated]
    pairs = sorted((_original(message), "\0".join(message.translations).encode()) for message in shown)
    count, header = len(pairs), 7 * 4
    offset = header + count * 16
    tables: list[list[int]] = [[], []]
    texts = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += [len(pair[side]), offset + len(texts)]
            texts += pair[side] + b"\0"
    numbers = [0x950412DE, 0, count, header, header + count * 8, 0, header + count * 16, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + texts


def _original(message: Message) -> bytes:
    text = f"{message.text}\0{message.plural}" if message.plural else message.text
    return (f"{message.context}\x04{text}" if message.context else text).encode()
