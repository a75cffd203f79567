"""What a worker costs: idle, and while it hands 1,000 emails to a mail server on this machine.

    python benchmarks/worker.py

On SQLite in a throw-away folder. Shows CPU time and memory as the kernel counts them (Linux).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
IDLE_SECONDS = 60
EMAILS = 1_000
MAX_SECONDS = 600


class Taker(StreamRequestHandler):
    """A mail server that says yes at once."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                for _ in iter(self.rfile.readline, b".\r\n"):
                    pass
            self.wfile.write(b"250 ok\r\n")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int, of: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(of)) / 1024


def show(what: str, pid: int, seconds: float, cpu: float) -> None:
    print(
        f"{what:20}{seconds:8.1f} s{cpu:8.2f} s CPU{100 * cpu / seconds:6.1f} % of a core"
        f"{megabytes(pid, 'Rss'):8.0f} MB,{megabytes(pid, 'Private'):5.0f} private",
        flush=True,
    )


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from jobboard.common.mail import queue_email
    from jobboard.common.models import Email
    from jobboard.common.tasks import SOON

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    command = [sys.executable, str(ROOT / "manage.py"), "worker"]
    worker = subprocess.Popen(command)
    time.sleep(15)  # the schedule's first round
    before = cpu_seconds(worker.pid)
    time.sleep(IDLE_SECONDS)
    show("idle", worker.pid, IDLE_SECONDS, cpu_seconds(worker.pid) - before)

    text = "A job that may interest you.\n\n" * 20
    for number in range(EMAILS):
        to = f"person{number}@example.com"
        queue_email(to=to, subject="Jobs", text=text, purpose="x", priority=SOON)
    start, before = time.perf_counter(), cpu_seconds(worker.pid)
    left = Email.objects.filter(state=Email.State.WAITING)
    already = Email.objects.count() - left.count()
    while left.exists() and time.perf_counter() - start < MAX_SECONDS:
        time.sleep(0.2)
    took = time.perf_counter() - start
    show(f"{EMAILS - already:,} emails", worker.pid, took, cpu_seconds(worker.pid) - before)
    worker.terminate()
    worker.wait()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadingTCPServer(("127.0.0.1", 0), Taker) as server,
    ):
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        os.environ |= {
            "DATA_DIR": folder,
            "SECRET_KEY": "benchmark",
            "EMAIL_URL": f"smtp://127.0.0.1:{server.server_address[1]}",
        }
        main()
        server.shutdown()
