from accounts.models.api_tokens import ApiToken, Scope
from accounts.models.idempotency import IdempotentAnswer
from accounts.models.users import User

__all__ = ["ApiToken", "IdempotentAnswer", "Scope", "User"]
