"""What a request may do: the view names a scope, the token must hold it, and its owner must still hold the permission."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.roles import permission_for

_VERB = {"list": "view", "retrieve": "view", "create": "add", "partial_update": "change"}


class HasScope(BasePermission):
    """Views declare `read_scope` and `write_scope`, or `scopes = {action: scope}` where one action differs; and `noun`
    (`app.model`), or `permissions = {action: permission}`, for what the person's role must hold besides.
    A view without a scope is refused: forgetting it must not open it."""

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method.lower() not in getattr(view, "action_map", {request.method.lower(): None}):
            raise MethodNotAllowed(request.method)
        scope = scope_of(view, request.method)
        if scope is None:
            return False
        if request.auth is not None and scope not in request.auth.scopes:
            raise PermissionDenied(_("This token lacks the scope “%(scope)s”.") % {"scope": scope})
        if not request.user.is_staff or not request.user.has_perms({permission_for(scope), permission_of(view, scope)}):
            raise PermissionDenied(_("%(user)s has no role that may do this.") % {"user": request.user.email})
        return True


def scope_of(view, method: str) -> str | None:
    own = getattr(view, "scopes", {}).get(getattr(view, "action", None))
    if own:
        return own
    return getattr(view, "read_scope" if method in SAFE_METHODS else "write_scope", None)


def permission_of(view, scope: str) -> str:
    """A scope is coarse (`partners:write` covers products, too); the permission on the very noun is asked for as well."""
    own = getattr(view, "permissions", {}).get(view.action)
    if own or view.action not in _VERB:
        return own or permission_for(scope)
    app, noun = view.noun.split(".")
    return f"{app}.{_VERB[view.action]}_{noun}"
