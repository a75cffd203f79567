#!/usr/bin/env bash
# Installs the site on a plain Debian, with PostgreSQL and nginx. Run as root from a checkout:
#
#     deploy/install.sh jobs.example
#
# It can be run again: it changes neither settings nor certificates that are there.
set -euo pipefail

HOST=${1:?Say the name of the site, for example: deploy/install.sh jobs.example}
HERE=$(cd "$(dirname "$0")/.." && pwd)
case $HOST in *[!a-z0-9.-]*) echo "Say its name alone, in small letters, such as jobs.example."; exit 1 ;; esac
SITE=/srv/rolebook
[ "$(id -u)" = 0 ] || { echo "Run this as root."; exit 1; }

say() { echo "--- $*"; }

# A machine that was not started by systemd, such as a chroot, gets everything but running services.
has_systemd() { [ -d /run/systemd/system ]; }

say "Packages"
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    ca-certificates git gpg make nginx openssl postgresql postgresql-client python3 python3-venv

say "User and code"
id rolebook >/dev/null 2>&1 || adduser --system --group --home /var/lib/rolebook --no-create-home rolebook
install -d -m 0700 -o rolebook -g rolebook /var/lib/rolebook
umask 022
if [ ! -d $SITE ]; then
    from_here() { git -c safe.directory="$HERE" -c safe.directory="$HERE/.git" "$@"; }
    from_here clone -q --no-hardlinks "$HERE" $SITE
    # upgrade.sh asks where this checkout came from, not the checkout.
    if ORIGIN=$(from_here -C "$HERE" remote get-url origin 2>/dev/null); then
        git -C $SITE remote set-url origin "$ORIGIN"
    fi
fi
(cd $SITE && python3 scripts/setup_venv.py server)
$SITE/.venv/bin/python -m compileall -q $SITE/jobboard $SITE/roles

say "Database"
has_systemd || service postgresql start >/dev/null
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
install -d -m 0750 -g rolebook /etc/rolebook
if [ ! -e /etc/rolebook/env ]; then
    PASSWORD=$(openssl rand -hex 24)
    # It may be there: an earlier run that did not come to its end left no settings.
    as_postgres psql -q -v ON_ERROR_STOP=1 <<SQL
SELECT 'CREATE ROLE rolebook' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rolebook') \gexec
ALTER ROLE rolebook LOGIN PASSWORD '$PASSWORD';
SELECT \$\$CREATE DATABASE rolebook OWNER rolebook ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0\$\$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rolebook') \gexec
SQL
    # By a script that nobody sees: every user of the machine can read what is on a command line.
    sed -f - $SITE/deploy/env.example <<SED | install -m 0640 -g rolebook /dev/stdin /etc/rolebook/env
s|^SITE_URL=.*|SITE_URL=https://$HOST|
s|^SECRET_KEY=.*|SECRET_KEY=$(openssl rand -hex 48)|
s|^DATABASE_URL=.*|DATABASE_URL=postgres://rolebook:$PASSWORD@127.0.0.1:5432/rolebook|
s|^WEB_CONCURRENCY=.*|WEB_CONCURRENCY=$(nproc)|
s|jobs\.example|$HOST|
SED
fi

say "Services"
cp -r $SITE/deploy/systemd/. /etc/systemd/system/
install -d -m 0755 /etc/ssl/rolebook /var/cache/nginx
if [ ! -e /etc/ssl/rolebook/key.pem ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj "/CN=$HOST" -addext "subjectAltName=DNS:$HOST" \
        -keyout /etc/ssl/rolebook/key.pem -out /etc/ssl/rolebook/fullchain.pem 2>/dev/null
    say "The certificate is self-signed: replace /etc/ssl/rolebook/fullchain.pem and key.pem"
fi
sed "s|jobs\.example|$HOST|g" $SITE/deploy/nginx.conf > /etc/nginx/sites-available/rolebook
ln -sf ../sites-available/rolebook /etc/nginx/sites-enabled/rolebook
rm -f /etc/nginx/sites-enabled/default
nginx -t -q
if has_systemd; then
    systemctl daemon-reload
    systemctl enable -q --now rolebook-web.socket
    systemctl enable -q --now rolebook-release rolebook-web rolebook-worker rolebook-index rolebook-backup.timer
    systemctl reload nginx
fi

say "Installed. Next:"
echo "1. Set EMAIL_URL in /etc/rolebook/env and run: systemctl restart 'rolebook-*'"
echo "2. Make your account: deploy/manage createsuperuser"
echo "3. Look at https://$HOST/healthz/ready"
