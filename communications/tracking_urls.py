from django.urls import path

from communications.views import crises, tracking

app_name = "tracking"

urlpatterns = [
    path("o/<str:token>.gif", tracking.opened, name="opened"),
    path("c/<str:token>", tracking.clicked, name="clicked"),
    path("u/<str:token>", tracking.unsubscribe, name="unsubscribe"),
    path("a/<str:token>", tracking.announcement, name="announcement"),
    path("k/<str:token>", crises.acknowledge_by_mail, name="acknowledge"),
    path("d/<str:token>", tracking.stop_digests, name="digest"),
    path("r/<str:token>", tracking.stop_reminders, name="reminder"),
    path("s/<str:token>", tracking.stop_topic, name="stop_topic"),
    path("f/<str:token>/<str:name>", tracking.file, name="file"),
]
