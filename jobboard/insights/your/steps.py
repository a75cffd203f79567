"""Steps that a visitor could take from here: jobs within reach of their skills, the one skill that
brings most more, and what they would learn for a role.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jobboard.common.text.words import plural
from jobboard.listings.cards import live_cards
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing
from jobboard.search.live.jobs import JobsWanted
from jobboard.search.live.reach import Reach, reach
from jobboard.search.order.fit import FIT
from jobboard.you.visitor import Visitor
from roles.models import Role, RoleSkill, Skill

NEXT_SHOWN = 3
LEARN_SHOWN = 8
JOBS_SHOWN = 2
ROLES_SHOWN = 3


@dataclass
class Step:
    """Jobs of ``role``, or of any, that are within reach of ``visitor``, at their level if they
    said one. ``skills`` are the next ones to learn, each with how many more jobs it brings within
    reach, and ``jobs`` the newest; of those open from their country, if they said one.
    ``to_learn`` is what the profile of the role has and they lack, most asked for first.
    """

    visitor: Visitor
    role: Role | None
    found: Reach
    skills: list[tuple[Skill, int]] = field(default_factory=list)
    jobs: list[tuple[Listing, list[str]]] = field(default_factory=list)
    to_learn: list[RoleSkill] = field(default_factory=list)

    @property
    def is_own_role(self) -> bool:
        return self.role is not None and self.role == self.visitor.role

    @property
    def first_to_learn(self) -> list[RoleSkill]:
        return self.to_learn[:LEARN_SHOWN]

    @property
    def then_to_learn(self) -> list[RoleSkill]:
        return self.to_learn[LEARN_SHOWN:]

    @property
    def sentence(self) -> str:
        """“12 open mid-level Data Engineer jobs are within reach with your 9 skills, 4 of them open
        from Portugal. The newest 2 of those are shown.”
        """
        role_name = ""
        if self.role:
            role_name = self.role.name
        noun = " ".join(filter(None, ["open", self.visitor.level_words, role_name, "job"]))
        total = self.found.total
        if not total:
            return f"No {noun} is within reach with {self.visitor.known_words} yet."
        jobs = f"{plural(total, noun)} are"
        if total == 1:
            jobs = f"1 {noun} is"
        within = f"{jobs} within reach with {self.visitor.known_words}"
        return f"{within}{self._open_in_words}{self._shown_in_words}"

    @property
    def _open_in_words(self) -> str:
        """“, 4 of them open from Portugal.”; a full stop where no country was said. Those that do
        not say so may leave it open.
        """
        if not self.visitor.country:
            return "."
        count = self.found.open_total
        where = f"open from {self.visitor.country_with_article}"
        is_single = self.found.total == 1
        if is_single and count:
            return f" and {where}."
        if is_single:
            return f". It doesn’t say that it is {where}."
        if not count:
            return f". None of them says that it is {where}."
        return f", {count:,} of them {where}."

    @property
    def _shown_in_words(self) -> str:
        """“ The newest 2 are shown.”; '' where all of them are, or none."""
        count = self.found.total
        if self.visitor.country:
            count = self.found.open_total
        number = len(self.jobs)
        if not number or number == count:
            return ""
        newest = f"The newest {number}"
        if count < self.found.total:
            newest += " of those"
        if number == 1:
            return f" {newest} is shown."
        return f" {newest} are shown."

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of a list that begins with the jobs that were counted. They are sent by a
        form, so that no link carries what the visitor said.
        """
        params = {}
        if self.role:
            params["role"] = self.role.slug
        if self.visitor.level:
            params["level"] = self.visitor.level
        return params | {"sort": FIT}

    @property
    def next_in_words(self) -> str:
        """“One more skill: Docker brings 9 more within reach, PyTorch 6.”; where they said a
        country “9 more jobs open from Portugal within reach”; '' for none.
        """
        if not self.skills:
            return ""
        (first, most), *others = self.skills
        open_from = f"open from {self.visitor.country_with_article}"
        more = f"{most:,} more"
        if self.found.next_open:
            more = f"{plural(most, 'more job')} {open_from}"
        parts = [f"{first} brings {more} within reach"]
        parts += [f"{skill} {count:,}" for skill, count in others]
        sentence = f"One more skill: {', '.join(parts)}."
        if self.visitor.country and not self.found.next_open:
            return f"{sentence} None of those says that it is {open_from}."
        return sentence


def find_steps(
    roles: Sequence[tuple[Role, MarketFacts]], visitor: Visitor, *, jobs_shown: int = JOBS_SHOWN
) -> list[Step]:
    """One for each role, which come with the figures of their open jobs. Empty where the visitor's
    skills are not known.

    Three queries beside those of the index, however many roles and jobs there are.
    """
    if not visitor.known_ids:
        return []
    steps = []
    for role, facts in roles:
        step = _build_step(visitor, role, jobs_shown)
        step.to_learn = _find_to_learn(role, facts, visitor)
        steps.append(step)
    _fill_in(steps, visitor)
    return steps


def step_to_any(visitor: Visitor) -> Step | None:
    """Over all roles; None where the visitor's skills are not known."""
    if not visitor.known_ids:
        return None
    step = _build_step(visitor, None, JOBS_SHOWN)
    _fill_in([step], visitor)
    return step


def _build_step(visitor: Visitor, role: Role | None, number: int) -> Step:
    jobs = JobsWanted(level=visitor.level)
    if role:
        jobs = replace(jobs, roles=(role.pk,))
    return Step(visitor, role, reach(visitor.known_ids, jobs, number, visitor.country))


def _find_to_learn(role: Role, facts: MarketFacts, visitor: Visitor) -> list[RoleSkill]:
    items = [*role.profile.skills, *role.profile.tools]
    missing = [item for item in items if item.skill_id not in visitor.known_ids]
    core = RoleSkill.Importance.CORE
    return sorted(
        missing, key=lambda item: (-facts.skill_count(item.skill_id), item.importance != core)
    )


def _fill_in(steps: list[Step], visitor: Visitor) -> None:
    """Fill in the skills and the jobs of each, in two queries."""
    skill_ids: set[int] = set()
    job_ids: set[int] = set()
    for step in steps:
        skill_ids.update(pk for pk, _ in step.found.best[:NEXT_SHOWN])
        job_ids.update(step.found.ids)
    skills = Skill.objects.in_bulk(skill_ids)
    cards = {card.pk: card for card in live_cards(job_ids, with_required=True)}
    for step in steps:
        # What is not there was deleted just now.
        for pk, count in step.found.best[:NEXT_SHOWN]:
            if pk in skills:
                step.skills.append((skills[pk], count))
        for pk in step.found.ids:
            if pk in cards:
                required = cards[pk].required_rows or []
                lacking = [row["name"] for row in required if row["id"] not in visitor.known_ids]
                step.jobs.append((cards[pk], sorted(lacking)))


# --- Roles near a visitor -------------------------------------------------------------------------


@dataclass(frozen=True)
class NearRole:
    """A role with open jobs, and how many skills and tools of its profile they have and lack."""

    role: Role
    have: int
    to_learn: int
    open_jobs: int


@dataclass(frozen=True)
class Distance:
    """``to_learn``: skills and tools of the profile of a role that they lack. ``is_marked``: it is
    their own, or among the ROLES_SHOWN nearest.
    """

    to_learn: int
    is_own: bool
    is_marked: bool

    @property
    def note(self) -> str:
        """The words that the map of roles says of it."""
        if self.is_own:
            return "your role"
        return f"{self.to_learn} to learn"


def distances(roles: Sequence[tuple[Role, int]], visitor: Visitor) -> dict[str, Distance]:
    """Slug → how far each of the ``roles`` is, which come with their number of open jobs; empty
    where the visitor's skills are not known.
    """
    if not visitor.known_ids:
        return {}
    nearest = {near.role.slug for near in near_roles(roles, visitor)}
    by_slug = {}
    for role, _ in roles:
        is_own = role == visitor.role
        missing = len(role.profile.skill_ids - visitor.known_ids)
        by_slug[role.slug] = Distance(missing, is_own, is_own or role.slug in nearest)
    return by_slug


def near_roles(roles: Sequence[tuple[Role, int]], visitor: Visitor) -> list[NearRole]:
    """Fewest skills to learn first, of ``roles`` with their number of open jobs; not their own."""
    near = []
    for role, open_jobs in roles:
        is_own = visitor.role is not None and role.pk == visitor.role.pk
        have = len(role.profile.skill_ids & visitor.known_ids)
        to_learn = len(role.profile.skill_ids - visitor.known_ids)
        if open_jobs and have and not is_own:
            near.append(NearRole(role, have, to_learn, open_jobs))
    near.sort(key=lambda item: (item.to_learn, -item.open_jobs, item.role.name))
    return near[:ROLES_SHOWN]
