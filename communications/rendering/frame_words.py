"""The words around a text, in the language of that text: a German text has a German button above a German foot.

They are kept here by language rather than in the catalogue of the pages, since a text is in the language it was written in, not in
that of whoever is signed in. Where a language is not here the English ones stand."""

from dataclasses import dataclass

from communications.languages import own_name


@dataclass(frozen=True)
class FrameWords:
    """`only_in` is for readers of this language, of a text that is in another."""

    acknowledge: str
    acknowledge_now: str
    open: str
    please_acknowledge: str
    read_or_ask: str
    ask_by_mail: str
    because: str
    known: str
    no_more: str
    only_in: str
    changes: str
    labels: dict[str, str]
    severities: dict[str, str]


_EN = FrameWords(
    acknowledge="Read and acknowledge",
    acknowledge_now="Acknowledge now",
    open="Open in the portal",
    please_acknowledge="Please acknowledge that your organisation has read this:",
    read_or_ask="Read it in the portal, or ask a question:",
    ask_by_mail="Or answer this mail: what you write is your question, and its answer stands in the portal.",
    because="You get this because you are a contact of {partner} in {brand}, topic “{topic}”.",
    known="It is for those of whom we know: {why}.",
    no_more="No more mails on this topic",
    only_in="This text is available in {language} only.",
    changes="What changes",
    labels={
        "product": "Product", "version": "Version", "customers": "For which customers", "used_for": "What it is for",
        "effective_on": "Takes effect on", "ends_on": "Ends on", "changes_from": "As it was", "changes_to": "As it will be",
        "act_by": "Act by", "severity": "Severity", "affected": "What is affected", "fixed_in": "Solved by",
        "starts_on": "Takes place on", "place": "Where", "register_by": "Register by", "reward": "What can be earned",
        "period": "Period", "what_happened": "What happened", "next_update": "Next update",
    },
    severities={"low": "low", "moderate": "moderate", "high": "high", "critical": "critical"},
)  # fmt: skip
_DE = FrameWords(
    acknowledge="Lesen und bestätigen",
    acknowledge_now="Jetzt bestätigen",
    open="Im Portal öffnen",
    please_acknowledge="Bitte bestätigen Sie, dass Ihr Unternehmen dies gelesen hat:",
    read_or_ask="Im Portal lesen oder eine Frage stellen:",
    ask_by_mail="Oder antworten Sie auf diese Mail: Was Sie schreiben, ist Ihre Frage, und die Antwort steht im Portal.",
    because="Sie bekommen dies als Kontakt von {partner} bei {brand}, Thema „{topic}“.",
    known="Es ist für alle, von denen wir wissen: {why}.",
    no_more="Keine Mails mehr zu diesem Thema",
    only_in="Diesen Text gibt es nur in dieser Sprache: {language}.",
    changes="Was sich ändert",
    labels={
        "product": "Produkt", "version": "Version", "customers": "Für welche Kunden", "used_for": "Wofür es ist",
        "effective_on": "Gilt ab", "ends_on": "Endet am", "changes_from": "Bisher", "changes_to": "Künftig",
        "act_by": "Zu tun bis", "severity": "Schwere", "affected": "Was betroffen ist", "fixed_in": "Behoben durch",
        "starts_on": "Findet statt am", "place": "Wo", "register_by": "Anmelden bis", "reward": "Was es zu verdienen gibt",
        "period": "Zeitraum", "what_happened": "Was geschehen ist", "next_update": "Nächste Nachricht",
    },
    severities={"low": "gering", "moderate": "mittel", "high": "hoch", "critical": "kritisch"},
)  # fmt: skip
_FR = FrameWords(
    acknowledge="Lire et confirmer",
    acknowledge_now="Confirmer maintenant",
    open="Ouvrir dans le portail",
    please_acknowledge="Merci de confirmer que votre entreprise a lu ce message :",
    read_or_ask="Le lire dans le portail, ou poser une question :",
    ask_by_mail="Ou répondez à ce mail : ce que vous écrivez est votre question, et la réponse se trouve dans le portail.",
    because="Vous recevez ce message comme contact de {partner} chez {brand}, sujet « {topic} ».",
    known="Il s’adresse à ceux dont nous savons : {why}.",
    no_more="Ne plus recevoir de mails sur ce sujet",
    only_in="Ce texte n’existe que dans cette langue : {language}.",
    changes="Ce qui change",
    labels={
        "product": "Produit", "version": "Version", "customers": "Pour quels clients", "used_for": "À quoi cela sert",
        "effective_on": "Valable à partir du", "ends_on": "Se termine le", "changes_from": "Jusqu’ici", "changes_to": "Désormais",
        "act_by": "À faire avant le", "severity": "Gravité", "affected": "Ce qui est concerné", "fixed_in": "Corrigé par",
        "starts_on": "A lieu le", "place": "Où", "register_by": "S’inscrire avant le", "reward": "Ce qu’il y a à gagner",
        "period": "Période", "what_happened": "Ce qui s’est passé", "next_update": "Prochain message",
    },
    severities={"low": "faible", "moderate": "moyenne", "high": "élevée", "critical": "critique"},
)  # fmt: skip
_ES = FrameWords(
    acknowledge="Leer y confirmar",
    acknowledge_now="Confirmar ahora",
    open="Abrir en el portal",
    please_acknowledge="Confirme que su empresa ha leído este mensaje:",
    read_or_ask="Leerlo en el portal o hacer una pregunta:",
    ask_by_mail="O responda a este correo: lo que escriba es su pregunta, y la respuesta está en el portal.",
    because="Recibe este mensaje como contacto de {partner} en {brand}, tema «{topic}».",
    known="Es para aquellos de quienes sabemos: {why}.",
    no_more="No recibir más correos sobre este tema",
    only_in="Este texto solo existe en este idioma: {language}.",
    changes="Qué cambia",
    labels={
        "product": "Producto", "version": "Versión", "customers": "Para qué clientes", "used_for": "Para qué sirve",
        "effective_on": "Válido desde el", "ends_on": "Termina el", "changes_from": "Hasta ahora", "changes_to": "En adelante",
        "act_by": "Actuar antes del", "severity": "Gravedad", "affected": "Qué está afectado", "fixed_in": "Resuelto por",
        "starts_on": "Tiene lugar el", "place": "Dónde", "register_by": "Inscribirse antes del", "reward": "Qué se puede ganar",
        "period": "Periodo", "what_happened": "Qué ha pasado", "next_update": "Próximo aviso",
    },
    severities={"low": "baja", "moderate": "media", "high": "alta", "critical": "crítica"},
)  # fmt: skip
_BY_TONGUE = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES}


def frame_words(language: str) -> FrameWords:
    return _BY_TONGUE.get(language.partition("-")[0], _EN)


def frame_language(language: str) -> str:
    """The language that those words are in."""
    tongue = language.partition("-")[0]
    return tongue if tongue in _BY_TONGUE else "en"


def only_in(version) -> str:
    """What tells somebody that a text is not in their language; "" where it is."""
    return frame_words(version.missed_by).only_in.format(language=own_name(version.language)) if version.missed_by else ""
