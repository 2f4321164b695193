"""What a request may do: the view names a scope, the token must hold it, and its owner must still hold the permission."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.roles import permission_for


class HasScope(BasePermission):
    """Views declare `read_scope` and `write_scope`, or `scopes = {action: scope}` where one action differs.
    A view without a scope is refused: forgetting it must not open it."""

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        scope = scope_of(view, request.method)
        if scope is None:
            return False
        if request.auth is not None and scope not in request.auth.scopes:
            raise PermissionDenied(_("This token lacks the scope “%(scope)s”.") % {"scope": scope})
        if not request.user.is_staff or not request.user.has_perm(permission_for(scope)):
            raise PermissionDenied(_("%(user)s has no role that may do this.") % {"user": request.user.email})
        return True


def scope_of(view, method: str) -> str | None:
    own = getattr(view, "scopes", {}).get(getattr(view, "action", None))
    if own:
        return own
    return getattr(view, "read_scope" if method in SAFE_METHODS else "write_scope", None)
