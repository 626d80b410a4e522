"""tosmonitor.yaml: how an installation behaves, and what is told of mistakes in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tosmonitor.declarations import Listener, Settings, Wanted, beside, settings
from tosmonitor.errors import DeclarationError
from tosmonitor.model import Kind, Manners, Vantage

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def write(tmp_path: Path, text: str) -> Path:
    """Write tosmonitor.yaml and return its path."""
    path = tmp_path / "tosmonitor.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def told(tmp_path: Path, text: str) -> list[str]:
    """Return what is told of a file, without its name."""
    with pytest.raises(DeclarationError) as error:
        settings(write(tmp_path, text))
    return [str(problem).partition("tosmonitor.yaml:")[2] for problem in error.value.problems]


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    """No file, an empty one and no name give the same."""
    assert settings(None) == Settings()
    assert settings(tmp_path / "none.yaml") == Settings()
    assert settings(write(tmp_path, "# nothing yet\n")) == Settings()
    assert Settings().manners == Manners()


def test_it_stands_beside_the_list_of_services(tmp_path: Path) -> None:
    """It is found by its name in the same folder."""
    assert beside(tmp_path / "services.yaml") is None
    path = write(tmp_path, "contact: me@example.org\n")
    assert beside(tmp_path / "services.yaml") == path


def test_every_key_means_something(tmp_path: Path) -> None:
    """Lengths of time, hosts, the browser, phrases and listeners arrive as the program takes them."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    path = write(
        tmp_path,
        """
name: Terms watch
base_url: https://terms.example.org/
contact: https://terms.example.org/about
phrases: [train AI models, arbitration]
hub: https://hub.example.org/
workers: 4
pause: 5 seconds
connect_timeout: 1 minute
read_timeout: 30 s
total_timeout: 2 min
max_bytes: 5000000
robots: no
allowed_hosts: ["Intranet:8080"]
browser: never
vantage:
  proxy: http://me:secret@proxy.example.org:3128
  name: Frankfurt
  except: [github]
listeners:
  - name: press
    webhook: https://press.example.org/hook
    secret_file: secret
    tags: [dsa-vlop]
    types: [Privacy Policy]
    topics: [arbitration]
    kinds: [wording]
    jurisdictions: [EU]
    languages: [fr]
    services: [github]
    events: [change]
  - name: chat
    apprise: json://chat.example.org
    language: fr
""",
    )
    assert settings(path) == Settings(
        name="Terms watch",
        base_url="https://terms.example.org",
        manners=Manners(
            contact="https://terms.example.org/about",
            pause=timedelta(seconds=5),
            connect_timeout=timedelta(minutes=1),
            read_timeout=timedelta(seconds=30),
            total_timeout=timedelta(minutes=2),
            max_bytes=5_000_000,
            robots=False,
            allowed_hosts=("intranet:8080",),
            browser=None,
            browser_allowed=False,
            vantage=Vantage("http://me:secret@proxy.example.org:3128", "Frankfurt", ("github",)),
        ),
        phrases=("train AI models", "arbitration"),
        hub="https://hub.example.org/",
        workers=4,
        listeners=(
            Listener(
                "press",
                webhook="https://press.example.org/hook",
                secret=SECRET,
                wanted=Wanted(
                    events=("change",),
                    services=("github",),
                    tags=("dsa-vlop",),
                    types=("Privacy Policy",),
                    topics=("arbitration",),
                    kinds=(Kind.WORDING,),
                    jurisdictions=("EU",),
                    languages=("fr",),
                ),
            ),
            Listener("chat", apprise="json://chat.example.org", language="fr"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("contat: x@example.org\n", ['1: unknown key "contat"; did you mean "contact"?']),
        ("worker: 3\n", ['1: unknown key "worker"; did you mean "workers"?']),
        ("workers: many\n", [
            "1: \"workers\" cannot be 'many'; input should be a valid integer, unable to parse string as an integer"
        ]),
        ("contact: me\n", [
            '1: "me" is no way to reach you; give a mail address or a page, for the operators of websites'
        ]),
        ("base_url: terms.example.org\n", [
            '1: bad address "terms.example.org": it has no scheme; write "https://terms.example.org"'
        ]),
        ("pause: short\n", ['1: "short" is no length of time; write a number and a unit, such as "2 seconds"']),
        ("allowed_hosts: ['http://x/']\n", ['1: "http://x/" is no host; write "host" or "host:port", without https://']),
        ("vantage: http://p.example:1\n", [
            '1: "vantage" must be keys with values; write "vantage:" and, below it, "  proxy: http://host:port"'
        ]),
        ("vantage:\n  proxy: me:secret@p.example\n", [
            '2: this is no address of an HTTP proxy; write "http://host:port", or "http://user:password@host:port"'
        ]),
        ("vantage:\n  proxi: http://p.example:1\n", ['2: unknown key "proxi"; did you mean "proxy"?']),
        ("- a\n", ['1: the settings must be keys with values; write "contact: ..."']),
        ("listeners: [{name: a}]\n", ['1: the listener "a" needs one of "webhook" and "apprise"; say how it is told']),
        ("listeners: [{name: a, webhook: 'https://a.example/'}]\n", [
            '1: the webhook "a" needs one of "secret" and "secret_file"; messages are signed, so that it can trust them'
        ]),
        ("listeners: [{name: a, webhook: 'https://a.example/', secret: whsec_x}]\n", [
            "1: the secret is not base64; make one with: openssl rand -base64 24 | sed s/^/whsec_/"
        ]),
        ("listeners: [{name: a, webhook: 'https://a.example/', secret: whsec_YQ==}]\n", [
            ('1: a secret is "whsec_" and 24 to 64 bytes in base64; '
            "make one with: openssl rand -base64 24 | sed s/^/whsec_/")
        ]),
        ("listeners: [{name: a, apprise: 'x://', language: de}]\n", [
            '1: "de" is no value of "language"; write "en" or "fr"'
        ]),
        ("listeners: [{name: a, apprise: 'x://', topics: [arbitraton]}]\n", [
            '1: unknown topic "arbitraton"; did you mean "arbitration"?'
        ]),
        ("listeners: [{name: a, apprise: 'x://', events: [chnge]}]\n", [
            '1: unknown event "chnge"; did you mean "change"?'
        ]),
        ("listeners:\n  - {name: a, apprise: 'x://'}\n  - {name: a, apprise: 'y://'}\n", [
            '3: the listener "a" is already declared on line 2; give it another name'
        ]),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_line_and_remedy(text: str, problems: list[str], tmp_path: Path) -> None:
    """As in services.yaml."""
    assert told(tmp_path, text) == problems


def test_a_secret_that_cannot_be_read(tmp_path: Path) -> None:
    """The file is named, and where it is looked for."""
    (said,) = told(tmp_path, "listeners: [{name: a, webhook: 'https://a.example/', secret_file: nothing}]\n")
    assert said == (
        '1: the secret cannot be read from "nothing": No such file or directory; create the file; the path is '
        "relative to tosmonitor.yaml"
    )
