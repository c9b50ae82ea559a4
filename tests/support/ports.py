"""Loopback ports for servers that must be told their port before they listen.

A port from `bind(0)` may be handed out again, to a second caller or to anybody's outgoing connection, before the server
takes it. These lie below the range from which the kernel hands out ports (ip(7), ip_local_port_range), and each is
claimed for as long as this process lives by an abstract socket of its name (unix(7)), which needs no tidying."""

import pathlib
import random
import socket

_claims = []


def free_port():
    least = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(max(1024, least - 12000), least), 200):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0logbook-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise RuntimeError("no free port below the kernel's own range")
