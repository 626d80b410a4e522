"""Owns the decision what is announced: an observation and what is known of the document become a verdict. Pure.

What changed is confirmed, not the whole text: a counter that differs at every look must not hide the edit beside it.

    text ─► sayings ─ those in force ─► what differs ─ seen so at the last look too? ─ no ──► unconfirmed
                                                       │ yes
                              runs by itself (counter, relative date)? ─── yes ────────────► unchanged (a stamp: kept)
                                                       │ no
                              so much missing that it may be a mistake? ─ yes ─────────────► suspicious, until it lasts
                                                       │ no
                              was so before, within WINDOW, and was taken back? ─ yes ─────► alternating, until it lasts
                                                       │ no
                                                       └───────────────────────────────────► change

Every step reads only the observation and the stored checks, so a restart, a repeated or a missing look changes
nothing but the time of the answer.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tosmonitor.diff import compare
from tosmonitor.judge import reasons
from tosmonitor.judge.looks import WINDOW, Look, Memory, Spell, remember
from tosmonitor.judge.restless import alike, masked, mould, nearness, same_but_year, shrouded, stamped, tells_the_time
from tosmonitor.judge.sayings import in_order, reordered, sayings
from tosmonitor.model import Kind, Observation, Outcome, Past, Sentence, Verdict, Version

__all__ = ["judge"]

#: Looks that must agree before a change is believed, the first included.
AGREE = 2
#: The same, and how long, before a large loss is believed.
AGREE_ON_LOSS = 3
#: The same for a text that came, went and came again before it was ever in force.
AGREE_ON_FLICKER = 3
#: The same where the page goes back and forth between texts already seen.
AGREE_ON_RETURN = 4
LASTS_ON_RETURN = timedelta(days=7)
#: A loss is large when more than this share of the words in force is missing and not replaced.
LARGE = 0.5
#: Texts that share at least this much (by words) are editions of one page. Where a site shows another page every now
#: and then, those looks say nothing of the edition at hand.
SAME_PAGE = 0.5
#: A text that shares less than this with another (by words) is not an edition of it, but another page.
FOREIGN = 0.1
#: A saying that took more shapes than this within the window is a counter or a running date.
SHAPES = 3
#: Comparisons of sayings beyond which rotating passages are not looked for: a rewrite is none.
MOST_PAIRS = 40_000


def judge(observation: Observation, past: Past, *, text: str | None) -> Verdict:
    """Return what is made of `observation`; `text` is that of all sources joined, None if any is missing."""
    verdict = _not_seen(observation)
    if verdict is not None:
        return verdict
    memory = remember(past, observation.document, observation.at)
    if text is None:
        if not memory.looks:
            raise ValueError(f"{observation.document.id}: every source was read, yet there is no text")
        text = past.texts[memory.looks[-1].digest]
    version = past.version
    if version is None:
        return Verdict(Outcome.FIRST, reasons.FIRST, text=text, version_at=observation.at)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest == version.digest or version.digest not in past.texts:
        return _in_force(memory, version, text)
    if observation.at <= version.fetched_at:
        return Verdict(Outcome.UNCONFIRMED, reasons.OLD_LOOK, text=text)
    if version.snapshots and len(version.snapshots) != len(observation.document.sources):
        return Verdict(Outcome.RULES, reasons.DECLARED, text=text, version_at=observation.at)
    said, before = sayings(text, memory.own), memory.said(version.digest)
    if said == before:
        return _quiet(observation, past, memory, version, text, digest)
    if memory.looks and _likeness(said, before) >= SAME_PAGE > _likeness(memory.said(memory.looks[-1].digest), before):
        memory = memory.of(lambda look: _likeness(memory.said(look.digest), before) >= SAME_PAGE)
    return _Case(observation, past, memory, version, text, digest, said, before).verdict()


def _not_seen(observation: Observation) -> Verdict | None:
    """Return the verdict of a look that did not see the whole document: a version never has a hole."""
    count = len(observation.readings)
    for index, reading in enumerate(observation.readings):
        if reading.obstacle is not None:
            reason = reasons.of_obstacle(reading.obstacle, index, count)
            return Verdict(Outcome.BLOCKED, reason, kind=str(reading.obstacle.kind))
    for index, reading in enumerate(observation.readings):
        if reading.failure is not None:
            reason = reasons.of_failure(reading.failure, index, count)
            return Verdict(Outcome.FAILED, reason, kind=str(reading.failure.kind))
    return None


def _in_force(memory: Memory, version: Version, text: str) -> Verdict:
    if memory.looks and memory.looks[-1].digest != version.digest:
        other = memory.looks[-1]
        if memory.said(other.digest) != memory.said(version.digest):
            return Verdict(Outcome.UNCHANGED, reasons.back_in_force(other.at), text=text)
    return Verdict(Outcome.UNCHANGED, reasons.UNCHANGED, text=text)


def _quiet(observation: Observation, past: Past, memory: Memory, version: Version, text: str, digest: str) -> Verdict:
    """Judge a text that says the same as the one in force, in another form: kept once it is steady."""
    spell = memory.spell(observation.at, lambda look: look.digest == digest)
    seen_before = any(look.digest == digest and spell.since - WINDOW <= look.at < spell.since for look in memory.looks)
    if spell.looks < (AGREE_ON_RETURN if seen_before else AGREE):
        reason = reasons.QUIET_ALTERNATING if seen_before else reasons.QUIET_UNCONFIRMED
        return Verdict(Outcome.ALTERNATING if seen_before else Outcome.UNCHANGED, reason, text=text)
    in_force = past.texts[version.digest]
    difference = compare(in_force, text, language=observation.document.language)
    ranked = not seen_before and reordered(in_force, text)
    return Verdict(
        Outcome.CHANGE,
        reasons.REORDERED if ranked else reasons.quiet(difference.kind),
        text=text,
        version_at=spell.since,
        announced=ranked,
        difference=difference,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A text that says something else than the one in force, and what its parts were at earlier looks."""

    observation: Observation
    past: Past
    memory: Memory
    version: Version
    text: str
    digest: str
    said: frozenset[str]
    before: frozenset[str]

    def verdict(self) -> Verdict:
        at_last = self.memory.said(self.memory.looks[-1].digest) if self.memory.looks else self.before
        differ = self.said ^ self.before
        steady = frozenset(saying for saying in differ if (saying in at_last) == (saying in self.said))
        ours = self._running(frozenset(differ))
        turning = self._turning(steady, at_last)
        confirmed = steady - ours - turning
        if not confirmed and self._redated(steady):
            return Verdict(Outcome.CHANGE, reasons.REDATED, text=self.text, version_at=self._since())
        if not confirmed:
            return self._not_yet(differ - steady - ours, turning)
        lost = self._lost()
        if lost > LARGE:
            like_this = self.memory.spell(
                self.observation.at, lambda look: _likeness(self.memory.said(look.digest), self.said) >= SAME_PAGE
            )
            if like_this.looks < AGREE_ON_LOSS:
                reason = reasons.suspicious(lost, like_this.looks, AGREE_ON_LOSS)
                return Verdict(Outcome.SUSPICIOUS, reason, text=self.text)
        fresh = [saying for saying in confirmed if not self._was_so(saying)]
        return self._change(self._longest(fresh)) if fresh else self._returning(confirmed)

    def _not_yet(self, unsteady: frozenset[str], turning: frozenset[str]) -> Verdict:
        """Judge a look at which nothing that differs was so at the look before."""
        if all(any(alike(saying, t) for t in turning) for saying in unsteady) and self._keeps_changing(unsteady):
            return Verdict(Outcome.UNCHANGED, reasons.RESTLESS, text=self.text)
        last = next((check for check in reversed(self.past.checks) if check.checked_at < self.observation.at), None)
        waited = last is not None and last.outcome in (Outcome.UNCONFIRMED, Outcome.SUSPICIOUS)
        again = None if waited else self.observation.document.confirm
        lost = self._lost()
        if lost > LARGE:
            reason = reasons.suspicious(lost, 1, AGREE_ON_LOSS)
            return Verdict(Outcome.SUSPICIOUS, reason, text=self.text, look_again=again)
        return Verdict(Outcome.UNCONFIRMED, reasons.UNCONFIRMED, text=self.text, look_again=again)

    def _redated(self, steady: frozenset[str]) -> bool:
        """Say whether the day of the last update is a new one, not one that moves by itself with every day."""
        if not any(stamped(saying) for saying in steady & self.said):
            return False
        return len({self._stamps(self.memory.said(look.digest)) for look in self.memory.looks}) < SHAPES

    @staticmethod
    def _stamps(said: frozenset[str]) -> frozenset[str]:
        return frozenset(saying for saying in said if stamped(saying))

    def _returning(self, differ: frozenset[str]) -> Verdict:
        """Judge a look at which everything that differs was so before, and was taken back, within the window."""
        if all(self._passed(saying) for saying in differ):
            return Verdict(Outcome.CHANGE, reasons.PASSING, text=self.text, version_at=self._since())
        spell = self._longest(differ)
        needed, lasting = AGREE_ON_FLICKER, timedelta()
        if any(self._was_in_force(saying) for saying in differ):
            needed, lasting = AGREE_ON_RETURN, LASTS_ON_RETURN
        if spell.looks < needed or self.observation.at - spell.since < lasting:
            return Verdict(Outcome.ALTERNATING, reasons.alternating(spell.looks, needed), text=self.text)
        return self._change(spell)

    def _change(self, spell: Spell) -> Verdict:
        earlier = self._earlier_version()
        reason = reasons.confirmed(spell.looks, spell.since)
        if earlier is not None:
            reason = reasons.returned(earlier.fetched_at, spell.looks)
        in_force = self.past.texts[self.version.digest]
        difference = compare(in_force, self.text, language=self.observation.document.language)
        worded = difference.kind is Kind.WORDING and not self._only_cut_otherwise()
        if not worded:
            reason = reasons.quiet(difference.kind)
        elif earlier is None and (moved := self._moved()) is not None:
            reason = moved
        return Verdict(
            Outcome.CHANGE,
            reason,
            text=self.text,
            version_at=self._since(),
            announced=worded,
            returns_to=earlier.fetched_at if earlier is not None else None,
            difference=difference,
        )

    def _moved(self) -> Sentence | None:
        """Return the reason where an address led elsewhere, to a text of which nothing stands in the one in force."""
        readings = self.observation.readings
        for index, reading in enumerate(readings):
            if reading.normalised is None or reading.response is None:
                continue
            target = reading.response.final_url
            if _address(target) != _address(reading.source.url):
                said = sayings(reading.normalised.text, self.memory.own)
                if said and _words(said & self.before) < FOREIGN * _words(said):
                    return reasons.moved(target, index, len(readings))
        return None

    def _only_cut_otherwise(self) -> bool:
        """Say whether the same letters follow one another, only divided into other words, sentences and lines."""
        in_force = self.past.texts[self.version.digest]
        old = "".join(s for s in in_order(in_force, self.memory.own) if s not in self.said).replace(" ", "")
        new = "".join(s for s in in_order(self.text, self.memory.own) if s not in self.before).replace(" ", "")
        return old == new

    def _since(self) -> datetime:
        """Return when this very text was first seen in the spell that lasts."""
        return self.memory.spell(self.observation.at, lambda look: look.digest == self.digest).since

    def _earlier_version(self) -> Version | None:
        for version in reversed(self.past.versions):
            if version is self.version or version.retracted is not None or version.digest not in self.past.texts:
                continue
            if version.digest == self.digest or self.memory.said(version.digest) == self.said:
                return version
        return None

    def _lost(self) -> float:
        """Return the share of the words in force that is missing, with nothing of like length in their place."""
        had, has, kept = (_words(some) for some in (self.before, self.said, self.before & self.said))
        if not had:
            return 0.0
        return 1 - kept / had if kept < 0.1 * had else max(0.0, 1 - has / had)

    def _holds(self, saying: str, look: Look) -> bool:
        return (saying in self.memory.said(look.digest)) == (saying in self.said)

    def _spell(self, saying: str) -> Spell:
        return self.memory.spell(self.observation.at, lambda look: self._holds(saying, look))

    def _longest(self, some: Iterable[str]) -> Spell:
        return max((self._spell(saying) for saying in some), key=lambda spell: (spell.looks, spell.since))

    def _was_so(self, saying: str) -> bool:
        """Say whether it was so before the spell that lasts, within the window: it came, went, and came again."""
        since = self._spell(saying).since
        return any(self._holds(saying, look) for look in self.memory.looks if since - WINDOW <= look.at < since)

    def _was_in_force(self, saying: str) -> bool:
        since = self._spell(saying).since - WINDOW
        force = [version for version in self.past.versions if version.retracted is None]
        until = [version.fetched_at for version in force[1:]]
        return any(
            (saying in self.memory.said(version.digest)) == (saying in self.said)
            for version, end in zip(force, until, strict=False)
            if end >= since and version.digest in self.past.texts
        )

    def _passed(self, saying: str) -> bool:
        """Say whether the one look at which it was not so is the one that made the version in force."""
        other = [look for look in self.memory.looks if not self._holds(saying, look)]
        return len(other) == 1 and other[0].at == self.version.fetched_at

    def _running(self, differ: frozenset[str]) -> frozenset[str]:
        """Return those of `differ` that change by themselves: they tell the time since, or count."""
        ours = {saying for saying in differ if tells_the_time(saying)}
        ours |= self._twins(differ - ours)
        moulds: dict[str, list[str]] = {}
        for saying in differ - ours:
            moulds.setdefault(mould(saying), []).append(saying)
        since = self.observation.at - WINDOW
        looks = {look.digest for look in self.memory.looks if look.at >= since}
        for shape, some in moulds.items():
            both = any(s in self.said for s in some) and any(s in self.before for s in some)
            if not both or shape == some[0]:
                continue
            shapes = {self._of_shape(shape, self.memory.said(digest)) for digest in looks}
            if len(shapes | {self._of_shape(shape, self.said), self._of_shape(shape, self.before)}) > SHAPES:
                ours.update(some)
        return frozenset(ours)

    def _twins(self, differ: frozenset[str]) -> frozenset[str]:
        """Return those that stand against one that differs in nothing but a copyright year or a hidden address."""
        keys: dict[str, list[str]] = {}
        for saying in differ:
            keys.setdefault(mould(masked(saying)), []).append(saying)
        twins: set[str] = set()
        for some in keys.values():
            for one in some:
                for other in some:
                    if (one in self.said) != (other in self.said) and (
                        same_but_year(one, other) or shrouded(one, other)
                    ):
                        twins |= {one, other}
        return frozenset(twins)

    @staticmethod
    def _of_shape(shape: str, said: frozenset[str]) -> frozenset[str]:
        first = shape.partition(" ")[0]
        opening = "" if "#" in first else first  # what a mould leaves alone stands in the saying as well
        return frozenset(saying for saying in said if saying.startswith(opening) and mould(saying) == shape)

    def _turning(self, steady: frozenset[str], at_last: frozenset[str]) -> frozenset[str]:
        """Return what is gone for good, or away because another thing stands in its place at every look.

        Which of the two (an edit that was edited again, a rotating passage) shows once what stands there is steady.
        """
        here = self.said - self.before - at_last
        there = at_last - self.before - self.said
        if not here or not there or len(here) * len(steady) > MOST_PAIRS:
            return frozenset()
        return frozenset(
            saying
            for saying in steady & self.before
            if (now := [h for h in here if alike(saying, h)])
            and (then := [t for t in there if alike(saying, t)])
            # An edit that was touched up: both looks are nearer to each other than to what stood there before.
            and not any(nearness(h, t) > nearness(h, saying) for h in now for t in then)
        )

    def _keeps_changing(self, unsteady: frozenset[str]) -> bool:
        """Say whether each of `unsteady` took several shapes already, so that waiting for it to settle is idle."""
        looks = [self.memory.said(look.digest) for look in self.memory.looks[-4:]]
        earlier = frozenset().union(*looks) - self.said - self.before
        return all(sum(alike(saying, other) for other in earlier) > 1 for saying in unsteady & self.said)


def _address(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words that two texts have in common, of the longer one."""
    longer = max(_words(one), _words(other))
    return _words(one & other) / longer if longer else 1.0


def _words(some: Iterable[str]) -> int:
    return sum(saying.count(" ") + 1 for saying in some)
