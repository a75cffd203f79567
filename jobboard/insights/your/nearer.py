"""Says which of two roles is nearer to a visitor, in the first sentences of a comparison: how much
they would learn for each, and how many jobs are within their reach, at their level and open to
them.

/methodology/ prints the rules.
"""

from collections.abc import Sequence

from jobboard.insights.pictures.verdict import Verdict

from .steps import Step

MIN_FEWER_TO_LEARN = 3  # skills and tools by which a role has to be nearer
FIRST_NAMED = 2


def nearer(steps: Sequence[Step]) -> Verdict | None:
    """Says which of two roles is nearer to the visitor; None where their skills are not known.
    ``steps`` to two roles, one of which may be their own.
    """
    if not steps:
        return None
    others = [step for step in steps if not step.is_own_role]
    if len(others) == len(steps):
        sentences = [_compare_both(*steps)]
    else:
        sentences = [_describe_from_own_role(step) for step in others]
    return Verdict(" ".join([*sentences, _describe_jobs(steps)]))


def _describe_from_own_role(step: Step) -> str:
    """“For Data Engineer you would learn 14 skills and tools, dbt and Spark first.”"""
    if not step.to_learn:
        return f"You have every skill and tool in the **{step.role}** profile."
    return f"For **{step.role}** you would learn {_things(step)}{_first(step)}."


def _compare_both(step: Step, other: Step) -> str:
    """“AI Engineer is nearer to you: 12 skills and tools to learn, Docker and PyTorch first,
    against 18 for Data Scientist.”
    """
    near, far = sorted((step, other), key=lambda step: len(step.to_learn))
    count = len(far.to_learn)
    if count - len(near.to_learn) < MIN_FEWER_TO_LEARN:
        return (
            f"Both are about as near to you: {_things(near)} to learn for **{near.role}**, "
            f"**{count}** for **{far.role}**."
        )
    if not near.to_learn:
        have_all = f"You have every skill and tool in the **{near.role}** profile."
        return f"{have_all} {_describe_from_own_role(far)}"
    return (
        f"**{near.role}** is nearer to you: {_things(near)} to learn{_first(near)}, against "
        f"**{count}** for {far.role}."
    )


def _things(step: Step) -> str:
    count = len(step.to_learn)
    if count == 1:
        return "**1** skill or tool"
    return f"**{count}** skills and tools"


def _first(step: Step) -> str:
    """“, Docker and PyTorch first”: which most open jobs mention. '' for few."""
    if len(step.to_learn) <= FIRST_NAMED:
        return ""
    names = [str(item.skill) for item in step.to_learn[:FIRST_NAMED]]
    return f", {' and '.join(names)} first"


def _describe_jobs(steps: Sequence[Step]) -> str:
    """“Open mid-level jobs within reach with your 9 skills: 5 AI Engineer jobs (2 open from
    Portugal) and 3 Data Scientist jobs (1 open from Portugal).”
    """
    visitor = steps[0].visitor
    level = ""
    if visitor.level:
        level = f"{visitor.level_words} "
    if not any(step.found.total for step in steps):
        return f"No open {level}job of either role is within reach with {visitor.known_words} yet."
    counts = []
    for step in steps:
        jobs = f"**{step.found.total:,}** {step.role} jobs"
        if step.found.total == 1:
            jobs = f"**1** {step.role} job"
        if step.found.total and visitor.country:
            jobs += f" ({step.found.open_total:,} open from {visitor.country_with_article})"
        counts.append(jobs)
    return f"Open {level}jobs within reach with {visitor.known_words}: {' and '.join(counts)}."
