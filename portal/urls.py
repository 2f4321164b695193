from django.urls import path

from portal.views import home, organisation, people, profile

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("organisation/", organisation.organisation_page, name="organisation"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/invite/", people.invite_people, name="invite_people"),
    path("people/<uuid:public_id>/resend/", people.resend, name="resend_invitation"),
    path("profile/", profile.profile, name="profile"),
]
