from search.admin import missed_searches, synonyms

__all__ = ["missed_searches", "synonyms"]
