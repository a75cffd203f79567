from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from .background import NO_EMAIL_SERVER


@register(Tags.security, deploy=True)
def email_leaves_the_site(**_) -> list[CheckMessage]:
    if settings.SITE_IS_HTTPS and settings.EMAIL_GOES_TO_FILES:
        hint = "Set EMAIL_URL, for example to smtp+tls://user:password@mail.example:587."
        return [Warning(f"Nobody can sign in: {NO_EMAIL_SERVER}.", hint=hint, id="site.W001")]
    return []
