#!/usr/bin/env bash
# Builds every image of a deployment from Debian's packages, PyPI and Maven Central alone: no image registry is asked.
#
#   deploy/images/build.sh [--fresh] [base] [postgres] [kafka] [nginx] [prometheus] [fuxue]      (all of them, when none is named)
#
# An image whose inputs have not changed is left as it is. --fresh builds nonetheless, with today's packages of Debian.
# Mirrors, proxies and certificates are those of this machine's own apt, pip and Maven; README.md beside this says how to name others.
set -euo pipefail
exec </dev/null
case ${1:-} in -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;; esac

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
SUITE=bookworm
fresh=no
wanted=()

# What debian_root says, whose own text has to stay as it is: it names an image.
declare -A CHINESE=(
    ["debootstrap needs root; run this as root, or set BASE_IMAGE to an image with Debian and Python that is here"]="debootstrap 需要 root：请以 root 运行，或将 BASE_IMAGE 设为本机已有的、带 Debian 与 Python 的镜像"
    ["debootstrap is missing: apt-get install debootstrap"]="缺少 debootstrap：请运行 apt-get install debootstrap"
    ["debootstrap $SUITE"]="正在用 debootstrap 取得 $SUITE"
    ["debootstrap failed; its last lines stand above"]="debootstrap 未成功：最后几行见上"
)

# say CHINESE ENGLISH
say() {
    if [ $# = 1 ]; then set -- "${CHINESE[$1]}" "$1"; fi
    printf 'images: %s\n' "$@" >&2
}
fail() { say "$@"; exit 1; }
# shellcheck source-path=SCRIPTDIR
. "$here/clients.sh"

for argument in "$@"; do
    case $argument in
    --fresh) fresh=yes ;;
    base | postgres | kafka | nginx | prometheus | fuxue) wanted+=("$argument") ;;
    *) fail "$argument 不在其中，请用：--fresh base postgres kafka nginx prometheus fuxue" "$argument is none of: --fresh base postgres kafka nginx prometheus fuxue" ;;
    esac
done
[ ${#wanted[@]} -gt 0 ] || wanted=(base postgres kafka nginx prometheus fuxue)

while IFS='=' read -r name value; do
    [ -n "${!name:-}" ] || export "$name=$value"
done < <(grep -E '^[A-Z_]+=' "$here/local.env")

image_of() { local name=${1^^}_IMAGE; printf '%s' "${!name}"; }
label_of() { docker image inspect --format '{{index .Config.Labels "cn.fuxue.inputs"}}' "$1" 2>/dev/null || true; }
id_of() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null || true; }

# What an image is made from, as paths under the repository; its base counts too.
inputs_of() {
    case $1 in
    base) printf '%s\n' deploy/images/base ;;
    postgres) printf '%s\n' deploy/images/postgres deploy/postgres ;;
    kafka) printf '%s\n' deploy/images/kafka deploy/kafka ;;
    nginx) printf '%s\n' deploy/images/nginx deploy/nginx ;;
    prometheus) printf '%s\n' deploy/images/prometheus ;;
    fuxue) printf '%s\n' deploy/images/fuxue requirements.txt services ;;
    esac
}

hash_of() {
    (
        cd "$root"
        if [ "$1" = base ]; then id_of "$ROOT_IMAGE"; else id_of "$BASE_IMAGE"; fi
        inputs_of "$1" | xargs -I{} find {} -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum
        cat deploy/images/build.yml
    ) | sha256sum | cut -c 1-64
}

# A Debian of the suite's own packages, imported once; updates come on top of it in the base image.
# The image is named by this function's text: each word changed here is a debootstrap, and every image built anew, on every machine.
debian_root() {
    local made
    if [ -n "$(id_of "$ROOT_IMAGE")" ]; then return; fi
    [ "$(id -u)" = 0 ] || fail "debootstrap needs root; run this as root, or set BASE_IMAGE to an image with Debian and Python that is here"
    command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
    say "debootstrap $SUITE"
    made=$scratch/root
    printf 'ca_certificate = %s\n' "$scratch/ca" >"$scratch/wgetrc"
    WGETRC=$scratch/wgetrc http_proxy=${http_proxy:-$(proxy_of http)} https_proxy=${https_proxy:-$(proxy_of https)} \
        debootstrap --force-check-gpg --variant=minbase --include=ca-certificates "$SUITE" "$made" "$DEBIAN_MIRROR" >"$scratch/debootstrap.log" 2>&1 \
        || { tail -n 20 "$scratch/debootstrap.log" >&2; fail "debootstrap failed; its last lines stand above"; }
    # what it took over from this machine or says where it came from
    rm -rf "$made"/etc/{resolv.conf,hostname,apt/sources.list} "$made"/var/lib/apt/lists/* "$made"/var/cache/apt/* "$made"/var/log/*
    tar -C "$made" --numeric-owner -c . | docker import - "$ROOT_IMAGE" >/dev/null
    rm -rf "$made"
}

proxy_of() { apt-config shell found "Acquire::$1::Proxy" | sed -n "s/^found='\(.*\)'$/\1/p"; }

build() {
    local image hash flags=()
    image=$(image_of "$1")
    hash=$(hash_of "$1")
    if [ "$fresh" = no ] && [ "$(label_of "$image")" = "$hash" ]; then
        say "$image 已是最新" "$image is up to date"
        return
    fi
    [ "$1" = base ] || [ -n "$(id_of "$BASE_IMAGE")" ] || say "这里没有 ${BASE_IMAGE}，引擎会向其仓库索取" "$BASE_IMAGE is not here; the engine will ask its registry for it"
    [ "$fresh" = no ] || flags+=(--no-cache)
    say "正在构建 $image" "building $image"
    INPUTS=$hash SECRETS=$scratch COMPOSE_BAKE=false docker compose --progress plain -f "$here/build.yml" build "${flags[@]}" "$1" >"$log" 2>&1 \
        || { tail -n 40 "$log" >&2; fail "未能构建 ${image}：最后几行见上，全文在 $log" "$image could not be built; the last lines stand above, all in $log"; }
}

docker compose version >/dev/null 2>&1 && docker version >/dev/null 2>&1 || fail \
    "没有带 Compose v2 的容器引擎应答：请运行 deploy/engine.sh 启动一个" \
    "no container engine with Compose v2 answers; deploy/engine.sh starts one"
log=${FUXUE_BUILD_LOG:-/tmp/fuxue-images.$(id -u).log}
scratch=$(mktemp -d /var/tmp/fuxue-images.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
write_secrets "$scratch"
ROOT_IMAGE=fuxue/debootstrap:$SUITE-$({ declare -f debian_root; dpkg --print-architecture 2>/dev/null; } | sha256sum | cut -c 1-12)
export ROOT_IMAGE

for name in "${wanted[@]}"; do
    if [ "$name" = base ]; then debian_root; fi
    build "$name"
done
docker image prune --force --filter label=cn.fuxue.inputs >/dev/null # those of ours that a newer one has replaced
for name in "${wanted[@]}"; do
    docker image ls --format '{{.Repository}}:{{.Tag}}  {{.ID}}  {{.Size}}' "$(image_of "$name")"
done
