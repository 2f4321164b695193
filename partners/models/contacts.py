"""A person at a partner. Being a contact gives nobody access; a login comes with an accepted invitation."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.partners import Partner
from partners.models.vocabulary import Word


class ContactFunction(Word):
    class Meta(Word.Meta):
        verbose_name = _("contact function")
        verbose_name_plural = _("contact functions")


class ContactQuerySet(models.QuerySet):
    def current(self):
        return self.filter(left_on=None)

    def visible_to(self, user):
        return self.filter(partner__in=Partner.objects.visible_to(user))

    def of_login(self, user):
        """The contacts that one login speaks for: one for each partner the person works for."""
        return self.current().filter(user=user).select_related("partner").order_by("partner__name", "pk")


@pghistory.track(level=pgtrigger.Statement)
class Contact(PublicModel):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    functions = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("functions"),
        default=list,
        blank=True,
        help_text=_("Keys of contact functions, such as sales or technical."),
    )
    language = models.CharField(_("language"), max_length=16, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("login"), null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    is_partner_admin = models.BooleanField(
        _("partner admin"), default=False, help_text=_("May invite colleagues and edit the organisation's profile.")
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "pk"]
        permissions = [("view_as_contact", "Can view the portal as a contact, read-only")]
        constraints = [
            models.UniqueConstraint(
                "partner",
                models.functions.Lower("email"),
                condition=~models.Q(email=""),
                name="one_contact_per_address_and_partner",
            )
        ]
        indexes = [
            GinIndex(fields=["functions"], name="contact_by_function"),
            GinIndex(fields=["name"], name="contact_name_trigram", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["email"], name="contact_email_trigram", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name", "id"], name="contact_by_name"),
            models.Index(fields=["id"], condition=models.Q(left_on__isnull=False), name="contact_who_left"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]
