"""Writes the golden payloads beside this file: what other people's serializers made of a value,
and what their own deserializers read back, in the form in which this project shows it.

    python3 -m venv venv
    venv/bin/pip install "confluent-kafka[avro,protobuf,json,schemaregistry]" fastavro grpcio-tools msgpack cbor2
    venv/bin/python lib/schemas/golden/make.py

Bytes are shown as base64, times as ISO 8601 with the digits of their unit, decimals as numbers
with all their digits.
"""

import base64
import datetime as dt
import decimal
import importlib.metadata
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import uuid

import cbor2
import fastavro
import msgpack
from confluent_kafka.schema_registry import Schema, SchemaReference
from confluent_kafka.schema_registry._sync.mock_schema_registry_client import MockSchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import json_format

HERE = os.path.dirname(os.path.abspath(__file__))
UTC = dt.timezone.utc
registry = MockSchemaRegistryClient({"url": "mock://golden"})


class Digits(float):
    """A number that json writes in its own digits."""

    def __new__(cls, text):
        made = super().__new__(cls, float(text))
        made.text = text
        return made

    def __repr__(self):
        return self.text


def shown(value):
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"nan": "NaN"}.get(str(value), "Infinity" if value > 0 else "-Infinity")
    if isinstance(value, decimal.Decimal):
        return Digits(format(value, "f"))
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(k): shown(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(v) for v in value]
    raise TypeError(type(value))


def iso(value, digits):
    """A datetime, date or time as this project shows it."""
    if isinstance(value, dt.datetime):
        zone = "Z" if value.tzinfo else ""
        text = value.replace(tzinfo=None).isoformat(timespec="microseconds")
        return text[: len(text) - 6 + digits] + zone
    if isinstance(value, dt.time):
        return value.isoformat(timespec="microseconds")[: 9 + digits]
    return value.isoformat()


def text_of(value):
    # json.dumps asks float.__repr__ and so would lose the digits that Digits keeps.
    def write(v):
        if isinstance(v, Digits):
            return v.text
        if isinstance(v, dict):
            return "{" + ",".join(json.dumps(k) + ":" + write(x) for k, x in v.items()) + "}"
        if isinstance(v, list):
            return "[" + ",".join(map(write, v)) + "]"
        return json.dumps(v, ensure_ascii=False)

    return write(value)


def save(name, made_by, cases):
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in made_by)
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump({"madeBy": versions, "cases": cases}, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(name, len(cases))


def b64(data):
    return base64.b64encode(data).decode()


# --- Avro -----------------------------------------------------------------------------------


def avro_case(name, schema, value, show):
    """`show`: from what fastavro reads back to what is shown."""
    parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
    out = io.BytesIO()
    fastavro.schemaless_writer(out, parsed, value)
    back = fastavro.schemaless_reader(io.BytesIO(out.getvalue()), parsed, None)
    return {"name": name, "schema": json.dumps(schema), "bytes": b64(out.getvalue()), "shown": text_of(shown(show(back)))}


def same(value):
    return value


def record(name, *fields):
    return {"type": "record", "name": name, "fields": [{"name": n, "type": t} for n, t in fields]}


tree = {
    "type": "record",
    "name": "Tree",
    "fields": [
        {"name": "label", "type": "string"},
        {"name": "children", "type": {"type": "array", "items": "Tree"}},
    ],
}
avro_cases = [
    avro_case("null", "null", None, same),
    avro_case("a record of primitives", record("P", ("i", "int"), ("l", "long"), ("f", "float"), ("d", "double"), ("b", "boolean"), ("s", "string"), ("y", "bytes")),
              {"i": -(2**31), "l": 2**63 - 1, "f": 1.5, "d": 0.1, "b": True, "s": "Grüße 🐟", "y": b"\x00\xff"}, same),
    avro_case("longs at every length", {"type": "array", "items": "long"}, [s * (2**n + o) for n in range(63) for o in (-1, 0, 1) for s in (1, -1)], same),
    avro_case("doubles", {"type": "array", "items": "double"}, [0.0, 1e308, 5e-324, 1 / 3, float("inf"), float("-inf"), float("nan")], same),
    avro_case("an enum, a fixed and a map", record("E", ("e", {"type": "enum", "name": "Suit", "symbols": ["SPADES", "HEARTS"]}), ("f", {"type": "fixed", "name": "Four", "size": 4}), ("m", {"type": "map", "values": "long"})),
              {"e": "HEARTS", "f": b"\x01\x02\x03\x04", "m": {"a": 1, "b": -1, "": 0}}, same),
    avro_case("a union of null and a record", ["null", record("In", ("x", "int"))], {"x": 7}, same),
    avro_case("a recursive tree", tree, {"label": "a", "children": [{"label": "b", "children": []}, {"label": "c", "children": [{"label": "d", "children": []}]}]}, same),
    avro_case("a decimal in bytes", {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": 4}, decimal.Decimal("-12345678901234567890.1200"), same),
    avro_case("a decimal in a fixed", {"type": "fixed", "name": "D", "size": 16, "logicalType": "decimal", "precision": 30, "scale": 2}, decimal.Decimal("9007199254740993.50"), same),
    avro_case("a date", {"type": "int", "logicalType": "date"}, dt.date(1969, 7, 20), lambda v: iso(v, 0)),
    avro_case("a time in milliseconds", {"type": "int", "logicalType": "time-millis"}, dt.time(23, 59, 59, 999000), lambda v: iso(v, 3)),
    avro_case("a time in microseconds", {"type": "long", "logicalType": "time-micros"}, dt.time(0, 0, 1, 7), lambda v: iso(v, 6)),
    avro_case("a timestamp in milliseconds", {"type": "long", "logicalType": "timestamp-millis"}, dt.datetime(2026, 11, 20, 10, 0, 0, 123000, UTC), lambda v: iso(v, 3)),
    avro_case("a timestamp in microseconds before 1970", {"type": "long", "logicalType": "timestamp-micros"}, dt.datetime(1905, 1, 22, 1, 2, 3, 456789, UTC), lambda v: iso(v, 6)),
    avro_case("a local timestamp in milliseconds", {"type": "long", "logicalType": "local-timestamp-millis"}, dt.datetime(2026, 11, 20, 10, 0, 0, 5000), lambda v: iso(v, 3)),
    avro_case("a local timestamp in microseconds", {"type": "long", "logicalType": "local-timestamp-micros"}, dt.datetime(2026, 11, 20, 10, 0, 0, 5), lambda v: iso(v, 6)),
    avro_case("a uuid as text", {"type": "string", "logicalType": "uuid"}, uuid.UUID("12345678-1234-5678-1234-567812345678"), same),
    avro_case("defaults, docs, aliases and namespaces", {"type": "record", "namespace": "a.b", "name": "Full", "aliases": ["Old"], "doc": "d", "fields": [
        {"name": "x", "type": ["null", {"type": "record", "name": "c.Inner", "fields": [{"name": "k", "type": "int", "default": 3}]}], "default": None},
        {"name": "y", "type": ["null", "c.Inner"], "default": None}]}, {"x": {"k": 5}, "y": {"k": 6}}, same),
]
save("avro", ["fastavro"], avro_cases)

# --- Confluent's wire format, with its registry ----------------------------------------------

wire_cases = []


def wire_case(name, kind, registered, data, value_shown, message=None):
    wire_cases.append({
        "name": name, "kind": kind, "schemas": registered, "bytes": b64(data),
        "shown": text_of(shown(value_shown)), **({"message": message} if message else {}),
    })


def schema_entry(schema_id, schema, references=()):
    return {"id": schema_id, "type": schema.schema_type or "AVRO", "text": schema.schema_str, "references": list(references)}


def context(topic):
    return SerializationContext(topic, MessageField.VALUE)


order = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "doc": "One order.", "fields": [
    {"name": "id", "type": "long", "doc": "Number of the order."},
    {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
    {"name": "items", "type": {"type": "array", "items": {"type": "record", "name": "Item", "fields": [{"name": "sku", "type": "string"}, {"name": "count", "type": "int", "default": 1}]}}},
    {"name": "note", "type": ["null", "string"], "default": None}]})
serializer = AvroSerializer(registry, order)
value = {"id": 9007199254740993, "total": decimal.Decimal("19.90"), "items": [{"sku": "a-7", "count": 2}], "note": None}
data = serializer(value, context("orders"))
back = AvroDeserializer(registry)(data, context("orders"))
latest = registry.get_latest_version("orders-value")
wire_case("Avro", "AVRO", [schema_entry(latest.schema_id, latest.schema)], data, back)

registry.register_schema("address", Schema(json.dumps({"type": "record", "name": "Address", "namespace": "people", "fields": [{"name": "street", "type": "string"}]}), "AVRO"))
person = Schema(json.dumps({"type": "record", "name": "Person", "namespace": "people", "fields": [{"name": "name", "type": "string"}, {"name": "home", "type": "people.Address"}, {"name": "work", "type": ["null", "people.Address"]}]}),
                "AVRO", [SchemaReference("people.Address", "address", 1)])
registry.register_schema("people-value", person)
serializer = AvroSerializer(registry, person, conf={"auto.register.schemas": False, "use.latest.version": True})
data = serializer({"name": "n", "home": {"street": "s"}, "work": {"street": "t"}}, context("people"))
back = AvroDeserializer(registry)(data, context("people"))
latest = registry.get_latest_version("people-value")
address = registry.get_latest_version("address")
wire_case("Avro with a reference", "AVRO", [schema_entry(latest.schema_id, latest.schema, [{"name": "people.Address", "text": address.schema.schema_str}])], data, back)

json_schema = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Payment", "type": "object", "properties": {
    "amount": {"type": "number", "description": "In the currency."}, "currency": {"type": "string", "enum": ["EUR", "USD"]}}, "required": ["amount"]})
data = JSONSerializer(json_schema, registry)({"amount": 12.5, "currency": "EUR"}, context("payments"))
back = JSONDeserializer(json_schema, schema_registry_client=registry)(data, context("payments"))
latest = registry.get_latest_version("payments-value")
wire_case("JSON Schema", "JSON", [schema_entry(latest.schema_id, latest.schema)], data, back)

# --- Protobuf ---------------------------------------------------------------------------------

PROTOS = {
    "other/money.proto": 'syntax = "proto3"; package other; message Money { string currency = 1; int64 units = 2; sint32 nanos = 3; }',
    "golden.proto": """syntax = "proto3";
package golden;
import "other/money.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/any.proto";
import "google/protobuf/field_mask.proto";

message First { int32 x = 1; }

// Everything in one message.
message Everything {
  int32 i32 = 1; int64 i64 = 2; uint32 u32 = 3; uint64 u64 = 4; sint32 s32 = 5; sint64 s64 = 6;
  fixed32 f32 = 7; fixed64 f64 = 8; sfixed32 sf32 = 9; sfixed64 sf64 = 10;
  float fl = 11; double db = 12; bool bo = 13; string st = 14; bytes by = 15;
  enum Colour { UNKNOWN = 0; RED = 1; BLUE = -2; }
  Colour colour = 16; repeated Colour colours = 17;
  repeated int64 packed = 18; repeated int64 unpacked = 19 [packed = false]; repeated string texts = 20;
  map<string, int64> counts = 21; map<int64, other.Money> prices = 22; map<bool, Colour> by_bool = 23;
  oneof choice { string text = 24; other.Money money = 25; int32 number = 26; }
  optional int32 maybe = 27; optional string absent = 28;
  message Inner { int32 depth = 1; Inner inner = 2; message Deepest { string s = 1; } }
  Inner inner = 29; repeated Inner inners = 30;
  google.protobuf.Timestamp at = 31; google.protobuf.Duration took = 32; google.protobuf.Struct free = 33;
  google.protobuf.Int64Value wrapped = 34; google.protobuf.Any any = 35; google.protobuf.FieldMask mask = 36;
  google.protobuf.Value value = 37; google.protobuf.StringValue unset = 38; repeated google.protobuf.Timestamp times = 39;
}
""",
    "second.proto": """syntax = "proto2";
package second;
message Old {
  required int32 id = 1; optional string name = 2 [default = "none"]; repeated group Entry = 3 { optional int32 n = 1; }
  extensions 100 to 199;
}
extend Old { optional string extra = 100; }
""",
}
folder = tempfile.mkdtemp()
for path, text in PROTOS.items():
    os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
    with open(os.path.join(folder, path), "w") as file:
        file.write(text)
subprocess.check_call([sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"--python_out={folder}", *PROTOS])
subprocess.check_call([sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", "--include_imports", f"--descriptor_set_out={folder}/set", *PROTOS])
sys.path.insert(0, folder)
import golden_pb2  # noqa: E402
import second_pb2  # noqa: E402

full = golden_pb2.Everything(
    i32=-1, i64=-(2**63), u32=2**32 - 1, u64=2**64 - 1, s32=-(2**31), s64=-(2**63), f32=2**32 - 1, f64=2**64 - 1, sf32=-5, sf64=-(2**60),
    fl=0.1, db=0.1, bo=True, st="Grüße 🐟", by=b"\x00\xff", colour="BLUE", colours=["RED", "UNKNOWN", "BLUE"],
    packed=[1, -1, 2**62], unpacked=[3, -3], texts=["", "x"], counts={"a": 1, "": -5}, by_bool={True: "RED"},
    number=0, maybe=0, mask={"paths": ["a.b", "c"]})
full.prices[-7].currency = "EUR"
full.prices[-7].nanos = -5
full.inner.inner.inner.depth = 3
full.inners.add(depth=1)
full.inners.add()
full.at.FromNanoseconds(1795203923469000001)
full.took.FromNanoseconds(-1500000000)
full.free.update({"a": [1, "x", None, True, {"b": 2.5}]})
full.wrapped.value = 0
full.any.Pack(golden_pb2.First(x=9))
full.value.list_value.extend([1, None])
full.times.add().FromMilliseconds(1)


def proto_json(message):
    """Google's own JSON, with what its mapping writes as text put back to numbers."""
    data = json_format.MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    numbers = {"i64", "u64", "s64", "f64", "sf64", "packed", "unpacked", "counts", "wrapped", "units"}

    def walk(value, name):
        if isinstance(value, dict):
            inner = {k: walk(v, name if name == "counts" else k) for k, v in value.items()}
            return inner
        if isinstance(value, list):
            return [walk(v, name) for v in value]
        if name in numbers and isinstance(value, str):
            return int(value)
        return value

    return walk(data, "")


proto_cases = []


def proto_case(name, message):
    proto_cases.append({"name": name, "message": message.DESCRIPTOR.full_name, "bytes": b64(message.SerializeToString(deterministic=True)), "shown": text_of(shown(proto_json(message)))})


proto_case("everything set", full)
proto_case("nothing set", golden_pb2.Everything())
proto_case("the last of a oneof", golden_pb2.Everything(money={"currency": "EUR", "units": 2**60}))
old = second_pb2.Old(id=5)
old.entry.add(n=1)
old.entry.add()
old.Extensions[second_pb2.extra] = "more"
proto_cases.append({"name": "proto2 with a group and an extension", "message": "second.Old", "bytes": b64(old.SerializeToString()),
                    "shown": text_of({"id": 5, "entry": [{"n": 1}, {}], "[second.extra]": "more"})})
with open(os.path.join(HERE, "protobuf.json"), "w") as file:
    json.dump({
        "madeBy": f"protobuf {importlib.metadata.version('protobuf')}",
        "files": [{"name": name, "text": text} for name, text in PROTOS.items()],
        "descriptorSet": b64(open(os.path.join(folder, "set"), "rb").read()),
        "cases": proto_cases,
    }, file, indent=1, ensure_ascii=False)
    file.write("\n")
print("protobuf", len(proto_cases))

for message, topic in ((full, "everything"), (golden_pb2.Everything.Inner.Deepest(s="x"), "deepest"), (golden_pb2.First(x=1), "first")):
    conf = {"use.deprecated.format": False}
    data = ProtobufSerializer(type(message), registry, conf)(message, context(topic))
    back = ProtobufDeserializer(type(message), conf, schema_registry_client=registry)(data, context(topic))
    latest = registry.get_latest_version(f"{topic}-value")
    references = [{"name": "other/money.proto", "text": registry.get_latest_version("other/money.proto").schema.schema_str}]
    wire_case(f"Protobuf, message {message.DESCRIPTOR.full_name}", "PROTOBUF", [schema_entry(latest.schema_id, latest.schema, references)], data, proto_json(back), message.DESCRIPTOR.full_name)
save("wire", ["confluent-kafka", "fastavro", "protobuf"], wire_cases)

# --- MessagePack and CBOR ----------------------------------------------------------------------

plain = {"id": 2**53 + 1, "neg": -(2**63), "big": 2**64 - 1, "pi": 3.25, "text": "Grüße", "none": None, "yes": True, "bytes": b"\x00\xff", "list": [1, [2, {"deep": "x"}]], "empty": {}, "": 0}
at = dt.datetime(2026, 11, 20, 10, 0, 0, 123456, UTC)
binary_cases = []
for name, value in (("a map", plain), ("a list", [1, "a", None]), ("a long text in a map", {"t": "x" * 70000})):
    for kind, module in (("msgpack", msgpack), ("cbor", cbor2)):
        data = module.packb(value) if kind == "msgpack" else cbor2.dumps(value)
        back = msgpack.unpackb(data) if kind == "msgpack" else cbor2.loads(data)
        binary_cases.append({"name": f"{kind}: {name}", "kind": kind, "bytes": b64(data), "shown": text_of(shown(back))})
data = msgpack.packb({"at": at}, datetime=True)
binary_cases.append({"name": "msgpack: a timestamp", "kind": "msgpack", "bytes": b64(data), "shown": text_of({"at": iso(at, 6)})})
data = cbor2.dumps({"at": at, "big": 2**70, "dec": decimal.Decimal("1.10")})
binary_cases.append({"name": "cbor: tags", "kind": "cbor", "bytes": b64(data), "shown": text_of({"at": iso(at, 6), "big": 2**70, "dec": Digits("1.10")})})
save("binary", ["msgpack", "cbor2"], binary_cases)
