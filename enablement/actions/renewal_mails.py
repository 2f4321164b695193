"""Who holds a certificate that runs out hears of it by mail, a month and a week before; so do the portal admins of their
organisation."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Topic
from enablement.actions.news_mails import NewsSource, mail_news, register_news
from enablement.models import Certificate, CourseState, RenewalNotice
from enablement.rendering.news_mails import News, Words
from partners.models import Contact
from partners.queries.colleagues import admins_of

DAYS_BEFORE = (7, 30)
DAY = timedelta(days=1)


def register() -> None:
    register_news(RENEWALS)


def mail_renewals() -> int:
    """Returns how many mails a server took."""
    return mail_news(RENEWALS)


def certificates_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Certificates", "description": "Certificates that run out, in time to renew them."}
    return Topic.objects.get_or_create(key="certificates", defaults=defaults)[0]


def note_renewals(today: date | None = None) -> int:
    """Who is to hear of what. Each hears twice at most of one certificate, however often this runs; returns of how many there is
    something new to hear."""
    today = today or timezone.localdate()
    running_out = _running_out(today)
    known = RenewalNotice.objects.filter(certificate__in=running_out.values("pk"), contact=F("certificate__contact"))
    told = set(known.values_list("certificate", "days"))
    due = [(row, days) for row in running_out.order_by("expires_on", "pk") if (days := _nearest(row, today))]
    new = [(row, days) for row, days in due if (row.pk, days) not in told]
    for row, days in new:
        listeners = {row.contact_id, *admins_of(row.contact.partner).values_list("pk", flat=True)}
        notices = [RenewalNotice(certificate=row, contact_id=each, days=days) for each in sorted(listeners)]
        RenewalNotice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(new)


def _running_out(today: date) -> QuerySet[Certificate]:
    """Those that nothing follows yet and that can be renewed by now."""
    found = _held().filter(expires_on__range=(today, today + timedelta(days=max(DAYS_BEFORE))), contact__left_on=None)
    can_be_renewed = found.filter(course__state=CourseState.PUBLISHED, expires_on__lte=today + F("course__renew_days") * DAY)
    return can_be_renewed.select_related("contact__partner", "course")


def _held() -> QuerySet[Certificate]:
    later = Certificate.objects.filter(
        course=OuterRef("course"), contact=OuterRef("contact"), created_at__gt=OuterRef("created_at")
    )
    return Certificate.objects.filter(~Exists(later), revoked_at=None)


def _nearest(row: Certificate, today: date) -> int | None:
    """A certificate for a month is no news on its first day."""
    left, whole = (row.expires_on - today).days, (row.expires_on - row.issued_on).days
    return next((days for days in DAYS_BEFORE if left <= days < whole), None)


def _due(_until: datetime) -> QuerySet[RenewalNotice]:
    return RenewalNotice.objects.filter(told_at=None)


def _news(notices: list[RenewalNotice], contact: Contact, _until: datetime) -> list[News]:
    """What was renewed, revoked or has run out since, and what an admin is not one of any more, is no news."""
    rows = _held().filter(pk__in=[each.certificate_id for each in notices], expires_on__gte=timezone.localdate())
    rows = rows.filter(contact__left_on=None).select_related("course", "contact").order_by("expires_on", "pk")
    return [_own(row) if row.contact_id == contact.pk else _colleagues(row) for row in rows if _concerns(row, contact)]


def _concerns(row: Certificate, contact: Contact) -> bool:
    return row.contact_id == contact.pk or (contact.is_partner_admin and row.contact.partner_id == contact.partner_id)


def _own(row: Certificate) -> News:
    said = _("Your certificate holds until %(day)s. Pass the course again; the new one begins where this one ends.")
    return News(row.title, reverse("enablement:course", args=[row.course.public_id]), [said % {"day": date_format(row.expires_on)}])


def _colleagues(row: Certificate) -> News:
    said = _("The certificate of %(name)s holds until %(day)s. The course is on their list again.")
    words = {"name": row.contact.name, "day": date_format(row.expires_on)}
    return News(f"{row.title} · {row.contact.name}", reverse("portal:people"), [said % words])


def _words(news: list[News]) -> Words:
    if len(news) == 1:
        subject = _("A certificate runs out: %(title)s") % {"title": news[0].title}
    else:
        subject = ngettext("%(n)d certificate runs out", "%(n)d certificates run out", len(news)) % {"n": len(news)}
    why = _("You get this because you or colleagues whose portal admin you are hold these certificates.")
    return Words(subject, why, _("No more mails about certificates"))


RENEWALS = NewsSource("certificate", certificates_topic, timedelta(0), _due, _news, _words)
