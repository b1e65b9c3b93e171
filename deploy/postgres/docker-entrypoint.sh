#!/bin/bash
# Starts PostgreSQL the way the official image does, as far as its variables go. On an empty PGDATA it makes the cluster first:
#
# POSTGRES_PASSWORD[_FILE]   of the superuser; needed, unless POSTGRES_HOST_AUTH_METHOD=trust
# POSTGRES_USER[_FILE]       its name                         (postgres)
# POSTGRES_DB[_FILE]         a database that is made           (as the user)
# POSTGRES_INITDB_ARGS       further arguments of initdb
# POSTGRES_HOST_AUTH_METHOD  of connections over the network   (scram-sha-256)
# PGDATA                     (/var/lib/postgresql/data)
# /docker-entrypoint-initdb.d/*.sh, *.sql, *.sql.gz are run once, in order
set -euo pipefail

# refuse CHINESE ENGLISH
refuse() { printf 'PostgreSQL 未启动：%s\npostgres does not start: %s\n' "$1" "$2" >&2; exit 78; } # EX_CONFIG

# from_file VARIABLE DEFAULT: sets VARIABLE from the file that VARIABLE_FILE names
from_file() {
    local file_variable=$1_FILE value=${!1:-}
    local file=${!file_variable:-}
    if [ -n "$file" ]; then
        [ -z "$value" ] || refuse "$1 与 $file_variable 都已设置：请只设一个" "both $1 and $file_variable are set; one of them is enough"
        [ -f "$file" ] || refuse "$file_variable 是 ${file}，但没有该文件，请放入" "$file_variable is $file, and there is no such file"
        [ -r "$file" ] || refuse "$file_variable 是 ${file}，但用户 $(id -u) 无权读取，请改其权限" \
            "$file_variable is $file, which user $(id -u) may not read"
        value=$(<"$file")
        [ -n "$value" ] || refuse "$file_variable 是 ${file}，但该文件是空的，请写入其值" "$file_variable is $file, and that file is empty"
    fi
    printf -v "$1" '%s' "${value:-$2}"
    unset "$file_variable"
}

check_surroundings() {
    [ "$(id -u)" != 0 ] || refuse "不可以 root 身份运行；本镜像自己的用户是 999" "it must not run as root; this image's own user is 999"
    mkdir -p "$PGDATA" /var/run/postgresql 2>/dev/null || true # said below, in words
    [ -w "$PGDATA" ] || refuse "用户 $(id -u) 无法写入 ${PGDATA}：请把该卷交给该用户" \
        "$PGDATA cannot be written by user $(id -u); give the volume to that user"
    chmod 0700 "$PGDATA" 2>/dev/null || true # PostgreSQL itself refuses a directory that others may enter
    [ -w /var/run/postgresql ] || refuse "用户 $(id -u) 无法写入 /var/run/postgresql：请在该处挂载 tmpfs" \
        "/var/run/postgresql cannot be written by user $(id -u); mount a tmpfs there"
}

make_cluster() {
    local arguments=()
    if [ -n "$POSTGRES_PASSWORD" ]; then arguments+=(--pwfile=/dev/fd/3); fi
    # shellcheck disable=SC2086 # the arguments are words
    initdb --username="$POSTGRES_USER" --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host="$host_auth" \
        "${arguments[@]}" ${POSTGRES_INITDB_ARGS:-} 3< <(printf '%s\n' "$POSTGRES_PASSWORD")
    printf '\nhost all all all %s\n' "$host_auth" >>"$PGDATA/pg_hba.conf"
}

sql() { psql --no-psqlrc --no-password --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"; }

run_scripts() {
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) sql --dbname "$POSTGRES_DB" --file "$file" ;;
        *.sql.gz) gunzip --stdout "$file" | sql --dbname "$POSTGRES_DB" ;;
        esac
    done
}

# Nobody reaches the server over the network before its databases and scripts are done.
# All is made beside its place and moved there, PG_VERSION last: a start that was cut short goes on or begins again.
prepare() {
    local place=$PGDATA
    [ -n "$POSTGRES_PASSWORD" ] || [ "$host_auth" = trust ] \
        || refuse "$PGDATA 是空的，而未给出超级用户 '$POSTGRES_USER' 的密码：请将 POSTGRES_PASSWORD_FILE 设为存放它的文件" \
            "$PGDATA is empty and no password is given for the superuser '$POSTGRES_USER'; set POSTGRES_PASSWORD_FILE to the file that holds it"
    export PGDATA=$place/.new PGHOST=/var/run/postgresql POSTGRES_USER POSTGRES_DB POSTGRES_PASSWORD
    if [ ! -f "$PGDATA/prepared" ]; then
        rm -rf "$PGDATA"
        [ -z "$(find "$place" -mindepth 1 -maxdepth 1 ! -name lost+found)" ] || refuse \
            "$place 中有文件，却不是 PostgreSQL 的数据：首次启动时它须是空的" "$place holds files, but no cluster; it must be empty the first time"
        make_cluster
        pg_ctl --wait --options "-c listen_addresses=''" start
        if [ "$POSTGRES_DB" != postgres ]; then
            printf 'CREATE DATABASE :"made";\n' | sql --dbname postgres --set made="$POSTGRES_DB"
        fi
        run_scripts
        pg_ctl --wait --mode fast stop
        touch "$PGDATA/prepared"
    fi
    find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name PG_VERSION ! -name prepared -exec mv --target-directory "$place" {} +
    if [ -f "$PGDATA/PG_VERSION" ]; then mv "$PGDATA/PG_VERSION" "$place"; fi
    rm -r "$PGDATA"
    export PGDATA=$place
    unset PGHOST
}

[ $# -gt 0 ] || set -- postgres
if [ "${1#-}" != "$1" ]; then set -- postgres "$@"; fi
if [ "$1" != postgres ]; then exec "$@"; fi

export PGDATA=${PGDATA:-/var/lib/postgresql/data}
host_auth=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
check_surroundings
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    from_file POSTGRES_PASSWORD ''
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    prepare
fi
unset POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE
exec "$@"
