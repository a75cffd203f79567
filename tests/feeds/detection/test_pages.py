"""Careers pages: which boards, feeds and jobs their HTML leads to."""

import time

import pytest

from jobboard.feeds.detection.pages import detect_feed, single_source
from jobboard.feeds.detection.sources import NotASourceError

pytestmark = pytest.mark.pure

ADDRESS = "https://www.acme.example/careers"
JOB = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Engineer"}</script>'


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body><h1>Careers</h1>{body}</body></html>"


def found(body: str, head: str = "", address: str = ADDRESS) -> tuple[str, str]:
    source = single_source(page(body, head), address)
    return source.kind, source.board


def sentence(body: str) -> str:
    with pytest.raises(NotASourceError) as refused:
        single_source(page(body), ADDRESS)
    return str(refused.value)


@pytest.mark.parametrize(
    ("body", "board"),
    [
        (
            '<div id="grnhse_app"></div>'
            '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>',
            ("greenhouse", "acme"),
        ),
        (
            "<IFRAME SRC='//job-boards.greenhouse.io/embed/job_board?for=acme&amp;b=x'></IFRAME>",
            ("greenhouse", "acme"),
        ),
        (
            '<script id="data" type="application/json">{"page":{"urlToken": "acme"}}</script>',
            ("greenhouse", "acme"),
        ),
        (
            '<script>fetch("https:\\/\\/api.lever.co\\/v0\\/postings\\/acme?mode=json")</script>',
            ("lever", "acme"),
        ),
        (
            '<script src="https://jobs.ashbyhq.com/Acme%20Labs/embed?version=2"></script>',
            ("ashby", "Acme%20Labs"),
        ),
        (
            '<div id="BambooHR" data-domain="acme.bamboohr.com" data-departmentId=""></div>',
            ("bamboohr", "acme"),
        ),
        (
            '<div id="bzOpeningsContainer"></div>'
            '<script src="https://acme.breezy.hr/embed/js?inline=true&amp;group_by=none"></script>',
            ("breezy", "acme"),
        ),
        (
            '<a href="https://apply.workable.com/acme/j/A1B2C3D4E5/">Engineer</a>'
            '<a href="https://apply.workable.com/acme/j/0F9E8D7C6B/">Analyst</a>'
            '<a href="https://www.linkedin.com/company/acme/jobs/">LinkedIn</a>'
            '<a href="https://www.workable.com/">Powered by Workable</a>',
            ("workable", "acme"),
        ),
        (
            f"<p>{'Long before the link. ' * 25_000}</p>"
            "<a href=https://acme.wd5.myworkdayjobs.com/en-US/Careers>Jobs</a>",
            ("workday", "acme.wd5.myworkdayjobs.com/acme/Careers"),
        ),
    ],
)
def test_a_board_is_found_where_a_page_embeds_or_links_it(body, board):
    assert found(body) == board


@pytest.mark.parametrize(
    ("head", "kind", "api"),
    [
        (
            '<script src="https://assets-aws.teamtailor-cdn.com/assets/packs/runtime.js"></script>',
            "teamtailor",
            "https://www.acme.example/jobs.rss?per_page=100&offset=0",
        ),
        (
            '<link rel="stylesheet" href="https://d1.recruiteecdn.com/style.css">',
            "recruitee",
            "https://www.acme.example/api/offers/",
        ),
        (
            '<script src="//rmkcdn.successfactors.com/1/js/jquery.js"></script>',
            "successfactors",
            "https://www.acme.example/googlefeed.xml",
        ),
        (
            '<link rel="alternate" type="application/rss+xml" title="Jobs" href="/jobs.rss">',
            "rss",
            "https://www.acme.example/jobs.rss",
        ),
        (
            '<link rel="alternate" type="application/atom+xml" href="/vacancies?as=atom">',
            "rss",
            "https://www.acme.example/vacancies?as=atom",
        ),
        (JOB, "jobposting", ADDRESS),
    ],
)
def test_a_page_without_a_board_may_run_on_a_system_have_a_feed_or_markup(head, kind, api):
    source = single_source(page("", head), ADDRESS)

    assert (source.kind, source.api) == (kind, api)


def test_a_board_is_surer_than_the_feed_and_the_markup_of_the_same_jobs():
    feed = '<link rel="alternate" type="application/rss+xml" title="Jobs" href="/jobs.rss">'
    board = '<a href="https://jobs.lever.co/acme">See all jobs</a>'

    assert found(board, feed + JOB) == ("lever", "acme")
    assert found("", feed + JOB) == ("rss", "www.acme.example")


def test_of_several_boards_all_are_said_and_none_is_chosen():
    text = sentence(
        '<a href="https://jobs.lever.co/acme">Acme</a>'
        '<a href="https://jobs.ashbyhq.com/globex">Globex</a>'
        '<a href="https://initech.recruitee.com/">Initech</a>'
    )

    assert text == (
        "This page leads to 3 sources of jobs: Lever (acme), Ashby (globex) and Recruitee "
        "(initech.recruitee.com). Paste the address of the one you want to follow."
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<script>whr_embed(407621, {detail: 'titles'});</script>", "like https://apply.workable"),
        (
            '<script src="https://scripts.teamtailor-cdn.com/widgets/eu-pink/jobs.js"></script>'
            '<div class="teamtailor-jobs-widget" data-teamtailor-api-key="KEY"></div>',
            "like https://acme.teamtailor.com",
        ),
        ('<a href="/job?gh_jid=4012345004">Engineer</a>', "shows jobs from Greenhouse"),
        ('<a href="/job?ashby_jid=0a1b">Engineer</a>', "shows jobs from Ashby"),
        ("<p>We are hiring.</p>", "no job board, feed or job markup"),
    ],
)
def test_where_a_page_does_not_say_which_board_people_are_asked_for_it(body, says):
    assert says in sentence(body)


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://www.facebook.com/share?u=https://jobs.lever.co/acme">Share</a>',
        '<script>go("https://evil.example/?next=https://jobs.lever.co/acme")</script>',
        '<script>go("/out?next=https://jobs.lever.co/acme")</script>',
        '<!-- <a href="https://jobs.lever.co/acme">Jobs</a> -->',
        '<script src="https://assets-cdn.breezy.hr/x.js"></script>',
        '<a href="https://remoteok.com/">Also on Remote OK</a>',
        '<link rel="alternate" type="application/rss+xml" title="Blog" href="/blog/feed/">',
        '<a href="https://career5.sapsf.eu/career">Sign in</a>',
    ],
)
def test_what_only_looks_like_a_board_is_none(body):
    assert "no job board" in sentence(body)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "<a " * 600_000,
        "<a href='" * 200_000,
        "<!--" * 500_000,
        "<script>" + "//a" * 600_000,
        f"<a {'b' * 3_990}>" * 500,
        "<script" * 280_000,
    ],
    ids=["tags", "quotes", "comments", "addresses", "attributes", "scripts"],
)
def test_a_broken_page_of_two_megabytes_is_soon_read(text):
    started = time.process_time()

    with pytest.raises(NotASourceError):
        single_source(text, ADDRESS)

    assert time.process_time() - started < 5  # squared, it would be minutes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('<?xml version="1.0"?><rss xmlns:tt="https://teamtailor.com/locations">', "teamtailor"),
        ('<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">', "successfactors"),
        ('\n<rss version="2.0"><channel>', "rss"),
        ('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">', "rss"),
        ('<?xml version="1.0"?><source><job>', "xml"),
    ],
)
def test_a_feed_is_known_by_its_first_lines(text, kind):
    source = detect_feed(text, "https://careers.acme.example/jobs.rss")

    assert source and (source.kind, source.board) == (kind, "careers.acme.example")


def test_a_page_or_json_is_no_feed():
    assert detect_feed(page("<p>rss</p>"), ADDRESS) is None
    assert detect_feed('{"jobs": []}', ADDRESS) is None
