"""Sources become responses: HTTP and a browser, politely, behind one guard, and the truth about what was served.

fetcher    one fetch from start to end: robots, turns, redirects, retries, failures as values
http       one request and its answer; headers: what is sent with it; post: requests that are no visits
connections  the sockets under it, guarded and within a budget of time
browser    one page in Chromium, through the egress proxy
egress     the proxy on loopback that puts the browser behind the same guard
guard      where we may connect to; vantage: the same through the operator's proxy
manners    one request at a time per host, pauses, Retry-After, circuits; robots: the rules of robots.txt
hosts      what is known of each host, kept across restarts
decoding   bounded gzip; media: what kind of document a body is; refresh: pages that move on by themselves
trouble    what went wrong, in words
"""

from tosmonitor.fetch.browser import find_browser
from tosmonitor.fetch.fetcher import Fetcher
from tosmonitor.fetch.hosts import HOSTS
from tosmonitor.fetch.manners import host_of

__all__ = ["HOSTS", "Fetcher", "find_browser", "host_of"]
