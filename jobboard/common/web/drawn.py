"""Parts of pages that are drawn once for what they show: a picture for its numbers, a box for its
words. The cache key is all that they show, so nobody sees one that was drawn for something else.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.template import Library
from django.template.loader import render_to_string

MAX_KEPT = 2_000  # of each kind, in a process
ContextOf = Callable[..., dict[str, Any]]


def drawn(register: Library, template: str) -> Callable[[ContextOf], ContextOf]:
    """Make a tag of a function that returns the context of ``template``, from its arguments alone.
    Those have to be plain values, or frozen classes of such: equal ones are drawn once.
    """

    def registered(context_of: ContextOf) -> ContextOf:
        register.simple_tag(drawing(template)(context_of))
        return context_of

    return registered


def drawing(template: str) -> Callable[[ContextOf], Callable[..., str]]:
    """Decorate a tag that makes such values of its arguments first."""

    def drawer(context_of: ContextOf) -> Callable[..., str]:
        @lru_cache(MAX_KEPT, typed=True)
        @wraps(context_of)
        def draw(*args: Any, **kwargs: Any) -> str:
            return render_to_string(template, context_of(*args, **kwargs))

        return draw

    return drawer
