"""What goes wrong with Kafka: one sentence that says where, what and what to do, in Chinese and in English.

The driver's own words stand in none: of its errors the kind is told.
"""

from __future__ import annotations

Sentence = tuple[str, str]

NO_CA: Sentence = (
    "没有 {where} 的 Kafka 的 CA 文件 {file}：请将它放入 deploy/secrets/ca/kafka.crt，再运行 `docker compose run --rm secrets`。",
    (
        "there is no file {file} with the CA of Kafka at {where}: put it into deploy/secrets/ca/kafka.crt, then run"
        " `docker compose run --rm secrets`."
    ),
)
NO_ANSWER: Sentence = (
    "{where} 的 Kafka 没有应答：请检查它是否在运行（磁盘是否已满），从这里看地址是否正确。",
    (
        "Kafka at {where} does not answer: check whether the broker is up, whether its disk is full, and whether the address is"
        " right as seen from here."
    ),
)
NO_SESSION: Sentence = (
    "{where} 的 Kafka 有应答，但 {seconds} 秒内没有让 {who} 登录：请检查密码、协议（{security}）和 CA，以及它是否卡住。",
    (
        "Kafka at {where} answers, but opens no session for {who} within {seconds} s:"
        " check the password, the protocol ({security}), its CA, and whether the broker hangs."
    ),
)
NO_ACLS: Sentence = (
    "{where} 的 Kafka 不记录权限：请在它的 server.properties 中设置 authorizer.class.name 并重启它。",
    "Kafka at {where} keeps no ACLs: set its authorizer.class.name (server.properties) and start it again.",
)
NOT_TOLD: Sentence = (
    "{where} 的 Kafka 没有答出{zh}（{kind}）：请查看其日志。",
    "Kafka at {where} did not tell {en}: {kind}; look at its log.",
)
MISSING_RIGHT: Sentence = (
    "Kafka 不允许 {who} 对 {resource} {name} 作 {operation}：缺少该 ACL，请运行 `docker compose run --rm bootstrap` 设置。",
    (
        "Kafka does not let {who} {verb} {noun} {name}:"
        " the ACL {operation} on {resource} {name} for {who} is missing; run `docker compose run --rm bootstrap`, which makes it."
    ),
)
NOT_DONE: Sentence = (
    "{where} 的 Kafka 没有完成对主题 {topic} 的 {operation}（{kind}）：请查看其日志。",
    "Kafka at {where} did not {verb} topic {topic}: {kind}; look at its log.",
)
NO_TOPIC: Sentence = (
    "Kafka 上没有主题 {topic}：请运行 `docker compose run --rm bootstrap` 创建。",
    "there is no topic {topic} on Kafka: run `docker compose run --rm bootstrap`, which makes it.",
)
GAVE_NOTHING: Sentence = (
    "{where} 的 Kafka 没有给出消息（{kind}）：若反复出现，请查看其日志。",
    "Kafka at {where} gave nothing: {kind}; where this is told again and again look at its log.",
)
TOO_LARGE: Sentence = (
    "给主题 {topic} 的一条消息有 {size} 字节，超过总线所能接受的：请报告此信息。",
    "a message of {size} bytes for topic {topic} is larger than the bus takes: report this, for no event should be.",
)
TOPICS_NOT_TOLD: Sentence = (
    "{where} 的 Kafka 没有答出它的主题：请查看其日志。",
    "Kafka at {where} does not tell its topics: look at its log.",
)
NO_PASSWORD: Sentence = (
    "没有给出 {users} 的密码：请运行 `docker compose run --rm secrets` 生成。",
    "no password is given for {users}: run `docker compose run --rm secrets`, which makes it.",
)
NO_SUPER_USER: Sentence = (
    "Kafka 不允许 {who} 创建主题、用户和权限：请在它的 super.users 中加入 {who}。",
    "Kafka does not let {who} make topics, users and ACLs: it must be a super user; put {who} into the broker's super.users.",
)
NOT_LAID_OUT: Sentence = (
    "{where} 的 Kafka 没有完成主题、用户和权限的设置（{kind}）：请查看其日志，再运行 `docker compose run --rm bootstrap`。",
    "Kafka at {where} was not brought to its layout: {kind}; look at its log, then run `docker compose run --rm bootstrap`.",
)
PASSWORD_NOT_SET: Sentence = (
    "Kafka 没有设置以下密码：{refused}。请查看其日志，再运行 `docker compose run --rm bootstrap`。",
    "Kafka did not set the password of {refused}; look at its log, then run `docker compose run --rm bootstrap`.",
)
PASSWORD_NOT_TAKEN: Sentence = (
    "Kafka 不接受刚为 {user} 设置的密码：请查看其日志，再运行 `docker compose run --rm bootstrap`。",
    (
        "Kafka does not let {user} sign in with the password that was just set: look at its log, then run"
        " `docker compose run --rm bootstrap`."
    ),
)
PASSWORD_KEPT: Sentence = (
    "Kafka 没有收回以下密码：{refused}。请查看其日志，再运行 `docker compose run --rm bootstrap`。",
    "Kafka did not take the password of {refused}; look at its log, then run `docker compose run --rm bootstrap`.",
)
TOPICS_NOT_MADE: Sentence = (
    "{where} 的 Kafka 没有创建主题（{kind}）：请查看其日志。",
    "Kafka at {where} did not make topics: {kind}; look at its log.",
)
TOO_FEW_BROKERS: Sentence = (
    "没有创建主题 {topic}：每个主题要在 {copies} 台 Kafka 上，而已加入的不够；请让缺的那台启动，然后 `docker compose up --wait`。",
    (
        "Kafka did not make topic {topic}: each is to be on {copies} brokers, and so many have never joined; let the missing one"
        " start, then run `docker compose up --wait`."
    ),
)
MAY_NOT_MAKE: Sentence = (
    "Kafka 不允许 {who} 创建主题 {topic}：缺少 CREATE 权限，请运行 `docker compose run --rm bootstrap` 设置。",
    "Kafka does not let {who} make topic {topic}: it lacks CREATE on it; run `docker compose run --rm bootstrap`, which gives it.",
)
TOPIC_NOT_MADE: Sentence = (
    "Kafka 没有创建主题 {topic}（{why}）：请查看其日志。",
    "Kafka did not make topic {topic}: {why}; look at its log.",
)


def sentence(sentences: Sentence, **facts: object) -> str:
    """Both, a line each, with their facts."""
    return "\n".join(each.format(**facts) for each in sentences)
