"""Run a command with DATABASE_URL pointing at a PostgreSQL of its own, gone when the command ends.

    python3 scripts/with_postgres.py make run DATA_DIR=/tmp/rolebook

Without PostgreSQL on this machine the command is not run; that is a failure only with
REQUIRE_ALL=1.
"""

# ruff: noqa: S603 (the commands are this file's, and what its caller asked for)

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOST, USER = "127.0.0.1", "rolebook"
# It lives for minutes, so it may lose everything at a crash.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def programs() -> Path | None:
    """The newest folder that holds the server's programs: on Debian they are not on PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    versions = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()
    ]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def somebody() -> dict:
    """Who runs the server: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def run_with_postgres(bin_folder: Path, home: Path, command: list[str]) -> int:
    who = somebody()
    if who:
        os.chown(home, who["user"], who["group"])
    password, port = secrets.token_hex(16), free_port()
    password_file, data, log = home / "password", home / "data", home / "log"
    password_file.write_text(password)
    password_file.chmod(0o644)  # within a folder that is closed to others
    as_somebody = {"cwd": home, "stdin": subprocess.DEVNULL, "start_new_session": True, **who}
    with log.open("wb") as output:
        initdb = [
            bin_folder / "initdb",
            f"--pgdata={data}",
            f"--username={USER}",
            f"--pwfile={password_file}",
        ]
        initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(initdb, **as_somebody, stdout=output, stderr=output, check=True)
        options = ["listen_addresses=" + HOST, f"port={port}", "unix_socket_directories=", *FAST]
        postgres = [
            bin_folder / "postgres",
            "-D",
            data,
            *[part for option in options for part in ("-c", option)],
        ]
        server = subprocess.Popen(postgres, **as_somebody, stdout=output, stderr=output)
    try:
        while "ready to accept connections" not in log.read_text():
            if server.poll() is not None:
                sys.exit("PostgreSQL did not start:\n" + log.read_text())
            time.sleep(0.1)
        url = f"postgres://{USER}:{password}@{HOST}:{port}/postgres"
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is kept
        server.wait()


def main(command: list[str]) -> int:
    bin_folder = programs()
    if bin_folder is None:
        print(
            "Left out: PostgreSQL is not installed "
            "(on Debian or Ubuntu: sudo apt install postgresql)."
        )
        return 1 if os.environ.get("REQUIRE_ALL") == "1" else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="postgres-") as home:
        return run_with_postgres(bin_folder, Path(home), command)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
