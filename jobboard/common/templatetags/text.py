import json
import re
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from jobboard.common.text import words
from jobboard.common.text.html import article_to_html, clean_html, markdown_to_html

register = template.Library()


@register.simple_tag(takes_context=True)
def block_text(context, name) -> str:
    """The text of the page's block ``name`` once more, for pages that quote this one."""
    text = context.render_context[BLOCK_CONTEXT_KEY].get_block(name).render(context)
    return mark_safe(" ".join(text.split()))  # noqa: S308 (a template has escaped it)


@register.filter
@lru_cache(200)  # a page says a text and how it begins
def markdown(text) -> str:
    return mark_safe(markdown_to_html(text))  # noqa: S308 (cleaned by nh3)


@register.simple_tag
def article_text(markdown) -> dict[str, Any]:
    """Return ``html`` of an article, and its ``contents``: id and words of each heading."""
    article = article_to_html(markdown)
    return {
        "html": mark_safe(article.html),  # noqa: S308 (cleaned by nh3)
        "contents": article.contents,
    }


_LATER_CAPITAL = re.compile(r"(?<=\w)[\s-]+[A-Z](?=[a-z]+\b)")


@register.filter(is_safe=True)
def sentence_case(title) -> str:
    """“Change password” for “Change Password”, as other packages write. The site’s name stays."""
    parts = title.split(settings.SITE_NAME)
    return settings.SITE_NAME.join(_LATER_CAPITAL.sub(_lower, part) for part in parts)


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()


@register.filter
def cleaned(html) -> str:
    """Stored HTML is cleaned once more: the database may be older than the rules."""
    return mark_safe(clean_html(html))  # noqa: S308 (cleaned by nh3)


_NOT_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.simple_tag
def json_ld(data) -> str:
    """A data block for search engines. Signs of markup are escaped, so no text can end it."""
    text = json.dumps(data, ensure_ascii=False).translate(_NOT_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (no markup is left in it)


@register.simple_tag
def breadcrumb_ld(*names_and_paths) -> str:
    """The trail at the head of a page, for search engines: a name and its path in turn."""
    steps = zip(names_and_paths[::2], names_and_paths[1::2], strict=True)
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": str(name),
            "item": settings.SITE_URL + path,
        }
        for position, (name, path) in enumerate(steps, start=1)
    ]
    return json_ld(
        {"@context": "https://schema.org/", "@type": "BreadcrumbList", "itemListElement": items}
    )


@register.filter
def country(code) -> str:
    return words.country_name(code)


@register.simple_tag
@cache
def country_options(chosen) -> str:
    """List all countries by name as options of a select; ``chosen`` is a code or ''. Cached."""
    rows = []
    for code, name in sorted(words.COUNTRIES.items(), key=lambda item: item[1]):
        selected = ""
        if code == chosen:
            selected = mark_safe(" selected")
        rows.append((code, selected, name))
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.filter
def country_with_article(code) -> str:
    return words.country_with_article(code)


@register.filter
def amount(value) -> str:
    if value is not None:
        return words.full_amount(round(value))
    return ""


@register.filter
def thousands(value) -> str:
    """150000 as 150K, for tables of figures."""
    if value is not None:
        return words.in_thousands(value)
    return ""


@register.filter
def percent(share) -> str:
    """0.9134 as 91%."""
    return f"{share * 100:.0f}%"


@register.filter
def counted(count, nouns) -> str:
    """``{{ 1|counted:"job" }}`` is “1 job”; ``{{ 3|counted:"company,companies" }}`` is “3
    companies”.
    """
    return words.plural(count, *nouns.split(","))


@register.filter
def pay_short(listing) -> str:
    return words.format_amount_range(listing.salary_min, listing.salary_max, words.short_amount)


@register.filter
def pay_full(listing) -> str:
    return words.format_amount_range(listing.salary_min, listing.salary_max, dash="–")


@register.filter
def age(moment) -> str:
    """Say how long ago it was: “today”, “1 day ago”, “9 weeks ago”. Days are those of UTC: a page
    says the same until midnight.
    """
    days = (timezone.now().date() - moment.date()).days
    if days <= 0:
        return "today"
    if days < 60:
        return f"{words.plural(days, 'day')} ago"
    return f"{words.plural(days // 7, 'week')} ago"
