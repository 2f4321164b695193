"""Ideas as their readers see them. Who proposed is named as in discussions; once it is shipped, whoever agreed is named to all."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from communications.models import DiscussionPolicy, Names
from context.membership import meant_for
from enablement.models import Idea, IdeaFollow, IdeaPolicy, IdeaPost, IdeaStatus, Vote
from enablement.queries.idea_policies import policy_of
from partners.models import Contact, Partner, Programme
from search.queries.finding import find

IDEA = "idea"  # as the index of search knows them
RELATED = 5
ALIKE = 0.35  # of two texts that share about half of their pieces of words
SHORTEST = 4
_WIDTH = {Names.NOBODY: 0, Names.ORGANISATION: 1, Names.PERSON: 2}


@dataclass(frozen=True)
class Said:
    """A word on an idea with what its reader may know of who wrote it. `text` is empty where it is hidden from them."""

    post: IdeaPost
    who: str
    organisation: str
    text: str
    is_ours: bool
    is_own: bool
    is_shown: bool


@dataclass(frozen=True)
class Budget:
    votes: int
    spent: int

    @property
    def left(self) -> int:
        return max(self.votes - self.spent, 0)


@dataclass(frozen=True)
class Support:
    """How many people of how many organisations voted."""

    people: int
    partners: int


def ideas_for(contact: Contact) -> QuerySet[Idea]:
    return ideas_of([contact], meant_for([contact], Idea.objects.all()))


def ideas_of(people: list[Contact], meant: Q) -> QuerySet[Idea]:
    """What is `meant` for one of these people, and what is of their own organisation; a hidden one only for who proposed it."""
    shown = Q(pk__in=Idea.objects.filter(meant).order_by().values("pk")) | Q(partner__in=[each.partner_id for each in people])
    seen = Q(shown, hidden_at=None) | Q(contact__in=[each.pk for each in people])
    return Idea.objects.filter(seen).select_related("programme", "contact", "partner", "by")


def listed_for(contact: Contact, *, status: str = "", search: str = "", order: str = "") -> QuerySet[Idea]:
    """Without doubles. First those with the most votes, or the newest."""
    rows = ideas_for(contact).filter(merged_into=None)
    rows = rows.filter(status=status) if status else rows
    for word in search.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(problem__icontains=word) | Q(proposal__icontains=word))
    rows = rows.annotate(is_backed=Exists(Vote.objects.filter(idea=OuterRef("pk"), user=contact.user_id)))
    return rows.order_by("-proposed_at", "-pk") if order == "new" else rows.order_by("-votes", "-proposed_at", "-pk")


def related_ideas(rows: QuerySet[Idea], text: str, *, reader: User) -> list[Idea]:
    """Those among `rows` that seem to say the same: words in common, or pieces of words where somebody mistyped; and then what
    means the same in other words."""
    text = " ".join(text.replace("\x00", "").split())[:300]
    if len(text) < SHORTEST or not any(letter.isalnum() for letter in text):
        return []
    alike = _alike(rows, text)
    found = [passage.document.public_id for passage in find(reader, text, kinds=[IDEA], limit=RELATED).passages]
    near = rows.filter(public_id__in=found, merged_into=None, hidden_at=None).exclude(pk__in=[idea.pk for idea in alike])
    return [*alike, *sorted(near, key=lambda idea: found.index(idea.public_id))][:RELATED]


def _alike(rows: QuerySet[Idea], text: str) -> list[Idea]:
    words = reduce(or_, (SearchQuery(word, config="english") for word in text.split()[:20]))
    vector = SearchVector("title", "problem", "proposal", config="english")
    alike = TrigramWordSimilarity(text, "title")
    rows = rows.filter(merged_into=None, hidden_at=None).annotate(found=vector, alike=alike)
    rows = rows.filter(Q(found=words) | Q(alike__gt=ALIKE))
    score = Greatest(Cast(SearchRank(F("found"), words), FloatField()), Cast(F("alike"), FloatField()), Value(0.0))
    return list(rows.annotate(score=score).order_by("-score", "-votes", "-pk")[:RELATED])


def programmes_of(contact: Contact) -> QuerySet[Programme]:
    return Programme.objects.filter(pk__in=contact.partner.enrolments.current().values("programme")).order_by("name")


def budget_of(contact: Contact, programme: Programme) -> Budget:
    spent = Vote.objects.spent_by(contact.user_id, programme).count() if contact.user_id else 0
    return Budget(policy_of(programme).votes, spent)


def budgets_of(contact: Contact) -> list[tuple[Programme, Budget]]:
    """Of every programme that the contact's partner takes part in, by name; one query."""
    rows = programmes_of(contact).annotate(allowed=_votes_at_once("pk"), spent=_votes_spent(contact, "pk"))
    return [(programme, Budget(programme.allowed, programme.spent)) for programme in rows]


def _votes_at_once(programme: str) -> Coalesce:
    return Coalesce(Subquery(IdeaPolicy.objects.filter(programme=OuterRef(programme)).values("votes")), Value(IdeaPolicy().votes))


def _votes_spent(contact: Contact, programme: str) -> Coalesce:
    return _count(Vote.objects.spent_by(contact.user_id, OuterRef(programme)).filter(user__isnull=False), Count("pk"))


def with_standing(rows: QuerySet[Idea], contact: Contact) -> QuerySet[Idea]:
    """With how this person stands to each, how many organisations back it, and what its programme allows."""
    votes = Vote.objects.filter(idea=OuterRef("pk"))
    allowed = DiscussionPolicy.objects.filter(programme=OuterRef("programme")).values("names")
    return rows.annotate(
        has_voted=Exists(votes.filter(user=contact.user_id)),
        is_followed=Exists(IdeaFollow.objects.filter(idea=OuterRef("pk"), contact=contact.pk)),
        backed_by=_count(votes, Count("partner", distinct=True)),
        allowed=Coalesce(Subquery(allowed), Value(Names.NOBODY)),
        votes_at_once=_votes_at_once("programme"),
        votes_spent=_votes_spent(contact, "programme"),
    )


def _count(rows: QuerySet, counted: Count) -> Coalesce:
    all_of_them = rows.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(all_of_them.annotate(n=counted).values("n")), Value(0))


def support_of(idea: Idea) -> Support:
    found = idea.backers.aggregate(people=Count("pk"), partners=Count("partner", distinct=True))
    return Support(**found)


def proposer_for(idea: Idea, reader: Contact, allowed: str) -> str:
    """Empty where their name and that of their organisation are theirs to keep."""
    if idea.partner_id is None:
        return idea.by.get_full_name() if idea.by else idea.programme.brand
    if idea.contact is None:
        return ""
    if idea.status == IdeaStatus.SHIPPED and idea.may_be_named:
        return f"{idea.contact}, {idea.partner}"
    names = Names.PERSON if idea.partner_id == reader.partner_id else min(idea.names, allowed, key=lambda each: _WIDTH[each])
    return _named(names, idea.contact, idea.partner)


def proposer_for_manager(idea: Idea, user) -> str:
    if idea.partner_id is None:
        return idea.by.get_full_name() if idea.by else idea.programme.brand
    is_seen = idea.contact is not None and Partner.objects.visible_to(user).filter(pk=idea.partner_id).exists()
    return f"{idea.contact}, {idea.partner}" if is_seen else _("somebody at a partner")


def credits_of(idea: Idea) -> list[str]:
    """Who is thanked once it is shipped: who proposed it, or a double of it, and who gave evidence, each if they agreed."""
    if idea.status != IdeaStatus.SHIPPED:
        return []
    proposed = Idea.objects.filter(Q(pk=idea.pk) | Q(merged_into=idea.pk), may_be_named=True, contact__isnull=False, hidden_at=None)
    proved = idea.posts.shown().filter(is_evidence=True, may_be_named=True, contact__isnull=False)
    rows = [*proposed.select_related("contact", "partner").order_by("pk"), *proved.select_related("contact", "partner")]
    return list(dict.fromkeys(f"{row.contact}, {row.partner}" for row in rows))


def said_to(contact: Contact, idea: Idea, allowed: str) -> list[Said]:
    posts = _posts(idea)
    numbers = _numbers(posts)
    return [_for_partner(post, contact, idea, numbers, allowed) for post in posts]


def said_to_manager(user, idea: Idea) -> list[Said]:
    posts = _posts(idea)
    numbers = _numbers(posts)
    partners = {post.partner_id for post in posts} - {None}
    seen = set(Partner.objects.visible_to(user).filter(pk__in=partners).values_list("pk", flat=True)) if partners else set()
    return [_for_manager(post, user, idea, numbers, seen) for post in posts]


def _posts(idea: Idea) -> list[IdeaPost]:
    return list(idea.posts.select_related("contact", "partner", "by", "hidden_by").order_by("at", "pk"))


def _numbers(posts: Iterable[IdeaPost]) -> dict[int, int]:
    writers = dict.fromkeys(post.contact_id for post in posts if post.contact_id)
    return {contact_id: nth for nth, contact_id in enumerate(writers, 1)}


def _for_partner(post: IdeaPost, reader: Contact, idea: Idea, numbers: dict[int, int], allowed: str) -> Said:
    is_own = post.contact_id is not None and post.contact_id == reader.pk
    is_read = post.is_shown or (is_own and post.taken_back_at is None)
    names = Names.PERSON if post.partner_id == reader.partner_id else min(post.names, allowed, key=lambda each: _WIDTH[each])
    who, organisation = _who(post, idea, names, numbers)
    return Said(post, who, organisation, post.text if is_read else "", post.partner_id is None, is_own, is_read)


def _for_manager(post: IdeaPost, user, idea: Idea, numbers: dict[int, int], seen: set[int]) -> Said:
    names = Names.PERSON if post.partner_id in seen else Names.NOBODY
    who, organisation = _who(post, idea, names, numbers)
    is_ours = post.partner_id is None
    return Said(post, who, organisation, post.text, is_ours, is_ours and post.by_id == user.pk, post.taken_back_at is None)


def _who(post: IdeaPost, idea: Idea, names: str, numbers: dict[int, int]) -> tuple[str, str]:
    if post.partner_id is None:
        return (post.by.get_full_name(), idea.programme.brand) if post.by else (idea.programme.brand, "")
    if names == Names.NOBODY or post.contact is None:
        return _("Partner %(n)d") % {"n": numbers.get(post.contact_id, 0)}, ""
    return (str(post.contact), str(post.partner)) if names == Names.PERSON else (str(post.partner), "")


def _named(names: str, contact: Contact, partner: Partner) -> str:
    if names == Names.PERSON:
        return f"{contact}, {partner}"
    return str(partner) if names == Names.ORGANISATION else ""
