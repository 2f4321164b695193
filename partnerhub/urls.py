"""Every address, by who answers it."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from partnerhub.metrics import metrics
from partnerhub.navigation import when_read

# One door: the sign-in page with its second factor, for managers, too.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.get_app_list = when_read(admin.site.get_app_list)

handler500 = "partnerhub.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/", include("partnerhub.api.urls")),
    path("health/", include("partnerhub.health.urls")),
    path("metrics", metrics),
    path("t/", include("communications.tracking_urls")),
    path("", include("partners.urls")),
    path("", include("enablement.urls")),
    path("", include("collaboration.urls")),
    path("", include("communications.urls")),
    path("", include("context.urls")),
    path("", include("portal.urls")),
]

if settings.EMBEDDED:
    urlpatterns.insert(0, path("dev/", include("partnerhub.catch_all.urls")))
