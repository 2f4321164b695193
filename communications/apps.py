from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommunicationsConfig(AppConfig):
    name = "communications"
    verbose_name = _("Communications")

    def ready(self) -> None:
        from communications.actions.vocabulary import install_vocabulary

        post_migrate.connect(install_vocabulary, sender=self, dispatch_uid="communications.install_vocabulary")
