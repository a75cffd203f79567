from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.cache import patch_cache_control

from .http import YOU_COOKIE
from .tracing import is_key

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
# Where programs of companies write.
COMPANY_API = "/api/v1/company/"
METHODS_OF_COMPANY_API = [*METHODS, "PATCH", "DELETE"]
OF_ONE = {settings.SESSION_COOKIE_NAME, YOU_COOKIE}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class AllowedMethodsMiddleware:
    """405 for TRACE and whatever else no page answers: function views of libraries would answer it
    like a GET.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        of_programs = request.path.startswith(COMPANY_API)
        methods = METHODS_OF_COMPANY_API if of_programs else METHODS
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        return self.get_response(request)


class CacheHeadersMiddleware:
    """Public pages may be cached but are revalidated; responses to people who are signed in, or
    said something about themselves, are not. The address of a page that is a key is told to nobody,
    not even to our own web server with each file.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if is_key(request):
            response.headers["Referrer-Policy"] = "strict-origin"
        if "Cache-Control" not in response.headers:
            is_personal = not OF_ONE.isdisjoint(request.COOKIES)
            if is_personal or response.cookies:
                patch_cache_control(response, private=True, no_store=True)
            else:
                patch_cache_control(response, no_cache=True)
        return response
