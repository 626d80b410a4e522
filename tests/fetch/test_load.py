"""A whole run, small: what `python -m bench.load` measures with 5,000 documents holds with a hundred."""

from bench.load import main


def test_nothing_is_lost_and_manners_hold() -> None:
    """New, unchanged, changed and faulty rounds: every check is recorded, and no host is asked twice at once."""
    figures = dict(main(100))
    assert figures["unrecorded"] == 0
    for name in ("new", "unchanged", "changed", "faulty"):
        assert figures[f"{name}.lost"] == 0
        assert figures[f"{name}.most_at_once"] == 1
        assert figures[f"{name}.pauses_broken"] == 0
    assert figures["unchanged.unchanged"] == 100
    assert figures["faulty.failed"] + figures.get("faulty.blocked", 0) == 10  # one host of ten
