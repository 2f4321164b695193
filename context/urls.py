from django.urls import path

from context.views import confirmations, reviews, surveys

app_name = "context"

urlpatterns = [
    path("confirm/", confirmations.confirmations, name="confirmations"),
    path("confirm/values/<uuid:public_id>/", confirmations.answer_value, name="confirm_value"),
    path("confirm/<slug:kind>/", confirmations.answer_kind, name="confirm_kind"),
    path("confirm/<slug:kind>/<uuid:public_id>/", confirmations.answer_row, name="confirm_row"),
    path("surveys/<uuid:public_id>/", surveys.survey, name="survey"),
    path("reviews/<uuid:public_id>/", reviews.review, name="review"),
]
