from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("switch/", views.switch_contact, name="switch"),
    path("view-as/stop/", views.stop_viewing_as, name="stop_viewing"),
    path("view-as/<uuid:public_id>/", views.view_as, name="view_as"),
    path("evidence/<uuid:public_id>/", views.evidence, name="evidence"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]
