"""@NAME@: packets of at least so many bytes; the expression is the number. Make it yours."""

from weir import BadExpression

NAME = "@NAME@"
VERSION = "0.1.0"
SUMMARY = "Packets that had at least so many bytes on the wire"
READS = ["captures"]
OPTIONS = []
# Only so many bytes of each packet are looked at; None: all.
LEADING_BYTES = 0


class Filter:
    def __init__(self, expression, options):
        if not expression.strip().isdecimal():
            raise BadExpression(0, "a number of bytes")
        self.least = int(expression)

    def select(self, packet):
        return packet.length >= self.least
