"""Two machines of the site behind nginx, with PostgreSQL, a standby, pgbouncer and Redis."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import gunicorn.__main__ as gunicorn_program

from jobboard.site.running import web_server
from tests.engines import Nginx, Pgbouncer, Postgres, Redis
from tests.load import Door
from tests.real_site import RealSite, free_port
from tests.waiting import MAX_SECONDS, wait_until

MINUTES_FAST = 10
# gunicorn and the index writer, with a clock that is fast; their children have it from them.
FAST = (
    "import sys, time, runpy, time_machine;"
    f"time_machine.travel(time.time() + {MINUTES_FAST} * 60, tick=True).start();"
    "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
)
SETTINGS = {
    "SITE_URL": "https://jobs.example",
    "SECRET_KEY": "x" * 60,
    "TRUSTED_PROXIES": "1",
    "ALLOWED_HOSTS": "jobs.example,127.0.0.1",
    "WEB_CONCURRENCY": "1",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "BIND": "127.0.0.1",
}


class Node:
    """A machine: web server, index writer and worker, with a DATA_DIR of its own."""

    def __init__(self, folder: Path, settings: dict, web: dict | None = None) -> None:
        """``web`` are settings of the web server alone, as in /etc/rolebook/web.env."""
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        settings = SETTINGS | settings | {"PORT": str(self.port)}
        self.site = RealSite(folder, **settings)
        self.web_site = RealSite(folder, **settings | (web or {}))
        self.door = Door(self.port, is_https=False)
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self, *names: str, is_fast: bool = False) -> None:
        commands = {"web": ["web"], "index": ["search_index", "follow"], "worker": ["worker"]}
        for name in names or commands:
            program = ["manage.py", *commands[name]]
            if is_fast and name == "web":
                # It becomes gunicorn by exec, which would set its clock right again.
                program = ["-c", FAST, *gunicorn(self.port)]
            elif is_fast:
                program = ["-c", FAST, *program]
            site = self.web_site if name == "web" else self.site
            self.processes[name] = site.start_program(
                [sys.executable, *program], start_new_session=True
            )

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.ready().get("status") == "ok", every=0.05)

    def ready(self) -> dict:
        answer = self.door.ask("/healthz/ready")
        return json.loads(answer.body) if answer.body.startswith(b"{") else {}

    def status(self, path: str) -> int:
        return self.door.ask(path).status

    def reload(self) -> None:
        """New web processes for the old ones."""
        before = self.web_processes()
        self.processes["web"].send_signal(signal.SIGHUP)
        wait_until(lambda: self.web_processes() and not before & self.web_processes())

    def web_processes(self) -> set[int]:
        master = self.processes["web"].pid
        try:
            children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        except FileNotFoundError:
            return set()
        return {int(child) for child in children}

    def kill(self, *names: str) -> None:
        """With all their children, as if the machine was switched off."""
        for name in names or list(self.processes):
            process = self.processes.pop(name, None)
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(MAX_SECONDS)


def gunicorn(port: int) -> list[str]:
    arguments = [part for part in web_server.command()[2:] if not part.startswith("--bind")]
    return [gunicorn_program.__file__, *arguments, f"--bind=127.0.0.1:{port}"]


class Machines:
    """PostgreSQL and Redis run; nodes are added by each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres")
        self.pgbouncer = Pgbouncer(folder / "pgbouncer")
        self.redis = Redis(folder / "redis")
        self.nginx = Nginx(folder / "nginx")
        self.standby: Postgres | None = None
        self.nodes: list[Node] = []

    def add(self, name: str, settings: dict | None = None, web: dict | None = None) -> Node:
        settings = {"DATABASE_URL": self.postgres.url, **(settings or {})}
        node = Node(self.folder / name, settings, web)
        self.nodes.append(node)
        return node

    def start_nginx(self) -> Door:
        self.nginx.start(*[f"127.0.0.1:{node.port}" for node in self.nodes])
        return Door(self.nginx.port)

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()
        for engine in [self.nginx, self.pgbouncer, self.redis, self.standby, self.postgres]:
            if engine:
                engine.kill()


def seconds_until(is_so) -> float:
    began = time.monotonic()
    wait_until(is_so, every=0.02)
    return time.monotonic() - began
