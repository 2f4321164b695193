from django.contrib import admin

from communications.models import Topic
from partners.admin.vocabulary import WordAdmin


@admin.register(Topic)
class TopicAdmin(WordAdmin):
    list_display = ["name", "key", "description", "is_default", "purpose"]
    list_select_related = ["purpose"]
