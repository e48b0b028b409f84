"""Writes Avro events with Confluent's own client and the registry: send_avro.py BROKERS REGISTRY SOURCE COUNT."""
import sys

from confluent_kafka import SerializingProducer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import StringSerializer

brokers, registry, source, count = sys.argv[1:5]
client = SchemaRegistryClient({"url": registry})
schema = client.get_latest_version("events.received-value").schema
producer = SerializingProducer(
    {
        "bootstrap.servers": brokers,
        "acks": "all",
        "enable.idempotence": True,
        # As Kafka's own clients: then a client's events share a partition, whoever sends them.
        "partitioner": "murmur2_random",
        "key.serializer": StringSerializer(),
        "value.serializer": AvroSerializer(client, schema, conf={"auto.register.schemas": False}),
    }
)
failed = []
for number in range(int(count)):
    producer.produce(
        "events.received",
        key=f"user-{number % 7}",
        value={
            "source": source,
            "message_id": f"python-{number}",
            "type": "track",
            "event": "Order Completed",
            "user_id": f"user-{number % 7}",
            "properties": '{"revenue": 9.5}',
        },
        on_delivery=lambda error, _: failed.append(str(error)) if error else None,
    )
    producer.poll(0)
left = producer.flush(30)
if failed or left:
    sys.exit(f"{left} left, failed: {failed[:3]}")
