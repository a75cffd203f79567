from django import template

from jobboard.site import background

register = template.Library()


@register.simple_tag
def background_problems() -> list[str]:
    """What an admin should look at, one sentence each."""
    checks = [
        background.workers,
        background.tasks,
        background.email,
        background.failures,
        background.disk,
        background.backup,
        background.exchange_rates,
        background.search,
    ]
    answers = [check() for check in checks]
    return [f"{answer[:1].upper()}{answer[1:]}." for answer in answers if answer != "ok"]
