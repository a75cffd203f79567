from typing import Any

from django.conf import settings
from django.urls import reverse


def site(request) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "local_mail_url": reverse("mail_here") if settings.MAIL_IS_READ_HERE else "",
        "canonical_url": settings.SITE_URL + request.path,
    }
