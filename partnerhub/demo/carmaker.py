"""World two: Kestrane, a car maker, and the 25 suppliers and logistics providers that keep its lines running."""

from partnerhub.demo.plans import PartnerPlan, ProductPlan, ProgrammePlan

PROGRAMME = ProgrammePlan(
    key="kestrane",
    name="Kestrane Supplier Network",
    brand="Kestrane Motors",
    hue=200,
    sender="Kestrane Supplier Quality",
    domain="kestrane.example",
    time_zone="Europe/Prague",
    tiers={"approved": "Approved", "preferred": "Preferred", "strategic": "Strategic"},
    certifications={"iso-9001": "ISO 9001", "iatf-16949": "IATF 16949", "iso-14001": "ISO 14001"},
    specialties={
        "castings": "Castings",
        "powertrain": "Powertrain",
        "electronics": "Electronics",
        "wiring": "Wiring",
        "interior": "Interior",
        "chassis": "Chassis",
        "energy-storage": "Energy storage",
        "stamping": "Stamping",
        "sealing": "Sealing",
        "road-freight": "Road freight",
        "rail-freight": "Rail freight",
        "warehousing": "Warehousing",
    },
)

PRODUCTS = (
    ProductPlan("Compact", "Kestrane Lynx", "generation 3"),
    ProductPlan("Electric", "Kestrane Arc", "generation 1", status="announced"),
)

SUPPLIER = "Tarnowo Precision Castings"

_S, _L = "supplier", "logistics"
_ISO, _BOTH, _ALL = "iso-9001", "iso-9001 iatf-16949", "iso-9001 iatf-16949 iso-14001"

PARTNERS = (
    PartnerPlan(SUPPLIER, _S, "strategic", "PL", "pavel", 640, "castings powertrain", certificates=_ALL, years=9,
                sites=("Tarnowo plant, Poznań: 38,000 castings a week", "Machining centre, Leszno: 12,000 parts a week"),
                says="Aluminium and iron castings for engine blocks and brackets, machined in house."),
    PartnerPlan("Hohlweg Antriebstechnik", _S, "strategic", "DE", "pavel", 1850, "powertrain", certificates=_ALL, years=12,
                sites=("Main plant, Kassel: 9,000 shafts a week", "Gear plant, Chemnitz: 6,500 gear sets a week")),
    PartnerPlan("Brennfeld Elektronik", _S, "preferred", "DE", "pavel", 720, "electronics", certificates=_BOTH, years=6,
                sites=("Electronics plant, Regensburg: 22,000 units a week",)),
    PartnerPlan("Rheinaue Dichtungen", _S, "approved", "DE", "pavel", 210, "sealing", certificates=_BOTH,
                sites=("Sealing works, Speyer: 90,000 seals a week",)),
    PartnerPlan("Lipnice Autosklo", _S, "preferred", "CZ", "pavel", 560, "interior", certificates=_BOTH, years=7,
                sites=("Glass works, Humpolec: 14,000 windscreens a week",)),
    PartnerPlan("Bakony Wiring Systems", _S, "strategic", "HU", "pavel", 1400, "wiring electronics", certificates=_BOTH, years=8,
                sites=("North harness plant, Pápa: 11,000 harnesses a week", "South harness plant, Sárvár: 7,500 a week")),
    PartnerPlan("Vlkolinec Springs", _S, "approved", "SK", "pavel", 180, "chassis", certificates=_BOTH,
                sites=("Spring works, Žilina: 40,000 springs a week",)),
    PartnerPlan("Bistrița Seating", _S, "preferred", "RO", "pavel", 830, "interior", certificates=_BOTH, years=5,
                sites=("Seating plant, Sibiu: 8,000 seat sets a week",)),
    PartnerPlan("Salgado Interiores", _S, "preferred", "ES", "elena", 470, "interior", certificates=_BOTH, years=6,
                sites=("Interior plant, Vigo: 9,500 door panels a week",)),
    PartnerPlan("Ponte Leve Plásticos", _S, "approved", "PT", "elena", 240, "interior", certificates=_ISO,
                sites=("Moulding plant, Braga: 120,000 mouldings a week",)),
    PartnerPlan("Valdora Freni", _S, "strategic", "IT", "elena", 960, "chassis", certificates=_ALL, years=10,
                sites=("Brake plant, Bergamo: 26,000 calipers a week",)),
    PartnerPlan("Orne Caoutchouc", _S, "approved", "FR", "elena", 310, "sealing", certificates=_BOTH,
                sites=("Rubber works, Alençon: 70,000 seals a week",)),
    PartnerPlan("Nordhavet Batteri", _S, "strategic", "NO", "elena", 420, "energy-storage", certificates=_ALL, years=2,
                stage="enable",
                sites=("Cell plant, Mo i Rana: 1.2 GWh a year",)),
    PartnerPlan("Yelken Otomotiv", _S, "preferred", "TR", "elena", 680, "stamping", certificates=_BOTH, years=4,
                sites=("Press shop, Bursa: 55,000 stampings a week",)),
    PartnerPlan("Sierra Larga Estampados", _S, "approved", "MX", "elena", 350, "stamping", certificates=_BOTH,
                sites=("Press shop, Saltillo: 48,000 stampings a week",)),
    PartnerPlan("Copper Hollow Castings", _S, "approved", "US", "elena", 260, "castings", certificates=_BOTH,
                sites=("Foundry, Toledo: 15,000 castings a week",)),
    PartnerPlan("Aonami Sensors", _S, "preferred", "JP", "elena", 540, "electronics", certificates=_ALL, years=5,
                sites=("Sensor plant, Nagoya: 60,000 sensors a week",)),
    PartnerPlan("Saebyeok Displays", _S, "preferred", "KR", "elena", 890, "electronics interior", certificates=_BOTH, years=3,
                sites=("Display plant, Gumi: 18,000 displays a week",)),
    PartnerPlan("Weserport Logistik", _L, "strategic", "DE", "pavel", 760, "warehousing road-freight", certificates=_ISO, years=9,
                sites=("Consolidation centre, Bremen: 42,000 pallet places", "Cross-dock, Hannover: 9,000 pallets a day")),
    PartnerPlan("Odra Spedycja", _L, "preferred", "PL", "pavel", 390, "road-freight", certificates=_ISO, years=6,
                sites=("Depot, Wrocław: 180 trailers",)),
    PartnerPlan("Deltaland Warehousing", _L, "preferred", "NL", "elena", 310, "warehousing", certificates=_ISO, years=5,
                sites=("Parts warehouse, Venlo: 36,000 pallet places",)),
    PartnerPlan("Pyrène Transport", _L, "approved", "FR", "elena", 220, "road-freight", certificates=_ISO,
                sites=("Depot, Toulouse: 95 trailers",)),
    PartnerPlan("Marlow Freight Lines", _L, "approved", "GB", "elena", 270, "road-freight", certificates=_ISO,
                sites=("Depot, Swindon: 110 trailers",)),
    PartnerPlan("Adria Corridor Rail", _L, "preferred", "SI", "elena", 450, "rail-freight", certificates=_ISO, years=4,
                sites=("Rail terminal, Koper: 14 trains a week",)),
    PartnerPlan("Rio Largo Carga", _L, "approved", "MX", "elena", 190, "road-freight warehousing", certificates=_ISO,
                sites=("Border warehouse, Monterrey: 12,000 pallet places",)),
)  # fmt: skip
