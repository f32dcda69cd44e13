"""@NAME@: one row a packet. Make it yours."""

from weir import Field, Reject

NAME = "@NAME@"
VERSION = "0.1.0"
SUMMARY = "Time and lengths of each packet"
READS = ["captures"]
OPTIONS = []
FIELDS = [
    Field("time", "timestamp", "when it was captured"),
    Field("captured", "uint32", "bytes in the capture"),
    Field("length", "uint32", "bytes on the wire"),
]
EVENT_TIME = ("time", "nanoseconds")


class Parser:
    def __init__(self, options, source):
        pass

    def packet(self, packet):
        if not packet.data:
            raise Reject("no bytes were captured")
        return packet.timestamp, len(packet.data), packet.length
