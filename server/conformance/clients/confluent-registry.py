"""confluent-kafka's registry client and serializers, for the tests.

    produce BOOTSTRAP REGISTRY COUNT   records of all three kinds; prints what was meant
    consume BOOTSTRAP REGISTRY         reads them back; prints what the deserializers made of them
    write REGISTRY NAME COUNT          registers schemas of its own and of everybody; prints the ids
    settings REGISTRY                  uses what the serializers can be told; prints what came of it

A line of output is one record: {"topic", "key", "value"}. Bytes are shown as base64, times as
ISO 8601 with the digits of their unit, decimals as numbers with all their digits.
"""
import base64
import datetime as dt
import decimal
import json
import sys
import uuid

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import (descriptor_pb2, descriptor_pool, json_format, message_factory,
                             timestamp_pb2)

UTC = dt.timezone.utc
FIRST = dt.datetime(2026, 11, 20, 10, 0, 0, 123000, UTC)

ADDRESS = json.dumps({'type': 'record', 'name': 'Address', 'namespace': 'people',
                      'fields': [{'name': 'street', 'type': 'string'}]})
ORDER = json.dumps({
    'type': 'record', 'name': 'Order', 'namespace': 'shop', 'doc': 'One order.', 'fields': [
        {'name': 'id', 'type': 'long', 'doc': 'Number of the order.'},
        {'name': 'total', 'type': 'double'},
        {'name': 'exact', 'type': {'type': 'bytes', 'logicalType': 'decimal', 'precision': 30, 'scale': 4}},
        {'name': 'at', 'type': {'type': 'long', 'logicalType': 'timestamp-millis'}},
        {'name': 'day', 'type': {'type': 'int', 'logicalType': 'date'}},
        {'name': 'uid', 'type': {'type': 'string', 'logicalType': 'uuid'}},
        {'name': 'blob', 'type': 'bytes'},
        {'name': 'state', 'type': {'type': 'enum', 'name': 'State', 'symbols': ['OPEN', 'PAID']}},
        {'name': 'tags', 'type': {'type': 'map', 'values': 'int'}},
        {'name': 'items', 'type': {'type': 'array', 'items': {
            'type': 'record', 'name': 'Item', 'fields': [{'name': 'sku', 'type': 'string'},
                                                         {'name': 'count', 'type': 'int', 'default': 1}]}}},
        {'name': 'note', 'type': ['null', 'string'], 'default': None},
        {'name': 'home', 'type': 'people.Address'}]})
PAYMENT = json.dumps({
    '$schema': 'http://json-schema.org/draft-07/schema#', 'title': 'Payment', 'type': 'object',
    'properties': {'total': {'type': 'number'}, 'currency': {'type': 'string', 'enum': ['EUR', 'USD']},
                   'lines': {'type': 'array', 'items': {'type': 'object', 'properties': {'n': {'type': 'integer'}}}}},
    'required': ['total']})


def message_class():
    """shop.Trip, made without protoc: nested, repeated, a map, a oneof, an import."""
    kind = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name='trip.proto', package='shop', syntax='proto3',
                                              dependency=['google/protobuf/timestamp.proto'])
    file.message_type.add(name='Other').field.add(name='x', number=1, type=kind.TYPE_INT32, label=1)
    trip = file.message_type.add(name='Trip')
    stop = trip.nested_type.add(name='Stop')
    stop.field.add(name='place', number=1, type=kind.TYPE_STRING, label=1)
    entry = trip.nested_type.add(name='FaresEntry')
    entry.options.map_entry = True
    entry.field.add(name='key', number=1, type=kind.TYPE_STRING, label=1)
    entry.field.add(name='value', number=2, type=kind.TYPE_SINT64, label=1)
    trip.oneof_decl.add(name='means')
    add = trip.field.add
    add(name='id', number=1, type=kind.TYPE_UINT64, label=1)
    add(name='total', number=2, type=kind.TYPE_DOUBLE, label=1)
    add(name='stops', number=3, type=kind.TYPE_MESSAGE, type_name='.shop.Trip.Stop', label=3)
    add(name='fares', number=4, type=kind.TYPE_MESSAGE, type_name='.shop.Trip.FaresEntry', label=3)
    add(name='at', number=5, type=kind.TYPE_MESSAGE, type_name='.google.protobuf.Timestamp', label=1)
    add(name='bus', number=6, type=kind.TYPE_STRING, label=1, oneof_index=0)
    add(name='car', number=7, type=kind.TYPE_BYTES, label=1, oneof_index=0)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName('shop.Trip'))


Trip = message_class()


def order(n):
    return {'id': 2 ** 53 + 1 + n, 'total': n + 0.5, 'exact': decimal.Decimal(n) * 10 ** 15 + decimal.Decimal('0.1200'),
            'at': FIRST + dt.timedelta(hours=n), 'day': dt.date(1969, 7, 20) + dt.timedelta(days=n),
            'uid': uuid.UUID(int=n + 2 ** 100), 'blob': bytes([n % 256, 0, 255]), 'state': 'PAID' if n % 2 else 'OPEN',
            'tags': {'n': n, '__proto__': -n}, 'items': [{'sku': f's{i}', 'count': i} for i in range(n % 3)],
            'note': None if n % 2 else f'Grüße <b>{n}</b>', 'home': {'street': f'"{n}"'}}


def trip(n):
    made = Trip(id=2 ** 64 - 1 - n, total=n + 0.5, fares={'EUR': -n, '': 2 ** 53 + 1})
    for i in range(n % 3):
        made.stops.add(place=f'p{i}')
    made.at.seconds = 1_795_000_000 + n
    made.at.nanos = n
    if n % 2:
        made.bus = f'line {n}'
    else:
        made.car = bytes([n % 256, 255])
    return made


def payment(n):
    return {'total': n + 0.5, 'currency': 'EUR' if n % 2 else 'USD', 'lines': [{'n': i} for i in range(n % 3)]}


class Digits(float):
    """A number that is written in its own digits."""

    def __new__(cls, text):
        made = super().__new__(cls, float(text))
        made.text = text
        return made


def shown(value):
    if isinstance(value, decimal.Decimal):
        return Digits(format(value, 'f'))
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(timespec='milliseconds') + 'Z'
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): shown(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(v) for v in value]
    return value


def write(value):
    if isinstance(value, Digits):
        return value.text
    if isinstance(value, dict):
        return '{' + ','.join(f'{json.dumps(k)}:{write(v)}' for k, v in value.items()) + '}'
    if isinstance(value, list):
        return '[' + ','.join(map(write, value)) + ']'
    return json.dumps(value, ensure_ascii=False)


def trip_shown(message):
    data = json_format.MessageToDict(message, preserving_proto_field_name=True,
                                     always_print_fields_with_no_presence=True)
    # Google's mapping writes 64 bits as text.
    data['id'] = int(data['id'])
    data['fares'] = {k: int(v) for k, v in data['fares'].items()}
    return data


def tell(topic, key, value):
    print(write({'topic': topic, 'key': key, 'value': shown(value)}))


def serializers(registry):
    protobuf = {'use.deprecated.format': False}
    by_topic = {
        'orders': (AvroSerializer(registry, Schema(ORDER, 'AVRO', [SchemaReference('people.Address', 'address', 1)])),
                   AvroDeserializer(registry), order, lambda value: value),
        'trips': (ProtobufSerializer(Trip, registry, protobuf),
                  ProtobufDeserializer(Trip, protobuf, schema_registry_client=registry), trip, trip_shown),
        'payments': (JSONSerializer(PAYMENT, registry),
                     JSONDeserializer(PAYMENT, schema_registry_client=registry), payment, lambda value: value),
    }
    return by_topic


def produce(bootstrap, url, count):
    registry = SchemaRegistryClient({'url': url})
    registry.register_schema('address', Schema(ADDRESS, 'AVRO'))
    producer = Producer({'bootstrap.servers': bootstrap, 'acks': 'all'})
    failed = []
    for topic, (serialize, _, make, show) in serializers(registry).items():
        context = SerializationContext(topic, MessageField.VALUE)
        for n in range(int(count)):
            value = make(n)
            producer.produce(topic, key=str(n), value=serialize(value, context),
                             on_delivery=lambda error, _: error and failed.append(str(error)))
            producer.poll(0)
            tell(topic, str(n), show(value))
    if producer.flush(60) or failed:
        sys.exit(f'not acknowledged: {failed[:3]}')


def consume(bootstrap, url):
    registry = SchemaRegistryClient({'url': url})
    consumer = Consumer({'bootstrap.servers': bootstrap, 'group.id': 'unused',
                         'enable.auto.commit': False, 'enable.partition.eof': True})
    by_topic = serializers(registry)
    for topic, (_, deserialize, _, show) in by_topic.items():
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
        ended = set()
        while len(ended) < len(partitions):
            for message in consumer.consume(1000, timeout=1):
                error = message.error()
                if error is None:
                    value = deserialize(message.value(), SerializationContext(topic, MessageField.VALUE))
                    tell(topic, message.key().decode(), show(value))
                elif error.code() == KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                else:
                    sys.exit(str(error))
    consumer.close()


def register(url, name, count):
    registry = SchemaRegistryClient({'url': url})
    for n in range(int(count)):
        for owner in ('everybody', name):
            schema = Schema(json.dumps({'type': 'record', 'name': f'{owner}{n}', 'fields': []}), 'AVRO')
            print(json.dumps({'schema': f'{owner}{n}', 'id': registry.register_schema('shared', schema)}), flush=True)


def imported_class():
    """yard.Load, which imports a file that is nobody's but ours, which imports one more."""
    kind = descriptor_pb2.FieldDescriptorProto
    unit = descriptor_pb2.FileDescriptorProto(name='yard/unit.proto', package='yard', syntax='proto3')
    unit.message_type.add(name='Unit').field.add(name='code', number=1, type=kind.TYPE_STRING, label=1)
    weight = descriptor_pb2.FileDescriptorProto(name='yard/weight.proto', package='yard', syntax='proto3',
                                                dependency=['yard/unit.proto'])
    message = weight.message_type.add(name='Weight')
    message.field.add(name='value', number=1, type=kind.TYPE_INT64, label=1)
    message.field.add(name='unit', number=2, type=kind.TYPE_MESSAGE, type_name='.yard.Unit', label=1)
    load = descriptor_pb2.FileDescriptorProto(name='yard/load.proto', package='yard', syntax='proto3',
                                              dependency=['yard/weight.proto'])
    load.message_type.add(name='Load').field.add(name='weight', number=1, type=kind.TYPE_MESSAGE,
                                                 type_name='.yard.Weight', label=1)
    pool = descriptor_pool.DescriptorPool()
    for file in (unit, weight, load):
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName('yard.Load'))


def settings(url):
    """Each serializer setting by its name: what it did, or the number with which it was refused."""
    registry = SchemaRegistryClient({'url': url})
    told = {}
    value = SerializationContext('set-value', MessageField.VALUE)

    def attempt(name, work):
        try:
            told[name] = work()
        except Exception as error:
            told[name] = getattr(error, 'error_code', None) or f'{type(error).__name__}: {error}'

    record = {'type': 'record', 'name': 'Set', 'fields': [{'name': 'x', 'type': 'int'}]}
    narrow = json.dumps(record)
    wide = json.dumps({**record, 'fields': record['fields'] + [{'name': 'y', 'type': 'int', 'default': 5}]})
    by_hand = {'auto.register.schemas': False}
    attempt('not registered', lambda: AvroSerializer(registry, narrow, conf=by_hand)({'x': 1}, value))
    first = registry.register_schema('set-value-value', Schema(narrow, 'AVRO'))
    last = registry.register_schema('set-value-value', Schema(wide, 'AVRO'))

    def id_of(payload):
        return {first: 'first', last: 'last'}.get(int.from_bytes(payload[1:5], 'big'), 'another')

    attempt('found', lambda: id_of(AvroSerializer(registry, narrow, conf=by_hand)({'x': 1}, value)))
    latest = {**by_hand, 'use.latest.version': True}
    attempt('latest', lambda: id_of(AvroSerializer(SchemaRegistryClient({'url': url}), narrow, conf=latest)({'x': 1, 'y': 2}, value)))
    attempt('by id', lambda: id_of(AvroSerializer(registry, narrow, conf={**by_hand, 'use.schema.id': first})({'x': 1}, value)))
    attempt('read by another', lambda: AvroDeserializer(registry, wide)(
        AvroSerializer(registry, narrow, conf=by_hand)({'x': 1}, value), value))
    with_metadata = Schema(wide, 'AVRO', metadata=None)
    attempt('looked up', lambda: registry.lookup_schema('set-value-value', with_metadata).version)

    # JSON Schema in another order of its keywords is the same one, when it is normalized.
    ordered = {'$schema': 'http://json-schema.org/draft-07/schema#', 'title': 'N', 'type': 'object',
               'properties': {'a': {'type': 'integer'}}}
    turned = dict(reversed(list(ordered.items())))
    sent = SerializationContext('set-json', MessageField.VALUE)
    normal = {'normalize.schemas': True}

    def json_id(schema):
        payload = JSONSerializer(json.dumps(schema), SchemaRegistryClient({'url': url}), conf=normal)({'a': 1}, sent)
        return int.from_bytes(payload[1:5], 'big')

    attempt('normalized', lambda: json_id(ordered) == json_id(turned))
    attempt('versions of it', lambda: registry.get_versions('set-json-value'))

    # A file that imports others registers them, each under a subject of its name.
    Load = imported_class()
    loads = SerializationContext('set-load', MessageField.VALUE)
    protobuf = {'use.deprecated.format': False}

    def load():
        made = Load()
        made.weight.value = 2 ** 40
        made.weight.unit.code = 'kg'
        payload = ProtobufSerializer(Load, registry, protobuf)(made, loads)
        fresh = SchemaRegistryClient({'url': url})
        read = ProtobufDeserializer(Load, protobuf, schema_registry_client=fresh)(payload, loads)
        return [read.weight.value == 2 ** 40, read.weight.unit.code]

    attempt('imports', load)
    attempt('imported', lambda: [[one.name, one.subject, one.version] for one in
                                 registry.get_latest_version('set-load-value').schema.references])
    attempt('imported by that', lambda: [[one.name, one.subject, one.version] for one in
                                         registry.get_latest_version('yard/weight.proto').schema.references])
    attempt('again', load)
    attempt('versions of the import', lambda: registry.get_versions('yard/weight.proto'))
    print(json.dumps(told))


{'produce': produce, 'consume': consume, 'write': register,
 'settings': settings}[sys.argv[1]](*sys.argv[2:])
