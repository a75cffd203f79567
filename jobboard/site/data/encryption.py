"""Backups for a place that may be read by others: gpg encrypts them with a public key (BACKUP_KEY),
and what opens them need not be on this machine.
"""

import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

from .backups import BackupError, remove_leftovers, write_backup


def write_encrypted_backup(target: Path) -> None:
    """Refuses a file that exists. One that is cut off leaves no ``target``."""
    if target.exists():
        raise BackupError(f"{target} already exists. Choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target.parent)  # one that was killed left the database as it is
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        plain = Path(folder, "plain.zip")
        encrypted = Path(folder, "encrypted")
        write_backup(plain)
        _encrypt(plain, encrypted, Path(folder))
        encrypted.rename(target)


def _encrypt(plain: Path, encrypted: Path, home: Path) -> None:
    command = ["gpg", "--batch", "--quiet", "--no-options", "--homedir", str(home)]
    command += ["--trust-model", "always", "--recipient-file", settings.BACKUP_KEY]
    command += ["--compress-algo", "none", "--output", str(encrypted), "--encrypt", str(plain)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise BackupError("gpg is not installed (on Debian: sudo apt install gpg).") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise BackupError(f"The backup could not be encrypted ({reason[0]}).") from None
