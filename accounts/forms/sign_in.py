"""The sign-in forms of allauth, with their fields named as everything else here is."""

from allauth.account import forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class Named:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            if name in self.fields:
                self.fields[name].label = label


class LoginForm(Named, forms.LoginForm):
    pass


class RequestLoginCodeForm(Named, forms.RequestLoginCodeForm):
    pass


class ResetPasswordForm(Named, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Named, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Named, forms.ChangePasswordForm):
    pass


class SetPasswordForm(Named, forms.SetPasswordForm):
    pass


class AddEmailForm(Named, forms.AddEmailForm):
    pass


class AddWebAuthnForm(webauthn_forms.AddWebAuthnForm):
    """A key is a passkey unless its owner says otherwise: that is what the door's “Use a passkey” opens with."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("Such as “office laptop”, to tell your keys apart.")
        self.fields["passwordless"].label = _("Sign in with it alone, without a password")
        self.fields["passwordless"].help_text = _("The device then asks for your fingerprint, your face or its PIN.")
        self.fields["passwordless"].initial = True
