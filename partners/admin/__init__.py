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
