"""The project's addresses as embedded mode has them."""

from django.urls import include, path

from partnerhub.urls import urlpatterns as usual

urlpatterns = [path("dev/", include("partnerhub.catch_all.urls")), *usual]
