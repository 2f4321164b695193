from django.urls import path

from communications.views import announcements, calendar_feeds, conversations, endpoints, mail_events, preferences, questions

app_name = "communications"

urlpatterns = [
    path("announcements/", announcements.announcement_list, name="announcements"),
    path("announcements/<uuid:public_id>/", announcements.announcement_page, name="announcement"),
    path("announcements/<uuid:public_id>/acknowledge", announcements.acknowledge, name="acknowledge"),
    path("announcements/<uuid:public_id>/questions", questions.ask, name="ask"),
    path("conversations/", conversations.conversation_list, name="conversations"),
    path("conversations/<uuid:public_id>/", conversations.conversation_page, name="conversation"),
    path("organisation/webhooks/", endpoints.endpoints, name="endpoints"),
    path("organisation/webhooks/add/", endpoints.add, name="add_endpoint"),
    path("organisation/webhooks/<uuid:public_id>/<slug:verb>/", endpoints.move, name="endpoint_move"),
    path("calendar/", calendar_feeds.own_calendar, name="own_calendar"),
    path("calendar/<uuid:public_id>/revoke/", calendar_feeds.revoke, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendar_feeds.calendar_feed, name="calendar_feed"),
    path("mail/events/<slug:provider>/", mail_events.mail_events, name="mail_events"),
    path("preferences/", preferences.preferences, name="preferences"),
]
