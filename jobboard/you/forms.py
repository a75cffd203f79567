"""The form on which visitors say something about themselves."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import Truncator

from jobboard.common.forms import CleanCharField, form_helper
from jobboard.common.text.words import COMMON_CURRENCIES, COUNTRIES, CURRENCIES, fold, plural
from roles.models import Role, Skill
from roles.pay.page import LEVELS

from .said import MAX_PAY, MAX_SKILLS, You
from .visitor import Visitor, find_skills

NO_ANSWER = ("", "Not saying")
MAX_LIST_LENGTH = 1_000  # characters of skills that are typed
MAX_QUOTE_LENGTH = 24  # of a name that is none, so that a long word fits a narrow screen


GROUP = re.compile(r"[.,'’](?=\d{3}(?!\d))")
THOUSANDS = re.compile(r"(?P<number>\d{1,7}(?:[.,]\d{1,2})?)k", re.IGNORECASE)


class AmountField(forms.IntegerField):
    """Takes 80000, “80,000”, “80.000”, “80k” and “80,5k”."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 20})

    def to_python(self, value: Any) -> int | None:
        text = GROUP.sub("", "".join(str(value or "").split()))
        if in_thousands := THOUSANDS.fullmatch(text):
            text = str(int(Decimal(in_thousands["number"].replace(",", ".")) * 1_000))
        return super().to_python(text)


class YouForm(forms.Form):
    """``ticked`` are slugs of skills, as the boxes ``skill`` send them; ``add`` takes names."""

    role = forms.ChoiceField(
        required=False,
        label="Role",
        help_text="What you do now, or the closest to it.",
    )
    country = forms.ChoiceField(
        required=False,
        label="Country you’d work from",
        choices=[NO_ANSWER, *sorted(COUNTRIES.items(), key=lambda item: item[1])],
    )
    level = forms.ChoiceField(required=False, label="Level", choices=[NO_ANSWER, *LEVELS.items()])
    currency = forms.CharField(
        required=False,
        label="Currency",
        widget=forms.Select,
        help_text="Leave blank for that of your country.",
    )
    salary_from = AmountField(
        required=False,
        min_value=1,
        max_value=MAX_PAY,
        label="Pay you want",
        help_text="A year, before tax.",
        error_messages={"invalid": "Enter an amount, such as 80000."},
    )
    add = CleanCharField(
        required=False,
        max_length=MAX_LIST_LENGTH,
        label="Add skills",
        help_text="One, or several with commas between them: SQL, Python, Docker.",
        widget=forms.TextInput(
            attrs={"list": "known-skills", "autocomplete": "off", "data-skills": True}
        ),
    )
    profile = forms.BooleanField(
        required=False,
        label="Add every skill in the profile of my role",
        help_text="You can untick those you don’t have afterwards.",
    )
    keep = forms.BooleanField(required=False, label="Keep this with my account")

    helper = form_helper(
        "role",
        Div("country", "level", css_class="field-row"),
        Div("currency", "salary_from", css_class="field-row"),
    )

    def __init__(
        self, *args: Any, roles: Iterable[Role], ticked: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ticked = ticked
        self.roles = {role.slug: role for role in roles}
        role_choices = [(slug, role.name) for slug, role in self.roles.items()]
        self.fields["role"].choices = [NO_ANSWER, *role_choices]  # type: ignore[attr-defined]
        currencies = list(COMMON_CURRENCIES)
        current = str(self["currency"].value() or "")
        if current and current not in currencies:
            currencies.append(current)
        currency_choices = [(code, code) for code in currencies]
        self.fields["currency"].widget.choices = [NO_ANSWER, *currency_choices]

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if currency and currency not in CURRENCIES:
            raise ValidationError("Choose a currency from the list.")
        return currency

    def clean_add(self) -> list[Skill]:
        """The skills with these names. Raises ValidationError that says which we don’t know."""
        names = list(filter(None, map(str.strip, self.cleaned_data["add"].split(","))))
        skills = skills_named(names)
        unknown = [name for name in names if fold(name) not in skills]
        if unknown:
            raise ValidationError(
                f"We don’t know {_quote(unknown)}. Choose a skill from the suggestions."
            )
        return [skills[fold(name)] for name in names]

    def clean(self) -> None:
        """Raises ValidationError where the cookie would not hold all of the skills."""
        slugs = [skill.slug for skill in self.skills]
        fitting = You.from_values({"skill": slugs}).skills
        excess = len(slugs) - len(fitting)
        if excess > 0:
            message = (
                f"Remove {plural(excess, 'skill')}. "
                f"You chose {len(slugs)}, and we can keep {len(fitting)}."
            )
            raise ValidationError({"add": message})

    @property
    def skills(self) -> list[Skill]:
        """Sorted by name. The ticked ones and, where the form has no errors, also those that were
        typed and those of the role's profile if it was asked for.
        """
        skills = find_skills(self.ticked[: MAX_SKILLS * 2])
        if self.is_bound and not self.errors:
            skills += self.cleaned_data["add"]
            role = self.roles.get(self.cleaned_data["role"])
            if role and self.cleaned_data["profile"]:
                profile = role.profile
                skills += [item.skill for item in (*profile.skills, *profile.tools)]
        return sorted(dict.fromkeys(skills), key=lambda skill: fold(skill.name))

    @property
    def you(self) -> You:
        """The answers of a form without errors."""
        values = {name: [str(value)] for name, value in self.cleaned_data.items() if value}
        values["skill"] = [skill.slug for skill in self.skills]
        return You.from_values(values)


def get_initial(visitor: Visitor) -> dict[str, Any]:
    """The form's initial values for a visitor."""
    you = visitor.you
    role = ""
    if visitor.role:
        role = visitor.role.slug
    return {
        "role": role,
        "country": you.country,
        "level": you.level,
        "currency": you.currency,
        "salary_from": you.salary_from,
    }


def skills_named(names: Iterable[str]) -> dict[str, Skill]:
    """Folded name or alias → skill, of those that exist."""
    folded_names = {fold(name) for name in names}
    if not folded_names:
        return {}
    exact = Q(pk__in=[])
    for name in names:
        exact |= Q(name__iexact=name)
    skills = Skill.objects.current()
    by_name = {fold(skill.name): skill for skill in skills.filter(exact)}
    with_alias = skills.filter(aliases__folded__in=folded_names - by_name.keys())
    for skill in with_alias.prefetch_related("aliases"):
        for alias in skill.aliases.all():
            by_name.setdefault(alias.folded, skill)
    return by_name


def _quote(names: list[str]) -> str:
    return ", ".join(f"“{Truncator(name).chars(MAX_QUOTE_LENGTH)}”" for name in names)
