"""Glue to the contract: leave it as it is."""

import module
import packet_filter
import weir
import wit_world.exports


class PacketFilter(wit_world.exports.PacketFilter):
    def describe(self):
        return weir.description(module)
