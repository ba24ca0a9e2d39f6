"""confluent-kafka (librdkafka) for the kills: produce without end, or read everything back.

Value N of a partition is the text of N, so what is lost, doubled or out of order shows by itself.
The producer prints a line of JSON every tenth of a second and ends, with all of it delivered, when
a line comes on standard input.
"""
import json
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

mode, bootstrap, topic = sys.argv[1:4]


def say(**figures):
    print(json.dumps(figures), flush=True)


def produce(partitions, rate):
    partitions, rate = int(partitions), float(rate)
    producer = Producer({
        'bootstrap.servers': bootstrap,
        'acks': 'all',
        'enable.idempotence': True,
        'linger.ms': 5,
        # Nothing may be given up however long the cluster is away.
        'message.timeout.ms': 600000,
        'reconnect.backoff.ms': 20,
        'reconnect.backoff.max.ms': 200,
        'retry.backoff.ms': 20,
        'topic.metadata.refresh.interval.ms': 1000,
        'error_cb': lambda error: say(fatal=str(error)) if error.fatal() else None,
    })
    stopping = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stopping.set()), daemon=True).start()
    sent = [0] * partitions
    acknowledged = [0] * partitions
    failed = []
    slowest = [0.0]

    def delivered(sent_at):
        def note(error, message):
            if error is not None:
                failed.append(str(error))
                return
            acknowledged[message.partition()] += 1
            slowest[0] = max(slowest[0], time.monotonic() - sent_at)
        return note

    began = time.monotonic()
    told = began
    total = 0
    while not stopping.is_set():
        now = time.monotonic()
        due = int((now - began) * rate) - total
        for _ in range(min(due, 500)):
            partition = total % partitions
            try:
                producer.produce(topic, value=str(sent[partition]), partition=partition,
                                 on_delivery=delivered(now))
            except BufferError:
                break
            sent[partition] += 1
            total += 1
        producer.poll(0.005)
        if now - told >= 0.1:
            told = now
            say(acknowledged=sum(acknowledged), slowestMs=round(slowest[0] * 1000),
                failed=len(failed))
            slowest[0] = 0.0
    left = producer.flush(120)
    say(end=True, sent=sent, acknowledged=sum(acknowledged), left=left, failed=failed[:5])


def verify(*sent):
    """Compares what is there with so many records sent to each partition."""
    sent = [int(count) for count in sent]
    consumer = Consumer({
        'bootstrap.servers': bootstrap,
        'group.id': 'unused',
        'enable.auto.commit': False,
        'enable.partition.eof': True,
        'check.crcs': True,
    })
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(len(sent))])
    seen = [bytearray(count) for count in sent]
    last = [-1] * len(sent)
    doubled = disordered = strange = read = 0
    ended = set()
    while len(ended) < len(sent):
        for message in consumer.consume(1000, timeout=1):
            error = message.error()
            if error is not None:
                if error.code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(error)
                ended.add(message.partition())
                continue
            read += 1
            partition, number = message.partition(), int(message.value())
            if number >= sent[partition]:
                strange += 1
                continue
            if seen[partition][number]:
                doubled += 1
            elif number < last[partition]:
                disordered += 1
            seen[partition][number] = 1
            last[partition] = number
    consumer.close()
    lost = sum(marks.count(0) for marks in seen)
    say(read=read, lost=lost, doubled=doubled, disordered=disordered, strange=strange)


{'produce': produce, 'verify': verify}[mode](*sys.argv[4:])
