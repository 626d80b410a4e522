"""Changes in lists: as much of each as lets a reader choose."""

from pathlib import Path

from tests.site import history
from tests.site.conftest import BASE, Reader
from tosmonitor import archive
from tosmonitor.model import Document, Service, Source
from tosmonitor.site import create_app

DOCUMENT = Document("lumen", "Terms of Service", (Source("https://lumen.example/terms"),), language="en")
WHOLE = """We use cookies and targeted advertising. Disputes are settled by binding arbitration. The governing
law is that of Ireland. Children under 13 may not have an account. We may terminate or suspend your
account. We keep data for two years after deletion. We share data with third parties. You grant us a
licence to your content. We train our artificial intelligence models on it. Our liability is
limited. There is no warranty. Subscriptions renew automatically; the price may rise; there are no
refunds. You have a right of access and erasure. We process biometric and health data on the basis
of your consent. You indemnify us."""


def test_a_list_names_the_first_topics_of_a_change_and_counts_the_others(tmp_path: Path) -> None:
    """A text that is rewritten touches twenty topics: a list names eight, the page of the change all."""
    path = tmp_path / "listing.db"
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, [Service("lumen", "Lumen", (DOCUMENT,))])
        teller = history.Teller(kept)
        teller.tell(DOCUMENT, "2026-01-20 06:00:00", "# Terms\n\nBe kind.\n")
        teller.tell(DOCUMENT, "2026-01-21 06:00:00", f"# Terms\n\n{WHOLE}\n")
        (change,) = archive.changes(kept)
    count = len(change.difference.topics)
    reader = Reader(create_app(path, base_url=BASE))
    shown = reader.get("/en/").text
    whole = reader.get("/en/lumen/terms-of-service/20260121060000/change/").text
    assert count > 9
    assert (8, count) == (shown.count('<a class="tag"'), whole.count('<a class="tag"'))
    assert f"and {count - 8} more" in shown
