from portal.models.gaps import KnowledgeGap
from portal.models.questions import AskedQuestion

__all__ = ["AskedQuestion", "KnowledgeGap"]
