"""Rules that sum up performance say over which period, and each segment keeps what its rules speak of."""

from django.db import migrations

_TYPED = {"partner.region": "regions", "partner.specialty": "specialties"}
_ALIASES = {"region": "regions", "specialty": "specialties", "certification": "certifications"}
A_YEAR = 365


def leaves(rule):
    if isinstance(rule, dict):
        if "field" in rule:
            yield rule
        for part in (*(rule.get("all") or ()), *(rule.get("any") or ()), rule.get("not")):
            yield from leaves(part)


def say_the_period(rule) -> bool:
    """What was summed up over a year without saying so says so."""
    silent = [
        leaf
        for leaf in leaves(rule)
        if str(leaf["field"]).startswith("performance") and not leaf.get("within_days") and not leaf.get("quarters")
    ]
    for leaf in silent:
        leaf["within_days"] = A_YEAR
    return bool(silent)


def data_point_of(name: str) -> str:
    family, _dot, rest = name.partition(".")
    if name.startswith("enrolment.fact."):
        return name.removeprefix("enrolment.fact.")
    if name in _TYPED or name in _ALIASES:
        return _TYPED.get(name) or _ALIASES[name]
    if name == "contact.country":
        return "country"
    special = {"certification": "certifications", "performance": "performance", "performance_average": "performance"}
    if family in special:
        return special[family]
    return {"contact": f"contact_{rest}s" if rest == "function" else f"contact_{rest}"}.get(family, rest)


def complete(apps, schema_editor):
    Segment, Version = apps.get_model("context", "Segment"), apps.get_model("context", "SegmentVersion")
    DataPoint = apps.get_model("context", "DataPoint")
    points = dict(DataPoint.objects.values_list("key", "pk"))
    for rows in (Segment.objects.all(), Version.objects.all()):
        for row in rows.iterator():
            changed = [say_the_period(rule) for rule in (row.rule, row.contact_rule)]
            if any(changed):
                row.save(update_fields=["rule", "contact_rule"])
    for segment in Segment.objects.iterator():
        names = {str(leaf["field"]) for rule in (segment.rule, segment.contact_rule) for leaf in leaves(rule)}
        segment.data_points.set([points[key] for name in names if (key := data_point_of(name)) in points])


class Migration(migrations.Migration):
    dependencies = [("context", "0006_what_waits_for_review")]
    operations = [migrations.RunPython(complete, migrations.RunPython.noop, elidable=True)]
