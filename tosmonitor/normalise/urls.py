"""Owns the cleaning of link targets: absolute, without what tracks the reader, the same at every capture.

The result survives a CommonMark parser unchanged: ASCII only, no blank, no angle bracket, no unbalanced parenthesis.
"""

import re
from functools import lru_cache
from html.entities import html5
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

#: Parameters that name a campaign, a click, a session or a visitor, never a page. Names in lower case. Sources: the
#: ClearURLs and AdGuard "URL Tracking" lists, the documentation of each vendor; kept by hand.
TRACKING = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "gad_source",
        "gad_campaignid",
        "msclkid",
        "yclid",
        "ysclid",
        "twclid",
        "ttclid",
        "li_fat_id",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "__hssc",
        "__hstc",
        "__hsfp",
        "hsctatracking",
        "vero_id",
        "vero_conv",
        "oly_anon_id",
        "oly_enc_id",
        "_openstat",
        "wickedid",
        "rb_clickid",
        "s_cid",
        "ml_subscriber",
        "ml_subscriber_hash",
        "srsltid",
        "epik",
        "_branch_match_id",
        "_branch_referrer",
        "piwik_campaign",
        "pk_campaign",
        "pk_kwd",
        "pk_source",
        "pk_medium",
        "pk_content",
        "mtm_campaign",
        "mtm_source",
        "mtm_medium",
        "mtm_keyword",
        "mtm_content",
        "_ga",
        "_gl",
        "_ga_linker",
        "gs_l",
        "gs_lcrp",
        "ved",
        "sca_esv",
        "sei",
        "sxsrf",
        "usg",
        "fb_action_ids",
        "fb_action_types",
        "fb_ref",
        "fb_source",
        "action_object_map",
        "sessionid",
        "session_id",
        "sid",
        "phpsessid",
        "jsessionid",
        "aspsessionid",
        "zenid",
        "osclang_session",
        "cfid",
        "cftoken",
        "__cf_chl_tk",
        "__cf_chl_rt_tk",
        "_cldee",
        "spm",
        "scm",
        "algo_pvid",
        "algo_expid",
        "pvid",
        "trk",
        "trkcampaign",
        "trackingid",
        "refid",
        "lipi",
        "licu",
        "openaicom-did",
        "openaicom_referred",
        "__tn__",
        "__cft__[0]",
        "__cft__",
        "__xts__",
        "__xts__[0]",
        "eav",
        "paipv",
        "fref",
        "hc_ref",
        "hc_location",
        "visitor_id",
        "visitorid",
        "_x_tr_sch",
        "cmpid",
        "yptr",
        "sc_campaign",
        "sc_channel",
        "sc_content",
        "sc_medium",
        "sc_outcome",
        "sc_geo",
        "sc_country",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "_nc_cat",
        "_nc_ht",
        "_nc_ohc",
        "_nc_oc",
        "_nc_sid",
        "_nc_zt",
        "_nc_gid",
        "ccb",
        "oh",
        "oe",
        "_hsmi",
        "nonce",
        "csrf",
        "csrf_token",
        "authenticity_token",
        "_csrf",
    ]
)
_TRACKING_PREFIX = ("utm_", "hsa_", "at_custom", "__cft__", "__xts__", "mtm_", "pk_", "stm_", "_kx", "aff_sub")
#: A parameter without a name or with a bare time stamp in milliseconds defeats caches: "?1660573871044".
_CACHE_BUSTER = re.compile(
    r"(?:(?:_|v|ver|t|ts|time|timestamp|cb|cache|rand|rnd|nocache)=)?1\d{9}(?:\d{3})?", re.IGNORECASE
)
#: Redirectors that wrap the true target; "l.facebook.com/l.php?u=...&h=token" has a new token at every capture.
_REDIRECTORS = (
    (re.compile(r"l[mh]?\.(?:facebook|instagram|messenger|workplace)\.com"), re.compile(r"/l\.php|/"), ("u",)),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), re.compile(r"/url"), ("q", "url")),
    (re.compile(r"(?:www\.)?youtube\.com"), re.compile(r"/redirect"), ("q",)),
    (re.compile(r"[a-z0-9-]+\.safelinks\.protection\.outlook\.com"), re.compile(r"/.*"), ("url",)),
    (re.compile(r"(?:www\.)?(?:linkedin)\.com"), re.compile(r"/redir/redirect"), ("url",)),
    (
        re.compile(r"(?:slack-redir\.net|steamcommunity\.com|out\.reddit\.com|href\.li|t\.umblr\.com)"),
        re.compile(r"/.*"),
        ("url", "z"),
    ),
)
#: Longer addresses are not remembered: data of many megabytes would stay in memory.
_LONG = 2_000
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms", "ftp"})
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9/_.~-]*)?")
#: The visit that a path through a redirector names: "/redirect/website.v1.5af53f99-e785-.../settings".
_VISIT = re.compile(r"(/redirect/[^/?#]*?)(?:[._-]?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})+")
_PATH = re.compile(r"/(?:[A-Za-z0-9_.~-][A-Za-z0-9/_.~-]*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
#: What a parser of Markdown reads as one character, even in an address: "&amp;".
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIDDEN_MAIL = "/cdn-cgi/l/email-protection"
_HOST_ESCAPE = re.compile(r"%[0-9a-f]{2}")
_VOLATILE_FRAGMENT = re.compile(r":~:text=|[0-9a-f]{16,}|^:r[0-9a-z]*:?$|radix-")


def absolute(href: str, base: str) -> str:
    """Return the address that `href` means on the page at `base`, cleaned; "" where it leads nowhere.

    A script, inline data, or what cannot be parsed leads nowhere. Local addresses of a page keep their fragment.
    """
    return _absolute(href, base) if len(href) < _LONG else _absolute.__wrapped__(href, base)


@lru_cache(maxsize=8192)
def _absolute(href: str, base: str) -> str:
    href = href.strip()
    if not href or href == "#":
        return ""
    try:
        if _PATH.fullmatch(href) and "/." not in href:  # most links of a page; a fifth of the time of urljoin
            href = _origin(base) + href
        elif not _PLAIN.fullmatch(href):
            href = urljoin(base, _CONTROL.sub("", href))
        return clean(href)
    except ValueError:
        return ""


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Return what stands before the path of an address."""
    return urlunsplit((*urlsplit(base)[:2], "", "", ""))


def clean(url: str) -> str:
    """Return an absolute `url` without tracking, in the one spelling that we use; "" for what is no link."""
    if "/redirect/" in url:
        url = _VISIT.sub(r"\1", url)
    if _PLAIN.fullmatch(url):
        return url if "/" in url[8:] else url + "/"
    for _ in range(4):  # a redirector may wrap another
        scheme, netloc, path, query, fragment = urlsplit(url)
        if scheme not in _SCHEMES:
            return ""
        target = _wrapped(netloc.lower(), path, query) if query and scheme in ("http", "https") else ""
        if not target:
            break
        url = target
    if scheme in ("mailto", "tel", "sms"):
        rest = _escape(
            unquote(path) if scheme == "mailto" else path, "/:;@!$'*,+=&%" if scheme != "mailto" else "/:;@!$'*,+=&"
        )
        return f"{scheme}:{rest}" if rest else ""
    if not netloc:
        return ""
    if path.endswith(_HIDDEN_MAIL):
        address = revealed(fragment)
        return clean(f"mailto:{address}") if address else ""
    if query:
        query = "&".join(part for part in query.split("&") if part and not tracks(part))
    if ";" in path:
        path = _SESSION_PATH.sub("", path)
    if fragment and _VOLATILE_FRAGMENT.search(fragment):
        fragment = ""
    safe = "/:;@!$'*,+=&%~"
    return urlunsplit(
        (
            scheme,
            _host(scheme, netloc),
            _escape(path, safe) or "/",
            _escape(query, safe + "?"),
            _escape(fragment, safe + "?"),
        )
    )


def revealed(code: str) -> str:
    """Return the e-mail address that Cloudflare hid as hexadecimal `code` (first byte: the key); "" for no code."""
    try:
        key, *hidden = bytes.fromhex(code)
        return bytes(byte ^ key for byte in hidden).decode()
    except ValueError:
        return ""


def tracks(parameter: str) -> bool:
    """Say whether "name=value" of a query is about the visitor, not about the page."""
    name = unquote(parameter.partition("=")[0]).lower()
    return name in TRACKING or name.startswith(_TRACKING_PREFIX) or _CACHE_BUSTER.fullmatch(parameter) is not None


def _wrapped(host: str, path: str, query: str) -> str:
    for hosts, paths, names in _REDIRECTORS:
        if hosts.fullmatch(host) and paths.fullmatch(path or "/"):
            for part in query.split("&"):
                name, _, value = part.partition("=")
                if name in names:
                    target = unquote(value.replace("+", " "))
                    if target.startswith(("http://", "https://")):
                        return target
    return ""


def _host(scheme: str, netloc: str) -> str:
    user, at, host = _LONE_PERCENT.sub("%25", netloc).rpartition("@")
    host = host.lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote(host, safe=":[]")
    if host.endswith(":80" if scheme == "http" else ":443"):
        host = host.rpartition(":")[0]
    host = _HOST_ESCAPE.sub(lambda escape: escape[0].upper(), host)  # made lower above, upper as everywhere else
    return quote(user, safe=":%!$&'*+,;=") + at + quote(host, safe=":[]%.-_~!$&'*+,;=")


def _escape(part: str, safe: str) -> str:
    """Percent-encode what a link in Markdown may not hold; sound escapes stay, a lone "%" becomes "%25"."""
    if not part:
        return part
    part = quote(_LONE_PERCENT.sub("%25", part), safe=safe + "%")
    return _ENTITY.sub(_unread, part) if ";" in part and "&" in part else part


def _unread(entity: re.Match[str]) -> str:
    """Return what reads as one character to a parser of Markdown so that it does not."""
    return f"&{entity[1]}%3B" if entity[1][0] == "#" or f"{entity[1]};" in html5 else entity[0]
