"""@NAME@: lines of `seconds host bytes`, as a small server might log them. Make it yours."""

from weir import Field, Reject

NAME = "@NAME@"
VERSION = "0.1.0"
SUMMARY = "One row for each line of `seconds host bytes`"
READS = ["text lines"]
OPTIONS = []
FIELDS = [
    Field("time", "int64", "when, seconds since 1970-01-01 UTC"),
    Field("host", "text", "who asked"),
    Field("bytes", "int64", "bytes sent", nullable=True),
]
# The column that decides in which hour's partition a row lies, and its unit.
EVENT_TIME = ("time", "seconds")


class Parser:
    def __init__(self, options, source):
        pass

    def line(self, line):
        try:
            time, host, size = line.decode().split()
            return int(time), host, None if size == "-" else int(size)
        except ValueError:
            raise Reject("expected `seconds host bytes`") from None
