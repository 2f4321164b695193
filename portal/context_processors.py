from portal.surroundings import surroundings_of


def portal(request) -> dict:
    return {"portal": surroundings_of(request)}
