#!/usr/bin/env bash
# Brings an installed site to the newest version, or to the one named, without losing a request:
#
#     deploy/upgrade.sh [VERSION]
#
# The old code goes on with the new tables until it is replaced. Web servers start anew behind a socket
# that stays open, so whoever asks meanwhile waits for some seconds.
set -euo pipefail
cd "$(dirname "$0")/.."

git fetch -q --tags origin
git checkout -q --detach "${1:-origin/HEAD}"
umask 022
python3 scripts/setup_venv.py server
.venv/bin/python -m compileall -q jobboard roles
cp -r deploy/systemd/. /etc/systemd/system/
systemctl daemon-reload
systemctl restart rolebook-release
systemctl restart rolebook-web rolebook-worker rolebook-index
