"""PostgreSQL, pgbouncer, Redis and nginx as processes of their own, with the files of ``deploy/``:
only ports, folders and names of machines are changed in them.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from scripts.with_postgres import HOST, programs, somebody
from tests.conftest import ALL, ROOT
from tests.real_site import free_port
from tests.waiting import MAX_SECONDS, wait_until

DEPLOY = ROOT / "deploy"
USER = DATABASE = "rolebook"


def program(name: str, package: str) -> str:
    """Its path; a test is skipped where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        assert not ALL, f"{name} is not installed (on Debian: sudo apt install {package})."
        pytest.skip(f"{name} is not installed")
    return found


def shipped(file: str, changes: dict[str, str]) -> str:
    """Its text, with ``changes``; each of them must change something."""
    text = (DEPLOY / file).read_text()
    for theirs, ours in changes.items():
        assert theirs in text, f"{theirs} is not in {file}"
        text = text.replace(theirs, ours)
    return text


def is_open(port: int) -> bool:
    try:
        socket.create_connection((HOST, port)).close()
    except OSError:
        return False
    return True


@contextmanager
def open_folder() -> Iterator[Path]:
    """Where programs of several users have their folders: pytest closes its own to others. Its path
    is short, as the name of a socket has 107 characters at most.
    """
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103
        yield Path(folder)


def give_away(folder: Path) -> None:
    """To the user who runs it: PostgreSQL and pgbouncer refuse root."""
    if who := somebody():
        os.chown(folder, who["user"], who["group"])


class Engine:
    """A program in a folder of its own. Its whole family of processes is ended with it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen | None = None

    def begin(self, command: list[str], **options) -> None:
        with (self.folder / "output").open("a") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **options,
            )
        wait_until(lambda: self.process.poll() is not None or is_open(self.port))
        assert self.process.poll() is None, self.output

    def kill(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(MAX_SECONDS)

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()[-2000:]


class Postgres(Engine):
    """A server that can be stopped, killed, copied and promoted. What it commits survives it."""

    def __init__(self, folder: Path, password: str | None = None) -> None:
        super().__init__(folder)
        self.password = password or secrets.token_hex(16)
        self.data = folder / "data"
        give_away(folder)
        found = programs()
        if found is None:
            program("initdb", "postgresql")
        self.programs = (found / "initdb").resolve().parent  # what is on PATH may be links to some

    def run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / name, *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            env=os.environ | {"PGPASSWORD": self.password},
            **somebody(),
        )

    def make(self) -> None:
        """With the site's database, and running."""
        file = self.folder / "password"
        file.write_text(self.password)
        file.chmod(0o644)  # within a folder that is closed to others
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.run(
            "initdb", f"--pgdata={self.data}", f"--username={USER}", f"--pwfile={file}", *options
        )
        self.start()
        self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")

    def start(self) -> None:
        options = [f"port={self.port}", f"listen_addresses={HOST}", "unix_socket_directories="]
        options += ["fsync=off", "hot_standby=on"]  # the machine does not crash, only its programs
        settings = [part for option in options for part in ("-c", option)]
        command = [self.programs / "postgres", "-D", self.data, *settings]
        self.begin(command, cwd=self.folder, **somebody())
        wait_until(self.answers, every=0.02)

    def stop(self) -> None:
        """As at a restart of the service: connections are cut, nothing is lost."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(MAX_SECONDS)

    def copy(self, folder: Path) -> "Postgres":
        """A standby that follows this server."""
        standby = Postgres(folder, self.password)
        source = ["--host", HOST, "--port", str(self.port), "--username", USER]
        # Not over the minutes that a checkpoint otherwise takes to spare the disk.
        how = ["-R", "--no-sync", "--checkpoint", "fast"]
        standby.run("pg_basebackup", *source, "--pgdata", str(standby.data), *how)
        standby.start()
        return standby

    def commit_with_standby(self) -> None:
        """From now on each commit waits for the standby, which may then be promoted at no loss."""
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.sql("SELECT pg_reload_conf()")
        wait_until(lambda: self.sql("SELECT sync_state FROM pg_stat_replication") == [("sync",)])

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-D", str(self.data))

    def answers(self) -> bool:
        try:
            self.sql("SELECT 1", database="postgres")
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = DATABASE, **options) -> psycopg.Connection:
        address = {"host": HOST, "port": self.port, "dbname": database}
        return psycopg.connect(**address, user=USER, password=self.password, **options)

    def sql(self, command: str, database: str = DATABASE) -> list[tuple]:
        with self.connect(database, autocommit=True) as connection:
            cursor = connection.execute(command)
            return cursor.fetchall() if cursor.description else []

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{self.password}@{HOST}:{self.port}/{DATABASE}"

    def url_with(self, standby: "Postgres") -> str:
        """As docs/operations.md says of two servers."""
        hosts = f"{HOST}:{self.port},{HOST}:{standby.port}"
        options = "target_session_attrs=read-write&connect_timeout=3"
        return f"postgres://{USER}:{self.password}@{hosts}/{DATABASE}?{options}"


class Pgbouncer(Engine):
    def start(self, server: Postgres) -> None:
        give_away(self.folder)
        users = self.folder / "userlist.txt"
        users.write_text(f'"{USER}" "{server.password}"\n')
        changes = {
            "port=5432": f"port={server.port}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer/userlist.txt": str(users),
            "/var/log/postgresql/pgbouncer.log": str(self.folder / "log"),
            "/var/run/postgresql/pgbouncer.pid": str(self.folder / "pid"),
        }
        file = self.folder / "pgbouncer.ini"
        file.write_text(shipped("pgbouncer.ini", changes))
        for path in [users, file]:
            path.chmod(0o644)
        self.url = f"postgres://{USER}:{server.password}@{HOST}:{self.port}/rolebook_web"
        self.begin([program("pgbouncer", "pgbouncer"), str(file)], **somebody())


class Redis(Engine):
    def start(self) -> None:
        file = self.folder / "redis.conf"
        file.write_text(shipped("redis.conf", {"port 6379": f"port {self.port}"}))
        self.url = f"redis://{HOST}:{self.port}/0"
        self.begin([program("redis-server", "redis-server"), str(file)], cwd=self.folder)


class Nginx(Engine):
    """With a certificate of its own. ``port`` is that of https."""

    def start(self, *servers: str, changes: dict[str, str] | None = None) -> None:
        """In front of ``servers``, as ``upstream`` names them."""
        folder, self.http = self.folder, free_port()
        make_certificate(folder)
        (folder / "cache").mkdir(exist_ok=True)
        lines = "\n    ".join(f"server {server};" for server in servers)
        site = {
            "server unix:/run/rolebook/web.sock fail_timeout=0;": lines,
            "/etc/ssl/rolebook": str(folder),
            "/var/cache/nginx": str(folder / "cache"),
            "/var/log/nginx": str(folder),
            "listen 80;": f"listen {HOST}:{self.http};",
            "listen 443 ssl http2;": f"listen {HOST}:{self.port} ssl http2;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl http2;": "",
        }
        (folder / "site.conf").write_text(shipped("nginx.conf", site | (changes or {})))
        kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        (folder / "nginx.conf").write_text(
            f"user root;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
            "events { worker_connections 768; }\n"
            f"http {{ include /etc/nginx/mime.types;\n{paths}include {folder}/site.conf; }}\n"
        )
        self.begin([program("nginx", "nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")])


def make_certificate(folder: Path) -> None:
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=jobs.example"]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)
