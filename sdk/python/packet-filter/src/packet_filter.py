"""Glue to the contract: leave it as it is."""

import module
import weir
import wit_world.exports.packet_filter as contract


class Session(contract.Session):
    def __init__(self, packet_filter):
        self.filter = packet_filter

    @classmethod
    def open(cls, expression, options):
        return cls(weir.opened(lambda: module.Filter(expression, weir.options_of(module, options))))

    def needs(self):
        return contract.Needs(getattr(module, "LEADING_BYTES", None), [])

    def warnings(self):
        return list(getattr(self.filter, "warnings", []))

    def select(self, packets):
        return weir.bitmap([self.filter.select(packet) for packet in weir.packets(packets)])
