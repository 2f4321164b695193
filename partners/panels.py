"""What the apps above show on a manager's pages: panels on the page of a partner, and what needs a manager on the first page.

They register in `AppConfig.ready`; this app only asks what is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.models import Partner
from partners.queries.typed_rows import TypedRows
from partners.visibility import Sight

TABS = {
    "context": _("Context"),
    "performance": _("Performance"),
    "people": _("People"),
    "communication": _("Communication"),
    "work": _("Work"),
    "timeline": _("What happened"),
}


@dataclass(frozen=True)
class PartnerPage:
    """What all parts of a page of one partner start from, read once. The partner comes with its `current_enrolments`."""

    partner: Partner
    reader: User
    sight: Sight = field(default_factory=Sight)
    rows: TypedRows = field(default_factory=TypedRows)
    period: str = ""  # the one that was asked for


@dataclass(frozen=True)
class Panel:
    """`read(page)` gives `template` its values; nothing is shown to someone without `permission`."""

    tab: str
    template: str
    read: Callable
    permission: str = ""
    order: int = 50


@dataclass(frozen=True)
class Need:
    """Something that waits for the reader: `sentence` with its number in it, and the page that answers it."""

    sentence: str
    url: str
    detail: str = ""
    order: int = 50


_panels: list[Panel] = []
_needs: list[Callable] = []


def register_panel(tab: str, template: str, read: Callable, *, permission: str = "", order: int = 50) -> None:
    if tab not in TABS:
        raise ValueError(f"There is no tab {tab}; there are {', '.join(TABS)}.")
    panel = Panel(tab, template, read, permission, order)
    if panel not in _panels:
        _panels.append(panel)


def register_needs(read: Callable[..., Iterable[Need]]) -> None:
    """`read(user)` gives the needs of this manager, none when there is nothing to do."""
    if read not in _needs:
        _needs.append(read)


def panels_of(tab: str, page: PartnerPage) -> list[tuple[str, dict]]:
    """Templates and their values, in order."""
    allowed = [panel for panel in _panels if panel.tab == tab and (not panel.permission or page.reader.has_perm(panel.permission))]
    return [(panel.template, panel.read(page)) for panel in sorted(allowed, key=lambda panel: panel.order)]


def needs_of(user) -> list[Need]:
    return sorted((need for read in _needs for need in read(user)), key=lambda need: need.order)
