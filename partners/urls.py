from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("switch/", views.switch_contact, name="switch"),
    path("view-as/stop/", views.stop_viewing_as, name="stop_viewing"),
    path("view-as/<uuid:public_id>/", views.view_as, name="view_as"),
    path("brands/<uuid:public_id>/<str:name>", views.logo, name="logo"),
    path("evidence/<uuid:public_id>/", views.evidence, name="evidence"),
    path("join/", views.ask_to_join_page, name="ask_to_join"),
    path("join/<str:token>/", views.confirm_colleague, name="confirm_colleague"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]
