from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jobboard.common.addresses import check_public_url
from jobboard.common.forms import CleanCharField, CleanTextField, CountedField
from jobboard.common.text.words import COUNTRIES, CURRENCIES, country_code, fold
from jobboard.feeds.parsing.pay.amounts import MARKS, UNITS, Amount, find_amounts
from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from roles.models import Skill, SkillAlias

COUNTRY_CHOICES = [("", "Choose a country"), *sorted(COUNTRIES.items(), key=lambda item: item[1])]
MAX_DAYS_AHEAD = 180  # days
MAX_AMOUNT_LENGTH = 40  # characters

MAX_SKILLS = 15
MAX_SKILLS_LENGTH = 1_000  # characters, of all of them


class PublicURLField(CountedField):
    widget = forms.URLInput

    def clean(self, value) -> str:
        value = super().clean(value).strip()
        if value and "://" not in value:
            value = f"https://{value}"
        if value:
            return check_public_url(value)
        return ""


class AdField(CleanTextField):
    """The text of an ad as people paste it; cleans to Markdown."""

    def clean_typed(self, text: str) -> str:
        return super().clean_typed(as_markdown(text))


class SkillsField(CleanCharField):
    """Skills separated by commas, by any name we know; cleans to Skill rows in the order given."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=MAX_SKILLS_LENGTH, **kwargs)

    def clean(self, value) -> list[Skill]:
        text = super().clean(value)
        names = {fold(part): part for part in _split(text)}
        if len(names) > MAX_SKILLS:
            raise ValidationError(
                f"Enter up to {MAX_SKILLS} skills. Choose the most important ones."
            )
        if not names:
            return []
        skills = self._skills_by_name(names)
        for folded, name in names.items():
            if folded not in skills:
                advice = self._advise(folded, skills)
                raise ValidationError(f"We don’t recognise “{name[:40]}”. {advice}")
        return list(dict.fromkeys(skills[folded] for folded in names))

    @staticmethod
    def _skills_by_name(names: Iterable[str]) -> dict[str, Skill]:
        """Map all skills, and the aliases that are among ``names``, by their folded names."""
        skills = {}
        for alias in SkillAlias.objects.filter(folded__in=names).select_related("skill"):
            skills[alias.folded] = alias.skill
        for skill in Skill.objects.current():
            skills[fold(skill.name)] = skill
        return skills

    @staticmethod
    def _advise(unknown: str, skills: Mapping[str, Skill]) -> str:
        similar = get_close_matches(unknown, skills, n=1)
        if similar:
            return f"Did you mean {skills[similar[0]]}?"
        return "Mention it in the description instead."


class AmountField(forms.DecimalField):
    """An amount as people write it: 70000, 70,000, 70 000, 27.50 or 80k."""

    # As text: a number input shows nothing of what it cannot read, and what was typed must stay.
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {
        "invalid": "Enter an amount in numbers, like 70000 or 70k. The currency goes next to it."
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=0, required=False, **kwargs)

    def to_python(self, value) -> Decimal | None:  # type: ignore[override]  # stubs say int
        text = (value or "").strip()
        amounts = list(find_amounts(text[:MAX_AMOUNT_LENGTH]))
        if len(amounts) == 1 and self._is_all(amounts[0], text):
            amount = amounts[0].value * UNITS.get(amounts[0].unit, 1)
            text = f"{amount:f}".rstrip("0").rstrip(".")
        return super().to_python(text)

    @staticmethod
    def _is_all(amount: Amount, text: str) -> bool:
        is_whole = (amount.start, amount.end) == (0, len(text))
        return is_whole and not (amount.marks or amount.period or amount.is_open)


class CurrencyField(CountedField):
    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=20, required=False, **kwargs)

    def clean(self, value) -> str:
        typed = super().clean(value).strip()
        currency = MARKS.get(typed) or MARKS.get(typed.lower()) or typed.upper()
        if currency and currency not in CURRENCIES:
            raise ValidationError("Enter a three-letter currency code, like EUR.")
        return currency


def last_day_ahead() -> date:
    return timezone.now().date() + timedelta(days=MAX_DAYS_AHEAD)


def check_last_day(day: date | None) -> date | None:
    """Raises ValidationError."""
    if day and not timezone.now().date() <= day <= last_day_ahead():
        raise ValidationError(f"Choose a date from today to {MAX_DAYS_AHEAD} days from now.")
    return day


def read_countries(text: str) -> tuple[str, ...]:
    """The codes of the countries in ``text``, separated by commas. Raises ValidationError."""
    codes = []
    for part in _split(text):
        code = country_code(part)
        if not code:
            raise ValidationError(
                f"We don’t recognise the country “{part[:40]}”. Check the spelling or use a"
                " two-letter code."
            )
        codes.append(code)
    return tuple(dict.fromkeys(codes))


def _split(text: str) -> list[str]:
    """The parts between commas that are not blank."""
    return list(filter(None, map(str.strip, text.split(","))))


def format_value(field: forms.Field, value) -> str:
    """Format ``value`` as the field shows it."""
    labels = {}
    if not isinstance(field, forms.ModelChoiceField):
        labels = dict(getattr(field, "choices", []))
    values = [value]
    if isinstance(value, list):
        values = value
    shown = [str(labels.get(item, item)) for item in values if item is not None]
    return ", ".join(shown) or "nothing"
