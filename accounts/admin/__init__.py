from accounts.admin import api_tokens, roles, users

__all__ = ["api_tokens", "roles", "users"]
