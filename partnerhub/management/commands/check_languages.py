"""What a partner can read that is not translated yet, and translations that would break a page."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerhub import languages
from partnerhub.languages import KEPT_FROM, Message


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("language", nargs="*", help="de, fr …; all that there are when none is named")
        parser.add_argument("--write", action="store_true", help="add to the catalogue what is missing, drop what is gone")
        parser.add_argument("--strict", action="store_true", help="fail when anything is missing")

    def handle(self, *args, **options) -> None:
        root = Path(settings.BASE_DIR)
        found = languages.gathered(root)
        missing, wrong = 0, 0
        for language in options["language"] or languages.languages_in(root / "locale")[1:]:
            path = root / "locale" / language / "LC_MESSAGES" / "django.po"
            catalogue = languages.read_catalogue(path)
            if options["write"]:
                _write(path, language, catalogue, found)
            lacks = languages.missing_from(catalogue, found)
            broken = [message for message in catalogue.values() if message.wrong_holes]
            self._tell(language, lacks, broken, len(found))
            missing, wrong = missing + len(lacks), wrong + len(broken)
        if wrong or (missing and options["strict"]):
            raise CommandError("Some texts are missing or wrong; they are named above.")

    def _tell(self, language: str, lacks: list[Message], broken: list[Message], total: int) -> None:
        for message in lacks:
            self.stdout.write(f"{message.places[0]}: {message.text!r}")
        for message in broken:
            self.stdout.write(
                f"{language}: {message.text!r} and its translation differ in {', '.join(sorted(message.wrong_holes))}"
            )
        self.stdout.write(f"{language}: {total - len(lacks)} of {total} texts that partners read are translated.")


def _write(path: Path, language: str, catalogue: dict, found: dict) -> None:
    for key, message in found.items():
        if key in catalogue:
            message.translations = catalogue[key].translations
    kept = [message for message in catalogue.values() if message.places == [KEPT_FROM] and message.key not in found]
    languages.write_catalogue(path, language, [*found.values(), *kept])
