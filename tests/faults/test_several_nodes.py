"""Two machines behind nginx lose each other, their database, its primary, Redis and the time.

Each program is real, and PostgreSQL, pgbouncer, Redis and nginx run with the files of ``deploy/``.
What was acknowledged is counted in the database itself, one test after the other on the same site;
each starts what it needs where another process runs the ones before it.
"""

import re
import time
from itertools import count
from random import Random

import pytest

from tests.engines import open_folder
from tests.faults.nodes import Machines, seconds_until
from tests.faults.same_pages import SamePages
from tests.load import Load, Reader, Visitor, Writer, lost, make_tokens
from tests.reliability import IS_WHOLE, SOON
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.pure]


@pytest.fixture(scope="module")
def machines():
    with open_folder() as folder:
        machines = Machines(folder)
        try:
            machines.postgres.make()
            machines.redis.start()
            machines.pgbouncer.start(machines.postgres)
            yield machines
        finally:
            machines.stop()


@pytest.fixture(scope="module")
def first_start(machines) -> float:
    """Two nodes that are started for the first time at once; how many seconds that took."""
    pooled = {"DATABASE_URL": machines.pgbouncer.url, "DATABASE_POOLED": "True"}
    shared = {"REDIS_URL": machines.redis.url}
    nodes = [machines.add(name, shared, web=pooled | shared) for name in "ab"]
    began = time.monotonic()
    starts = [node.site.start("release") for node in nodes]
    codes = [start.wait() for start in starts]
    assert codes == [0, 0], nodes[0].site.output + nodes[1].site.output
    machines.tokens = make_tokens(nodes[0].site, companies=4)
    return time.monotonic() - began


@pytest.mark.faults("first starts")
def test_two_machines_may_start_for_the_first_time_at_once(machines, first_start, note_figure):
    roles = machines.postgres.sql("SELECT count(*), count(DISTINCT slug) FROM roles_role")[0]

    assert roles[0] == roles[1] > 0
    note_figure("first starts", f"both ended well in {first_start:.0f} s, {roles[0]} roles")


@pytest.fixture(scope="module")
def door(machines, first_start):
    next(machines.nodes[1].site.folder.glob("static/site.*.css")).unlink()  # as before an upgrade
    for node in machines.nodes:
        node.start()
    for node in machines.nodes:
        node.wait_until_ready()
    return machines.start_nginx()


def sign_in(door) -> int:
    """The status of the answer to address and password; 302 lets them in."""
    page = door.ask("/accounts/login/", visitor=8)
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)[1].decode()
    cookie = page.headers["Set-Cookie"].split(";")[0]
    form = f"csrfmiddlewaretoken={token}&login=w0%40acme.example&password=a-long-enough-password"
    headers = {
        "Cookie": cookie,
        "Referer": "https://jobs.example/accounts/login/",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return door.ask("/accounts/login/", "POST", form, headers, visitor=8).status


def writers(machines, door):
    given, machines.tokens = machines.tokens[:2], machines.tokens[2:] + machines.tokens[:2]
    return [Writer(door, 20 + number, tokens) for number, tokens in enumerate(given)]


@pytest.mark.faults("pgbouncer")
def test_people_read_sign_in_and_post_through_pgbouncer(machines, door, note_figure):
    pages = ["/", "/jobs/", "/roles/", "/companies/", "/salaries/", "/api/v1/listings", "/jobs.csv"]
    assert {page: door.ask(page).status for page in pages} == dict.fromkeys(pages, 200)
    assert sign_in(door) == 302

    with Load(*writers(machines, door)) as load:
        load.wait_for_more()

    assert (load.failures, lost(load.acknowledged, machines.postgres.sql)) == ([], set())
    sessions = machines.postgres.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'rolebook'"
    )
    note_figure("pgbouncer", f"0 errors; {sessions[0][0]} connections to PostgreSQL with two nodes")


@pytest.mark.faults("redis")
def test_people_sign_in_while_redis_is_gone(machines, door, note_figure):
    first = machines.nodes[0]
    assert first.ready()["cache"] == "ok"

    machines.redis.kill()

    assert [sign_in(door), door.ask("/jobs/").status] == [302, 200]
    assert "Redis is not responding" in first.ready()["cache"]
    machines.redis.start()
    seconds = seconds_until(lambda: first.ready()["cache"] == "ok")
    note_figure("redis", f"signed in; used again {seconds:.1f} s after it was back")


@pytest.mark.faults("rolling")
def test_static_files_come_from_the_machine_that_has_them(machines, door):
    address = re.search(rb'href="(/static/site\.\w+\.css)"', door.ask("/").body)[1].decode()
    alone = [node.status(address) for node in machines.nodes]
    through_nginx = [door.ask(f"{address}?{number}").status for number in range(4)]

    assert (alone, through_nginx) == ([200, 404], [200] * 4)


@pytest.mark.faults("rolling")
def test_web_servers_are_started_anew_without_a_failed_request(machines, door, note_figure):
    with Load(*readers(door, 2), *writers(machines, door)) as load:
        for node in machines.nodes:
            node.reload()
            load.wait_for_more()

    assert load.failures == []
    assert lost(load.acknowledged, machines.postgres.sql) == set()
    note_figure("rolling", f"0 of {load.answered} failed while two nodes were reloaded")


MAKE_JOBS = """
from datetime import timedelta
from django.utils import timezone
from roles.models import Role
from tests.factories import ListingFactory
role = Role.objects.get(slug="data-engineer")
for number in range(30):
    posted = timezone.now() - timedelta(hours=number)
    ListingFactory(live=True, title="Same Pages Engineer", role=role, posted_at=posted)
"""


@pytest.mark.faults("kept pages")
def test_all_machines_show_what_would_be_made_anew(machines, door, note_figure):
    machines.nodes[0].site.run("shell", "--no-imports", "-c", MAKE_JOBS)
    pages = SamePages(machines, Random(2026))  # noqa: S311
    steps = 500 if IS_WHOLE else 10
    for _ in range(steps):
        pages.step()

    assert pages.differing == []
    assert pages.compared > steps // 2
    note_figure("kept pages", f"0 of {pages.compared} differed")

    # The control: a change that nobody is told of.
    pages.wait_until_kept("/roles/data-engineer/")
    machines.postgres.sql("ALTER TABLE roles_role DISABLE TRIGGER USER")
    machines.postgres.sql("UPDATE roles_role SET definition = 'Another.', changed_at = now()")
    machines.postgres.sql("ALTER TABLE roles_role ENABLE TRIGGER USER")
    pages.look("/roles/data-engineer/")
    assert pages.differing == ["/roles/data-engineer/"]


def readers(door, number: int) -> list[Reader]:
    return [Reader(door, 40 + visitor) for visitor in range(number)]


@pytest.mark.faults("node killed")
def test_a_node_that_is_killed_loses_nothing(machines, door, note_figure):
    node = machines.nodes[0]
    with Load(*readers(door, 4), *writers(machines, door)) as load:
        node.kill()
        load.wait_for_more()
    node.start()
    node.wait_until_ready()

    assert len(load.failures) <= len(load.visitors)  # each had one request in flight
    assert lost(load.acknowledged, machines.postgres.sql) == set()
    note_figure(
        "node killed",
        f"0 of {len(load.acknowledged)} writes lost, {len(load.failures)} of {load.answered} "
        f"requests failed with {len(load.visitors)} in flight",
    )


@pytest.mark.faults("database restarted")
def test_the_site_goes_on_as_soon_as_its_database_does(machines, door, note_figure):
    """With pgbouncer in between, which has to notice it too."""
    with Load(*readers(door, 2), *writers(machines, door)) as load:
        machines.postgres.stop()
        wait_until(lambda: machines.nodes[0].status("/healthz/ready") == 503)
        assert machines.nodes[0].status("/healthz/live") == 200
        machines.postgres.start()
        answers_at = time.monotonic()
        seconds = seconds_until(lambda: machines.nodes[0].ready().get("status") == "ok")
        load.wait_for_more()

    assert {status for _, status in load.failures} <= {503}
    assert lost(load.acknowledged, machines.postgres.sql) == set()
    late = [when for when, _ in load.failures if when > answers_at + SOON]
    note_figure(
        "database restarted",
        f"0 of {len(load.acknowledged)} writes lost; ready {seconds:.2f} s after PostgreSQL "
        f"answers, {len(late)} requests fail later than {SOON} s after it",
    )
    assert seconds < SOON
    assert late == []


@pytest.mark.faults("database away")
def test_a_locked_table_stops_neither_live_nor_the_site_for_good(machines, door, note_figure):
    """Who waits for it is let go by the limits that pgbouncer sets."""
    node = machines.nodes[0]
    address = "/jobs/999999-none/"
    with machines.postgres.connect() as locker:
        locker.execute("LOCK TABLE listings_listing IN ACCESS EXCLUSIVE MODE")
        with Load(Visitor(lambda: node.door.ask("/healthz/live"))) as live:
            answer = node.door.ask(address)
        locker.rollback()
    seconds = seconds_until(lambda: node.status(address) == 404)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert (live.failures, b"Traceback" in answer.body) == ([], False)
    assert live.visitors[0].slowest < SOON
    note_figure(
        "database away",
        f"503 after {answer.seconds:.1f} s of a locked table, live within "
        f"{live.visitors[0].slowest:.2f} s meanwhile, pages {seconds:.2f} s after it",
    )


MAKE_LIVE = """
from roles.models import Role
from tests.factories import CompanyFactory, ListingFactory
company = CompanyFactory(name="{0}", slug="{0}", domain="{0}.example")
ListingFactory(live=True, title="{0} Engineer", company=company, role=Role.objects.first())
"""


@pytest.mark.faults("clock ahead")
def test_what_one_node_posts_a_node_with_a_fast_clock_finds(machines, door, note_figure):
    right, fast = machines.nodes
    fast.kill()
    fast.start(is_fast=True)
    fast.wait_until_ready()
    assert b"Zymurgy" not in fast.door.ask("/jobs/?q=zymurgy").body

    right.site.run("shell", "--no-imports", "-c", MAKE_LIVE.format("Zymurgy"))

    seconds = seconds_until(lambda: b"Zymurgy Engineer" in fast.door.ask("/jobs/?q=zymurgy").body)
    wait_until(lambda: b"Zymurgy Engineer" in right.door.ask("/jobs/?q=zymurgy").body)
    fast.kill()
    fast.start()
    fast.wait_until_ready()
    note_figure("clock ahead", f"found {seconds:.1f} s after it was committed elsewhere")


FRESH = count(1)


def listed(node) -> bytes:
    """Jobs as a program sees them that asks for the first time."""
    return node.door.ask(f"/api/v1/listings?q=zythum&page_size={next(FRESH)}").body


@pytest.fixture(scope="module")
def standby(machines, door):
    machines.standby = machines.postgres.copy(machines.folder / "standby")
    return machines.standby


@pytest.mark.faults("replica")
def test_pages_are_read_from_a_replica_until_it_is_late_or_gone(machines, standby, note_figure):
    node = machines.nodes[1]
    node.kill()
    node.web_site.environment["DATABASE_REPLICA_URL"] = standby.url
    node.start()
    node.wait_until_ready()
    wait_until(lambda: node.ready()["replica"] == "ok")

    before = standby.sql(SCANS)
    # The last one is kept nowhere.
    pages = ["/", "/roles/", "/sitemap.xml", f"/jobs/?skill=-sql&q={next(FRESH)}"]
    assert [node.status(page) for page in pages] == [200] * 4
    wait_until(lambda: standby.sql(SCANS) > before)  # it counts after a while

    standby.sql("SELECT pg_wal_replay_pause()")
    node.site.run("shell", "--no-imports", "-c", MAKE_LIVE.format("Zythum"))
    seconds = seconds_until(lambda: b"Zythum" in listed(node))
    assert "seconds behind" in node.ready()["replica"]
    standby.sql("SELECT pg_wal_replay_resume()")
    wait_until(lambda: node.ready()["replica"] == "ok")

    with Load(*[Reader(node.door, 40 + visitor) for visitor in range(2)]) as load:
        standby.kill()
        load.wait_for_more(20)
    assert len(load.failures) <= len(load.visitors)
    assert node.ready()["replica"].startswith("not responding")
    standby.start()
    note_figure(
        "replica",
        f"{len(load.failures)} of {load.answered} failed when it was killed with "
        f"{len(load.visitors)} in flight; {seconds:.0f} s old at most when it stands still",
    )


SCANS = "SELECT sum(seq_scan + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"


@pytest.mark.faults("primary lost")
def test_the_standby_takes_over_from_a_lost_primary(machines, door, standby, note_figure):
    """Web servers and workers name both servers; each commit waits for the standby."""
    machines.postgres.commit_with_standby()
    for node in machines.nodes:
        node.kill()
        node.web_site.environment.pop("DATABASE_REPLICA_URL", None)
        both = {"DATABASE_URL": machines.postgres.url_with(standby)}
        node.site.environment |= both
        node.web_site.environment |= both | {"DATABASE_POOLED": "False"}
        node.start()
    for node in machines.nodes:
        node.wait_until_ready()

    with Load(*readers(door, 2), *writers(machines, door)) as load:
        machines.postgres.kill()
        wait_until(lambda: machines.nodes[0].status("/healthz/ready") == 503)
        standby.promote()
        answers_at = time.monotonic()
        seconds = seconds_until(lambda: machines.nodes[0].ready().get("status") == "ok")
        load.wait_for_more()
    machines.postgres = standby

    assert lost(load.acknowledged, machines.postgres.sql) == set()
    late = [when for when, _ in load.failures if when > answers_at + SOON]
    note_figure(
        "primary lost",
        f"0 of {len(load.acknowledged)} writes lost; ready {seconds:.2f} s after the standby was "
        f"promoted, {len(late)} requests fail later than {SOON} s after it",
    )
    assert late == []
    assert sign_in(door) == 302
