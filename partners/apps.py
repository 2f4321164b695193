from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from activity.notice_kinds import register_notices, sent_mails
        from activity.reach import register_reach
        from partners.actions import colleagues, forgetting, handovers, retention
        from partners.actions.merges import forget_in_merges
        from partners.actions.vocabulary import install_vocabulary
        from partners.models import Partner
        from partners.panels import register_needs, register_panel
        from partners.personal_data import register_eraser
        from partners.queries import splits
        from partners.queries.needs import partner_needs
        from partners.queries.tasks import tasks_panel

        post_migrate.connect(install_vocabulary, sender=self, dispatch_uid="partners.install_vocabulary")
        register_reach(lambda user: Partner.objects.visible_to(user).values("pk"))
        register_needs(partner_needs)
        register_panel("work", "admin/partners/tasks_panel.html", tasks_panel, permission="activity.view_task", order=10)
        register_eraser("merges", lambda _person: (), forget_in_merges)
        register_notices(sent_mails("invitation"), sent_mails("colleague"), sent_mails("summary", is_to_partners=False))
        forgetting.register()
        retention.register()
        handovers.register()
        colleagues.register()
        splits.register()
        register_kind("organisation", "partner", "relation", "bulk")
        register_kind("places", "enrolment")
        register_kind("people", "contact", "invitation", "colleague", "login", "viewing", "consent", "erasure")
        register_kind("knowledge", "evidence")
        register_kind("work", "task", "handover", "leave")
