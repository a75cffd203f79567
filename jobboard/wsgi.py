import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
os.environ.setdefault("JOBBOARD_PROCESS", "web")

from django.core.wsgi import get_wsgi_application  # noqa: E402 (the settings read both variables)

application = get_wsgi_application()
