"""World one: Lumenvale, a software vendor, and the 35 partners it sells, builds and runs software with."""

from partnerhub.demo.plans import PartnerPlan, ProductPlan, ProgrammePlan

PROGRAMME = ProgrammePlan(
    key="lumenvale",
    name="Lumenvale Partner Network",
    brand="Lumenvale",
    hue=258,
    sender="Lumenvale Partner Team",
    domain="lumenvale.example",
    time_zone="Europe/Berlin",
    tiers={"registered": "Registered", "silver": "Silver", "gold": "Gold", "platinum": "Platinum"},
    certifications={
        "harbour-engineer": "Harbour Certified Engineer",
        "gate-engineer": "Gate Certified Engineer",
        "beacon-engineer": "Beacon Certified Engineer",
        "current-engineer": "Current Certified Engineer",
    },
    specialties={
        "data-integration": "Data integration",
        "identity": "Identity and access",
        "observability": "Observability",
        "streaming": "Data streaming",
        "managed-services": "Managed services",
        "cloud-migration": "Cloud migration",
        "analytics": "Analytics",
    },
    is_default=True,
)

PRODUCTS = (
    ProductPlan("Integration", "Lumenvale Harbour", "5.1", certification="harbour-engineer"),
    ProductPlan("Integration", "Lumenvale Harbour", "4.8", status="end_of_sale", end_of_sale=-120),
    ProductPlan("Identity", "Lumenvale Gate", "7.2", certification="gate-engineer"),
    ProductPlan("Identity", "Lumenvale Gate", "6.4", status="end_of_sale", end_of_sale=45),
    ProductPlan("Operations", "Lumenvale Beacon", "3.1", certification="beacon-engineer"),
    ProductPlan("Streaming", "Lumenvale Current", "1.0", certification="current-engineer"),
    ProductPlan("Streaming", "Lumenvale Current", "1.1", status="announced"),
)

DISTRIBUTOR = "Alderlane Distribution"
RESELLER = "Brightwater Systems"
SECOND_EMPLOYER = "Northfold Cloud"

_R, _D, _S, _T, _I, _F = "reseller", "distributor", "service_provider", "technology_alliance", "integrator", "referral"

PARTNERS = (
    # Distributors, and the four resellers that Alderlane serves.
    PartnerPlan(DISTRIBUTOR, _D, "platinum", "DE", "jonas", 420, "data-integration identity", "manufacturing public_sector",
                "Harbour Gate Beacon", "harbour-engineer gate-engineer", years=8, stage="accelerate", trend=0.04,
                says="Value-added distributor for the German-speaking market with its own training centre."),
    PartnerPlan("Pacific Reach Distribution", _D, "gold", "SG", "dana", 260, "data-integration observability",
                "financial_services logistics", "Harbour Beacon", "harbour-engineer", years=5, trend=0.05),
    PartnerPlan("Meridia Canal", _D, "silver", "MX", "dana", 110, "identity", "retail public_sector", "Gate", "gate-engineer",
                years=3),
    PartnerPlan("Lindenfels IT", _R, "silver", "DE", "jonas", 45, "data-integration", "manufacturing", "Harbour",
                "harbour-engineer", distributed_by=DISTRIBUTOR, years=4),
    PartnerPlan("Küstenlicht IT", _R, "registered", "DE", "jonas", 18, "observability", "logistics", "Beacon",
                distributed_by=DISTRIBUTOR, years=1, stage="enable"),
    PartnerPlan("Donaubogen Systems", _R, "silver", "AT", "jonas", 60, "identity", "public_sector healthcare", "Gate",
                "gate-engineer", distributed_by=DISTRIBUTOR, years=4),
    PartnerPlan("Föhnwind Informatik", _R, "registered", "CH", "jonas", 25, "data-integration", "financial_services", "Harbour",
                distributed_by=DISTRIBUTOR, years=2, stage="market"),
    # Resellers with a contract of their own.
    PartnerPlan(RESELLER, _R, "gold", "DE", "manager", 120, "data-integration identity", "manufacturing healthcare",
                "Harbour Gate", "harbour-engineer gate-engineer", years=6, trend=0.05,
                says="Regional systems house for mid-sized manufacturers and hospitals in northern Germany."),
    PartnerPlan("Cedar & Holm", _R, "platinum", "GB", "isabel", 340, "data-integration analytics", "financial_services retail",
                "Harbour Beacon Gate", "harbour-engineer beacon-engineer", years=7, stage="accelerate", trend=0.04),
    PartnerPlan("Atelier Numérique Corbel", _R, "gold", "FR", "isabel", 150, "identity cloud-migration", "public_sector retail",
                "Gate Harbour", "gate-engineer", years=5),
    PartnerPlan("Polderware", _R, "silver", "NL", "isabel", 55, "data-integration", "logistics retail", "Harbour",
                "harbour-engineer"),
    PartnerPlan("Fjordlys Data", _R, "gold", "NO", "isabel", 95, "observability data-integration", "energy public_sector",
                "Beacon Harbour", "beacon-engineer harbour-engineer", years=5, trend=0.06),
    PartnerPlan("Tramontane Tech", _R, "silver", "ES", "isabel", 70, "cloud-migration", "tourism retail", "Harbour Gate",
                "harbour-engineer", trend=-0.02),
    PartnerPlan("Vesperia Solutions", _R, "registered", "IT", "isabel", 22, "identity", "manufacturing", "Gate", years=1,
                stage="onboard"),
    PartnerPlan("Great Lakes Datahouse", _R, "platinum", "US", "dana", 510, "data-integration streaming analytics",
                "financial_services healthcare", "Harbour Gate Current", "harbour-engineer gate-engineer current-engineer",
                years=9, stage="accelerate", trend=0.06),
    PartnerPlan("Sierra Verde TI", _R, "gold", "BR", "dana", 130, "data-integration", "energy retail", "Harbour Gate",
                "harbour-engineer", years=4, trend=0.07),
    # Who runs it for customers.
    PartnerPlan(SECOND_EMPLOYER, _S, "gold", "SE", "isabel", 210, "managed-services observability", "public_sector retail",
                "Beacon Gate", "beacon-engineer", years=4, says="Managed cloud operations for public bodies in the Nordics."),
    PartnerPlan("Skerry Managed Services", _S, "silver", "IE", "isabel", 85, "managed-services", "healthcare", "Beacon",
                "beacon-engineer"),
    PartnerPlan("Habari Hosting", _S, "registered", "ZA", "isabel", 40, "managed-services", "telecommunications", "Beacon",
                years=1, stage="enable"),
    PartnerPlan("Prairie Ops", _S, "silver", "CA", "dana", 75, "managed-services identity", "energy", "Gate Beacon",
                "gate-engineer"),
    PartnerPlan("Marram Cloud", _S, "gold", "DK", "isabel", 140, "managed-services cloud-migration", "logistics energy",
                "Harbour Beacon", "harbour-engineer", years=5),
    PartnerPlan("Kaveri Managed IT", _S, "platinum", "IN", "dana", 900, "managed-services streaming observability",
                "telecommunications financial_services", "Beacon Current Gate", "beacon-engineer current-engineer gate-engineer",
                years=6, stage="accelerate", trend=0.08),
    # Whose technology works with ours.
    PartnerPlan("Quartzline Storage", _T, "gold", "US", "dana", 1200, "data-integration", years=5),
    PartnerPlan("Ionfield Networks", _T, "silver", "FI", "isabel", 380, "observability", years=3),
    PartnerPlan("Pelagic AI", _T, "silver", "PT", "isabel", 60, "analytics streaming", years=1.5, stage="onboard"),
    PartnerPlan("Gantry Silicon", _T, "gold", "JP", "dana", 2400, "streaming", years=4),
    PartnerPlan("Honeyguide Analytics", _T, "registered", "AU", "dana", 90, "analytics", years=1, stage="recruit"),
    # Who builds with it.
    PartnerPlan("Wayfarer Integration", _I, "platinum", "GB", "isabel", 640, "data-integration streaming cloud-migration",
                "financial_services public_sector", "Harbour Current Gate", "harbour-engineer current-engineer gate-engineer",
                years=7, stage="accelerate", trend=0.05),
    PartnerPlan("Castellane Conseil", _I, "gold", "FR", "isabel", 280, "data-integration analytics", "retail energy",
                "Harbour", "harbour-engineer", years=4),
    PartnerPlan("Bramble & Stone", _I, "gold", "US", "dana", 190, "identity cloud-migration", "healthcare public_sector",
                "Gate Harbour", "gate-engineer", years=5),
    PartnerPlan("Ferrostadt Consulting", _I, "silver", "CH", "jonas", 110, "data-integration", "manufacturing", "Harbour",
                "harbour-engineer"),
    PartnerPlan("Bosphorus Bridge Consulting", _I, "registered", "TR", "isabel", 65, "identity", "financial_services", "Gate",
                years=1, stage="enable"),
    # Who opens doors.
    PartnerPlan("Pinewick Advisors", _F, "registered", "GB", "isabel", 12, "analytics", years=2),
    PartnerPlan("Camino Alto Advisors", _F, "registered", "ES", "isabel", 8, "cloud-migration", years=2),
    PartnerPlan("Tallow Street Advisors", _F, "registered", "US", "dana", 15, "identity", years=3),
)  # fmt: skip
