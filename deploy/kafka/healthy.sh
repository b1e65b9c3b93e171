#!/bin/bash
# Whether this broker can do its work, asked without starting a JVM, on our image or on apache/kafka. An open port says little:
# 1. the controllers have taken its heartbeat within the last seconds, so there is a quorum, and they count it as running;
# 2. it takes up a sign-in of the administrator by SCRAM, so it answers, and knows its users.
#
# KAFKA_ADMIN_USER  as for start.sh  (admin)
set -u
export LC_ALL=C

pulse=/tmp/kafka/pulse # log4j2.properties: a line for each heartbeat that was taken; one is sent every 2 s
pulse_seconds=10       # then the controllers count it as gone, too (broker.session.timeout.ms is 9 s)
answer_seconds=4
user=${KAFKA_ADMIN_USER:-admin}

# ill CHINESE ENGLISH
ill() { printf 'Kafka 状态异常：%s\nkafka is not healthy: %s\n' "$1" "$2"; exit 1; }

last=$(stat -c %Y "$pulse" 2>/dev/null) || ill "控制器尚未接受过它的心跳：是否有过半的控制器在运行？" \
    "no heartbeat of this broker has been taken yet: is there a quorum of controllers?"
printf -v now '%(%s)T' -1
[ $((now - last)) -le "$pulse_seconds" ] || ill "控制器已有 $((now - last)) 秒未接受它的心跳：是否有过半的控制器在运行？" \
    "no heartbeat of this broker has been taken for $((now - last)) s: is there a quorum of controllers?"

# sized BYTES: prints their number as Kafka writes it, in 4 bytes
sized() { printf "\\\\x%02x\\\\x%02x\\\\x%02x\\\\x%02x" $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }

# SaslHandshake 1 for SCRAM-SHA-512, then SaslAuthenticate 0 with the client's first message (RFC 5802), each with its size before
# it. The answer's salt would need the password; that there is one says enough.
first="n,,n=$user,r=healthy"
exec 3<>/dev/tcp/127.0.0.1/9092 || ill "9092 端口无人应答" "nobody listens at port 9092"
printf '\x00\x00\x00\x19\x00\x11\x00\x01\x00\x00\x00\x01\xff\xff\x00\x0dSCRAM-SHA-512' >&3
printf "$(sized $((14 + ${#first})))"'\x00\x24\x00\x00\x00\x00\x00\x02\xff\xff'"$(sized ${#first})%s" "$first" >&3
IFS= read -r -t "$answer_seconds" -d , answer <&3 # up to the comma before the salt
case ${answer:-} in
*SCRAM-SHA-512*r=healthy*) ;;
*) ill "它不受理 '$user' 的登录" "it does not take up a sign-in of '$user'" ;;
esac
