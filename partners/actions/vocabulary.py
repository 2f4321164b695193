"""The words every installation starts with. Managers extend them; a list that has rows is left alone."""

from partners.models import ContactFunction, PartnerKind

KINDS = {
    "reseller": "Reseller",
    "distributor": "Distributor",
    "service_provider": "Service provider",
    "technology_alliance": "Technology alliance",
    "integrator": "Integrator",
    "supplier": "Supplier",
    "logistics": "Logistics provider",
    "referral": "Referral partner",
}
FUNCTIONS = {
    "sales": "Sales",
    "technical": "Technical",
    "marketing": "Marketing",
    "executive": "Executive",
    "finance": "Finance",
    "quality": "Quality",
    "logistics": "Logistics",
}


def install_vocabulary(**_kwargs) -> None:
    for model, words in ((PartnerKind, KINDS), (ContactFunction, FUNCTIONS)):
        if not model.objects.exists():
            model.objects.bulk_create([model(key=key, name=name) for key, name in words.items()])
