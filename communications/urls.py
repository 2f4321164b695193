from django.urls import path

from communications.views import announcements, preferences, questions

app_name = "communications"

urlpatterns = [
    path("announcements/", announcements.announcement_list, name="announcements"),
    path("announcements/<uuid:public_id>/", announcements.announcement_page, name="announcement"),
    path("announcements/<uuid:public_id>/acknowledge", announcements.acknowledge, name="acknowledge"),
    path("announcements/<uuid:public_id>/questions", questions.ask, name="ask"),
    path("preferences/", preferences.preferences, name="preferences"),
]
