"""Sites of an organisation, as its own people see and keep them."""

from context.models import DataPoint, Side
from partners.models import Partner, Site


def sites_of(partner: Partner) -> list[Site]:
    if not _point().filter(seen_by__in=[Side.PARTNER, Side.BOTH]).exists():
        return []
    return list(partner.sites.select_related("region", "verified_by").order_by("name"))


def partner_keeps_sites() -> bool:
    """Whether a partner's admins may change them: as the data point that stands for sites says."""
    both = [Side.PARTNER, Side.BOTH]
    return _point().filter(seen_by__in=both, edited_by__in=both, retired_at=None).exists()


def _point():
    return DataPoint.objects.filter(key="sites")
