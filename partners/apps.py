from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from partners.actions import forgetting
        from partners.actions.vocabulary import install_vocabulary
        from partners.panels import register_needs
        from partners.queries.needs import partner_needs

        post_migrate.connect(install_vocabulary, sender=self, dispatch_uid="partners.install_vocabulary")
        register_needs(partner_needs)
        forgetting.register()
