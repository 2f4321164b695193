from django.urls import path

from portal.views import data, home, notes, organisation, people, profile, scorecards, sites, standing, tasks

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("organisation/scorecards/<uuid:public_id>/<uuid:enrolment>/", scorecards.scorecard_page, name="scorecard"),
    path(
        "organisation/scorecards/<uuid:public_id>/<uuid:enrolment>/<uuid:line>/", scorecards.records_page, name="scorecard_records"
    ),
    path("organisation/", organisation.organisation_page, name="organisation"),
    path("organisation/notes/", notes.notes, name="notes"),
    path("organisation/standing/", standing.standing, name="standing"),
    path("organisation/sites/", sites.sites, name="sites"),
    path("organisation/sites/add/", sites.add_site_page, name="add_site"),
    path("organisation/sites/<uuid:public_id>/", sites.site, name="site"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/invite/", people.invite_people, name="invite_people"),
    path("people/<uuid:public_id>/resend/", people.resend, name="resend_invitation"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<uuid:public_id>/done/", tasks.task_done, name="task_done"),
    path("data/", data.organisation_data, name="organisation_data"),
    path("data/you/", data.own_data, name="own_data"),
    path("data/copy/", data.data_copy, name="data_copy"),
    path("data/download/", data.download_data, name="download_data"),
    path("data/consent/", data.consent, name="consent"),
    path("data/forget/", data.ask_to_be_forgotten, name="ask_to_be_forgotten"),
    path("data/<uuid:public_id>/dispute/", data.dispute, name="dispute"),
    path("profile/", profile.profile, name="profile"),
]
