"""What every module in Python shares: columns from rows, and sessions over lines and packets. Write `module.py`; leave this file as it is."""

import struct
import traceback
from dataclasses import dataclass

from componentize_py_types import Err
from wit_world.imports import types as t

#: Rows, or rejects, of one answer.
FULL = 8192
FORMATS = dict(int8="b", int16="h", int32="i", int64="q", uint8="B", uint16="H", uint32="I", uint64="Q", float32="f", float64="d", timestamp="q")
TYPES = {name: getattr(t.DataType, name.upper()) for name in [*FORMATS, "boolean", "text", "binary"]}
UNITS = {name: getattr(t.TimeUnit, name.upper()) for name in ("seconds", "milliseconds", "microseconds", "nanoseconds")}


@dataclass
class Field:
    """A column. `type` is one of FORMATS, or "boolean", "text", "binary"; a timestamp counts nanoseconds since 1970-01-01 UTC."""

    name: str
    type: str
    doc: str
    nullable: bool = False


@dataclass
class Option:
    """An option: the type is that of its default (bool, int, str, or a list of str)."""

    name: str
    default: object
    doc: str
    choices: tuple = ()
    required: bool = False


class Reject(Exception):
    """Raise it for a record that cannot become a row; the text says what was expected."""

    def __init__(self, detail, reason="malformed"):
        super().__init__(detail)
        self.detail, self.reason = detail, getattr(t.RejectReason, reason.upper().replace("-", "_"))


class BadExpression(Exception):
    """Raise it for an expression that does not compile: the place in it, in bytes, and what was expected there."""

    def __init__(self, at, expected):
        super().__init__(expected)
        self.at, self.expected = at, expected


def value_of(value):
    case = {bool: t.OptionValue_Boolean, int: t.OptionValue_Integer, str: t.OptionValue_Text}.get(type(value), t.OptionValue_Texts)
    return case(list(value) if case is t.OptionValue_Texts else value)


def description(module):
    def spec(option):
        return t.OptionSpec(option.name, value_of(option.default), option.required, list(option.choices), option.doc)

    options = [spec(option) for option in getattr(module, "OPTIONS", [])]
    return t.Description(module.NAME, module.VERSION, module.SUMMARY, list(module.READS), options)


def options_of(module, settings):
    options = {option.name: option.default for option in getattr(module, "OPTIONS", [])}
    options.update((setting.name, setting.value.value) for setting in settings)
    return options


def schema(module):
    fields = [t.Field(field.name, TYPES[field.type], field.nullable, False, field.doc) for field in module.FIELDS]
    time = None
    if getattr(module, "EVENT_TIME", None):
        name, unit = module.EVENT_TIME
        time = t.EventTime([field.name for field in module.FIELDS].index(name), UNITS[unit], False)
    return t.Schema(fields, time)


def bitmap(bits):
    packed = bytearray((len(bits) + 7) // 8)
    for at, bit in enumerate(bits):
        if bit:
            packed[at >> 3] |= 1 << (at & 7)
    return bytes(packed)


def column(field, values):
    valid = None
    if field.nullable and None in values:
        valid = bitmap([value is not None for value in values])
        empty = "" if field.type == "text" else b"" if field.type == "binary" else 0
        values = [empty if value is None else value for value in values]
    if field.type == "text":
        return t.Column(valid, None, t.Values_Strings(list(values)))
    if field.type == "binary":
        offsets, end = [0], 0
        for value in values:
            end += len(value)
            offsets.append(end)
        return t.Column(valid, None, t.Values_Bytes(t.Bytes(struct.pack(f"<{len(offsets)}I", *offsets), b"".join(values))))
    if field.type == "boolean":
        return t.Column(valid, None, t.Values_Fixed(bitmap(values)))
    return t.Column(valid, None, t.Values_Fixed(struct.pack(f"<{len(values)}{FORMATS[field.type]}", *values)))


def output(module, rows, rejects, done_to, more):
    values = list(zip(*rows)) if rows else [()] * len(module.FIELDS)
    columns = [column(field, of) for field, of in zip(module.FIELDS, values, strict=True)]
    return t.Output(t.Rows(len(rows), columns), rejects, done_to, more)


def opened(make):
    """Calls what makes a parser or a filter; what it raises becomes the contract's error."""
    try:
        return make()
    except BadExpression as error:
        raise Err(t.OpenError_BadExpression(t.BadExpression(error.at, error.expected))) from None
    except ValueError as error:
        raise Err(t.OpenError_Other(str(error))) from None


def told(parse):
    """What the author's code raises becomes the contract's error: a trap would lose the words."""
    try:
        return parse()
    except Exception:
        raise Err(t.ParseError_Other(" ".join(traceback.format_exc().split()))) from None


class Lines:
    """A session of a stream parser: whole lines, without their ends, go to `Parser.line`, which gives a row, several in a list, or None."""

    def __init__(self, module, settings, source):
        self.module, self.parser = module, opened(lambda: module.Parser(options_of(module, settings), source))
        self.held, self.at, self.base = b"", 0, 0

    def feed(self, chunk):
        if chunk:
            self.base += self.at
            self.held, self.at = self.held[self.at :] + chunk, 0
        return told(lambda: self.parse(False))

    def finish(self):
        return told(lambda: self.parse(True))

    def parse(self, at_end):
        rows, rejects, held, at = [], [], self.held, self.at
        while len(rows) < FULL and len(rejects) < FULL:
            end = held.find(b"\n", at) + 1
            if not end:
                if not at_end or at == len(held):
                    break
                end = len(held)
            try:
                row = self.parser.line(held[at:end].rstrip(b"\r\n"))
                rows.extend(row if isinstance(row, list) else [] if row is None else [row])
            except Reject as reject:
                rejects.append(t.Reject(self.base + at, end - at, reject.reason, reject.detail))
            at = end
        self.at = at
        return output(self.module, rows, rejects, self.base + at, len(rows) >= FULL or len(rejects) >= FULL)


@dataclass
class Packet:
    """A packet: nanoseconds since 1970-01-01 UTC, its bytes, its length on the wire, the LINKTYPE_ value of its capture, its number."""

    timestamp: int
    data: bytes
    length: int
    link_type: int
    number: int


def packets(batch):
    count = len(batch.timestamps) // 8
    unpack = lambda form, data: struct.unpack(f"<{count}{form}", data)
    numbers = unpack("I", batch.numbers) if batch.numbers is not None else range(count)
    times, offsets, captured, lengths = unpack("q", batch.timestamps), *(unpack("I", of) for of in (batch.offsets, batch.captured, batch.lengths))
    for time, offset, size, length, number in zip(times, offsets, captured, lengths, numbers):
        yield Packet(time, batch.data[offset : offset + size], length, batch.link_type, batch.first + number)


class Packets:
    """A session of a packet parser: each packet goes to `Parser.packet`, which gives a row, several in a list, or None."""

    def __init__(self, module, settings, source):
        self.module, self.parser = module, opened(lambda: module.Parser(options_of(module, settings), source))
        self.waiting, self.done = [], 0

    def feed(self, batch):
        self.waiting.extend(packets(batch))
        return told(self.parse)

    def finish(self):
        return told(self.parse)

    def parse(self):
        rows, rejects, taken = [], [], 0
        for packet in self.waiting:
            if len(rows) >= FULL or len(rejects) >= FULL:
                break
            try:
                row = self.parser.packet(packet)
                rows.extend(row if isinstance(row, list) else [] if row is None else [row])
            except Reject as reject:
                rejects.append(t.Reject(self.done + taken, 1, reject.reason, reject.detail))
            taken += 1
        self.waiting, self.done = self.waiting[taken:], self.done + taken
        return output(self.module, rows, rejects, self.done, bool(self.waiting))
