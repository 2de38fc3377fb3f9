/** confluent-kafka-python, which is librdkafka in Python. */
import { needs } from '../support/tiers.js';
import { COMPRESSIONS, clientSuite } from './client.js';
import { drivenClient } from './driven.js';
import { pythonClients, pythonEnvironment } from './python.js';

await needs([pythonClients], async () => {
  const env = await pythonEnvironment();
  clientSuite({
    name: 'confluent-kafka-python',
    compressions: COMPRESSIONS,
    administers: true,
    nullValues: true,
    headersEach: true,
    connect: (brokers) =>
      drivenClient({ program: 'python3', args: ['test/clients/python/confluent.py'], env }, brokers),
  });
});
