from communications.models import JargonWord


def jargon_of(language: str) -> dict[str, str]:
    """The words of a language, each with what is better."""
    return dict(JargonWord.objects.filter(language=language.partition("-")[0]).values_list("word", "instead"))
