"""A plain reading of the rule language to compare the compiled one with.

It is written from docs/segments.md and shares nothing with the compiler: it walks the JSON and tries every row that an `all`
could mean."""

import itertools
from datetime import date

from tests.rule_world import SEGMENTS, TODAY, WORLD, Org, day


def partners_in(rule: dict) -> list[str]:
    return [org.name for org in WORLD if _holds(rule, _Seen(org))]


def people_in(rule: dict, contact_rule: dict) -> list[str]:
    seen = [(org, person) for org in WORLD for person in org.people if _holds(rule, _Seen(org))]
    return [person["contact.name"] for org, person in seen if _holds(contact_rule, _Seen(org, person))]


NAME_A_ROW = ("enrolment.programme", "certification.key", "agreement.kind", "agreement.title", "site.kind", "site.name")


class _Seen:
    """A partner, or a person there, with the rows that may be spoken of."""

    def __init__(self, org: Org, person: dict | None = None):
        self.org, self.person = org, person
        everyones = [row for one in org.people for row in one["certificates"]]
        self.rows = {
            "enrolment": org.enrolments,
            "certification": person["certificates"] if person else org.certificates + everyones,
            "agreement": org.agreements,
            "site": org.sites,
        }
        if person is None:
            self.rows["contact"] = org.people

    def subject(self, leaf: dict) -> str | None:
        name = leaf["field"].split(".")[0]
        asks_for_any = leaf["op"] == "is_empty" and leaf["field"] in NAME_A_ROW
        return name if name in self.rows and not asks_for_any else None

    def about(self, rule: dict) -> str | None:
        if "field" in rule:
            return self.subject(rule)
        found = {self.about(child) for child in rule.get("all", []) + rule.get("any", [])}
        return found.pop() if len(found) == 1 else None


def _holds(rule: dict, seen: _Seen) -> bool:
    if "not" in rule:
        return not _holds(rule["not"], seen)
    if "any" in rule:
        return any(_holds(child, seen) for child in rule["any"])
    if "field" in rule:
        return _leaf_holds(rule, seen)
    together = [child for child in rule["all"] if "all" not in child and seen.about(child)]
    apart = [child for child in rule["all"] if child not in together]
    subjects = sorted({seen.about(child) for child in together})
    some_rows_fit = any(
        all(_row_fits(child, chosen[subjects.index(seen.about(child))]) for child in together)
        for chosen in itertools.product(*(seen.rows[subject] for subject in subjects))
    )
    return some_rows_fit and all(_holds(child, seen) for child in apart)


def _row_fits(rule: dict, row: dict) -> bool:
    if "field" in rule:
        return _fits(rule, _as_asked(rule, row[rule["field"]], row.get("verified", ()), row.get("stale", ())))
    parts = [_row_fits(child, row) for child in rule.get("all", rule.get("any"))]
    return all(parts) if "all" in rule else any(parts)


def _leaf_holds(leaf: dict, seen: _Seen) -> bool:
    name = leaf["field"]
    if name == "segment":
        return _is_in_segments(leaf, seen)
    if subject := seen.subject(leaf):
        return any(_row_fits(leaf, row) for row in seen.rows[subject])
    if name in NAME_A_ROW:
        rows = seen.rows[name.split(".")[0]]
        return (not [row for row in rows if _as_asked(leaf, True, row["verified"], row["stale"])]) == leaf["value"]
    if name.startswith("contact."):
        return _fits(leaf, seen.person[name])
    if name.startswith("performance."):
        return _fits(leaf, _sum(leaf, seen.org.figures))
    value = seen.org.name if name == "partner.name" else seen.org.values.get(name)
    return _fits(leaf, _as_asked(leaf, value, seen.org.verified, seen.org.stale))


def _is_in_segments(leaf: dict, seen: _Seen) -> bool:
    def holds(public_id: str) -> bool:
        _name, rule, contact_rule = SEGMENTS[public_id]
        return _holds(rule, _Seen(seen.org)) and (seen.person is None or _holds(contact_rule, seen))

    names = leaf["value"] if isinstance(leaf["value"], list) else [leaf["value"]]
    return any(holds(name) for name in names) == (leaf["op"] in ("eq", "in"))


def _as_asked(leaf: dict, value, verified, stale):
    """A value that does not stand as the condition asks counts as missing."""
    only = leaf.get("only", [])
    fails = ("verified" in only and leaf["field"] not in verified) or ("fresh" in only and leaf["field"] in stale)
    return None if fails else value


def _sum(leaf: dict, figures: list[dict]):
    if quarters := leaf.get("quarters"):
        until = TODAY.replace(month=(TODAY.month - 1) // 3 * 3 + 1, day=1)
        months = until.year * 12 + until.month - 1 - quarters * 3
        since = date(months // 12, months % 12 + 1, 1)
    else:
        since, until = day(1 - leaf["within_days"]), date.max
    found = [
        row["value"]
        for row in figures
        if since <= row["end"] < until
        and ("verified" not in leaf.get("only", []) or row["verified"])
        and ("fresh" not in leaf.get("only", []) or not row["stale"])
        and all(key not in leaf or row[key] == leaf[key] for key in ("region", "product", "activity"))
        and ("programme" not in leaf or row["programme"] in (None, leaf["programme"]))
        and ("industry" not in leaf or row["industry"].lower() == leaf["industry"].lower())
    ]
    return sum(found) if found else None


def _fits(leaf: dict, actual) -> bool:
    op, wanted = leaf["op"], leaf["value"]
    opposite = {"ne": "eq", "not_in": "in"}
    if op in opposite:
        return not _fits({**leaf, "op": opposite[op]}, actual)
    if op == "is_empty":
        return (actual in (None, "", [])) == wanted
    values = actual if isinstance(actual, list) else [actual]
    return any(_one_fits(leaf["field"], op, value, wanted) for value in values if value not in (None, ""))


IGNORES_CASE = (
    "partner.name", "enrolment.manager", "contact.name", "fact.motto", "enrolment.fact.motto", "partner.distributed_by",
    "agreement.title", "site.name", "site.city", "site.capacity_unit",
)  # fmt: skip


def _one_fits(name: str, op: str, value, wanted) -> bool:
    if op == "in":
        return any(_one_fits(name, "eq", value, one) for one in wanted)
    if op == "within_days":
        value = date.fromisoformat(value) if isinstance(value, str) else value
        days = -abs(wanted) if name == "partner.created" else wanted
        return min(0, days) <= (value - TODAY).days <= max(0, days)
    value = value.isoformat() if isinstance(value, date) else value
    if name in IGNORES_CASE or (op in ("contains", "starts_with") and name == "partner.external_id"):
        value, wanted = value.lower(), wanted.lower()
    if name in ("partner.country", "site.country", "site.serves"):
        wanted = wanted.upper()
    is_text = name in ("partner.external_id", *IGNORES_CASE) and name != "partner.distributed_by"
    return {
        "eq": lambda: value == wanted,
        "contains": lambda: wanted in value if is_text else value == wanted,
        "starts_with": lambda: value.startswith(wanted),
        "lt": lambda: value < wanted,
        "lte": lambda: value <= wanted,
        "gt": lambda: value > wanted,
        "gte": lambda: value >= wanted,
    }[op]()
