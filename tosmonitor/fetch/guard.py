"""Where we may connect to: public addresses, ports 80 and 443, and hosts that the operator names.

The declarations may come from strangers, so every connection, ours and the browser's, is opened here: a name is
resolved once, refused unless *every* address it has is public, and the connection goes to one of these very addresses.
Nothing is checked ahead of time and trusted later, hence no rebinding, no redirect and no way of writing an address
(decimal, hexadecimal, mapped, translated) gets around it.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind

#: Resolves (host, port, seconds) to addresses; raises socket.gaierror or TimeoutError.
Resolve = Callable[[str, int, float], Sequence[str]]

PORTS = frozenset({80, 443})

#: Public on paper, but translators and relays into somewhere else (RFC 7526) or assignments for protocols (RFC 6890).
_NOT_V4 = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))

#: All that is handed out for hosts (RFC 4291); what lies outside maps, translates (64:ff9b::/96) or is local.
_UNICAST_V6 = IPv6Network("2000::/3")

#: Protocol assignments with Teredo (RFC 4380), documentation (RFC 3849, RFC 9637), 6to4 (RFC 3056).
_NOT_V6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))

#: A name with more addresses than this is tried at these only: each gets its share of the time to connect.
_MOST_ADDRESSES = 4


def is_public(address: str) -> bool:
    """Say whether a literal address is one that anybody on the internet reaches as the same host."""
    try:
        ip = ip_address(address)
    except (AddressValueError, ValueError):
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in net for net in _NOT_V4)
    return _is_public_v6(ip)


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None or ip not in _UNICAST_V6:
        return False
    return ip.is_global and not any(ip in net for net in _NOT_V6)


def resolve(host: str, port: int, seconds: float) -> tuple[str, ...]:
    """Ask the system's resolver, for no longer than `seconds`; it cannot be interrupted, so it asks in a thread."""
    answer: list[tuple[str, ...]] = []
    errors: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.append(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            errors.append(error)

    if _is_literal(host):
        ask()
    else:
        asking = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
        asking.start()
        asking.join(seconds)
    if errors:
        if isinstance(errors[0], UnicodeError):
            raise socket.gaierror(socket.EAI_NONAME, f"not a host name: {host}")
        raise errors[0]
    if not answer:
        raise TimeoutError
    return answer[0]


def _is_literal(host: str) -> bool:
    return ":" in host or host[-1:].isdigit()


class Guard:
    """Opens connections, to public hosts only; `allowed_hosts` are exempt, by "host" or "host:port"."""

    def __init__(self, allowed_hosts: Iterable[str] = (), *, resolve: Resolve = resolve) -> None:
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._resolve = resolve

    def allows_by_name(self, host: str, port: int) -> bool:
        """Say whether the operator named the host."""
        host = host.lower().strip("[]")
        return not self._allowed.isdisjoint((host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"))

    def check(self, scheme: str, host: str, port: int) -> None:
        """Raise TroubleError (GUARD) for what is refused whatever its address: other schemes, other ports."""
        if scheme not in ("http", "https"):
            raise TroubleError(
                FailureKind.GUARD,
                f"{scheme}: addresses are not read, only http: and https:",
                f"les adresses {scheme}: ne sont pas lues, seulement http: et https:",
            )
        if port not in PORTS and not (0 < port < 65_536 and self.allows_by_name(host, port)):
            raise TroubleError(
                FailureKind.GUARD,
                f"port {port} of {host} is refused: only ports 80 and 443 are read unless the operator names the host",
                f"le port {port} de {host} est refusé\u00a0: seuls les ports 80 et 443 sont lus,"
                " sauf si l’opérateur nomme l’hôte",
            )

    def check_url(self, scheme: str, host: str, port: int | None) -> None:
        """Raise TroubleError (GUARD) for an address that is refused unseen; `port` None is the scheme's own."""
        self.check(scheme, host, port or (443 if scheme == "https" else 80))

    def addresses(self, host: str, port: int, seconds: float) -> tuple[str, ...]:
        """Resolve `host`; raise TroubleError (GUARD, DNS) where it has no address that may be used."""
        try:
            found = tuple(self._resolve(host.strip("[]"), port, seconds))
        except TimeoutError:
            raise TroubleError(
                FailureKind.DNS,
                f"the address of {host} could not be found in time",
                f"l’adresse de {host} n’a pas été trouvée à temps",
                transient=True,
            ) from None
        except socket.gaierror as error:
            again = error.errno == socket.EAI_AGAIN
            raise TroubleError(
                FailureKind.DNS,
                f"the name server did not answer for {host}" if again else f"there is no host named {host}",
                f"le serveur de noms n’a pas répondu pour {host}" if again else f"aucun hôte ne s’appelle {host}",
                transient=again,
            ) from error
        if not found:
            raise TroubleError(FailureKind.DNS, f"{host} has no address", f"{host} n’a pas d’adresse")
        if not self.allows_by_name(host, port):
            for address in found:
                if not is_public(address):
                    raise TroubleError(
                        FailureKind.GUARD,
                        f"{host} is not a public host (its address is {address}), so it is not visited",
                        f"{host} n’est pas un hôte public (son adresse est {address}), il n’est donc pas visité",
                    )
        return found

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """Open a connection to `host` within `seconds`; raise TroubleError (GUARD, DNS, REFUSED, TIMEOUT)."""
        self.check("http", host, port)
        until = time.monotonic() + seconds
        addresses = self.addresses(host, port, seconds)[:_MOST_ADDRESSES]
        last: OSError = TimeoutError()
        for position, address in enumerate(addresses):
            share = max(0.05, (until - time.monotonic()) / (len(addresses) - position))
            try:
                connection = self._open(address, port, share)
            except OSError as error:
                last = error
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
        if isinstance(last, TimeoutError):
            raise TroubleError(
                FailureKind.TIMEOUT,
                f"{host} did not take the connection in time",
                f"{host} n’a pas accepté la connexion à temps",
                transient=True,
            ) from last
        cause = last.strerror or str(last)
        raise TroubleError(
            FailureKind.REFUSED,
            f"{host} refused the connection ({cause})",
            f"{host} a refusé la connexion ({cause})",
            transient=True,
        ) from last

    def _open(self, address: str, port: int, seconds: float) -> socket.socket:
        return socket.create_connection((address, port), seconds)
