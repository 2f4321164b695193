from search.models.documents import DIMENSIONS, IN_ANY_ALPHABET, Document, Meaning, Passage, Word
from search.models.missed_searches import MissedSearch, Missing
from search.models.synonyms import Synonym

__all__ = ["DIMENSIONS", "IN_ANY_ALPHABET", "Document", "Meaning", "MissedSearch", "Missing", "Passage", "Synonym", "Word"]
