"""Glue to the contract: leave it as it is."""

import module
import weir
import wit_world.exports.stream_parser as contract


class Session(contract.Session):
    def __init__(self, lines):
        self.lines = lines

    @classmethod
    def open(cls, options, source, state):
        return cls(weir.Lines(module, options, source))

    def schema(self):
        return weir.schema(module)

    def feed(self, chunk):
        return self.lines.feed(chunk)

    def finish(self):
        return self.lines.finish()

    def save(self):
        return None
