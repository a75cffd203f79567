"""Addresses that get fewer emails: mail servers turned them down, or their owners stopped what
other people cause.
"""

import hashlib
import re
from contextlib import suppress as suppress_errors

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from jobboard.common.addresses import ascii_host
from jobboard.common.models import SuppressedAddress

Kind = SuppressedAddress.Kind
# There, a.b@ and ab@ are one mailbox.
WITHOUT_DOTS = "gmail.com"
OTHER_NAMES = {"googlemail.com": WITHOUT_DOTS}
_signer = Signer(salt="stop emails")


def hash_of(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def get_mailbox(address: str) -> str:
    """Return the same for addresses that end in one mailbox, such as ada@ and ada+jobs@, whatever
    letters and quotation marks they are written with.
    """
    name, at, host = address.strip().lower().rpartition("@")
    with suppress_errors(UnicodeError):  # no mail server finds such a host
        host = ascii_host(host)
    host = OTHER_NAMES.get(host, host)
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name.strip('"'))
    name = name.partition("+")[0] or name
    if host == WITHOUT_DOTS:
        name = name.replace(".", "")
    return f"{name}{at}{host}"


def mailbox_hash(address: str) -> str:
    """Stands in links in place of ``address``."""
    return hash_of(get_mailbox(address))


def key_of(kind: str, address: str) -> str:
    """Stands in the list in place of ``address``."""
    if kind == Kind.STOPPED:
        return stopped_key(mailbox_hash(address))
    return hash_of(address)


def stopped_key(mailbox: str) -> str:
    """The hash of no address. Processes of a release that knows bounces alone, and works on beside
    this one while a site is updated, look for the hash of an address and delete what they find.
    """
    return hash_of(f"stopped {mailbox}")


# --- Mail servers said that there is no such mailbox ----------------------------------------------


def is_suppressed(address: str) -> bool:
    return _rows(Kind.BOUNCED, key_of(Kind.BOUNCED, address)).exists()


def suppress(address: str, reason: str) -> None:
    _add(Kind.BOUNCED, key_of(Kind.BOUNCED, address), reason)


def note_delivered(address: str) -> None:
    """The mailbox is there after all."""
    _rows(Kind.BOUNCED, key_of(Kind.BOUNCED, address)).delete()


# --- Its owner stopped what other people cause ----------------------------------------------------
#
# The link is signed and holds the mailbox's hash: it only stops something, so it works as often and
# as long as anybody has such an email. The same page takes it back.


def stop_url(address: str) -> str:
    token = _signer.sign(mailbox_hash(address))
    return settings.SITE_URL + reverse("me:stop_emails", args=[token])


def stop_headers(address: str) -> dict[str, str]:
    """The headers by which mail programs stop them with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{stop_url(address)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def mailbox_hash_in(token: str) -> str | None:
    try:
        return _signer.unsign(token)
    except BadSignature:
        return None


def is_stopped(address: str) -> bool:
    return has_stopped(mailbox_hash(address))


def has_stopped(mailbox: str) -> bool:
    """Whether the owner stopped such emails. ``mailbox`` is its hash, here and below."""
    return _rows(Kind.STOPPED, stopped_key(mailbox)).exists()


def stop(mailbox: str) -> None:
    _add(Kind.STOPPED, stopped_key(mailbox), "by the link in an email")


def allow_again(mailbox: str) -> None:
    _rows(Kind.STOPPED, stopped_key(mailbox)).delete()


def _rows(kind: Kind, address_hash: str) -> QuerySet[SuppressedAddress]:
    return SuppressedAddress.objects.filter(kind=kind, address_hash=address_hash)


def _add(kind: Kind, address_hash: str, reason: str) -> None:
    SuppressedAddress.objects.update_or_create(
        kind=kind,
        address_hash=address_hash,
        defaults={"reason": reason[:300], "at": timezone.now()},
    )
