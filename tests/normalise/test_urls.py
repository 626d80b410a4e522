"""Link targets are absolute and free of what tracks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosmonitor.normalise.urls import absolute, clean, revealed


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a b?q=1&utm_source=x&fbclid=y#part", "https://example.org/a%20b?q=1#part"),
        ("//Example.ORG:443/x", "https://example.org/x"),
        ("../up?1660573871044", "https://example.org/up"),
        ("x?openaicom-did=c6033b9b&openaicom_referred=true", "https://example.org/legal/x"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fe.org%2Fp%3Ffbclid%3D1&h=AT0", "https://e.org/p"),
        ("https://www.google.com/url?q=https://e.org/&sa=D", "https://e.org/"),
        ("page;jsessionid=12AB?id=7", "https://example.org/legal/page?id=7"),
        (
            "/redirect/site.v1.bb5686f3-8e19-4539-af06-bf5c8baa4512/settings",
            "https://example.org/redirect/site.v1/settings",
        ),
        ("/?a=1&amp;b=2", "https://example.org/?a=1&amp%3Bb=2"),
        ("/x&lt;y&nosuch;z", "https://example.org/x&lt%3By&nosuch;z"),
        ("/" + "a/../" * 5_000 + "b", "https://example.org/b"),
        ("#clause-3", "https://example.org/legal/#clause-3"),
        ("/cdn-cgi/l/email-protection#4226322d02273a232f322e276c2d3025", "mailto:dpo@example.org"),
        ("mailto:legal@example.org?subject=x", "mailto:legal@example.org"),
        ("https://münchen.example/Übung", "https://xn--mnchen-3ya.example/%C3%9Cbung"),
        ("https://e.org/(a)", "https://e.org/%28a%29"), ("https://e\ufffd.org", "https://e%EF%BF%BD.org/"),
        ("javascript:void(0)", ""), ("data:text/html,x", ""), ("#", ""),
        ("http://[::1", ""), ("//[", ""), ("http:", ""),
    ],
)  # fmt: skip
def test_links_lead_where_they_lead_and_no_further(href: str, expected: str) -> None:
    """A target is made absolute, unwrapped and stripped of campaigns, sessions and cache busters."""
    assert expected == absolute(href, "https://example.org/legal/")


@given(st.text(max_size=40) | st.text(max_size=20).map("https://e{}.org/x".format))
def test_cleaning_twice_is_cleaning_once(href: str) -> None:
    """A clean address is left alone, and is plain ASCII without blanks or brackets."""
    once = absolute(href, "https://example.org/a/")
    assert once == clean(once) if once else once == ""
    assert once.isascii()
    assert not set(once) & set(" <>()\n\t")


def test_hidden_mail_addresses_are_shown() -> None:
    """Cloudflare's obfuscation is undone; what is no code gives nothing."""
    code = bytes([0x42, *(b ^ 0x42 for b in b"dpo@example.org")]).hex()
    assert revealed(code) == "dpo@example.org"
    assert revealed("zz") == ""
    assert revealed("") == ""
