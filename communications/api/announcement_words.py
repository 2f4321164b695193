"""What an announcement says, with the values that it states, and what else says otherwise."""

from rest_framework import serializers

from communications.models import AnnouncementVersion
from communications.queries.contradictions import Consistency, Contradiction
from communications.queries.statements import outdated_in
from communications.rendering.statement_marks import in_markdown, spelled_out


class StatedSerializer(serializers.Serializer):
    key = serializers.CharField()
    statement = serializers.UUIDField()
    revision = serializers.IntegerField(help_text="Of the statement: the one that was put in.")
    said = serializers.CharField(help_text="As this language writes it.")
    now = serializers.CharField(help_text="What it is now; the same where it still holds.")


class WordsSerializer(serializers.Serializer):
    language = serializers.CharField()
    version = serializers.IntegerField(help_text="0 where nothing was submitted: the words of the draft.")
    title = serializers.CharField()
    call_to_action = serializers.CharField()
    body = serializers.CharField(help_text="Markdown with the values put in; merge fields stand as they are.")
    stated = StatedSerializer(many=True)


class SideSerializer(serializers.Serializer):
    value = serializers.CharField()
    sentence = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()


class ContradictionSerializer(serializers.Serializer):
    here = SideSerializer()
    there = SideSerializer()
    is_exact = serializers.BooleanField()
    about = serializers.CharField(help_text="The statement that both are about, where there is one.")


class LinkSerializer(serializers.Serializer):
    field = serializers.CharField()
    language = serializers.CharField()
    written = serializers.CharField(source="said.written")
    sentence = serializers.CharField(source="said.sentence")
    key = serializers.CharField(source="statement.key", help_text="The statement whose mark could stand there.")
    is_sure = serializers.BooleanField()


class ConsistencySerializer(serializers.Serializer):
    contradictions = ContradictionSerializer(many=True)
    links = LinkSerializer(many=True, help_text="Values that are written out though a statement has them.")


def words_of(version: AnnouncementVersion, language: str) -> dict:
    told = version.in_language(language) if language else version.in_language(version.language)
    now = {str(each.statement.public_id): each.now for each in outdated_in(version, told.language)}
    stated = [
        {"key": key, "statement": each["id"], "revision": each["revision"], "said": said, "now": now.get(each["id"], said)}
        for key, each, said in spelled_out(version.stated, told.language)
    ]
    return {"language": told.language, "version": version.number, "title": told.title, "call_to_action": told.call_to_action,
            "body": in_markdown(told.body), "stated": stated}  # fmt: skip


def consistency_dict(found: Consistency) -> dict:
    pairs: tuple[Contradiction, ...] = (*found.exact, *found.likely)
    return {"contradictions": pairs, "links": found.links}
