from communications.models import JargonWord


def jargon_of(language: str) -> dict[str, str]:
    """The words of a language, each with what is better; for pt-br those of pt as well, where it has none of its own."""
    own = {language, language.partition("-")[0]}
    return dict(JargonWord.objects.filter(language__in=own).order_by("language").values_list("word", "instead"))
