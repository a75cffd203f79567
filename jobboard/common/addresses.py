import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOSTS_NEAR_BY = (".localhost", ".local", ".internal")


def address(path: str) -> str:
    """The whole address of a page of ours, whatever host the request came to."""
    return settings.SITE_URL + path


def ascii_host(host: str) -> str:
    """Return the host as mail and name servers look it up, however its letters are written. Raises
    UnicodeError.
    """
    return host.encode("idna").decode().lower()


def plain_email(email: str) -> str:
    """The one spelling of ``email``: in lower case, its host as it is looked up. Raises
    ValidationError for quotation marks, by which one mailbox has any number of names.
    """
    name, _, host = email.strip().lower().rpartition("@")
    try:
        host = ascii_host(host)
    except UnicodeError:
        host = ""
    if not host or '"' in name:
        raise ValidationError("Enter an email address like name@example.com, without quotes.")
    return f"{name}@{host}"


def check_public_url(url: str) -> str:
    """Check that ``url`` may stand on a public page: https to a named host, nothing in it that
    hides where it leads.

    Returns it with its host as it is looked up: lower case, ASCII, no dot at the end. Raises
    ValidationError with one sentence. A host whose last part starts with a digit is a number in
    some spelling, never a name.
    """
    if re.search(r"[\\\s]", url) or not url.isprintable():
        raise ValidationError(
            "Remove any spaces, backslashes or invisible characters from the address."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
        host = ascii_host((parts.hostname or "").rstrip("."))
    except ValueError:
        raise ValidationError("Enter a full web address, like https://example.com/jobs.") from None
    if parts.scheme != "https":
        raise ValidationError("Enter an address that starts with https://.")
    if "@" in parts.netloc:
        raise ValidationError("Remove the username from the address.")
    if port not in (None, 443):
        raise ValidationError("Remove the port number from the address.")
    if not _HOST.fullmatch(host) or host.endswith(_HOSTS_NEAR_BY):
        raise ValidationError(
            "Enter an address with a public domain name, like careers.example.com."
        )
    return parts._replace(netloc=host).geturl()
