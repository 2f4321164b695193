"""Nobody signs up by themselves: a login begins with an invitation, or is made by an administrator. What comes back of the mails
about signing in counts like any other."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as surroundings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.sites.shortcuts import get_current_site

from activity.actions.sent_mails import send_notice


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix, email, context) -> None:
        request = surroundings.request
        values = {"request": request, "email": email, "current_site": get_current_site(request)} | context
        send_notice("signin", self.render_mail(template_prefix, email, values))


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens the login that already has this verified address; it makes no new one."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False
