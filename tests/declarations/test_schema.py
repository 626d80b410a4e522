"""The JSON Schema that editors complete and check services.yaml by."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tosmonitor.declarations import schema
from tosmonitor.model import TERMS_TYPES

VALID: dict[str, Any] = {"name": "A", "documents": [{"type": "Imprint", "url": "https://example.com/"}]}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """Give a validator of the schema, which is itself in order."""
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def test_it_accepts_the_list_that_ships(validator: Draft202012Validator) -> None:
    """An editor finds nothing wrong with services.yaml."""
    path = Path(__file__).parents[2] / "services.yaml"
    assert not list(validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Imprint", "url": "https://example.com/", "select": "main", "remove": [".a", "b"]},
        {"type": "Imprint", "url": "https://example.com/", "select": {"startBefore": "h1", "endAfter": "p"}},
        {"type": "Imprint", "sources": [{"url": "https://example.com/", "render": "always", "filters": ["x"]}]},
        {"type": "Imprint", "url": "https://example.com/", "every": "1 day", "language": "en-GB", "jurisdiction": "EU"},
    ],
)
def test_it_accepts_what_may_be_written(validator: Draft202012Validator, document: dict[str, Any]) -> None:
    """Selectors, ranges, several pages and all other keys are in the schema."""
    assert not list(validator.iter_errors([{"name": "A", "documents": [document]}]))


@pytest.mark.parametrize(
    "service",
    [
        {**VALID, "tag": ["a"]},
        {**VALID, "tags": ["Not A Tag"]},
        {"name": "A"},
        {"name": "A", "documents": []},
        {"name": "A", "documents": [{"type": "Cookie Policy", "url": "https://example.com/"}]},
        {"name": "A", "documents": [{"type": "Imprint"}]},
        {"name": "A", "documents": [{"type": "Imprint", "url": "example.com"}]},
        {"name": "A", "documents": [{"type": "Imprint", "url": "https://example.com/", "render": "often"}]},
    ],
)
def test_it_refuses_what_may_not(validator: Draft202012Validator, service: dict[str, Any]) -> None:
    """An editor underlines what `services check` would tell."""
    assert list(validator.iter_errors([service]))


def test_it_completes_every_terms_type_and_explains_every_key() -> None:
    """The types are listed, and each key of services, documents and sources has a description."""
    definitions = schema()["$defs"]
    assert definitions["DocumentEntry"]["properties"]["type"]["enum"] == list(TERMS_TYPES)
    for name in ("ServiceEntry", "DocumentEntry", "SourceEntry", "RangeEntry"):
        unexplained = [key for key, field in definitions[name]["properties"].items() if not field.get("description")]
        assert not unexplained
