from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from partners.actions.merges import forget_in_merges
        from partners.actions import forgetting, retention
        from partners.actions.vocabulary import install_vocabulary
        from partners.panels import register_needs
        from partners.personal_data import register_eraser
        from partners.queries.needs import partner_needs

        post_migrate.connect(install_vocabulary, sender=self, dispatch_uid="partners.install_vocabulary")
        register_needs(partner_needs)
        register_eraser("merges", lambda _person: (), forget_in_merges)
        forgetting.register()
        retention.register()
