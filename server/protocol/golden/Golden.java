// Writes the golden files of this folder: messages with every field set, and messages with
// every field null, empty or at its default, as Apache Kafka's own generated classes encode them.
//
// Not needed to run the tests. To write the files again (say, for a new version of Kafka):
//
//   java -cp "<folder of Kafka's jars>/*" Golden.java . ../messages/[0-9]*.ts
//
// Values come from a random source seeded with the message's name and version, so the same jars
// give the same files. Field names and values are read off the Java objects, never off our
// definitions. 64-bit integers are written as strings, bytes and records in base64.

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.*;
import org.apache.kafka.common.protocol.types.*;
import org.apache.kafka.common.record.internal.MemoryRecords;

public class Golden {
    static final Map<String, List<String>> RECORDS = new LinkedHashMap<>();

    static {
        RECORDS.put("org.apache.kafka.coordinator.group.generated.", List.of("OffsetCommitKey", "OffsetCommitValue",
            "GroupMetadataKey", "GroupMetadataValue", "LegacyOffsetCommitKey", "LegacyOffsetCommitValue",
            "ConsumerGroupCurrentMemberAssignmentKey", "ConsumerGroupCurrentMemberAssignmentValue",
            "ConsumerGroupMemberMetadataKey", "ConsumerGroupMemberMetadataValue", "ConsumerGroupMetadataKey",
            "ConsumerGroupMetadataValue", "ConsumerGroupPartitionMetadataKey",
            "ConsumerGroupPartitionMetadataValue", "ConsumerGroupRegularExpressionKey",
            "ConsumerGroupRegularExpressionValue", "ConsumerGroupTargetAssignmentMemberKey",
            "ConsumerGroupTargetAssignmentMemberValue", "ConsumerGroupTargetAssignmentMetadataKey",
            "ConsumerGroupTargetAssignmentMetadataValue", "ShareGroupCurrentMemberAssignmentKey",
            "ShareGroupCurrentMemberAssignmentValue", "ShareGroupMemberMetadataKey",
            "ShareGroupMemberMetadataValue", "ShareGroupMetadataKey", "ShareGroupMetadataValue",
            "ShareGroupStatePartitionMetadataKey", "ShareGroupStatePartitionMetadataValue",
            "ShareGroupTargetAssignmentMemberKey", "ShareGroupTargetAssignmentMemberValue",
            "ShareGroupTargetAssignmentMetadataKey", "ShareGroupTargetAssignmentMetadataValue",
            "StreamsGroupCurrentMemberAssignmentKey", "StreamsGroupCurrentMemberAssignmentValue",
            "StreamsGroupMemberMetadataKey", "StreamsGroupMemberMetadataValue", "StreamsGroupMetadataKey",
            "StreamsGroupMetadataValue", "StreamsGroupTargetAssignmentMemberKey",
            "StreamsGroupTargetAssignmentMemberValue", "StreamsGroupTargetAssignmentMetadataKey",
            "StreamsGroupTargetAssignmentMetadataValue", "StreamsGroupTopologyKey", "StreamsGroupTopologyValue"));
        RECORDS.put("org.apache.kafka.coordinator.share.generated.",
            List.of("ShareSnapshotKey", "ShareSnapshotValue", "ShareUpdateKey", "ShareUpdateValue"));
        RECORDS.put("org.apache.kafka.coordinator.transaction.generated.",
            List.of("TransactionLogKey", "TransactionLogValue"));
        RECORDS.put("org.apache.kafka.common.message.", List.of("ConsumerProtocolAssignment",
            "ConsumerProtocolSubscription", "EndTxnMarker", "LeaderChangeMessage", "SnapshotHeaderRecord",
            "SnapshotFooterRecord", "KRaftVersionRecord", "VotersRecord"));
        RECORDS.put("org.apache.kafka.server.log.remote.metadata.storage.generated.", List.of("ProducerSnapshot"));
        RECORDS.put("org.apache.kafka.common.metadata.", List.of("AbortTransactionRecord",
            "AccessControlEntryRecord", "BeginTransactionRecord", "BrokerRegistrationChangeRecord", "ClearElrRecord",
            "ClientQuotaRecord", "ConfigRecord", "EndTransactionRecord", "FeatureLevelRecord", "FenceBrokerRecord",
            "NoOpRecord", "PartitionChangeRecord", "PartitionRecord", "ProducerIdsRecord", "RegisterBrokerRecord",
            "RemoveAccessControlEntryRecord", "RemoveTopicRecord", "RemoveUserScramCredentialRecord", "TopicRecord",
            "UnfenceBrokerRecord", "UnregisterBrokerRecord", "UserScramCredentialRecord"));
    }

    static Random random;

    public static void main(String[] args) throws Exception {
        Path out = Path.of(args[0]);
        for (String file : Arrays.asList(args).subList(1, args.length)) {
            String name = Path.of(file).getFileName().toString().replace(".ts", "");
            ApiMessageType api = ApiMessageType.fromApiKey(Short.parseShort(name.substring(0, name.indexOf('-'))));
            List<String> lines = new ArrayList<>();
            samples(lines, "request", api.newRequest().getClass());
            samples(lines, "response", api.newResponse().getClass());
            save(out.resolve(name + ".json"), lines);
        }
        List<String> headers = new ArrayList<>();
        samples(headers, "requestHeader", Class.forName("org.apache.kafka.common.message.RequestHeaderData"));
        samples(headers, "responseHeader", Class.forName("org.apache.kafka.common.message.ResponseHeaderData"));
        save(out.resolve("headers.json"), headers);
        List<String> records = new ArrayList<>();
        for (var entry : RECORDS.entrySet()) {
            for (String name : entry.getValue()) samples(records, name, Class.forName(entry.getKey() + name));
        }
        save(out.resolve("records.json"), records);
        List<String> errors = new ArrayList<>();
        for (Errors error : Errors.values()) {
            boolean retriable = error.exception() instanceof RetriableException;
            errors.add("{\"code\":" + error.code() + ",\"name\":\"" + error + "\",\"retriable\":" + retriable + "}");
        }
        save(out.resolve("errors.json"), errors);
    }

    static void save(Path file, List<String> lines) throws Exception {
        Files.writeString(file, "[\n" + String.join(",\n", lines) + "\n]\n");
    }

    static void samples(List<String> lines, String label, Class<?> type) throws Exception {
        short first = type.getField("LOWEST_SUPPORTED_VERSION").getShort(null);
        Schema[] schemas = (Schema[]) type.getField("SCHEMAS").get(null);
        for (short version = first; version < schemas.length; version++) {
            for (boolean full : new boolean[] {true, false}) {
                random = new Random((type.getSimpleName() + version).hashCode());
                Message message = (Message) type.getConstructor().newInstance();
                String value = fill(message, schemas[version], full, 0);
                ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
                lines.add("{\"message\":\"" + label + "\",\"version\":" + version + ",\"value\":" + value
                    + ",\"bytes\":\"" + HexFormat.of().formatHex(bytes.array(), 0, bytes.remaining()) + "\"}");
            }
        }
    }

    /** Sets every field that the schema carries and answers them as JSON. */
    static String fill(Object object, Schema schema, boolean full, int depth) throws Exception {
        List<String> fields = new ArrayList<>();
        for (BoundField bound : schema.fields()) {
            if (bound.def.type instanceof TaggedFields tagged) {
                for (var field : tagged.fields().values()) fields.add(fill(object, field, full, depth));
            } else {
                fields.add(fill(object, bound.def, full, depth));
            }
        }
        return "{" + String.join(",", fields) + "}";
    }

    static String fill(Object object, org.apache.kafka.common.protocol.types.Field def, boolean full, int depth)
            throws Exception {
        Field field = Arrays.stream(object.getClass().getDeclaredFields())
            .filter(f -> !Modifier.isStatic(f.getModifiers()))
            .filter(f -> f.getName().equalsIgnoreCase(def.name.replace("_", "")))
            .findFirst().orElseThrow(() -> new IllegalStateException(object.getClass() + " has no " + def.name));
        field.setAccessible(true);
        Class<?> element = null;
        if (field.getGenericType() instanceof ParameterizedType list) {
            element = (Class<?>) list.getActualTypeArguments()[0];
        } else if (Collection.class.isAssignableFrom(field.getType())) {
            element = (Class<?>) ((ParameterizedType) field.getType().getGenericSuperclass()).getActualTypeArguments()[0];
        }
        Object before = field.get(object);
        Made made;
        do {
            made = full ? make(def.type, field.getType(), element, before, depth) : spare(def.type, field.getType(), before);
        } while (full && made.value.equals(before));
        field.set(object, made.value);
        return "\"" + field.getName() + "\":" + made.json;
    }

    record Made(Object value, String json) {}

    static Made spare(Type type, Class<?> java, Object before) throws Exception {
        if (type.isNullable()) return new Made(null, "null");
        if (type.isArray()) return new Made(java == List.class ? new ArrayList<>() : java.getConstructor().newInstance(), "[]");
        if (type instanceof Schema schema) {
            Object struct = java.getConstructor().newInstance();
            return new Made(struct, fill(struct, schema, false, 1));
        }
        if (type != Type.UNSIGNED_INT32 && before instanceof Long || before instanceof Uuid) return new Made(before, "\"" + before + "\"");
        if (before instanceof byte[] || before instanceof ByteBuffer) return new Made(before, "\"\"");
        if (before instanceof String text) return new Made(text, quote(text));
        return new Made(before, String.valueOf(before));
    }

    @SuppressWarnings("unchecked")
    static Made make(Type type, Class<?> java, Class<?> element, Object before, int depth) throws Exception {
        if (type.isArray()) {
            Collection<Object> list = java == List.class
                ? new ArrayList<>() : (Collection<Object>) java.getConstructor().newInstance();
            List<String> json = new ArrayList<>();
            Type inner = type.arrayElementType().get();
            int length = depth == 0 || !(inner instanceof Schema) ? 2 : 1;
            for (int i = 0; i < length; i++) {
                Made made = make(inner, element, null, null, depth + 1);
                list.add(made.value);
                json.add(made.json);
            }
            return new Made(list, "[" + String.join(",", json) + "]");
        }
        if (type instanceof Schema schema) {
            Object struct = java.getConstructor().newInstance();
            return new Made(struct, fill(struct, schema, true, depth + 1));
        }
        if (java == boolean.class) return new Made(!((Boolean) before), String.valueOf(!((Boolean) before)));
        if (java == double.class) {
            double value = random.nextDouble();
            return new Made(value, String.valueOf(value));
        }
        if (java == long.class && type == Type.UNSIGNED_INT32) {
            long value = random.nextInt() & 0xffffffffL;
            return new Made(value, String.valueOf(value));
        }
        if (java == long.class || java == Long.class) {
            long value = random.nextLong();
            return new Made(value, "\"" + value + "\"");
        }
        if (java == byte.class || java == Byte.class) {
            byte value = (byte) random.nextInt();
            return new Made(value, String.valueOf(value));
        }
        if (java == short.class || java == Short.class) {
            short value = (short) random.nextInt();
            return new Made(value, String.valueOf(value));
        }
        if (java == int.class || java == Integer.class) {
            int value = type == Type.UINT16 ? random.nextInt(65536) : random.nextInt();
            return new Made(value, String.valueOf(value));
        }
        if (java == Uuid.class) {
            Uuid value = new Uuid(random.nextLong(), random.nextLong());
            return new Made(value, "\"" + value + "\"");
        }
        if (java == String.class) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 5; i++) text.append((char) ('a' + random.nextInt(26)));
            if (random.nextInt(8) == 0) text.append("é世🌊");
            return new Made(text.toString(), quote(text.toString()));
        }
        byte[] bytes = new byte[1 + random.nextInt(8)];
        random.nextBytes(bytes);
        String json = "\"" + Base64.getEncoder().encodeToString(bytes) + "\"";
        if (java == byte[].class) return new Made(bytes, json);
        if (java == ByteBuffer.class) return new Made(ByteBuffer.wrap(bytes), json);
        if (java.getSimpleName().equals("BaseRecords")) {
            return new Made(MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)), json);
        }
        throw new IllegalStateException("no value for " + type + " as " + java);
    }

    static String quote(String text) {
        return "\"" + text + "\"";
    }
}
