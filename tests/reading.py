"""What a reader finds on a page."""

import html
import re


def text_of(response) -> str:
    """The words of a page, its tags taken away and its blanks made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def cards(fragment: str) -> list[str]:
    """Titles of the job cards in a piece of HTML, in their order."""
    return [
        html.unescape(title)
        for title in re.findall(r'class="title"><a href="[^"]*">([^<]*)</a>', fragment)
    ]


def titles_in(response) -> list[str]:
    """Titles of the jobs of a list in their order, without the featured block above it."""
    return cards(response.content.decode().partition('<ol class="jobs">')[2])


def section(response, name: str) -> str:
    """The HTML of the section with this id."""
    return re.search(
        rf'<section[^>]* id="{name}".*?</section>', response.content.decode(), re.DOTALL
    )[0]
