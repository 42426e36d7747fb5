"""An outside program that sends events to AudioTab, by any of the three ways in.

Everything but gRPC needs Python alone. As a program:

    produce_events.py http|websocket|grpc ADDRESS TOKEN < events.jsonl

sends one event per line and prints one answer per line: its place in the order, or why it was refused. ADDRESS is
host:port, or unix:PATH for the user's own socket, where the system says who is asking and any TOKEN will do.
"""

import base64
import http.client
import json
import os
import socket
import struct
import sys


TIMEOUT_S = 30
UNIX = "unix:"


def connected(address):
    """A stream to host:port or unix:PATH."""
    if address.startswith(UNIX):
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(TIMEOUT_S)
        stream.connect(address.removeprefix(UNIX))
        return stream
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=TIMEOUT_S)


def host_of(address):
    return "localhost" if address.startswith(UNIX) else address


def post(address, token, events):
    """POST /api/event, one request for each event on one connection; yields the answers."""
    connection = http.client.HTTPConnection(host_of(address))
    connection.sock = connected(address)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for event in events:
        connection.request("POST", "/api/event", json.dumps(event), headers)
        reply = connection.getresponse()
        yield {"code": reply.status, **json.load(reply)}
    connection.close()


class WebSocket:
    """The few lines of RFC 6455 that a client needs."""

    def __init__(self, address, path, token):
        self.stream = connected(address)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {host_of(address)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        self.stream.sendall(request.encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.exactly(1)
        status = head.split(b" ", 2)[1]
        if status != b"101":
            raise ConnectionError(f"the server answered {status.decode()}")

    def exactly(self, length):
        data = b""
        while len(data) < length:
            part = self.stream.recv(length - len(data))
            if not part:
                raise ConnectionError("the server closed the connection")
            data += part
        return data

    def send(self, opcode, data):
        mask = os.urandom(4)
        head = bytes([0x80 | opcode])
        if len(data) < 126:
            head += bytes([0x80 | len(data)])
        elif len(data) < 1 << 16:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(data))
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", len(data))
        self.stream.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def text(self):
        """The next text message; pings are answered."""
        while True:
            first, second = self.exactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self.exactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.exactly(8))
            data = self.exactly(length)
            if first & 0x0F == 1:
                return data.decode()
            if first & 0x0F == 9:
                self.send(10, data)
            elif first & 0x0F == 8:
                raise ConnectionError("the server said goodbye")

    def close(self):
        self.send(8, b"")
        self.stream.close()


def websocket(address, token, events):
    """/ws/ingest; yields the answers."""
    socket_ = WebSocket(address, "/ws/ingest", token)
    for event in events:
        socket_.send(1, json.dumps(event).encode())
        yield from json.loads(socket_.text())["answers"]
    socket_.close()


def grpc(address, token, events):
    """audiotab.events.v1.EventIngest/Publish without generated code: two fields of protobuf are quickly written."""
    import grpc as library

    def event_message(event):
        text = json.dumps(event).encode()
        return bytes([15 << 3 | 2]) + varint(len(text)) + text

    # Of a socket's path this library makes a host name that no HTTP/2 server takes; so it is named.
    with library.insecure_channel(address, [("grpc.default_authority", host_of(address))]) as channel:
        publish = channel.stream_stream("/audiotab.events.v1.EventIngest/Publish", event_message, ack_fields)
        yield from publish(iter(events), metadata=[("authorization", f"Bearer {token}")], timeout=TIMEOUT_S)


STATUSES = ["", "recorded", "duplicate", "refused"]


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(0x80 | number & 0x7F)
        number >>= 7
    return bytes(out) + bytes([number])


def ack_fields(message):
    """An Ack as the other ways in answer."""
    names = {1: "id", 2: "seq", 3: "status", 4: "durable", 5: "code", 6: "message"}
    answer, at = {}, 0

    def read_varint():
        nonlocal at
        number, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    while at < len(message):
        tag = read_varint()
        value = read_varint()
        if tag & 7 == 2:
            at += value
            value = message[at - value : at].decode()
        answer[names[tag >> 3]] = value
    answer["status"] = STATUSES[answer.get("status", 0)]
    answer["durable"] = bool(answer.get("durable", 0))
    return answer


WAYS = {"http": post, "websocket": websocket, "grpc": grpc}


def main():
    way, address, token = sys.argv[1:4]
    for answer in WAYS[way](address, token, map(json.loads, sys.stdin)):
        print(answer["seq"] if "seq" in answer else f"refused: {answer['message']}", flush=True)


if __name__ == "__main__":
    main()
