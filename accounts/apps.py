from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts.roles import sync_roles

        # Permissions are rows that Django itself makes after each migration; the roles follow them.
        post_migrate.connect(sync_roles, dispatch_uid="accounts.sync_roles")
