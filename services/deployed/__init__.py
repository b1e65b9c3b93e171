"""The deployed house: each service in processes of its own, on PostgreSQL and Kafka; see docs/operating.md.

settings      what a container is told, by its environment and its secrets
composition   one service on its foundation: `web_of` for requests, `worker_of` for relay, consumers, timers and work
web, worker   the two processes of a service
numbers       what a worker tells Prometheus
tokens        how a service gets tokens from identity, and believes those of others
secrets       passwords and keys, made once
bootstrap     databases, roles, migrations, topics, users and rights; the upgrade, too
"""
