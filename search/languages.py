"""How a language's words are cut down to their stems: PostgreSQL's text search configurations."""

CONFIGURATIONS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
PLAIN = "simple"  # words as they are written


def configuration_of(language: str) -> str:
    return CONFIGURATIONS.get(language.partition("-")[0].lower(), PLAIN)
