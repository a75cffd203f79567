from jobboard.common.html import MOST_BRACKETS, markdown_to_html


def test_a_text_with_more_brackets_than_anybody_writes_has_no_links_and_loses_no_word():
    link, brackets = "[our jobs](https://careers.example.com)", "[" * MOST_BRACKETS

    few, many = markdown_to_html(link), markdown_to_html(f"# Work\n\n{link} {brackets}")

    assert "<a " in few
    assert "<a " not in many
    assert "<h3>Work</h3>" in many
    assert f"{link} {brackets}" in many
