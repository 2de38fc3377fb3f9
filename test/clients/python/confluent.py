"""One command for confluent-kafka, from standard input to standard output, both JSON: see driven.ts."""

import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

QUIET_SECONDS = 10


def create(c):
    admin = AdminClient({"bootstrap.servers": c["brokers"]})
    for done in admin.create_topics([NewTopic(c["topic"], c["partitions"])]).values():
        done.result(10)


def remove(c):
    admin = AdminClient({"bootstrap.servers": c["brokers"]})
    for done in admin.delete_topics([c["topic"]]).values():
        done.result(10)


def partitions(c):
    topics = AdminClient({"bootstrap.servers": c["brokers"]}).list_topics(timeout=10).topics
    return {name: len(topic.partitions) for name, topic in topics.items()}


def ends(c):
    consumer = Consumer({"bootstrap.servers": c["brokers"], "group.id": "nobody"})
    count = len(consumer.list_topics(c["topic"], timeout=10).topics[c["topic"]].partitions)
    marks = [consumer.get_watermark_offsets(TopicPartition(c["topic"], p), timeout=10) for p in range(count)]
    consumer.close()
    return [high for _, high in marks]


def produce(c):
    failed = []
    producer = Producer(
        {
            "bootstrap.servers": c["brokers"],
            "acks": c["acks"],
            "compression.type": c["compression"],
            "enable.idempotence": c["idempotent"],
            "linger.ms": 20,
        }
    )
    for r in c["records"]:
        producer.produce(
            c["topic"],
            key=r["key"],
            value=r["value"],
            headers=list(r["headers"].items()),
            on_delivery=lambda error, _: failed.append(str(error)) if error else None,
        )
    left = producer.flush(20)
    if left or failed:
        sys.exit(f"{left} records not delivered, {len(failed)} failed: {failed[:3]}")


def consume(c):
    consumer = Consumer(
        {
            "bootstrap.servers": c["brokers"],
            "group.id": c["group"],
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([c["topic"]])
    records = []
    last = {}
    quiet = time.monotonic() + QUIET_SECONDS
    while len(records) < c["count"] and time.monotonic() < quiet:
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            sys.exit(str(message.error()))
        records.append(
            {"key": text(message.key()), "value": text(message.value()), "headers": headers(message.headers())}
        )
        last[message.partition()] = message.offset() + 1
        quiet = time.monotonic() + QUIET_SECONDS
    offsets = [TopicPartition(c["topic"], p, offset) for p, offset in last.items()]
    if offsets:
        consumer.commit(offsets=offsets, asynchronous=False)
    consumer.close()
    return records


def text(data):
    return None if data is None else data.decode()


def headers(pairs):
    return {name: text(value) for name, value in pairs or []}


COMMANDS = [create, remove, partitions, ends, produce, consume]
command = json.load(sys.stdin)
answer = {f.__name__: f for f in COMMANDS}[command["do"]](command)
json.dump(answer, sys.stdout)
