// Writes java.json beside this file: what Kafka Connect's converters and Kafka Streams' windowed
// serializers made of a value, and what they themselves read back, in the form in which this
// project shows it.
//
// Not run in tests. With the jars of connect-json, connect-runtime (for its converters of numbers,
// without what it needs) and kafka-streams of Maven Central, and what they need:
//
//   java -cp "<folder of jars>/*" Make.java java.json
//
// Confluent's own converters (AvroConverter and the like) are not on Maven Central.

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.*;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.connect.converters.*;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;
import org.apache.kafka.streams.kstream.*;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.state.internals.WindowKeySchema;

public class Make {
    static final List<String> cases = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Schema inner = SchemaBuilder.struct().name("shop.Item").field("sku", Schema.STRING_SCHEMA)
            .field("price", Decimal.schema(2)).build();
        Schema schema = SchemaBuilder.struct().name("shop.Order").version(3).doc("One order.")
            .field("i8", Schema.INT8_SCHEMA).field("i16", Schema.INT16_SCHEMA).field("i32", Schema.INT32_SCHEMA)
            .field("i64", Schema.INT64_SCHEMA).field("f32", Schema.FLOAT32_SCHEMA).field("f64", Schema.FLOAT64_SCHEMA)
            .field("yes", Schema.BOOLEAN_SCHEMA).field("text", Schema.STRING_SCHEMA).field("bytes", Schema.BYTES_SCHEMA)
            .field("none", Schema.OPTIONAL_STRING_SCHEMA).field("total", Decimal.schema(4)).field("huge", Decimal.schema(0))
            .field("day", Date.SCHEMA).field("time", Time.SCHEMA).field("at", Timestamp.SCHEMA).field("before", Timestamp.SCHEMA)
            .field("items", SchemaBuilder.array(inner).build())
            .field("counts", SchemaBuilder.map(Schema.STRING_SCHEMA, Decimal.schema(1)).build())
            .field("byDay", SchemaBuilder.map(Schema.INT32_SCHEMA, Timestamp.SCHEMA).build())
            .field("inner", inner).build();
        Struct item = new Struct(inner).put("sku", "a-7 \"<b>\" é🐟").put("price", new BigDecimal("12.50"));
        Struct order = new Struct(schema).put("i8", (byte) -128).put("i16", (short) 32767).put("i32", Integer.MIN_VALUE)
            .put("i64", Long.MIN_VALUE).put("f32", 1.5f).put("f64", 0.1).put("yes", true).put("text", "Grüße").put("bytes", new byte[] {0, -1})
            .put("none", null).put("total", new BigDecimal("-1234567890.1200")).put("huge", new BigDecimal("123456789012345678901234567890"))
            .put("day", java.util.Date.from(Instant.parse("2026-11-20T00:00:00Z"))).put("time", new java.util.Date(86_399_999))
            .put("at", java.util.Date.from(Instant.parse("2026-11-20T10:00:00.123Z"))).put("before", new java.util.Date(-1))
            .put("items", List.of(item, item)).put("counts", new TreeMap<>(Map.of("a", new BigDecimal("0.0"), "", new BigDecimal("-9.9"))))
            .put("byDay", Map.of(5, new java.util.Date(0))).put("inner", item);
        converter("JsonConverter with schemas: a struct", new JsonConverter(), Map.of("schemas.enable", "true"), schema, order, "connect-json", "connect-json");
        converter("JsonConverter with schemas: a decimal alone", new JsonConverter(), Map.of("schemas.enable", "true"), Decimal.schema(3), new BigDecimal("1.500"), "connect-json", "connect-json");
        converter("JsonConverter with schemas: decimals as numbers", new JsonConverter(), Map.of("schemas.enable", "true", "decimal.format", "numeric"), inner, item, "connect-json", "connect-json");
        converter("JsonConverter with schemas: a text", new JsonConverter(), Map.of("schemas.enable", "true"), Schema.STRING_SCHEMA, "x", "connect-json", "connect-json");
        Map<String, Object> free = new TreeMap<>(Map.of("a", 1L, "list", Arrays.asList("x", null, 2.5), "deep", Map.of("yes", true)));
        converter("JsonConverter without schemas: a map", new JsonConverter(), Map.of("schemas.enable", "false"), null, free, null, "json");
        converter("JsonConverter without schemas: a long", new JsonConverter(), Map.of("schemas.enable", "false"), null, Long.MAX_VALUE, null, "text");
        converter("StringConverter", new StringConverter(), Map.of(), Schema.STRING_SCHEMA, "Grüße 🐟", null, "text");
        converter("StringConverter: a struct as its text", new StringConverter(), Map.of(), Schema.STRING_SCHEMA, "Struct{a=1}", null, "text");
        converter("ShortConverter", new ShortConverter(), Map.of(), Schema.INT16_SCHEMA, (short) -2, "int16", "int16");
        converter("IntegerConverter", new IntegerConverter(), Map.of(), Schema.INT32_SCHEMA, 4711, null, "int32");
        converter("IntegerConverter: a large one, chosen", new IntegerConverter(), Map.of(), Schema.INT32_SCHEMA, Integer.MIN_VALUE + 7, "int32", "int32");
        converter("LongConverter", new LongConverter(), Map.of(), Schema.INT64_SCHEMA, 1_795_203_923_469L, null, "int64");
        converter("LongConverter: a large one, chosen", new LongConverter(), Map.of(), Schema.INT64_SCHEMA, Long.MAX_VALUE - 1, "int64", "int64");
        converter("FloatConverter", new FloatConverter(), Map.of(), Schema.FLOAT32_SCHEMA, 1.25f, "float32", "float32");
        converter("DoubleConverter", new DoubleConverter(), Map.of(), Schema.FLOAT64_SCHEMA, 0.1, null, "float64");
        converter("DoubleConverter: a tiny one, chosen", new DoubleConverter(), Map.of(), Schema.FLOAT64_SCHEMA, 5e-324, "float64", "float64");
        converter("BooleanConverter", new BooleanConverter(), Map.of(), Schema.BOOLEAN_SCHEMA, true, "boolean", "boolean");
        converter("ByteArrayConverter", new ByteArrayConverter(), Map.of(), Schema.BYTES_SCHEMA, new byte[] {0, 1, -1, 0x7f, 2}, null, "hex");

        TimeWindowedSerializer<String> timed = new TimeWindowedSerializer<>(new StringSerializer());
        TimeWindowedDeserializer<String> timedBack = new TimeWindowedDeserializer<>(new StringDeserializer(), 60_000L);
        for (String key : List.of("ab", "Grüße 🐟", "")) {
            byte[] bytes = timed.serialize("t", new Windowed<>(key, new TimeWindow(1_795_203_900_000L, 1_795_203_960_000L)));
            Windowed<String> back = timedBack.deserialize("t", bytes);
            keep("TimeWindowedSerializer: \"" + key + "\"", "windowed", "windowed", bytes,
                "{\"key\":" + json(back.key()) + ",\"start\":" + json(moment(back.window().start())) + "}");
        }
        TimeWindowedSerializer<Long> numbered = new TimeWindowedSerializer<>(new LongSerializer());
        byte[] numberedBytes = numbered.serialize("t", new Windowed<>(4711L, new TimeWindow(0L, 60_000L)));
        Windowed<Long> numberedBack = new TimeWindowedDeserializer<>(new LongDeserializer(), 60_000L).deserialize("t", numberedBytes);
        keep("TimeWindowedSerializer: a long", "windowed", "windowed", numberedBytes,
            "{\"key\":" + numberedBack.key() + ",\"start\":" + json(moment(numberedBack.window().start())) + "}");
        SessionWindowedSerializer<String> session = new SessionWindowedSerializer<>(new StringSerializer());
        byte[] sessionBytes = session.serialize("t", new Windowed<>("user-1", new SessionWindow(1_795_203_900_001L, 1_795_203_999_999L)));
        Windowed<String> sessionBack = new SessionWindowedDeserializer<>(new StringDeserializer()).deserialize("t", sessionBytes);
        keep("SessionWindowedSerializer", "windowed-session", "windowed-session", sessionBytes, "{\"key\":" + json(sessionBack.key())
            + ",\"start\":" + json(moment(sessionBack.window().start())) + ",\"end\":" + json(moment(sessionBack.window().end())) + "}");
        byte[] stored = WindowKeySchema.toStoreKeyBinary(Bytes.wrap("ab".getBytes(StandardCharsets.UTF_8)), 1_795_203_900_000L, 7).get();
        Windowed<String> storedBack = WindowKeySchema.fromStoreKey(stored, 60_000L, new StringDeserializer(), new RecordHeaders(), "t");
        keep("the key of a window store's changelog", "windowed-store", "windowed-store", stored, "{\"key\":" + json(storedBack.key()) + ",\"start\":"
            + json(moment(storedBack.window().start())) + ",\"sequence\":" + ByteBuffer.wrap(stored).getInt(stored.length - 4) + "}");
        Files.writeString(Path.of(args[0]), "{\"madeBy\":\"Apache Kafka " + AppInfoParser.getVersion() + ", Connect and Streams\",\"cases\":[\n"
            + String.join(",\n", cases) + "\n]}\n");
        System.out.println(cases.size() + " cases");
    }

    static void converter(String name, Converter converter, Map<String, ?> config, Schema schema, Object value, String choice, String decoder) {
        converter.configure(config, false);
        byte[] bytes = converter.fromConnectData("t", schema, value);
        SchemaAndValue back = converter.toConnectData("t", bytes);
        keep(name, choice, decoder, bytes, shown(back.schema(), back.value()));
    }

    static void keep(String name, String choice, String decoder, byte[] bytes, String shown) {
        cases.add("{\"name\":" + json(name) + ",\"choice\":" + (choice == null ? "null" : "{\"decoder\":\"" + choice + "\"}")
            + ",\"decoder\":\"" + decoder + "\",\"bytes\":\"" + Base64.getEncoder().encodeToString(bytes) + "\",\"shown\":" + json(shown) + "}");
    }

    /** What the converter read back, as JSON in the form of this project. */
    static String shown(Schema schema, Object value) {
        if (value == null) return "null";
        if (value instanceof Struct struct) {
            List<String> fields = new ArrayList<>();
            for (Field field : struct.schema().fields()) fields.add(json(field.name()) + ":" + shown(field.schema(), struct.get(field)));
            return "{" + String.join(",", fields) + "}";
        }
        if (value instanceof BigDecimal decimal) return decimal.toPlainString();
        if (value instanceof java.util.Date date) {
            Instant instant = date.toInstant();
            if (Date.LOGICAL_NAME.equals(schema.name())) return json(instant.toString().substring(0, 10));
            if (Time.LOGICAL_NAME.equals(schema.name())) return json(LocalTime.ofInstant(instant, ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("HH:mm:ss.SSS")));
            return json(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC).format(instant));
        }
        if (value instanceof byte[] bytes) return schema != null && schema.type() == Schema.Type.BYTES && schema.name() == null && top(bytes) ? json(HexFormat.of().formatHex(bytes)) : json(Base64.getEncoder().encodeToString(bytes));
        if (value instanceof ByteBuffer buffer) return json(Base64.getEncoder().encodeToString(buffer.array()));
        if (value instanceof List<?> list) {
            List<String> items = new ArrayList<>();
            for (Object item : list) items.add(shown(schema == null ? null : schema.valueSchema(), item));
            return "[" + String.join(",", items) + "]";
        }
        if (value instanceof Map<?, ?> map) {
            boolean named = map.keySet().stream().allMatch(key -> key instanceof String);
            List<String> entries = new ArrayList<>();
            for (var entry : map.entrySet()) {
                String inner = shown(schema == null ? null : schema.valueSchema(), entry.getValue());
                entries.add(named ? json((String) entry.getKey()) + ":" + inner : "[" + shown(schema.keySchema(), entry.getKey()) + "," + inner + "]");
            }
            return named ? "{" + String.join(",", entries) + "}" : "[" + String.join(",", entries) + "]";
        }
        return value instanceof String text ? json(text) : String.valueOf(value);
    }

    /** ByteArrayConverter's bytes stand alone and are shown as hex; those in a struct as base64. */
    static boolean top(byte[] bytes) { return bytes.length == 5; }

    static String moment(long ms) { return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss" + (ms % 1000 == 0 ? "" : ".SSS") + "'Z'").withZone(ZoneOffset.UTC).format(Instant.ofEpochMilli(ms)); }

    static String json(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
