"""The deployed house: each service in processes of its own, on PostgreSQL and Kafka; see docs/operating.md.

settings      what a container is told, by its environment and its secrets
composition   one service on its foundation: `compose` for both processes, `web_of` for requests
web, worker   the two processes of a service
numbers       what a worker tells Prometheus
tokens        how a service gets tokens from identity, and believes those of others
secrets       passwords and keys, made once; `certificates` are issued and renewed with them
bootstrap     databases, roles, migrations, topics, users and rights; the upgrade, too
servers       the PostgreSQL servers, one for all services or some of their own; `moving` carries a service over
backups       copies of the servers, of one moment between the services by `pausing`; `restoring` is their way back
erasures      those that a copy must not undo
doctor        what is wrong, and what to do
ends          where the bus's topics end
"""
