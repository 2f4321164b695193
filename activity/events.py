"""What integrators can be told, by the verb it is recorded with, and the permission that its reader must hold.

A message names things by the ids of the API and says no more: whoever wants to know asks the API, which answers what they may
see."""

EVENTS: dict[str, str] = {
    "announcement.sent": "communications.view_announcement",
    "announcement.acknowledged": "communications.view_announcement",
    "question.asked": "communications.view_question",
    "question.answered": "communications.view_question",
    "partner.created": "partners.view_partner",
    "partner.changed": "partners.view_partner",
    "partner.merged": "partners.view_partner",
}
