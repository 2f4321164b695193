from enablement.models import IdeaPolicy
from partners.models import Programme


def policy_of(programme: Programme) -> IdeaPolicy:
    """The row, or what a programme starts with."""
    return IdeaPolicy.objects.filter(programme=programme).first() or IdeaPolicy(programme=programme)
