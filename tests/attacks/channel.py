"""Forged results, on the channel over which values go to the grader."""

from tests.attacks.attack import Attack

# What a thread needs to answer in place of the loop that should: it takes the request itself.
_STEAL = """
import json
channel = socket.socket(fileno=os.dup(100))
def exactly(size):
    data = b""
    while len(data) < size: data += channel.recv(size - len(data))
    return data
def request():
    data = exactly(int.from_bytes(exactly(4), "big"))
    size = int.from_bytes(data[:4], "big")
    return json.loads(data[4:4 + size])["dict"]
def frame(tree, *blobs):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    data = len(text).to_bytes(4, "big") + text + b"".join(blobs)
    return len(data).to_bytes(4, "big") + data
def answering(reply):
    def loop():
        while True:
            channel.sendall(reply(request()["id"]))
    threading.Thread(target=loop, daemon=True).start()
    time.sleep(0.1)
    import dlcourse.grading.sandbox.child as child
    child._receive = lambda channel: time.sleep(1000)
"""
ANY_END = ("ok", "exception", "crash", "wall")


def _forged(name, reply):
    return Attack(
        f"a forged reply: {name}", f"{_STEAL}\nanswering(lambda id: {reply})", ends=ANY_END
    )


ATTACKS = [
    Attack(
        "replies before the questions",
        _STEAL
        + """
for value in (True, 3, "ok", None):
    os.write(100, frame({"dict": {"id": "0" * 24, "value": value}}))
""",
        ends=("crash",),
    ),
    _forged("full marks", 'frame({"dict": {"id": id, "value": 3, "score": 3, "points": 3}})'),
    _forged("the value of every question", 'frame({"dict": {"id": id, "value": True}})'),
    _forged(
        "an error that is no text",
        'frame({"dict": {"id": id, "kind": 1, "message": [2], "place": "here"}})',
    ),
    _forged(
        "an error the grader gives itself",
        'frame({"dict": {"id": id, "kind": "Wrong", "message": "", "place": None}})',
    ),
    _forged("two at a time", 'frame({"dict": {"id": id, "value": 1}}) * 2'),
    _forged("another's name", 'frame({"dict": {"id": id[::-1], "value": 1}})'),
    _forged("no dictionary", 'frame([["id", id], ["value", 1]])'),
    _forged("half of it", 'frame({"dict": {"id": id, "value": 1}})[:-3]'),
    _forged("longer than anything may be", 'b"\\xff\\xff\\xff\\xff" + bytes(1000)'),
    _forged("longer than it is", '(2**24).to_bytes(4, "big") + bytes(1000)'),
    _forged("empty", "bytes(4)"),
    _forged("noise", "os.urandom(1000)"),
    _forged("brackets without end", 'frame(b"[" * 10**6)'),
    _forged("a number without end", 'frame(b"9" * 10**6)'),
    _forged(
        "an array larger than memory",
        'frame({"dict": {"id": id, "value": {"array": ["<f8", [2**20, 2**20]]}}})',
    ),
    _forged(
        "an array of pickles",
        'frame({"dict": {"id": id, "value": {"array": ["|O", [1]]}}}, bytes(8))',
    ),
    Attack(
        "a byte now and then",
        _STEAL
        + """
def drip():
    for byte in b"\\x00\\xff\\x00\\x00" + bytes(10**6):
        os.write(100, bytes([byte])); time.sleep(0.2)
threading.Thread(target=drip, daemon=True).start()
import dlcourse.grading.sandbox.child as child
child._receive = lambda channel: time.sleep(1000)
""",
        ends=ANY_END,
    ),
    Attack(
        "the channel closed, and nothing said",
        "os.close(100)\ntime.sleep(30)",
        ends=("crash",),
    ),
    Attack(
        "the server's messages to the grader",
        """
import json
ended = {"state": "ended", "reason": "ok", "cpu": 0, "peak_mb": 0}
for number in range(3, 256):
    for message in (ended, {"state": "started"}, {"state": "refused", "why": ""}):
        if number != 100:
            attempt(os.write, number, json.dumps(message).encode())
""",
    ),
    Attack(
        "open files sent to the grader",
        """
channel = socket.socket(fileno=os.dup(100))
left, right = socket.socketpair()
for _ in range(20):
    socket.send_fds(channel, [b"x"], [left.fileno()] * 50)
""",
        ends=("crash",),
    ),
]
