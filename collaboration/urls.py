from django.urls import path

from collaboration.views import hooks, meetings

app_name = "collaboration"

urlpatterns = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/stop/<str:token>/", meetings.stop_mails, name="stop_mails"),
    path("meetings/<uuid:public_id>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:public_id>/answer/", meetings.answer, name="answer_meeting"),
    path("meetings/<uuid:public_id>/meeting.ics", meetings.calendar_file, name="meeting_file"),
    path("hooks/meetings/<uuid:public_id>/", hooks.attendance, name="meeting_attendance_told"),
    path("hooks/zoom/", hooks.zoom, name="zoom"),
]
