// Writes records.json beside this file: records of the internal topics of a running Apache Kafka
// as they stand in the log, with what Kafka itself makes of them.
//
// Not needed to run the tests. To write the file again (say, for a new version of Kafka), with a
// broker that nothing else uses and the jars of kafka-tools, kafka-streams and what they need:
//
//   java -cp "<folder of jars>/*" Make.java HOST:PORT records.json
//
// It runs groups of every protocol (classic, consumer, share, streams), commits, deletes,
// transactions that end each way, and reads the topics raw. What is kept as read is printed by
// Kafka's own formatters of kafka-console-consumer; where Kafka has none for a type of record, by
// the converters that those formatters call. Of records of the same type only the first few that
// differ in size are kept.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.MessageFormatter;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordJsonConverters;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.tools.consumer.*;
import org.apache.kafka.tools.consumer.group.share.ShareGroupStateMessageFormatter;

public class Make {
    static String bootstrap;

    /** Kafka's own, for every type of record: its formatters show a few types each. */
    static class AllGroupRecords extends CoordinatorRecordMessageFormatter {
        AllGroupRecords() { super(new GroupCoordinatorRecordSerde()); }
        protected boolean isRecordTypeAllowed(short type) { return true; }
        protected JsonNode keyAsJson(ApiMessage message) { return CoordinatorRecordJsonConverters.writeRecordKeyAsJson(message); }
        protected JsonNode valueAsJson(ApiMessage message, short version) { return CoordinatorRecordJsonConverters.writeRecordValueAsJson(message, version); }
    }

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic("trips", 3, (short) 1), new NewTopic("stops", 1, (short) 1))).all().get();
            produce();
            classicGroup();
            consumerGroup();
            streamsGroup();
            shareGroup(admin);
            transactions();
            List<String> leftovers = List.of("classic-gone");
            try (KafkaConsumer<byte[], byte[]> gone = consumer(Map.of("group.id", "classic-gone"))) {
                gone.subscribe(List.of("stops"));
                readAll(gone);
                gone.commitSync();
            }
            admin.deleteConsumerGroups(leftovers).all().get();
        }
        List<String> cases = new ArrayList<>();
        keep(cases, "__consumer_offsets", new AllGroupRecords());
        keep(cases, "__transaction_state", new TransactionLogMessageFormatter());
        keep(cases, "__share_group_state", new ShareGroupStateMessageFormatter());
        Files.writeString(Path.of(args[1]), "{\n\"madeBy\": \"Apache Kafka " + AppInfoParser.getVersion() + "\",\n\"cases\": [\n"
            + String.join(",\n", cases) + "\n]\n}\n");
        System.exit(0);
    }

    static void produce() throws Exception {
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            for (int n = 0; n < 30; n++) producer.send(new ProducerRecord<>("trips", n % 3, "k" + n, "v" + n)).get();
            producer.send(new ProducerRecord<>("stops", "k", "v")).get();
        }
    }

    static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrap);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrap);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static void readAll(Consumer<byte[], byte[]> consumer) {
        for (int empty = 0; empty < 5; ) if (consumer.poll(Duration.ofMillis(300)).isEmpty()) empty++;
    }

    static void classicGroup() throws Exception {
        Map<String, Object> config = Map.of("group.id", "classic-readers", "client.id", "reader-1", "client.rack", "rack-a",
            "group.instance.id", "fixed-1", "partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(config)) {
            consumer.subscribe(List.of("trips", "stops"));
            readAll(consumer);
            consumer.commitSync();
            consumer.commitSync(Map.of(new TopicPartition("stops", 0), new OffsetAndMetadata(1, Optional.of(0), "by hand, \"quoted\" é")));
        }
    }

    static void consumerGroup() throws Exception {
        Map<String, Object> config = Map.of("group.id", "new-readers", "group.protocol", "consumer", "client.id", "reader-2", "client.rack", "rack-b");
        try (KafkaConsumer<byte[], byte[]> one = consumer(config); KafkaConsumer<byte[], byte[]> two = consumer(config)) {
            one.subscribe(List.of("trips"));
            two.subscribe(new SubscriptionPattern("tri.*"));
            for (int round = 0; round < 25; round++) {
                one.poll(Duration.ofMillis(200));
                two.poll(Duration.ofMillis(200));
            }
            one.commitSync();
            two.commitSync();
        }
    }

    static void streamsGroup() throws Exception {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<byte[], byte[]>stream("trips").to("stops");
        Properties config = new Properties();
        config.putAll(Map.of("bootstrap.servers", bootstrap, "application.id", "streams-app", "group.protocol", "streams",
            "state.dir", Files.createTempDirectory("streams").toString(),
            "default.key.serde", Serdes.ByteArraySerde.class.getName(), "default.value.serde", Serdes.ByteArraySerde.class.getName()));
        KafkaStreams streams = new KafkaStreams(builder.build(), config);
        streams.start();
        Thread.sleep(12_000);
        streams.close(Duration.ofSeconds(20));
    }

    static void shareGroup(Admin admin) throws Exception {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "sharers");
        admin.incrementalAlterConfigs(Map.of(group, List.of(new AlterConfigOp(
            new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET)))).all().get();
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "group.id", "sharers", "client.id", "sharer-1");
        try (KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("trips"));
            for (int round = 0; round < 30; round++) {
                consumer.poll(Duration.ofMillis(300));
                consumer.commitSync();
            }
        }
    }

    static void transactions() throws Exception {
        KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "payments-1", "transaction.timeout.ms", "60000"));
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("trips", 0, "t", "committed"));
        producer.send(new ProducerRecord<>("trips", 2, "t", "committed"));
        producer.sendOffsetsToTransaction(Map.of(new TopicPartition("stops", 0), new OffsetAndMetadata(1)),
            new ConsumerGroupMetadata("transactional-readers"));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("stops", "t", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("stops", "t", "left open")).get();
        // Not closed: the transaction stays as it is.
    }

    static void keep(List<String> cases, String topic, MessageFormatter formatter) throws Exception {
        Map<String, Integer> kept = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of("isolation.level", "read_uncommitted"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Set<String> seen = new HashSet<>();
            for (int empty = 0; empty < 10; ) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
                if (records.isEmpty()) empty++;
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    int type = ByteBuffer.wrap(record.key()).getShort();
                    String kind = type + " " + (record.value() == null ? "null" : "version " + ByteBuffer.wrap(record.value()).getShort());
                    String size = kind + " " + record.key().length + " " + (record.value() == null ? 0 : record.value().length);
                    if (!seen.add(size) || kept.merge(kind, 1, Integer::sum) > 6) continue;
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    formatter.writeTo(record, new PrintStream(out));
                    cases.add("{\"topic\":\"" + topic + "\",\"key\":\"" + base64(record.key()) + "\",\"value\":"
                        + (record.value() == null ? "null" : "\"" + base64(record.value()) + "\"") + ",\"printed\":" + out.toString().trim() + "}");
                }
            }
        }
        System.out.println(topic + " " + new TreeMap<>(kept));
    }

    static String base64(byte[] bytes) { return Base64.getEncoder().encodeToString(bytes); }
}
