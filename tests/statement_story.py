"""What Northwind states in many places, and announcements that say it."""

from communications.actions.mentions import note_mentions
from communications.actions.statements import change_value, create_statement
from communications.consistency.texts import said_in
from communications.models import Announcement, Statement
from tests import announcement_story

SAYS = "The list price of Harbour is {{ statement.harbour-list-price }} for each user."
SAYS_OTHERWISE = "Hello {{ contact.name }}, the list price of Harbour is €45 for each user. A chair costs €49, a table €90."
SAYS_IN_GERMAN = "Der Listenpreis von Harbour beträgt {{ statement.harbour-list-price }} je Nutzer."


def list_price(cast, text: str = "45", **fields) -> Statement:
    phrases = fields.pop("phrases", ["list price of Harbour", "Listenpreis von Harbour"])
    return create_statement(
        by=cast.maria, name="Harbour list price", kind="price", text=text, currency="EUR", phrases=phrases,
        programme=cast.programme, **fields,
    )  # fmt: skip


def translated(body: str = SAYS_IN_GERMAN, title: str = "Preise") -> dict:
    return {"de": {"title": title, "body": body, "call_to_action": "", "details": {"product": "Harbour"}}}


def prices(cast, title: str = "Prices of the season", body: str = SAYS, **fields) -> Announcement:
    return announcement_story.draft(cast, title, body=body, **fields)


def sent(cast, title: str = "Prices of the season", body: str = SAYS, **fields) -> Announcement:
    return announcement_story.send(prices(cast, title, body, **fields), cast)


def one_with_everything(cast, announcement: Announcement) -> Statement:
    """It has changed since `announcement` said it: put in, in English, and written out, in German."""
    statement = list_price(cast)
    said = [
        (language, "", each)
        for language, body in (("en", SAYS), ("de", "Der Listenpreis von Harbour beträgt 45 Euro je Nutzer."))
        for each in said_in(body, language, {statement.key: statement.value})
    ]
    note_mentions(
        "announcement",
        announcement.pk,
        cast.programme,
        said,
        number=announcement.approved_version,
        statements={statement.key: statement},
    )
    change_value(statement, by=cast.maria, text="49", currency="EUR", reason="The list of the new season")
    prices(cast, "Prices to come")
    return statement
