"""Glue to the contract: leave it as it is."""

import module
import weir
import wit_world.exports.packet_parser as contract


class Session(contract.Session):
    def __init__(self, packets):
        self.packets = packets

    @classmethod
    def open(cls, options, source, state):
        return cls(weir.Packets(module, options, source))

    def schema(self):
        return weir.schema(module)

    def feed(self, batch):
        return self.packets.feed(batch)

    def finish(self):
        return self.packets.finish()

    def save(self):
        return None
