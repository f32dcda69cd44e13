"""syslog: messages a line, of RFC 5424 and of RFC 3164, each told by its own first characters."""

import re
from calendar import timegm
from datetime import datetime, timezone

from weir import Field, Option, Reject

NAME = "syslog"
VERSION = "0.1.0"
SUMMARY = "Syslog messages, a line each"
READS = ["RFC 5424", "RFC 3164"]
OPTIONS = [Option("year", 0, "Year of messages of RFC 3164, which say none; 0: that of the file, or the one before it for months after the file's.")]
FIELDS = [
    Field("time", "timestamp", "when the message says it was made; RFC 3164 says no zone, and UTC is taken", nullable=True),
    Field("facility", "uint8", "0 to 23, RFC 5424 6.2.1"),
    Field("severity", "uint8", "0 (emergency) to 7 (debug)"),
    Field("host", "text", "who sent it", nullable=True),
    Field("app", "text", "APP-NAME, or the tag of RFC 3164", nullable=True),
    Field("process", "text", "PROCID, or what stands in brackets behind the tag", nullable=True),
    Field("id", "text", "MSGID", nullable=True),
    Field("data", "text", "STRUCTURED-DATA as it is", nullable=True),
    Field("message", "text", "what it says"),
]
EVENT_TIME = ("time", "nanoseconds")

MONTHS = {name: at for at, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
PRIORITY = re.compile(r"<(0|[1-9]\d{0,2})>")
# RFC 5424 6: VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, then STRUCTURED-DATA, whose quoted values may hold anything but a bare `]`, `"` or `\`.
MODERN = re.compile(
    r'1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (-|(?:\[[^ =\]"]{1,32}(?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\.)*")*\])+)(?: (.*))?$', re.S
)
STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$")
# RFC 3164 4.1: `Mmm dd hh:mm:ss HOSTNAME TAG[PID]: CONTENT`.
OLD = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\S+) (?:([^\s:\[]{1,48})(?:\[([^\]]*)\])?: ?)?(.*)$", re.S)


def seconds(*parts):
    """Since 1970; ValueError for what is no time."""
    return timegm(datetime(*parts, tzinfo=timezone.utc).timetuple())


def stamp(text):
    found = STAMP.match(text)
    if not found:
        raise ValueError(text)
    *parts, fraction, zone = found.groups()
    hours, minutes = (0, 0) if zone == "Z" else (int(zone[1:3]), int(zone[4:6]))
    offset = (hours * 60 + minutes) * (-60 if zone[0] == "-" else 60)
    return (seconds(*map(int, parts)) - offset) * 1_000_000_000 + int((fraction or "").ljust(9, "0"))


def said(value):
    return None if value == "-" else value


class Parser:
    def __init__(self, options, source):
        self.year = options["year"]
        modified = datetime.fromtimestamp(source.modified or 0, timezone.utc)
        self.file = (modified.year, modified.month)

    def line(self, line):
        if not line:
            return None
        text = line.decode("utf-8", "replace").removeprefix("\ufeff")
        priority = PRIORITY.match(text)
        if not priority or int(priority[1]) > 191:
            raise Reject("expected <PRIORITY>, 0 to 191")
        facility, severity = divmod(int(priority[1]), 8)
        rest = text[priority.end() :]
        try:
            row = self.modern(rest) if rest.startswith("1 ") else self.old(rest)
        except ValueError:
            raise Reject("expected a time that there is") from None
        return row[0], facility, severity, *row[1:]

    def modern(self, text):
        found = MODERN.match(text)
        if not found:
            raise Reject("expected the header and the structured data of RFC 5424")
        time, host, app, process, name, data, message = found.groups()
        message = (message or "").removeprefix("\ufeff")
        return (None if time == "-" else stamp(time)), said(host), said(app), said(process), said(name), said(data), message

    def old(self, text):
        found = OLD.match(text)
        if not found or found[1] not in MONTHS:
            raise Reject("expected `Mmm dd hh:mm:ss host tag: message`, RFC 3164")
        month, day, hour, minute, second, host, app, process, message = found.groups()
        time = seconds(self.year_of(MONTHS[month]), MONTHS[month], int(day), int(hour), int(minute), int(second))
        return time * 1_000_000_000, host, app, process, None, None, message

    def year_of(self, month):
        year, last = self.file
        return self.year or (year - 1 if month > last else year)
