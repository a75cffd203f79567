import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
os.environ.setdefault("JOBBOARD_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
