from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts.roles import sync_roles
        from activity.notice_kinds import register_notices, sent_mails

        # Permissions are rows that Django makes app by app after a migration; the roles follow once, after the last of them.
        register_notices(sent_mails("signin"))
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(sync_roles, sender=last, dispatch_uid="accounts.sync_roles")
