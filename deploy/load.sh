#!/usr/bin/env bash
# Installs Fuxue from the bundle that this script lies in, or brings an installed one to its release. It needs no network.
#
#   sha256sum --check fuxue-VERSION-ARCHITECTURE.tar.sha256 && tar -xf fuxue-VERSION-ARCHITECTURE.tar
#   fuxue-VERSION-ARCHITECTURE/load.sh DIRECTORY
#
# What was chosen in DIRECTORY/.env and made in DIRECTORY/deploy/secrets stays; nothing is changed before all checksums have held.
set -euo pipefail
umask 022 # what it puts there is read by containers, each as a user of its own
exec </dev/null
case ${1:-} in -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;; esac

oldest_compose=2.24.4 # the first whose overlays may say !override

say() { printf 'load: %s\n' "$@" >&2; } # in Chinese, then in English
fail() { say "$@"; exit 1; }

[ $# = 1 ] || fail "请指定一个目录，即复学所在或要安装到的目录：$0 /srv/fuxue" \
    "name one directory, where Fuxue is or shall be: $0 /srv/fuxue"
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$here/SHA256SUMS" ] || fail "$here 不是安装包，缺少 SHA256SUMS：请用 deploy/bundle.sh 制作" \
    "$here is no bundle: SHA256SUMS is missing; deploy/bundle.sh makes one"

check_files() {
    local listed present
    (cd "$here" && sha256sum --check --strict --quiet SHA256SUMS) || fail \
        "安装包已损坏，什么也没有改动：请重新复制到这里" "the bundle is damaged, nothing was changed; copy it here again"
    listed=$(cd "$here" && sed 's/^[0-9a-f]* [ *]//' SHA256SUMS | sort)
    present=$(cd "$here" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort)
    [ "$listed" = "$present" ] || fail "安装包中有 SHA256SUMS 未列出的文件，什么也没有改动：请重新解开安装包" \
        "the bundle holds files that SHA256SUMS does not name, nothing was changed; unpack it anew"
}

compose_release() { docker compose version --short 2>/dev/null | sed 's/^v//'; }
found_compose() { local release; release=$(compose_release || true); printf '%s' "${release:-无 none}"; }
new_enough() {
    local release
    release=$(compose_release) && [ -n "$release" ] && [ "$(printf '%s\n%s\n' "$oldest_compose" "$release" | sort -V | head -n 1)" = "$oldest_compose" ]
}

ensure_compose() {
    local plugins=${DOCKER_CONFIG:-${HOME:-/root}/.docker}/cli-plugins
    if new_enough; then return; fi
    [ -f "$here/docker-compose" ] || fail \
        "docker 没有 $oldest_compose 或更新的 Compose（$(found_compose)），安装包也未带：请先安装" \
        "docker has no Compose $oldest_compose or newer ($(found_compose)), and the bundle brings none; install one first"
    say "Docker Compose：$(found_compose)；复学需要 $oldest_compose 或更新的版本，现将安装包所带的放入 $plugins" \
        "Docker Compose: $(found_compose); Fuxue needs $oldest_compose or newer, and the bundle's is put into $plugins"
    mkdir -p "$plugins"
    install -m 0755 "$here/docker-compose" "$plugins/docker-compose"
    new_enough || fail "Compose 插件已放入 ${plugins}，但 docker 不采用（$(found_compose)）：请查看 docker info 中的插件路径" \
        "the Compose plugin was put into $plugins, and docker does not take it: $(found_compose); docker info says which it takes"
}

load_images() {
    local variable image
    docker load --quiet --input "$here"/images.tar* >/dev/null # compressed or as they are; the engine sees which
    while IFS='=' read -r variable image; do
        docker image inspect "$image" >/dev/null 2>&1 || fail \
            "${image}（${variable}）已载入，引擎中却没有：请检查磁盘是否已满，然后再运行一次" \
            "$image ($variable) was loaded, and the engine does not have it; see whether its disk is full, then run this again"
    done <"$here/images.env"
}

# The images' names in .env become those of this bundle; all else in it was chosen by the operator.
put_in_place() {
    local variable
    mkdir -p "$1"
    chmod -R u=rwX,go=rX "$here/files" # it may have been unpacked under a narrower one
    cp -R "$here/files/." "$1/"
    touch "$1/.env"
    while IFS='=' read -r variable _; do
        sed -i "/^$variable=/d" "$1/.env"
    done <"$here/images.env"
    cat "$here/images.env" >>"$1/.env"
}

check_files
docker version >/dev/null 2>&1 || fail "没有容器引擎应答：请安装 Debian 的 docker.io，或 Docker Engine 20.10 以上，并启动它" \
    "no container engine answers; install Debian's docker.io, or Docker Engine 20.10 or newer, and start it"
ensure_compose
say "正在载入镜像" "loading images"
load_images
put_in_place "$1"
say "复学已在 ${1}；接下来：cd $1 && docker compose up --wait（docs/operating.zh.md）" \
    "Fuxue is in $1; next: cd $1 && docker compose up --wait (docs/operating.md)"
