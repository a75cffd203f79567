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
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import ALL, ROOT
from tests.real_site import RealSite, free_port
from tests.waiting import MOST_SECONDS, wait_until

DEPLOY = ROOT / "deploy"
SYSTEMD = DEPLOY / "systemd"
UNITS = sorted(path.name for path in SYSTEMD.glob("rolebook-*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST_EXPOSED = 20  # of 100, as systemd-analyze counts


def program(name: str, package: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        assert not ALL, f"{name} is not installed (on Debian: sudo apt install {package})."
        pytest.skip(f"{name} is not installed")
    return found


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
    command = [analyze, "security", "--no-pager", "--offline=true", f"--threshold={MOST_EXPOSED}"]

    done = subprocess.run([*command, f"./{service}"], cwd=units, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.pure
def test_scripts_can_be_read_by_their_shells():
    for script in ["install.sh", "upgrade.sh"]:
        subprocess.run(["bash", "-n", DEPLOY / script], check=True)
    subprocess.run(["sh", "-n", DEPLOY / "manage"], check=True)


@pytest.mark.pure
def test_each_setting_in_the_examples_is_one_that_is_documented():
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/operations.md").read_text(), re.M))
    for name in ["env.example", "web.env.example"]:
        given = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / name).read_text(), re.MULTILINE)
        assert given and set(given) <= documented, name


class Deployed:
    """Units and nginx as processes, with folders, ports and certificate of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, []
        self.listener: socket.socket | None = None
        self.http, self.https = free_port(), free_port()
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
            "/etc/ssl/rolebook": str(folder),
            "/var/cache/nginx": str(folder / "cache"),
            "/var/log/nginx": str(folder),
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.https} ssl http2;",
            "client_header_timeout 20s;": "client_header_timeout 2s;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl http2;": "",
        }

    def here(self, text: str) -> str:
        for theirs, ours in self.replaced.items():
            text = text.replace(theirs, ours)
        return text

    def command(self, unit: str) -> list[str]:
        return shlex.split(self.here(directives(unit)["Service"]["ExecStart"]))

    def run(self, unit: str) -> None:
        process = self.site.start_program(self.command(unit))
        assert process.wait(MOST_SECONDS) == 0, self.site.output[-2000:]

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
        folder = self.folder
        make_certificate(folder)
        (folder / "cache").mkdir()
        (folder / "site.conf").write_text(self.here((DEPLOY / "nginx.conf").read_text()))
        paths = "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        )
        (folder / "nginx.conf").write_text(
            f"user root;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
            "events { worker_connections 768; }\n"
            f"http {{ include /etc/nginx/mime.types;\n{paths}include {folder}/site.conf; }}\n"
        )
        command = [program("nginx", "nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        self.processes.append(self.site.start_program(command))
        wait_until(lambda: is_open(self.https))

    def get(self, path: str, scheme: str = "https", **headers: str):
        port = self.https if scheme == "https" else self.http
        request = urllib.request.Request(  # noqa: S310
            f"{scheme}://127.0.0.1:{port}{path}", headers={"Host": "jobs.example"} | headers
        )
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),  # noqa: S323
            NoRedirects,
        )
        try:
            return opener.open(request, timeout=MOST_SECONDS)
        except urllib.error.HTTPError as error:
            return error

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(MOST_SECONDS)
        if self.listener:
            self.listener.close()


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def make_certificate(folder: Path) -> None:
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=jobs.example"]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.fixture
def deployed(tmp_path_factory):
    # A short path: the name of a socket has 107 characters at most.
    site = Deployed(tmp_path_factory.mktemp("d"))
    try:
        yield site
    finally:
        site.stop()


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.skipif(connection.vendor != "sqlite", reason="it brings its own SQLite")
def test_the_site_is_installed_walked_and_started_anew_by_these_files(deployed):
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
    slow = [socket.create_connection(("127.0.0.1", deployed.https)) for _ in range(200)]
    assert deployed.get("/healthz/live").status == 200
    for one in slow:
        one.settimeout(MOST_SECONDS)
        assert one.recv(1) == b""
        one.close()

    # A web process that is killed: who asks meanwhile waits for the next one.
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    assert deployed.get("/jobs/").status == 200

    # A new start: the socket of systemd and nginx stay, so who asks meanwhile waits.
    web.send_signal(signal.SIGTERM)
    assert web.wait(MOST_SECONDS) == 0
    deployed.start_web()
    assert deployed.get("/jobs/").status == 200

    deployed.run("rolebook-backup.service")
    assert list((deployed.data / "backups").glob("daily-*.zip"))
    assert '"view": "browse:list", "status": 200' in deployed.site.output
