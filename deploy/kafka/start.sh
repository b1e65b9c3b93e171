#!/bin/sh
# Starts one Kafka node, broker and controller in one (KRaft), on our image or on apache/kafka. Everything comes from variables:
#
# KAFKA_ADMIN_PASSWORD_FILE  file with the password of the administrator; needed
# KAFKA_ADMIN_USER           its name                                                        (admin)
# KAFKA_INTERNAL_ADDRESS     host:port by which containers reach this node, SASL_PLAINTEXT     (the host's name:9092)
# KAFKA_EXTERNAL_ADDRESS     host:port by which departments reach it, SASL_SSL; none: no such listener (port 9094 of the container)
# KAFKA_TLS_FILE             PEM file with key (PKCS #8) and chain for that listener
# KAFKA_NODE_ID              1, 2, 3 … of several nodes                                        (1)
# KAFKA_VOTERS               id@host:9093 of all nodes, comma between                         (this node alone)
# KAFKA_CLUSTER_ID           22 characters, the same on all nodes; one node alone makes its own
# KAFKA_CLUSTER_ID_FILE      file that holds it, instead
# KAFKA_REPLICATION          copies of each record                                            (1)
# KAFKA_MIN_INSYNC           copies that must be written before a record is acknowledged        (1)
# KAFKA_PROPERTIES           further lines of server.properties
# KAFKA_HEAP_OPTS            (-Xms256m -Xmx512m)
# KAFKA_DATA                 the volume                                                       (/var/lib/kafka/data)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
libs=/opt/kafka/libs
admin=${KAFKA_ADMIN_USER:-admin}
node=${KAFKA_NODE_ID:-1}
data=${KAFKA_DATA:-/var/lib/kafka/data}
replication=${KAFKA_REPLICATION:-1}
min_insync=${KAFKA_MIN_INSYNC:-1}
settings=/tmp/kafka

# refuse CHINESE ENGLISH
refuse() { printf 'Kafka 未启动：%s\nkafka does not start: %s\n' "$1" "$2" >&2; exit 78; } # EX_CONFIG

# readable VARIABLE CHINESE ENGLISH: prints the name of the file that the variable names; the words say what it is for
readable() {
    eval "file=\${$1:-}"
    [ -n "$file" ] || refuse "$1 未设置，请设置它：$2" "$1 is not set; $3"
    [ -f "$file" ] || refuse "$1 是 ${file}，但没有该文件，请放入：$2" "$1 is $file, and there is no such file; $3"
    [ -r "$file" ] || refuse "$1 是 ${file}，但用户 $(id -u) 无权读取，请改其权限：$2" "$1 is $file, which user $(id -u) may not read; $3"
    printf '%s' "$file"
}

check_surroundings() {
    ls "$libs"/kafka_2.*.jar >/dev/null 2>&1 || refuse \
        "此镜像的 $libs 下没有 Kafka：请用 deploy/images/build.sh 的镜像，或 apache/kafka" \
        "no Kafka under $libs in this image; take that of deploy/images/build.sh, or apache/kafka"
    mkdir -p "$settings" "$data" 2>/dev/null || true # said below, in words
    [ -w "$settings" ] || refuse "用户 $(id -u) 无法写入 ${settings}：请在 /tmp 挂载 tmpfs" \
        "$settings cannot be written by user $(id -u); mount a tmpfs on /tmp"
    [ -w "$data" ] || refuse "用户 $(id -u) 无法写入 ${data}：请把该卷交给该用户" "$data cannot be written by user $(id -u); give the volume to that user"
    if [ -n "${KAFKA_CLUSTER_ID_FILE:-}" ]; then
        [ -z "${KAFKA_CLUSTER_ID:-}" ] || refuse "KAFKA_CLUSTER_ID 与 KAFKA_CLUSTER_ID_FILE 都已设置：请只设一个" \
            "both KAFKA_CLUSTER_ID and KAFKA_CLUSTER_ID_FILE are set; set one"
        cluster_file=$(readable KAFKA_CLUSTER_ID_FILE "其中是各节点共用的标识" "it names the file with the id that all nodes share")
        KAFKA_CLUSTER_ID=$(cat "$cluster_file")
    fi
    if [ -n "${KAFKA_VOTERS:-}" ]; then
        [ -n "${KAFKA_CLUSTER_ID:-}" ] || refuse "KAFKA_VOTERS 列出了多个节点：请设置 KAFKA_CLUSTER_ID，各节点相同" \
            "KAFKA_VOTERS names several nodes, so KAFKA_CLUSTER_ID must be set, the same on all"
        case ",$KAFKA_VOTERS," in *",$node@"*) ;; *) refuse \
            "KAFKA_NODE_ID $node 不在 KAFKA_VOTERS $KAFKA_VOTERS 中：请改正其一" \
            "KAFKA_NODE_ID $node is not among KAFKA_VOTERS $KAFKA_VOTERS; put one of them right" ;; esac
    fi
    [ "$min_insync" -le "$replication" ] || refuse \
        "KAFKA_MIN_INSYNC $min_insync 大于 KAFKA_REPLICATION ${replication}，什么也写不进：请调小前者" \
        "KAFKA_MIN_INSYNC $min_insync is more than KAFKA_REPLICATION $replication: no record could be written; lower the first"
}

admin_password() {
    password_file=$(readable KAFKA_ADMIN_PASSWORD_FILE "其中是 Kafka 用户 '$admin' 的密码" "it names the file with the password of the Kafka user '$admin'")
    password=$(cat "$password_file")
    [ -n "$password" ] || refuse "$password_file 是空的，请写入 Kafka 用户 '$admin' 的密码" \
        "$password_file is empty; it holds the password of the Kafka user '$admin'"
    case $password in
    *[!A-Za-z0-9._~+/=-]*) refuse \
        "$password_file 中的密码只能含字母、数字和 . _ ~ + / = -，请更换" \
        "the password in $password_file holds a character other than letters, digits and . _ ~ + / = -; choose another" ;;
    esac
}

tls_keystore() {
    keystore=$(readable KAFKA_TLS_FILE "KAFKA_EXTERNAL_ADDRESS 需要对外出示的密钥和证书" \
        "KAFKA_EXTERNAL_ADDRESS needs the key and the certificates to show there")
    grep -q '^-----BEGIN PRIVATE KEY-----' "$keystore" || refuse \
        "$keystore 中没有 PKCS #8 密钥（BEGIN PRIVATE KEY）：请用 openssl pkcs8 -topk8 -nocrypt 转换" \
        "$keystore holds no PKCS #8 key (BEGIN PRIVATE KEY); openssl pkcs8 -topk8 -nocrypt converts one"
    grep -q '^-----BEGIN CERTIFICATE-----' "$keystore" || refuse \
        "$keystore 中没有证书：请在密钥之后写入证书及其证书链" "$keystore holds no certificate; put it behind the key, with its chain"
}

write_server_properties() {
    listeners=INTERNAL://0.0.0.0:9092
    advertised=INTERNAL://${KAFKA_INTERNAL_ADDRESS:-$(hostname):9092}
    if [ -n "${KAFKA_EXTERNAL_ADDRESS:-}" ]; then
        tls_keystore
        listeners=$listeners,EXTERNAL://0.0.0.0:9094
        advertised=$advertised,EXTERNAL://$KAFKA_EXTERNAL_ADDRESS
    fi
    controller=127.0.0.1 # a node alone is nobody else's controller
    if [ -n "${KAFKA_VOTERS:-}" ]; then controller=0.0.0.0; fi
    cat <<END
process.roles=broker,controller
node.id=$node
controller.quorum.voters=${KAFKA_VOTERS:-$node@127.0.0.1:9093}
controller.listener.names=CONTROLLER
listeners=CONTROLLER://$controller:9093,$listeners
advertised.listeners=$advertised
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,INTERNAL:SASL_PLAINTEXT,EXTERNAL:SASL_SSL
inter.broker.listener.name=INTERNAL
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.internal.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="$admin" password="$password";
listener.name.external.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
# SCRAM users live in what the controllers keep, so between controllers it cannot be SCRAM
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="$admin" password="$password" user_$admin="$password";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:$admin
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
default.replication.factor=$replication
min.insync.replicas=$min_insync
offsets.topic.replication.factor=$replication
transaction.state.log.replication.factor=$replication
transaction.state.log.min.isr=$min_insync
share.coordinator.state.topic.replication.factor=$replication
share.coordinator.state.topic.min.isr=$min_insync
END
    if [ -n "${KAFKA_EXTERNAL_ADDRESS:-}" ]; then
        printf 'listener.name.external.ssl.keystore.type=PEM\nlistener.name.external.ssl.keystore.location=%s\n' "$keystore"
    fi
    printf '%s\n' "${KAFKA_PROPERTIES:-}"
}

# The administrator is written with the empty storage: without him nobody could make the first user.
# Formatted beside its place and then renamed: a start that was cut short formats again.
format_storage() {
    rm -rf "$data/log.new"
    { cat "$settings/server.properties"; echo "log.dirs=$data/log.new"; } >"$settings/format.properties"
    cluster=${KAFKA_CLUSTER_ID:-$(java -cp "$libs/*" "-Dlog4j2.configurationFile=$here/log4j2.properties" kafka.tools.StorageTool random-uuid)}
    # the arguments in a file, so that no password stands in the list of processes
    printf '%s\n' format -t "$cluster" -c "$settings/format.properties" \
        --add-scram "SCRAM-SHA-512=[name=$admin,password=$password]" >"$settings/format.arguments"
    java -cp "$libs/*" "-Dlog4j2.configurationFile=$here/log4j2.properties" kafka.tools.StorageTool "@$settings/format.arguments" >&2 \
        || refuse "未能格式化 $data 下的存储：Kafka 自己的说明见上" \
            "the storage under $data could not be formatted; Kafka's own words stand above"
    rm "$settings/format.arguments" "$settings/format.properties"
    mv "$data/log.new" "$data/log"
}

check_storage() {
    stored=$(sed -n 's/^cluster.id=//p' "$data/log/meta.properties")
    [ "${KAFKA_CLUSTER_ID:-$stored}" = "$stored" ] \
        || refuse "$data 属于集群 ${stored}，而非 KAFKA_CLUSTER_ID ${KAFKA_CLUSTER_ID}：请检查它是否是另一套部署的卷" \
            "$data belongs to the cluster $stored, not to KAFKA_CLUSTER_ID $KAFKA_CLUSTER_ID: is it another deployment's volume?"
}

umask 077
check_surroundings
admin_password
write_server_properties >"$settings/server.properties"
[ -f "$data/log/meta.properties" ] || format_storage
check_storage
echo "log.dirs=$data/log" >>"$settings/server.properties"

# compression unpacks native libraries; /tmp may be mounted noexec
rm -rf "$data/tmp" && mkdir "$data/tmp"
# shellcheck disable=SC2086 # the options are words
exec java ${KAFKA_HEAP_OPTS:--Xms256m -Xmx512m} -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 \
    -XX:+ExplicitGCInvokesConcurrent -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true "-Djava.io.tmpdir=$data/tmp" \
    "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$libs/*" kafka.Kafka "$settings/server.properties"
