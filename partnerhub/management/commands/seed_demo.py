"""Fill an empty database with the demo: two invented companies, their partners, and what they were told. Demo mode only."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerhub.demo import story
from partners.models import Programme


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is off here; the demo is only for trying PartnerHub out. Set DEMO=1 on a machine of your own.")
        if story.is_told():
            self.stdout.write("The demo is here already; nothing was changed.")
            return
        if Programme.objects.exists():
            raise CommandError(
                "This database has programmes of its own. The demo is only put into an empty one: name another DATA_DIR."
            )
        story.tell()
