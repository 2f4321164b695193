from accounts.models.api_tokens import ApiToken, Scope
from accounts.models.users import User

__all__ = ["ApiToken", "Scope", "User"]
