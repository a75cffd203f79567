"""Forms of the admin about feeds: their address, one to try, and what unknown words mean."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django import forms

from jobboard.common.hosts.domains import exact_host
from jobboard.common.text.html import clean_text
from jobboard.common.text.words import fold
from jobboard.feeds import aliases
from jobboard.feeds.detection.addresses import detect_address
from jobboard.feeds.detection.sources import NotASourceError
from jobboard.feeds.following import LEFT_OUT, is_left_out
from jobboard.feeds.pasted import KINDS_TO_FETCH
from jobboard.listings import models
from roles.models import Role

# Any page may have markup, a file may be anywhere, and Workday's adapter takes the career site.
READ_AS_TYPED = {models.Feed.Kind.JOBPOSTING, models.Feed.Kind.CSV, models.Feed.Kind.WORKDAY}


class FeedForm(forms.ModelForm):
    api_key = forms.CharField(
        label="API key",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=(
            "Required for USAJOBS. For Adzuna, put the keys in the address. "
            "Leave blank to keep the current key, unless the address leads to another host."
        ),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kept_key = self.instance.api_key
        self.host_before = exact_host(self.instance.address)

    def clean(self) -> None:
        super().clean()
        self._take_address_of_interface()
        self._keep_key()

    def _take_address_of_interface(self) -> None:
        """The page that people see of a board becomes the address of its interface."""
        kind = self.cleaned_data.get("kind", "")
        address = self.cleaned_data.get("address", "")
        if address and is_left_out(kind, address):
            self.add_error("address", LEFT_OUT)
            return
        is_as_before = not {"kind", "address"} & set(self.changed_data)
        if not address or is_as_before or kind in READ_AS_TYPED:
            return
        try:
            source = detect_address(address)
        except NotASourceError as refused:
            self.add_error("address", str(refused))
            return
        if source.kind == kind:
            self.cleaned_data["address"] = with_filters(source.api, address)
        elif source.kind not in KINDS_TO_FETCH:
            self.add_error(
                "kind", f"This is an address of {source.name}. Choose that kind of feed."
            )

    def _keep_key(self) -> None:
        """It is sent to whom it was given for, and nowhere else."""
        is_same_host = exact_host(self.cleaned_data.get("address", "")) == self.host_before
        if not self.cleaned_data.get("api_key") and is_same_host:
            self.cleaned_data["api_key"] = self.kept_key

    @property
    def drops_key(self) -> bool:
        return bool(self.kept_key) and not self.cleaned_data["api_key"]


def with_filters(api: str, typed: str) -> str:
    """``api``, with what ``typed`` asks for of it, where both are of the same interface."""
    interface = urlsplit(api)
    address = urlsplit(typed if "://" in typed else f"https://{typed}")
    places = [(url.netloc.lower(), url.path.rstrip("/")) for url in (interface, address)]
    if places[0] != places[1]:
        return api
    own = parse_qsl(interface.query)
    names = {name for name, _ in own}
    filters = [(name, value) for name, value in parse_qsl(address.query) if name not in names]
    return interface._replace(query=urlencode([*own, *filters])).geturl()


class TryForm(forms.Form):
    """An address to try before it is followed."""

    pasted = forms.CharField(
        label="Address",
        max_length=10_000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=(
            "Of a job board, a careers page or a feed, such as https://jobs.ashbyhq.com/acme, or "
            "the piece of HTML that embeds a board."
        ),
    )
    company_name = forms.CharField(
        label="Company",
        max_length=models.Company._meta.get_field("name").max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=(
            "Made if it is new. Leave blank for a job board where each job names its company."
        ),
    )

    def clean_company_name(self) -> str:
        return clean_text(self.cleaned_data["company_name"])


class TeachForm(forms.Form):
    """Asks what a title or a place that feeds write means."""

    kind = forms.ChoiceField(choices=[("title", "title"), ("place", "place")])
    text = forms.CharField(max_length=models.Listing._meta.get_field("title").max_length)
    role = forms.ModelChoiceField(Role.objects, required=False)
    means = forms.CharField(max_length=120, required=False)

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("kind") == "title":
            data["text"] = aliases.title_alias(data.get("text", ""))
        if data.get("kind") == "title" and not data.get("role"):
            self.add_error("role", "Choose a role.")
        if data.get("kind") == "place" and not data.get("means"):
            self.add_error("means", "Enter a location.")
        if len(fold(data.get("text", ""))) > aliases.MAX_ALIAS_LENGTH:
            self.add_error("text", "This alias is too long.")
        named = Role.objects.ids_by_name().get(fold(data.get("text", "")))
        if (
            data.get("kind") == "title"
            and data.get("role")
            and named not in (None, data["role"].pk)
        ):
            self.add_error("role", "Another role already uses this name or alias.")

    def teach(self) -> aliases.Taught:
        data = self.cleaned_data
        if data["kind"] == "title":
            return aliases.add_role_alias(data["text"], data["role"])
        return aliases.add_place_alias(data["text"], data["means"])
