"""Who would get a review where one is started for a whole segment, and who would not and why."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from activity.refusals import Refused
from context.models import Review, ReviewState, Segment
from context.rules import compile_rules
from partners.models import Contact, Enrolment, Partner, Programme

MOST = 1_000


@dataclass(frozen=True)
class ReviewPlan:
    """`places` are the enrolments reviewed; `skipped` names each other partner of the segment with the reason."""

    places: tuple[Enrolment, ...]
    skipped: tuple[tuple[Partner, str], ...]


def plan_reviews(segment: Segment, programme: Programme, *, period_start: date, period_end: date, by) -> ReviewPlan:
    """Of the partners that `by` sees. Five queries."""
    partners = _partners_of(segment, by)
    ids = [partner.pk for partner in partners]
    rows = Enrolment.objects.current().filter(programme=programme, partner__in=ids).select_related("manager")
    places = {place.partner_id: place for place in rows}
    ready = set(
        Contact.objects.current()
        .filter(partner__in=ids, is_partner_admin=True, user__is_active=True)
        .values_list("partner", flat=True)
    )
    under_way = Review.objects.filter(partner__in=ids, programme=programme).exclude(state=ReviewState.CANCELLED)
    reviewed = dict(under_way.filter(period_start__lte=period_end, period_end__gte=period_start).values_list("partner", "title"))
    chosen, skipped = [], []
    for partner in partners:
        if partner.pk not in places:
            skipped.append((partner, _("is not in %(programme)s") % {"programme": programme}))
        elif partner.pk in reviewed:
            skipped.append((partner, _("has “%(title)s” in this period") % {"title": reviewed[partner.pk]}))
        elif partner.pk not in ready:
            skipped.append((partner, _("has no admin who can sign in: invite one first")))
        else:
            places[partner.pk].partner = partner
            chosen.append(places[partner.pk])
    return ReviewPlan(tuple(chosen), tuple(skipped))


def _partners_of(segment: Segment, by) -> list[Partner]:
    found = compile_rules(segment.rule, segment.contact_rule).partners().order_by().values("pk")
    partners = list(Partner.objects.visible_to(by).filter(pk__in=found).order_by("name", "pk")[: MOST + 1])
    if len(partners) > MOST:
        words = {"segment": segment, "most": f"{MOST:,}"}
        sentence = _("“%(segment)s” has more than %(most)s partners. Choose a smaller one: each review is a talk.")
        raise Refused(sentence % words, field="segment")
    return partners
