"""The files of ``deploy/`` as they are: read by the programs they are for, and run as processes."""

import configparser
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import environ
import pytest
from django.db import connection

from tests.conftest import ROOT
from tests.engines import DEPLOY, Nginx, program
from tests.real_site import RealSite
from tests.reliability import IS_WHOLE
from tests.waiting import MAX_SECONDS, wait_until

SYSTEMD = DEPLOY / "systemd"
UNITS = sorted(path.name for path in SYSTEMD.glob("rolebook-*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
MAX_EXPOSURE = 20  # of 100, as systemd-analyze counts


def directives(unit: str) -> configparser.ConfigParser:
    """Of a unit, with what all units have."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read([SYSTEMD / "rolebook-.service.d" / "all.conf", SYSTEMD / unit])
    return parser


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """Where systemd-analyze finds each program."""
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(SYSTEMD, folder, dirs_exist_ok=True)
    for path in folder.glob("*.service"):
        path.write_text(path.read_text().replace("/srv/rolebook/.venv/bin/python", sys.executable))
    return folder


@pytest.mark.pure
def test_systemd_understands_each_unit(units):
    analyze = program("systemd-analyze", "systemd")
    done = subprocess.run(
        [analyze, "verify", "--man=no", *[f"./{name}" for name in UNITS]],
        cwd=units,
        capture_output=True,
        text=True,
    )

    ours = [line for line in done.stderr.splitlines() if "rolebook" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.pure
@pytest.mark.parametrize("service", SERVICES)
def test_no_service_may_do_more_than_it_needs(units, service):
    analyze = program("systemd-analyze", "systemd")
    command = [analyze, "security", "--no-pager", "--offline=true", f"--threshold={MAX_EXPOSURE}"]

    done = subprocess.run([*command, f"./{service}"], cwd=units, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.pure
def test_scripts_can_be_read_by_their_shells():
    for script in ["install.sh", "upgrade.sh"]:
        subprocess.run(["bash", "-n", DEPLOY / script], check=True)
    subprocess.run(["sh", "-n", DEPLOY / "manage"], check=True)


@pytest.mark.pure
@pytest.mark.parametrize("host", ["https://jobs.example", "a|b", "a b", "Jobs.example"])
def test_the_installation_takes_the_name_of_a_site_alone(host):
    """Without programs, so that it can do nothing."""
    command = [program("bash", "bash"), DEPLOY / "install.sh", host]
    done = subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True)

    assert (done.returncode, done.stdout[:19]) == (1, "Say its name alone,")


@pytest.mark.pure
def test_each_setting_in_the_examples_is_one_that_is_documented():
    documented = set(re.findall(r"^\| `(\w+)` \|", OPERATIONS, re.M))
    for name in ["env.example", "web.env.example"]:
        given = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / name).read_text(), re.MULTILINE)
        assert given and set(given) <= documented, name


@pytest.mark.pure
def test_a_command_gets_the_settings_as_they_are_written(tmp_path):
    address = "postgres://rolebook:pa$$word@db1,db2/x?target_session_attrs=read-write&timeout=3"
    settings = tmp_path / "env"
    settings.write_text(f'# One\n\nDATABASE_URL={address}\n#REDIS_URL=x\nSITE_NAME="AI & more"')
    script = (DEPLOY / "manage").read_text().replace("/etc/rolebook/env", str(settings))
    script = script.replace("runuser -u rolebook -- .venv/bin/python manage.py", "printenv")

    command = ["sh", "-c", script, str(DEPLOY / "manage"), "DATABASE_URL", "SITE_NAME"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [address, "AI & more"]


@pytest.mark.pure
def test_the_documented_address_of_two_servers_names_both():
    [address] = re.findall(r"postgres://\S+read-write\S*(?=`)", OPERATIONS)

    database = environ.Env.db_url_config(address)

    assert (database["HOST"], database["PORT"]) == ("db1,db2", "5432,5432")
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"


class Deployed:
    """Units and nginx as processes, with folders, ports and certificate of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, []
        self.listener: socket.socket | None = None
        self.nginx: Nginx | None = None
        self.data = folder / "data"
        self.data.mkdir()
        self.site = RealSite(
            self.data,
            SITE_URL="https://jobs.example",
            SECRET_KEY="x" * 60,
            TRUSTED_PROXIES="1",
            WEB_CONCURRENCY="1",
            EMAIL_URL="smtp://127.0.0.1:9",
            LOG_FORMAT="json",
        )
        self.replaced = {
            "/run/rolebook/web.sock": str(folder / "web.sock"),
            "/srv/rolebook/.venv/bin/python": sys.executable,
            "/var/lib/rolebook": str(self.data),
        }

    def here(self, text: str) -> str:
        for theirs, ours in self.replaced.items():
            text = text.replace(theirs, ours)
        return text

    def command(self, unit: str) -> list[str]:
        return shlex.split(self.here(directives(unit)["Service"]["ExecStart"]))

    def run(self, unit: str) -> None:
        process = self.site.start_program(self.command(unit))
        assert process.wait(MAX_SECONDS) == 0, self.site.output[-2000:]

    def start(self, unit: str, **options) -> subprocess.Popen:
        process = self.site.start_program(self.command(unit), **options)
        self.processes.append(process)
        return process

    def start_web(self) -> subprocess.Popen:
        """As systemd does: with the socket as file 3."""
        given = directives("rolebook-web.socket")["Socket"]
        if self.listener is None:
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.here(given["ListenStream"]))
            self.listener.listen(int(given["Backlog"]))
        process = self.site.start_behind(self.listener, self.command("rolebook-web.service"))
        self.processes.append(process)
        return process

    def start_nginx(self) -> None:
        self.nginx = Nginx(self.folder / "nginx")
        sooner = {} if IS_WHOLE else {"client_header_timeout 20s": "client_header_timeout 2s"}
        socket = self.here("unix:/run/rolebook/web.sock")
        self.nginx.start(f"{socket} fail_timeout=0", changes=sooner)

    def get(self, path: str, scheme: str = "https", **headers: str):
        port = self.nginx.port if scheme == "https" else self.nginx.http
        request = urllib.request.Request(  # noqa: S310
            f"{scheme}://127.0.0.1:{port}{path}", headers={"Host": "jobs.example"} | headers
        )
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),  # noqa: S323
            NoRedirects,
        )
        try:
            return opener.open(request, timeout=MAX_SECONDS)
        except urllib.error.HTTPError as error:
            return error

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(MAX_SECONDS)
        if self.nginx:
            self.nginx.kill()
        if self.listener:
            self.listener.close()


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture
def deployed(tmp_path_factory):
    # A short path: the name of a socket has 107 characters at most.
    site = Deployed(tmp_path_factory.mktemp("d"))
    try:
        yield site
    finally:
        site.stop()


@pytest.mark.slow
@pytest.mark.faults("slow clients")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="it brings its own SQLite")
def test_the_site_is_installed_walked_and_started_anew_by_these_files(deployed, note_figure):
    deployed.start_nginx()
    deployed.run("rolebook-release.service")
    web = deployed.start_web()
    deployed.start("rolebook-worker.service")
    deployed.start("rolebook-index.service")
    wait_until(lambda: deployed.get("/healthz/ready").status == 200)

    # Pages, with what nginx adds.
    assert deployed.get("/", scheme="http").headers["Location"] == "https://jobs.example/"
    home = deployed.get("/")
    page = home.read().decode()
    assert home.status == 200
    assert home.headers["Strict-Transport-Security"]
    for path in ["/jobs/", "/roles/", "/salaries/", "/accounts/login/", "/jobs.csv"]:
        assert deployed.get(path).status == 200, path
    assert deployed.get("/metrics").status == 404
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    assert "immutable" in deployed.get(stylesheet).headers["Cache-Control"]
    given = deployed.get("/", **{"X-Request-ID": "mine-mine-mine"}).headers["X-Request-ID"]
    assert given != "mine-mine-mine"
    assert deployed.get("/jobs/", Host="evil.example").status in {400, 404, 421}
    wait_until(lambda: b'"workers": "ok"' in deployed.get("/healthz/ready").read())

    # Slow visitors: 200 connections that never begin a request. Each is let go.
    began = time.monotonic()
    slow = [socket.create_connection(("127.0.0.1", deployed.nginx.port)) for _ in range(200)]
    asked = time.monotonic()
    assert deployed.get("/healthz/live").status == 200
    answered = time.monotonic()
    for one in slow:
        one.settimeout(MAX_SECONDS)
        assert one.recv(1) == b""
        one.close()
    note_figure(
        "slow clients",
        f"others answered within {answered - asked:.2f} s, "
        f"the last one closed after {time.monotonic() - began:.0f} s",
    )

    # A web process that is killed: who asks meanwhile waits for the next one.
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    assert deployed.get("/jobs/").status == 200

    # A new start: the socket of systemd and nginx stay, so who asks meanwhile waits.
    web.send_signal(signal.SIGTERM)
    assert web.wait(MAX_SECONDS) == 0
    deployed.start_web()
    assert deployed.get("/jobs/").status == 200

    deployed.run("rolebook-backup.service")
    assert list((deployed.data / "backups").glob("daily-*.zip"))
    assert '"view": "browse:list", "status": 200' in deployed.site.output
