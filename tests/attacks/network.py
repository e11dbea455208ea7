"""Reaching anything over a network."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "a connection to this machine",
        """
attempt(lambda: socket.create_connection(("127.0.0.1", PORT), 1).send(b"stolen"))
attempt(lambda: socket.create_connection(("localhost", PORT), 1).send(b"stolen"))
import urllib.request
attempt(urllib.request.urlopen, f"http://127.0.0.1:{PORT}/", None, 0.5)
""",
        wins_unprotected=True,
    ),
    Attack(
        "sockets of every family",
        """
for family in range(0, 46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        if (family, kind) != (0, 0):
            attempt(lambda: socket.socket(family, kind).fileno())
""",
        wins_unprotected=True,
    ),
    Attack(
        "datagrams, names and listening",
        """
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", PORT)))
attempt(lambda: socket.create_server(("127.0.0.1", 0)).getsockname())
""",
        wins_unprotected=True,
    ),
    Attack(
        "sockets in the file system",
        """
for name in (WORLD + "/socket", "/run/docker.sock", "/run/systemd/private", "/var/run/dbus/socket"):
    def connect():
        link = socket.socket(socket.AF_UNIX)
        link.connect(name)
        return link.send(b"stolen")
    attempt(connect)
""",
        wins_unprotected=True,
    ),
    Attack(
        "a pair of sockets, turned to another address",
        """
left, right = socket.socketpair()
attempt(left.connect, WORLD + "/socket")
attempt(lambda: left.sendto(b"stolen", WORLD + "/socket"))
one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
attempt(lambda: one.sendto(b"stolen", WORLD + "/datagrams"))
attempt(lambda: one.sendmsg([b"stolen"], [], 0, WORLD + "/datagrams"))
attempt(one.bind, "\\0evil")
""",
        wins_unprotected=True,
    ),
]
