"""The demo: two invented companies and their partners. Every name is fictitious, every address ends in `.example`,
every date is counted from today. `story.tell` writes all of it."""

PASSWORD = "partnerhub-demo"  # noqa: S105 - printed at the start; demo mode listens on this machine only

LOGINS = {
    "manager@demo.example": "programme admin of both programmes",
    "approver@demo.example": "approves what others wrote",
    "partner@demo.example": "partner admin at a reseller; also works for a second partner",
    "member@demo.example": "colleague at the same reseller",
    "supplier@demo.example": "partner admin at a supplier of the car maker",
}
