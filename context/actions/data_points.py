"""The data points every installation starts with: those that stand for columns of partners and their people, so that an
import can say where each came from, and those that stand for typed rows, so that these age and are seen by the same rules."""

from context.models import DataPoint

_TEXT, _DATE = DataPoint.Type.TEXT, DataPoint.Type.DATE

COLUMNS = {
    "name": ("Name", _TEXT),
    "legal_name": ("Legal name", _TEXT),
    "website": ("Website", _TEXT),
    "country": ("Country", _TEXT),
    "language": ("Language", _TEXT),
    "time_zone": ("Time zone", _TEXT),
    "description": ("Description", _TEXT),
    "kind": ("Kind", _TEXT),
    "tier": ("Tier", _TEXT),
    "status": ("Status", _TEXT),
    "stage": ("Lifecycle stage", _TEXT),
}
OF_A_CONTACT = {
    "contact_name": ("Contact's name", _TEXT),
    "contact_email": ("Contact's e-mail address", _TEXT),
    "contact_job_title": ("Contact's job title", _TEXT),
    "contact_phone": ("Contact's phone", _TEXT),
    "contact_functions": ("Contact's functions", _TEXT),
    "contact_language": ("Contact's language", _TEXT),
    "contact_time_zone": ("Contact's time zone", _TEXT),
}
OTHERS = {
    "member_since": ("Member since", _DATE),
    "strengths": ("Strengths", _TEXT),
    "challenges": ("Challenges", _TEXT),
}
ROWS = {
    "regions": "Regions",
    "sites": "Sites",
    "specialties": "Specialties",
    "certifications": "Certifications",
    "performance": "Performance",
}


def install_data_points(**_kwargs) -> None:
    """Add what is missing; a label that a manager has changed stays."""
    points = [
        DataPoint(key=key, label=label, type=type_, is_builtin=key not in OTHERS)
        for key, (label, type_) in {**COLUMNS, **OF_A_CONTACT, **OTHERS}.items()
    ]
    points += [DataPoint(key=key, label=label, type=DataPoint.Type.ROWS, is_builtin=True) for key, label in ROWS.items()]
    DataPoint.objects.bulk_create(points, ignore_conflicts=True)
