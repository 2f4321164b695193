"""The library as it is lived: Maria keeps files, links and pages; Nora and Ben of Alpenglow take them, Sven of Baltic others."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from enablement.actions.collections import create_collection, put_into_collections
from enablement.actions.downloads import note_download
from enablement.actions.previews import prepare_waiting
from enablement.actions.resources import add_version, create_resource, publish_resource
from enablement.models import Resource
from tests import factories


def pdf(*lines: str, title: str = "") -> bytes:
    kept = BytesIO()
    canvas = Canvas(kept)
    canvas.setTitle(title or "untitled")
    for number, line in enumerate(lines or ("Pumps last long.",)):
        canvas.drawString(72, 760 - 40 * number, line)
    canvas.save()
    return kept.getvalue()


def picture(kind: str = "PNG") -> bytes:
    kept = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(kept, kind)
    return kept.getvalue()


def upload(content: bytes, name: str = "guide.pdf") -> ContentFile:
    return ContentFile(content, name=name)


def filed(cast, title: str = "Guide to pumps", *, content: bytes | None = None, name: str = "guide.pdf", **fields) -> Resource:
    return create_resource(
        by=cast.maria, programme=cast.programme, kind="file", file=upload(content or pdf(), name), title=title, **fields
    )


def published(cast, title: str = "Guide to pumps", **fields) -> Resource:
    resource = filed(cast, title, **fields)
    publish_resource(resource, by=cast.maria)
    return resource


def written(cast, title: str = "How to renew", body: str = "Renew in **March**.", **fields) -> Resource:
    resource = create_resource(by=cast.maria, programme=cast.programme, kind="page", body=body, title=title, **fields)
    publish_resource(resource, by=cast.maria)
    return resource


def renewed(resource: Resource, cast, *lines: str) -> None:
    """A second version."""
    add_version(resource, by=cast.maria, changes="The hours were wrong.", file=upload(pdf(*(lines or ("Pumps last longer.",)))))


def alpenglows(cast):
    rule = {"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]}
    return factories.make_segment("Alpenglow's people", rule=rule)


def one_of_each(cast, segment) -> Resource:
    """For Alpenglow alone: in a collection, with a second version, of which Ben holds the first."""
    resource = published(cast, segment=segment, summary="What every installer asks.", products=[])
    note_download(resource.current, cast.ben)
    renewed(resource, cast)
    prepare_waiting()
    collection = create_collection(by=cast.maria, programme=cast.programme, title="Win against Harbourline")
    put_into_collections(resource, [collection], by=cast.maria)
    return resource
