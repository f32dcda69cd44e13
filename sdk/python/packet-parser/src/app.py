"""Glue to the contract: leave it as it is."""

import module
import packet_parser
import weir
import wit_world.exports


class PacketParser(wit_world.exports.PacketParser):
    def describe(self):
        return weir.description(module)
