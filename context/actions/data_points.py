"""The data points every installation starts with: those that stand for columns, so that an import can say where each came from."""

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
OTHERS = {"member_since": ("Member since", _DATE)}


def install_data_points(**_kwargs) -> None:
    """Add what is missing; a label that a manager has changed stays."""
    points = [
        DataPoint(key=key, label=label, type=type_, is_builtin=key in COLUMNS)
        for key, (label, type_) in {**COLUMNS, **OTHERS}.items()
    ]
    DataPoint.objects.bulk_create(points, ignore_conflicts=True)
