from django.urls import path

from partnerhub.catch_all import views

app_name = "catch_all"

urlpatterns = [
    path("mail/", views.mail_page, name="mails"),
    path("mail/<str:mail_id>/", views.mail_page, name="mail"),
    path("mail/<str:mail_id>/html", views.mail_html, name="mail_html"),
    path("mail.json", views.mail_json, name="mail_json"),
]
