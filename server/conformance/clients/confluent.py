"""confluent-kafka (librdkafka) for the tests: produce, consume or join a group.

Records come and go as lines of JSON on standard input and output.
"""
import json
import signal
import sys

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

mode, bootstrap, topic = sys.argv[1:4]


def fail(error):
    print(error, file=sys.stderr)
    sys.exit(1)


def produce(codec, idempotent):
    producer = Producer({
        'bootstrap.servers': bootstrap,
        'acks': 'all',
        'compression.type': codec,
        'enable.idempotence': idempotent == 'true',
        'linger.ms': 20,
    })
    failed = []

    def delivered(error, _message):
        if error is not None:
            failed.append(str(error))

    for line in sys.stdin:
        record = json.loads(line)
        headers = [(name, value.encode()) for name, value in record['headers']]
        while True:
            try:
                producer.produce(topic, value=record['value'], key=record['key'], headers=headers,
                                 on_delivery=delivered)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    left = producer.flush(60)
    if failed or left:
        fail(f'{left} records not acknowledged, errors: {failed[:3]}')


def show(message):
    headers = ','.join(f'{name}={value.decode()}' for name, value in message.headers() or [])
    print(json.dumps([message.partition(), message.offset(), message.key().decode(), headers,
                      message.value().decode()]), flush=False)


def consume():
    consumer = Consumer({
        'bootstrap.servers': bootstrap,
        'group.id': 'unused',
        'enable.auto.commit': False,
        'enable.partition.eof': True,
        'check.crcs': True,
    })
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
    ended = set()
    while len(ended) < len(partitions):
        for message in consumer.consume(1000, timeout=1):
            error = message.error()
            if error is None:
                show(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            else:
                fail(error)
    consumer.close()


def join(group):
    running = [True]
    signal.signal(signal.SIGTERM, lambda *_: running.clear())
    consumer = Consumer({
        'bootstrap.servers': bootstrap,
        'group.id': group,
        'auto.offset.reset': 'earliest',
        'session.timeout.ms': 10000,
        'heartbeat.interval.ms': 500,
    })
    consumer.subscribe([topic])
    while running:
        message = consumer.poll(0.2)
        if message is None:
            continue
        if message.error() is not None:
            print(message.error(), file=sys.stderr, flush=True)
        else:
            print(message.value().decode(), flush=True)
    consumer.close()


{'produce': produce, 'consume': consume, 'join': join}[mode](*sys.argv[4:])
