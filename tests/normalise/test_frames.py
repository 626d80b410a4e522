"""Frames that swallow pages."""

from tosmonitor.normalise import normalise


def test_a_frame_that_a_noscript_leaves_open_swallows_nothing() -> None:
    """Tag managers put `<noscript><iframe ...></noscript>` at the top; the page after it is still the page."""
    page = b"""<html><head><noscript><iframe src="https://tags.example/ns.html" height="0"></noscript></head><body>
    <main><h1>Privacy Policy</h1><p>We keep messages for 30 days after you delete your account.</p></main></body>"""
    text = normalise(page, url="https://service.example/privacy", media_type="text/html").text
    assert text == "# Privacy Policy\n\nWe keep messages for 30 days after you delete your account.\n"
