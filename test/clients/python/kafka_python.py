"""One command for kafka-python, from standard input to standard output, both JSON: see driven.ts."""

import json
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

QUIET_MS = 10_000


def create(c):
    admin = KafkaAdminClient(bootstrap_servers=c["brokers"])
    admin.create_topics({c["topic"]: {"num_partitions": c["partitions"], "replication_factor": 1}})
    admin.close()


def remove(c):
    admin = KafkaAdminClient(bootstrap_servers=c["brokers"])
    admin.delete_topics([c["topic"]])
    admin.close()


def partitions(c):
    consumer = KafkaConsumer(bootstrap_servers=c["brokers"])
    found = {name: len(consumer.partitions_for_topic(name) or ()) for name in consumer.topics()}
    consumer.close()
    return found


def ends(c):
    consumer = KafkaConsumer(bootstrap_servers=c["brokers"])
    numbers = sorted(consumer.partitions_for_topic(c["topic"]))
    found = consumer.end_offsets([TopicPartition(c["topic"], p) for p in numbers])
    consumer.close()
    return [found[TopicPartition(c["topic"], p)] for p in numbers]


def produce(c):
    producer = KafkaProducer(
        bootstrap_servers=c["brokers"],
        acks=c["acks"],
        compression_type=None if c["compression"] == "none" else c["compression"],
        enable_idempotence=c["idempotent"],
        linger_ms=20,
    )
    sent = [
        producer.send(
            c["topic"],
            key=data(r["key"]),
            value=data(r["value"]),
            headers=[(name, data(value)) for name, value in r["headers"].items()],
        )
        for r in c["records"]
    ]
    producer.flush(20)
    for one in sent:
        one.get(20)
    producer.close()


def consume(c):
    consumer = KafkaConsumer(
        c["topic"],
        bootstrap_servers=c["brokers"],
        group_id=c["group"],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=QUIET_MS,
    )
    records = []
    last = {}
    for message in consumer:
        headers = {name: text(value) for name, value in message.headers}
        records.append({"key": text(message.key), "value": text(message.value), "headers": headers})
        last[TopicPartition(c["topic"], message.partition)] = OffsetAndMetadata(message.offset + 1, "", -1)
        if len(records) == c["count"]:
            break
    if last:
        consumer.commit(last)
    consumer.close()
    return records


def data(text):
    return None if text is None else text.encode()


def text(data):
    return None if data is None else bytes(data).decode()


COMMANDS = [create, remove, partitions, ends, produce, consume]
command = json.load(sys.stdin)
answer = {f.__name__: f for f in COMMANDS}[command["do"]](command)
json.dump(answer, sys.stdout)
