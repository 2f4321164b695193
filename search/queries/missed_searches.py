"""What to do about a search that found nothing."""

from urllib.parse import urlencode

from django.urls import reverse


def make_synonym(words: str) -> str:
    return f"{reverse('admin:search_synonym_add')}?{urlencode({'word': words[:80]})}"
