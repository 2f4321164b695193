from django.urls import path

from communications.views import (
    announcements,
    calendar_feeds,
    conversations,
    crises,
    discussions,
    endpoints,
    mail_events,
    opinions,
    preferences,
    questions,
)

app_name = "communications"

urlpatterns = [
    path("announcements/", announcements.announcement_list, name="announcements"),
    path("announcements/<uuid:public_id>/", announcements.announcement_page, name="announcement"),
    path("announcements/<uuid:public_id>/acknowledge", announcements.acknowledge, name="acknowledge"),
    path("announcements/<uuid:public_id>/questions", questions.ask, name="ask"),
    path("crises/<uuid:public_id>/acknowledge/", crises.acknowledge_in_portal, name="acknowledge_crisis"),
    path("conversations/", conversations.conversation_list, name="conversations"),
    path("conversations/<uuid:public_id>/", conversations.conversation_page, name="conversation"),
    path("conversations/files/<uuid:public_id>/", conversations.conversation_file, name="conversation_file"),
    path("announcements/<uuid:public_id>/discuss/", discussions.discuss_announcement, name="discuss"),
    path("conversations/discussions/", discussions.discussion_list, name="discussions"),
    path("conversations/discussions/<uuid:public_id>/", discussions.discussion_page, name="discussion"),
    path("conversations/discussions/<uuid:public_id>/follow/", discussions.follow_discussion, name="follow_discussion"),
    path("conversations/forums/<uuid:public_id>/", discussions.forum_page, name="forum"),
    path("conversations/forums/<uuid:public_id>/follow/", discussions.follow_forum, name="follow_forum"),
    path("conversations/posts/<uuid:public_id>/report/", discussions.report, name="report_post"),
    path("conversations/posts/<uuid:public_id>/<slug:verb>/", discussions.move_post, name="post_move"),
    path("conversations/answers/", discussions.known_answer_list, name="known_answers"),
    path("conversations/answers/<uuid:public_id>/", discussions.known_answer_page, name="known_answer"),
    path("conversations/opinions/", opinions.opinion_list, name="opinions"),
    path("conversations/opinions/<uuid:public_id>/", opinions.opinion_page, name="opinion"),
    path("organisation/webhooks/", endpoints.endpoints, name="endpoints"),
    path("organisation/webhooks/add/", endpoints.add, name="add_endpoint"),
    path("organisation/webhooks/<uuid:public_id>/<slug:verb>/", endpoints.move, name="endpoint_move"),
    path("calendar/", calendar_feeds.own_calendar, name="own_calendar"),
    path("calendar/<uuid:public_id>/revoke/", calendar_feeds.revoke, name="revoke_calendar"),
    path("calendar/<str:token>.ics", calendar_feeds.calendar_feed, name="calendar_feed"),
    path("mail/events/<slug:provider>/", mail_events.mail_events, name="mail_events"),
    path("preferences/", preferences.preferences, name="preferences"),
]
