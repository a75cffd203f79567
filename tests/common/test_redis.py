"""With a real Redis, which comes and goes: nobody who signs in notices, and limits stay."""

import os
import shutil
import subprocess
import sys

import pytest
import redis
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from jobboard.common.cache import HERE, INSTEAD, SharedCache
from jobboard.common.web.limits import HOUR, RateLimitError, check_rate_limit
from tests.conftest import ALL, ROOT
from tests.factories import PASSWORD, UserFactory
from tests.real_site import free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.faults
LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


class RealRedis:
    """It stores nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        wait_until(lambda: answers(client))
        client.close()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def answers(client: redis.Redis) -> bool:
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


@pytest.fixture
def real_redis(settings, monkeypatch):
    """Running, and used by the site."""
    if shutil.which("redis-server") is None:
        assert not ALL, "Redis is not installed (on Debian: sudo apt install redis-server)."
        pytest.skip("Redis is not installed")
    server = RealRedis()
    shared = {"BACKEND": "jobboard.common.cache.SharedCache", "LOCATION": server.url}
    settings.CACHES = {"default": shared, HERE: shared, INSTEAD: LOCAL, "pictures": LOCAL}
    monkeypatch.setattr(SharedCache, "is_away", False)
    monkeypatch.setattr(SharedCache, "ask_again_at", 0)
    server.start()
    yield server
    for name in ["default", HERE]:
        caches[name]._cache.get_client(write=True).connection_pool.disconnect()
    server.stop()


def ways_in() -> list[int]:
    """The statuses of all that people do to sign in or up."""
    user, email = UserFactory(), "new@example.com"
    forms = [
        ("account_login", {"login": user.email, "password": PASSWORD}),
        ("account_login", {"login": user.email, "password": "not the password"}),
        ("account_request_login_code", {"email": user.email}),
        ("account_signup", {"email": email, "password1": "plum-cathedral-42"}),
        ("account_reset_password", {"email": user.email}),
    ]
    return [Client().post(reverse(name), form).status_code for name, form in forms]


def may_ask(rf) -> bool:
    try:
        check_rate_limit(rf.post("/"), "ask", max_count=2, seconds=HOUR)
    except RateLimitError:
        return False
    return True


def cache_in_ready() -> str:
    return Client().get("/healthz/ready").json()["cache"]


@pytest.mark.slow
@pytest.mark.faults("redis")
@pytest.mark.django_db
def test_everything_goes_on_while_redis_is_away(real_redis, rf, caplog):
    with_redis = ways_in()
    assert cache.get("key-of-nobody") is None
    assert [may_ask(rf) for _ in range(3)] == [True, True, False]
    assert cache_in_ready() == "ok"

    real_redis.stop()
    assert ways_in() == with_redis == [302, 200, 302, 302, 302]
    assert [may_ask(rf) for _ in range(3)] == [True, True, False]
    assert cache_in_ready() == "Redis is not responding, so each machine counts for itself"
    assert caplog.text.count("Redis does not answer") == 1

    real_redis.start()
    SharedCache.ask_again_at = 0
    assert [may_ask(rf) for _ in range(3)] == [True, True, False]
    assert cache_in_ready() == "ok"
    assert "Redis answers again" in caplog.text


@pytest.mark.django_db
def test_control_the_same_with_djangos_own_cache_is_an_error(real_redis, settings):
    djangos = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    settings.CACHES = settings.CACHES | {"default": djangos | {"LOCATION": real_redis.url}}
    real_redis.stop()

    with pytest.raises(redis.ConnectionError):
        ways_in()


def test_two_machines_share_a_count_that_ends_with_its_window(real_redis):
    assert [caches["default"].count("one", HOUR), caches[HERE].count("one", HOUR)] == [1, 2]

    client = redis.Redis(port=real_redis.port)
    assert 0 < client.ttl(client.keys()[0]) <= HOUR
    client.close()


@pytest.mark.parametrize(
    ("setting", "url", "problem"),
    [
        ("REDIS_URL", "localhost:6379", "REDIS_URL must look like redis://"),
        ("REDIS_URL", "redis://localhost:6379/0", "the package redis is not installed"),
        ("DATABASE_URL", "postgres://localhost/site", "the package psycopg is not installed"),
    ],
)
def test_a_wrong_setting_is_said_at_the_start(tmp_path, setting, url, problem):
    """As on a machine without these packages."""
    hides = "import sys, importlib.util as u; f = u.find_spec\n"
    hides += (
        "u.find_spec = lambda name, *a: None if name in {'redis', 'psycopg'} else f(name, *a)\n"
    )
    here = {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}", "DATA_DIR": str(tmp_path)}
    environment = os.environ | here | {setting: url}
    done = subprocess.run(
        [sys.executable, "-c", f"{hides}import jobboard.settings"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert problem in done.stderr
