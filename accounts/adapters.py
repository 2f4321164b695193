"""Nobody signs up by themselves: a login begins with an invitation, or is made by an administrator."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens the login that already has this verified address; it makes no new one."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False
