"""An announcement as one message to an endpoint of a partner: to a chat room as a card, to a server as plain data.

Title, who must act by when, the first lines, a button to the portal. No one person reads it there, so that the partner's name
stands where a mail has a person's."""

import json
import re
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from activity.models import WebhookEndpoint
from communications.models import AnnouncementVersion
from communications.rendering.compiling import compile_text
from communications.rendering.frame_words import only_in
from communications.rendering.key_facts import key_facts
from communications.rendering.merge_fields import MergeValues, fill

FIRST_CHARACTERS = 600
SLACK_HEAD = 150
_MARKDOWN = re.compile(r"([\\`*_\[\]()~#>|])")


@dataclass(frozen=True)
class ChatMessage:
    title: str
    call_to_action: str
    text: str
    url: str


def chat_message(version: AnnouncementVersion, values: MergeValues, url: str) -> ChatMessage:
    compiled = compile_text(version.body, version.language)
    plain = compiled.as_plain(values, link=lambda number: compiled.links[number], file=str)
    text = "\n\n".join(part for part in (only_in(version), _told(version), _first_lines(plain)) if part)
    return ChatMessage(" ".join(fill(version.title, values).split()), version.call_to_action, text, url)


def _told(version: AnnouncementVersion) -> str:
    """What its kind asks for, a line each."""
    lines = (f"{fact.label}: {f'{fact.before} → ' if fact.before else ''}{fact.value}" for fact in key_facts(version))
    return "\n".join(lines)


def body_for(form: str, message: ChatMessage, told: dict) -> str:
    """What is posted; `told` is what a signed webhook says besides."""
    if form == WebhookEndpoint.Form.SLACK:
        body = _slack(message)
    elif form == WebhookEndpoint.Form.TEAMS:
        body = _teams(message)
    else:
        body = {**told, "data": {**told["data"], **asdict(message)}}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _slack(message: ChatMessage) -> dict:
    """Plain text throughout: nothing in it can become a link or call a whole room."""
    blocks = [{"type": "header", "text": _plain(message.title[:SLACK_HEAD])}]
    blocks += [{"type": "section", "text": _plain(text)} for text in (message.call_to_action, message.text) if text]
    button = {"type": "button", "text": _plain(_("Read in the portal")), "url": message.url}
    blocks.append({"type": "actions", "elements": [button]})
    return {"text": message.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), "blocks": blocks}


def _plain(text: str) -> dict:
    return {"type": "plain_text", "text": text, "emoji": False}


def _teams(message: ChatMessage) -> dict:
    lines = [{"type": "TextBlock", "text": _escaped(message.title), "size": "large", "weight": "bolder", "wrap": True}]
    if message.call_to_action:
        lines.append({"type": "TextBlock", "text": _escaped(message.call_to_action), "color": "attention", "wrap": True})
    if message.text:
        lines.append({"type": "TextBlock", "text": _escaped(message.text), "wrap": True})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": lines,
        "actions": [{"type": "Action.OpenUrl", "title": _("Read in the portal"), "url": message.url}],
    }  # fmt: skip
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _escaped(text: str) -> str:
    """Teams reads Markdown in a text."""
    return _MARKDOWN.sub(r"\\\1", text)


def _first_lines(text: str) -> str:
    text = text.strip()
    if len(text) <= FIRST_CHARACTERS:
        return text
    return text[:FIRST_CHARACTERS].rpartition(" ")[0].rstrip(" ,.;:\n") + " …"
