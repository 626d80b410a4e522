"""Two years of six fictional services, played by the real program against a web server on this machine.

    pages/SERVICE/DOCUMENT.md ─► timeline: the text of a day ─► web: the page as served ─► server ══ HTTP ══► track

Nothing is mocked but the world: the pages and their history are written by us, and the clock runs fast.
"""

from tosmonitor.demo.play import Report, play

__all__ = ["Report", "play"]
