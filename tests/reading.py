"""What a reader finds on a page."""

import html
import re


def tight(markup: str) -> str:
    """HTML without the blanks that only lay its templates out: one for many, none beside a tag
    or before its end.
    """
    one_blank = " ".join(markup.split())
    ends_tight = re.sub(r"(<[^<>]*?) (/?>)", r"\1\2", one_blank)
    return re.sub(r" ?(<[^<>]*>) ?", r"\1", ends_tight)


def body_of(response) -> str:
    """Also of an answer that is sent in pieces."""
    return response.getvalue().decode()


def text_of(response) -> str:
    """The words of a page, its tags taken away and its blanks made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def code_in(mail) -> str:
    """The code that a mail says, on a line of its own."""
    return re.search(r"^([A-Z0-9-]{6,})$", mail.text, re.MULTILINE)[1]


def cards(fragment: str) -> list[str]:
    """Titles of the job cards in a piece of HTML, in their order."""
    return [
        html.unescape(title)
        for title in re.findall(r'class="title"><a href="[^"]*">([^<]*)</a>', tight(fragment))
    ]


def titles_in(response) -> list[str]:
    """Titles of the jobs of a list in their order, without the featured block above it."""
    return cards(response.content.decode().partition('<ol class="jobs">')[2])


def section(response, name: str) -> str:
    """The HTML of the section with this id."""
    return re.search(
        rf'<section[^>]* id="{name}".*?</section>', response.content.decode(), re.DOTALL
    )[0]
