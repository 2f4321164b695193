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
    sites,
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
    "sites",
    "tasks",
    "vocabulary",
]
