"""What somebody got for passing a course. The row in the partner's profile that says the same is `typed_row`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.courses import Course
from enablement.models.participations import Participation
from partners.models import Contact, Partner, PartnerCertification


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.is_authenticated and user.is_staff:
            rows = self.filter(contact__partner__in=Partner.objects.visible_to(user))
            return rows if user.has_perm("enablement.view_certificate") else self.none()
        return self.filter(contact__in=Contact.objects.current().filter(user=user)) if user.is_authenticated else self.none()

    def valid(self):
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=timezone.localdate()), revoked_at=None)


class Certificate(PublicModel):
    """`name` is the person's as it was on that day: it is what the certificate says."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="certificates")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="certificates")
    participation = models.OneToOneField(Participation, on_delete=models.CASCADE, related_name="certificate")
    typed_row = models.ForeignKey(PartnerCertification, null=True, on_delete=models.SET_NULL, related_name="certificates")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("for"), max_length=120)
    issued_on = models.DateField(_("issued"))
    expires_on = models.DateField(_("expires"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on", "-pk"]
        indexes = [models.Index(fields=["expires_on"], condition=Q(revoked_at=None), name="certificate_running_out")]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def standing(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_on and self.expires_on < timezone.localdate() else "valid"
