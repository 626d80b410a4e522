"""What went wrong on the way to a page, and the words that say so.

`TroubleError` travels as an exception inside this package only; it leaves as a `Failure`, a value. Its words are
made of three parts: what happened, how often it was tried, and what the host asked for.
"""

from datetime import timedelta

from tosmonitor.model import Failure, FailureKind, Response, Sentence

_TIMES_EN = ("", "once", "twice", "three times", "four times", "five times")
_TIMES_FR = ("", "une fois", "deux fois", "trois fois", "quatre fois", "cinq fois")


class TroubleError(Exception):
    """A request that gave no page: `en` and `fr` are clauses without a full stop, about `host`.

    `transient` says that the same request may well succeed a little later.
    """

    def __init__(
        self,
        kind: FailureKind,
        en: str,
        fr: str,
        *,
        transient: bool = False,
        status: int | None = None,
        retry_after: timedelta | None = None,
        url: str | None = None,
        page: Response | None = None,
    ) -> None:
        super().__init__(en)
        self.kind = kind
        self.en = en
        self.fr = fr
        self.transient = transient
        self.status = status
        self.retry_after = retry_after
        self.url = url
        self.page = page
        self.tries = 1

    def failure(self) -> Failure:
        """Return the trouble as the value that is stored with a check."""
        en, fr = self.en, self.fr
        if self.tries > 1:
            en += f" ({times(self.tries).en})"
            fr += f" ({times(self.tries).fr})"
        if self.retry_after:
            asked = duration(self.retry_after)
            en += f"; it asks to be left alone for {asked.en}"
            fr += f"\u00a0; il demande à ne pas être sollicité pendant {asked.fr}"
        return Failure(self.kind, Sentence(f"{en}.", f"{fr}."), self.status, self.retry_after, self.url, self.page)


class SettledError(Exception):
    """The answer is known without asking: a host that is left alone."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason.en)
        self.failure = failure


def times(count: int) -> Sentence:
    """Return "three times" and "trois fois"."""
    if count < len(_TIMES_EN):
        return Sentence(_TIMES_EN[count], _TIMES_FR[count])
    return Sentence(f"{count} times", f"{count} fois")


def duration(span: timedelta) -> Sentence:
    """Return `span` in words, in its largest whole unit: "90 seconds", "2 minutes", "3 days"."""
    seconds = max(1, round(span.total_seconds()))
    for size, en, fr in ((86400, "day", "jour"), (3600, "hour", "heure"), (60, "minute", "minute")):
        if seconds >= 2 * size or seconds == size:
            count = round(seconds / size)
            return Sentence(f"{count} {en}{'s' * (count > 1)}", f"{count} {fr}{'s' * (count > 1)}")
    return Sentence(f"{seconds} second{'s' * (seconds > 1)}", f"{seconds} seconde{'s' * (seconds > 1)}")


def size(count: int) -> Sentence:
    """Return a number of bytes in words, to two or three digits: "25 MB", "25 Mo"."""
    for unit, en, fr in ((1_000_000_000, "GB", "Go"), (1_000_000, "MB", "Mo"), (1_000, "KB", "ko")):
        if count >= unit:
            number = f"{count / unit:.3g}"
            return Sentence(f"{number} {en}", f"{number.replace('.', ',')} {fr}")
    return Sentence(f"{count} bytes", f"{count} octets")
