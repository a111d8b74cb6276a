# SPDX-License-Identifier: Apache-2.0
"""A second P4Runtime controller, to look into a switch and to change it behind ONOS's back.

Messages are written and read as octets: the few fields that are needed (P4Runtime 1.3) are not worth
generated code.
"""

import itertools
import queue
from contextlib import contextmanager

_SERVICE = "/p4.v1.P4Runtime/"
_MODIFY, _DELETE = 2, 3
# field numbers of p4/v1/p4runtime.proto
_REQUEST_DEVICE, _WRITE_ELECTION, _WRITE_UPDATES, _READ_ENTITIES = 1, 3, 4, 2
_UPDATE_TYPE, _UPDATE_ENTITY, _ENTITY_TABLE_ENTRY, _ENTRY_TABLE = 1, 2, 2, 1
_ENTITY_METER_ENTRY, _METER_ID, _METER_INDEX, _METER_CONFIG = 5, 1, 2, 3
_STREAM_ARBITRATION, _ARBITRATION_DEVICE, _ARBITRATION_ELECTION, _LOW = 1, 1, 3, 2
# higher than any election id that ONOS makes of its terms; each once, since ONOS goes on with one that was left behind
_elections = itertools.count(1 << 40)


class OtherController:
    """Reads a switch at any time; writes only while it is primary, which costs ONOS its primacy."""

    def __init__(self, address, device_id):
        import grpc  # pylint: disable=import-outside-toplevel  # the demo runs without

        self._device_id = device_id
        self._channel = grpc.insecure_channel(address)

    @classmethod
    def of(cls, plan, switch):
        return cls(plan.p4runtime_address(switch), plan.p4_device_id(switch))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._channel.close()

    def entries(self):
        """Every table entry, as the octets of its entity."""
        return self._read(_ENTITY_TABLE_ENTRY)

    def meters(self):
        """Cells of the program's meter that have rates: {index: (rate, burst, peak rate, peak burst)}."""
        return {
            _index(cell): tuple(dict(_fields(cell[_METER_CONFIG])).get(number, 0) for number in (1, 2, 3, 4))
            for cell in self._cells()
            if _METER_CONFIG in cell
        }

    def reset_meters(self, indices):
        """Takes the rates from cells; ONOS is primary again afterwards."""
        without_rates = [
            _message(
                _ENTITY_METER_ENTRY,
                _number(_METER_ID, cell[_METER_ID]) + _message(_METER_INDEX, cell.get(_METER_INDEX, b"")),
            )
            for cell in self._cells()
            if _index(cell) in indices
        ]
        self._write(_MODIFY, without_rates)

    def _cells(self):
        return [dict(_fields(dict(_fields(entity))[_ENTITY_METER_ENTRY])) for entity in self._read(_ENTITY_METER_ENTRY)]

    def _read(self, kind):
        everything = _message(kind, b"")
        request = _number(_REQUEST_DEVICE, self._device_id) + _message(_READ_ENTITIES, everything)
        answers = self._channel.unary_stream(_SERVICE + "Read")(request, timeout=20)
        return [entity for answer in answers for number, entity in _fields(answer) if number == 1]

    def delete(self, entities):
        """Deletes entries; ONOS is primary again afterwards."""
        self._write(_DELETE, entities)

    def _write(self, kind, entities):
        updates = b"".join(
            _message(_WRITE_UPDATES, _number(_UPDATE_TYPE, kind) + _message(_UPDATE_ENTITY, entity))
            for entity in entities
        )
        with self._primacy() as election:
            request = (
                _number(_REQUEST_DEVICE, self._device_id)
                + _message(_WRITE_ELECTION, election)
                + updates
            )
            self._channel.unary_unary(_SERVICE + "Write")(request, timeout=20)

    @contextmanager
    def _primacy(self):
        requests = queue.Queue()
        election = _number(_LOW, next(_elections))
        arbitration = _number(_ARBITRATION_DEVICE, self._device_id) + _message(_ARBITRATION_ELECTION, election)
        requests.put(_message(_STREAM_ARBITRATION, arbitration))
        stream = self._channel.stream_stream(_SERVICE + "StreamChannel")(iter(requests.get, None), timeout=60)
        next(stream)
        try:
            yield election
        finally:
            requests.put(None)
            stream.cancel()


def table(entity):
    """The number of the table of an entry."""
    entry = next(value for number, value in _fields(entity) if number == _ENTITY_TABLE_ENTRY)
    return next(value for number, value in _fields(entry) if number == _ENTRY_TABLE)


def _index(cell):
    return dict(_fields(cell.get(_METER_INDEX, b""))).get(1, 0)


def _varint(value):
    octets = b""
    while value > 0x7F:
        octets += bytes([value & 0x7F | 0x80])
        value >>= 7
    return octets + bytes([value])


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _message(field, octets):
    return _varint(field << 3 | 2) + _varint(len(octets)) + octets


def _fields(octets):
    """Numbers and length-delimited fields of a message, in order."""
    at = 0
    while at < len(octets):
        key, at = _read_varint(octets, at)
        if key & 7 == 0:
            value, at = _read_varint(octets, at)
        elif key & 7 == 2:
            length, at = _read_varint(octets, at)
            value, at = octets[at : at + length], at + length
        else:
            raise ValueError(f"wire type {key & 7} is not used by P4Runtime's entities")
        yield key >> 3, value


def _read_varint(octets, at):
    value = shift = 0
    while True:
        value |= (octets[at] & 0x7F) << shift
        shift += 7
        at += 1
        if octets[at - 1] < 0x80:
            return value, at
