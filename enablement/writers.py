"""Who writes in a room: somebody at the partner, or one of ours."""

from dataclasses import dataclass

from accounts.models import User
from partners.models import Contact


@dataclass(frozen=True)
class Writer:
    """Either a contact, or one of ours alone."""

    contact: Contact | None = None
    user: User | None = None

    def __str__(self) -> str:
        return str(self.contact or self.user)

    @property
    def login(self) -> User | None:
        return self.contact.user if self.contact else self.user

    @property
    def columns(self) -> dict:
        return {"contact": self.contact, "by": None if self.contact else self.user}

    @property
    def membership(self) -> dict:
        return {"contact": self.contact, "user": None} if self.contact else {"contact": None, "user": self.user}
