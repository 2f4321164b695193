from partners.admin import (
    contacts,
    enrolments,
    handovers,
    invitations,
    partners,
    privacy,
    products,
    programmes,
    retention,
    tasks,
    vocabulary,
)

__all__ = [
    "contacts",
    "enrolments",
    "handovers",
    "invitations",
    "partners",
    "privacy",
    "products",
    "programmes",
    "retention",
    "tasks",
    "vocabulary",
]
from partners.admin import contacts, enrolments, invitations, partners, products, programmes, sites, vocabulary

__all__ = ["contacts", "enrolments", "invitations", "partners", "products", "programmes", "sites", "vocabulary"]
