"""Makes an API token and prints it as the last word: it is shown this once and never stored."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions.api_tokens import create_api_token
from accounts.models import Scope, User
from activity.refusals import Refused


class Command(BaseCommand):
    help = "Make an API token for a person and print it as the last word."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--email", required=True, help="who the token acts for")
        parser.add_argument("--scopes", required=True, help=f"all, or some of {','.join(Scope.values)}")
        parser.add_argument("--name", default="API", help="what it is for, shown in the list of tokens")
        parser.add_argument("--days", type=int, help="how long it is valid; for ever when left out")

    def handle(self, *, email: str, scopes: str, name: str, days: int | None, **_options) -> None:
        owner = User.objects.filter(email=email.strip().lower()).first()
        if owner is None:
            raise CommandError(f"Nobody has the e-mail address “{email}” here. Use the address the person signs in with.")
        if days is not None and not 0 < days <= 3650:
            raise CommandError("--days must be between 1 and 3650.")
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        expires_at = timezone.now() + timedelta(days=days) if days else None
        try:
            row, token = create_api_token(owner, wanted, name=name, expires_at=expires_at)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"“{row.name}” may {', '.join(row.scopes)} for {owner.email}. It is shown only now:\n{token}")
