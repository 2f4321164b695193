"""Sites in rows of a file. One is known by its name; of that name a partner has one at a time."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.refusals import Invalid
from context.imports.ledger_rows import Kind, Said
from context.imports.vocabulary import Vocabulary
from partners.actions.checks import check_country, check_line
from partners.models import Site


def _check(columns: dict[str, Any]) -> None:
    if not columns["kind"]:
        known = ", ".join(Site.Kind.values)
        raise Invalid(_("The site is new: say its site_kind. Known are: %(known)s.") % {"known": known}, field="site_kind")


SITES = Kind(
    key="sites",
    model=Site,
    which=("name",),
    blank={
        "kind": "", "city": "", "country": "", "region_id": None, "activities": [], "serves": [],
        "capacity": "", "capacity_value": None, "capacity_unit": "",
    },
    name_of=lambda said: _("site %(name)s") % said.which,
    check=_check,
    twice=gettext_lazy("An earlier row is about the same site. Keep one of them."),
    is_alone=True,
)  # fmt: skip


def read_site(given: dict[str, Any], vocabulary: Vocabulary) -> Said:
    if "name" not in given:
        raise Invalid(_("The row has details of a site, but no site_name."), field="site_name")
    told = {
        "kind": vocabulary.site_kind(given["kind"]) if "kind" in given else "",
        "city": check_line(given.get("city"), "site_city", longest=120),
        "country": check_country(given.get("country"), "site_country"),
        "activities": _activities(given.get("activities"), vocabulary),
        "capacity": check_line(given.get("capacity"), "site_capacity", longest=120),
    }
    name = check_line(given["name"], "site_name", required=True)
    return Said(SITES, {"name": name}, {name: value for name, value in told.items() if value})


def _activities(words: Any, vocabulary: Vocabulary) -> list[str]:
    words = words if isinstance(words, list) else str(words or "").split(",")
    return list(dict.fromkeys(vocabulary.activity(word, "site_activities") for word in words if str(word).strip()))
