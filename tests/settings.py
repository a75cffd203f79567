"""The site's settings for tests: of the shell's only DATABASE_URL counts, and DATA_DIR is a folder
that goes away.
"""

import os
import tempfile

FROM_THE_SHELL = """
    SITE_NAME SITE_URL SECRET_KEY SECRET_KEY_FALLBACKS DATA_DIR REDIS_URL EMAIL_URL
    DEFAULT_FROM_EMAIL CONTACT_EMAIL PORT BIND ALLOWED_HOSTS TRUSTED_PROXIES
    HSTS_PRELOAD JOBBOARD_PROCESS WEB_CONCURRENCY WEB_THREADS DATABASE_POOLED DATABASE_REPLICA_URL
    BACKUP_KEY LOG_FORMAT METRICS SENTRY_DSN
"""
for name in FROM_THE_SHELL.split():
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="rolebook-tests-")
os.environ["EMAIL_URL"] = "memorymail://"  # where a mail goes when it leaves the queue

from jobboard.settings import *  # noqa: E402, F403
from jobboard.settings import CACHES, DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

from .waiting import MAX_SECONDS  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, like the site's: in memory, SQLite locks by other rules.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["timeout"] = MAX_SECONDS  # until another lets go of its lock
else:
    DATABASES["default"]["TEST"] = {"NAME": "test_rolebook"}
SEARCH_FOLDER = None  # the database answers; tests of the index make one
DATABASES.pop("cache", None)
DATABASE_ROUTERS: list[str] = []
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {name: {"BACKEND": LOCAL} for name in CACHES}
CACHES["pictures"]["LOCATION"] = "pictures"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
