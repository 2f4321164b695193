"""The shapes of what the two worlds list: programmes and partners, as they were invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProgrammePlan:
    """`tiers` go from the lowest to the highest; words are key → name."""

    key: str
    name: str
    brand: str
    hue: int
    sender: str
    domain: str
    time_zone: str
    tiers: dict[str, str]
    certifications: dict[str, str]
    specialties: dict[str, str]
    is_default: bool = False


@dataclass(frozen=True)
class ProductPlan:
    """`end_of_sale` is in days from today; `certification` names the certificate for it."""

    line: str
    name: str
    version: str
    status: str = "available"
    end_of_sale: int | None = None
    certification: str = ""


@dataclass(frozen=True)
class PartnerPlan:
    """`employees` sets the size of everything else. `certificates` are held by people where the programme certifies people.
    `sites` are "name, city[, country][: capacity]"; `trend` is the growth of a quarter."""

    name: str
    kind: str
    tier: str
    country: str
    manager: str
    employees: int
    specialties: str = ""
    industries: str = ""
    products: str = ""
    certificates: str = ""
    sites: tuple[str, ...] = ()
    stage: str = "sell"
    years: float = 3.0
    trend: float = 0.03
    distributed_by: str = ""
    says: str = ""
