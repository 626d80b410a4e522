"""What links to terms are called, in 24 languages of the European Union and some others, and how their addresses read.

The phrases are data, in titles.toml, written from the footers of public sites and measured on the home pages of
tests/declarations/homes.
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

#: Addresses of pages that lead to terms rather than being terms.
_HUB_PATH = re.compile(
    r"/(?:legal|policies|policy|legal-center|legal-hub|terms-and-policies|juridique|rechtliches)/?(?:index\.html?)?$"
)

_TAIL = re.compile(r"[-_]?(?:\d+|eu|eea|en|fr|de|uk|us|gb)$")
_APOSTROPHES = str.maketrans("’‘´`ʼ", "'''''")


def plain(text: str) -> str:
    """Return link text in small letters, with plain apostrophes, single spaces and no marks around it."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_APOSTROPHES)
    return " ".join(folded.split()).strip(" .:;,|·•–—-›»→*()[]")


def by_title(text: str) -> tuple[str, float] | None:
    """Return the terms type that a link text names and how much of the text says so (0 to 1), or None.

    Of several, the first that is named counts, in its longest reading: "Terms & Privacy" are terms.
    """
    said = plain(text)
    if not said or _around("settings").search(said) or _around("talk").search(said):
        return None
    found = [
        (match.start(), -match.end(), terms_type)
        for terms_type, pattern in _titles()
        for match in pattern.finditer(said)
    ]
    if not found:
        return None
    covered, at = 0, 0
    for start, end, _ in sorted(found):
        covered += max(0, -end - max(at, start))
        at = max(at, -end)
    return min(found)[2], covered / len(said)


def is_setting(text: str) -> bool:
    """Say whether a link leads to settings, choices or a sign-in, whatever its address is."""
    return bool(_around("settings").search(plain(text)))


def by_path(path: str) -> tuple[str, bool] | None:
    """Return the terms type that the path of an address names, and whether its last segment does, or None."""
    folded = unicodedata.normalize("NFKD", path.lower()).encode("ascii", "ignore").decode()
    segments = [re.sub(r"\.(?:html?|php|aspx?|jsp|pdf|txt|md)$", "", part) for part in folded.split("/") if part]
    for depth, segment in enumerate(reversed(segments)):
        for spelt in dict.fromkeys((segment, segment.replace("_", "-"), _TAIL.sub("", segment))):
            for terms_type, pattern in _paths():
                if pattern.fullmatch(spelt):
                    return terms_type, depth == 0
    return None


def is_hub(text: str, path: str) -> bool:
    """Say whether a link leads to a page of links to terms."""
    return bool(_around("hubs").fullmatch(plain(text)) or _HUB_PATH.search(path.lower()))


@cache
def _titles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile each phrase: a whole word, but for scripts that do not part them."""
    letter = r"[a-zà-ÿ\u0100-\u024f\u0370-\u052f]"
    return tuple(
        (terms_type, re.compile(rf"(?<!{letter})(?:{line})(?!{letter})"))
        for terms_type, lines in _lexicon()["titles"].items()
        for line in lines.splitlines()
    )


@cache
def _paths() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (terms_type, re.compile("|".join(lines.splitlines()))) for terms_type, lines in _lexicon()["paths"].items()
    )


@cache
def _around(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_lexicon()["around"][name].splitlines()))


@cache
def _lexicon() -> dict[str, dict[str, str]]:
    with files(__package__).joinpath("titles.toml").open("rb") as file:
        return tomllib.load(file)
