from django import template

from jobboard.site import background

register = template.Library()


@register.simple_tag
def background_problems() -> list[str]:
    """Problems that an admin should look at, one sentence each."""
    states = [
        background.workers(),
        background.tasks(),
        background.email(),
        background.failures(),
        background.disk(),
        background.backup(),
        background.exchange_rates(),
        background.search(),
    ]
    return [f"{state[:1].upper()}{state[1:]}." for state in states if state != "ok"]
